"""Five hands take a payment to the bank: each in its role, each another person, none of whom the money goes to."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funding import settling
from funding.models import DecisionKind, Delegation, DisbursementRequest
from funding.models import disbursements as of_requests
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, OrganisationFactory, ProjectPartnerFactory
from tests.funding.factories_payments import Case, person
from tests.funding.test_limits import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
STEPS = ["sent", "controlled", "attested", "ordered", "paid"]
ACTS = dict(zip(STEPS, ["send", "control", "attest", "order", "pay"], strict=True))
BEFORE = dict(zip(STEPS, ["draft", *STEPS], strict=False))
PEOPLE = ["leader", "officer", "attester", "decider", "payer"]


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.fixture
def request_(case: Case) -> DisbursementRequest:
    return case.asked(case.promise(100_000).tranches.get(), "advance", 1000, "draft")


def told(act: Callable[[], object]) -> str:
    with pytest.raises(ValidationError) as error:
        act()
    return " ".join(error.value.messages)


def event(request: DisbursementRequest, state: str, by: User | None) -> None:
    request.events.create(act=ACTS[state], from_state=BEFORE[state], to_state=state, by=by)


def put(case: Case, step: str, by: User) -> Case:
    """This person where that step is done."""
    setattr(case, dict(zip(STEPS, PEOPLE, strict=True))[step], by)
    return case


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", [*PEOPLE, "preparer"])
def test_i12_each_step_is_of_one_role(case: Case, request_: DisbursementRequest, step: str, who: str) -> None:
    case.bring(request_, BEFORE[step])
    person, own = getattr(case, who), dict(zip(STEPS, PEOPLE, strict=True))[step]
    if who == own or (who, step) == ("preparer", "controlled"):
        case.bring(request_, step)
        return
    name = "only_the_recipient_asks" if step == "sent" else "only_the_funder_answers"
    with refused(f"{name}|each_hand_is_another_person|nobody_attests"):
        event(request_, step, person)
    sentence = told(lambda: put(case, step, person).bring(request_, step))
    assert sentence.startswith(("Only", "You did another of the steps", "You prepared the decision"))


@pytest.mark.parametrize(("step", "earlier"), [("controlled", "sent"), ("attested", "controlled"), ("paid", "ordered")])
def test_i12_nobody_does_two_steps_whatever_roles_they_have(
    case: Case, request_: DisbursementRequest, step: str, earlier: str
) -> None:
    roles = dict(zip(STEPS, ["leader", "case_officer", "attester", "decider", "finance"], strict=True))
    both = getattr(case, dict(zip(STEPS, PEOPLE, strict=True))[earlier])
    MembershipFactory.create(user=both, organisation=case.funder, role=roles[step])
    case.bring(request_, BEFORE[step])
    assert "You " in told(lambda: put(case, step, both).bring(request_, step))
    with refused("each_hand_is_another_person|nobody_decides_for_their_own"):
        event(request_, step, both)


@pytest.mark.parametrize("step", STEPS[1:])
@pytest.mark.parametrize("way", ["recipient", "unit", "project"])
def test_i12_nobody_pays_their_own(case: Case, request_: DisbursementRequest, step: str, way: str) -> None:
    case.bring(request_, BEFORE[step])
    partial = getattr(case, dict(zip(STEPS, PEOPLE, strict=True))[step])
    house = {
        "recipient": lambda: case.recipient,
        "unit": lambda: OrganisationFactory.create(parent=case.recipient),
        "project": lambda: ProjectPartnerFactory.create(project=case.project, runs=True).organisation,
    }[way]()
    MembershipFactory.create(user=partial, organisation=house, role=MemberRole.READER)
    assert "You have a role in the organisation" in told(lambda: case.bring(request_, step))
    with refused("nobody_decides_for_their_own"):
        event(request_, step, partial)


def test_i12_who_prepared_the_decision_does_not_attest(case: Case, request_: DisbursementRequest) -> None:
    MembershipFactory.create(user=case.preparer, organisation=case.funder, role=MemberRole.ATTESTER)
    case.bring(request_, "controlled")
    assert "prepared the decision" in told(lambda: put(case, "attested", case.preparer).bring(request_, "attested"))
    with refused("nobody_attests_what_they_prepared"):
        event(request_, "attested", case.preparer)


@pytest.mark.parametrize(
    "limits",
    [{"max_amount": Decimal("999.99")}, {"valid_to": date(2021, 1, 1)}, {"valid_from": date(2999, 1, 1)}, "another"],
)
def test_i13_a_payment_is_ordered_by_delegation(
    case: Case, request_: DisbursementRequest, limits: dict[str, object] | str
) -> None:
    case.bring(request_, "attested")
    changes = {"user": person(case.funder, MemberRole.DECIDER)} if isinstance(limits, str) else limits
    Delegation.objects.update(**changes)
    assert "No delegation" in told(lambda: case.bring(request_, "ordered"))
    with refused("ordered_by_delegation"):
        event(request_, "ordered", case.decider)


def test_money_is_recovered_by_decision_only(case: Case) -> None:
    commitment = case.promise(100_000)
    first = commitment.tranches.get()
    case.asked(first, "advance", 40_000, "paid")
    back = case.asked(first, "return", -10_000, "draft")
    assert "no decision to recover" in told(lambda: case.bring(back, "sent"))
    with refused("recovered_by_decision"):
        event(back, "sent", case.preparer)
    case.decide(commitment, DecisionKind.RECOVER)
    assert "Only people of the organisation that pays" in told(lambda: back.carry_out(of_requests.SEND, case.leader))
    case.bring(back, "paid")
    assert first.disbursements.paid() == Decimal(30_000)


def test_a_reason_is_given_for_sending_back_and_rejecting(case: Case, request_: DisbursementRequest) -> None:
    case.bring(request_, "sent")
    assert told(lambda: request_.carry_out(of_requests.RETURN_IT, case.officer, " ")) == "Say why."
    assert told(lambda: request_.carry_out(of_requests.REJECT, case.officer)) == "Say why."
    request_.carry_out(of_requests.REJECT, case.attester, "Gjelder noe annet")
    assert told(lambda: settling.pay(request_, case.payer, date(2026, 1, 1), "Bilag")).startswith("“Register as paid”")


def test_the_hands_are_on_the_row(case: Case, request_: DisbursementRequest) -> None:
    case.bring(request_, "paid")
    assert [getattr(request_, hand) for hand in of_requests.HANDS] == [getattr(case, one) for one in PEOPLE]
