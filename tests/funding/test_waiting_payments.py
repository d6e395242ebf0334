"""What waits of payments: for each hand its step, for those who asked what was returned."""

import pytest
from django.utils import timezone

from funding.models import disbursements as of_requests
from funding.waiting import payments
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory
from tests.funding.factories_payments import Case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return Case()


def tags(user: User) -> list[str]:
    return [card.tag for card in payments.waiting(User.objects.get(pk=user.pk), timezone.localdate())]


@pytest.mark.parametrize(
    ("state", "who", "tag"),
    [
        ("sent", "officer", "To control"),
        ("controlled", "attester", "To attest"),
        ("attested", "decider", "To order"),
        ("ordered", "payer", "To pay"),
    ],
)
def test_the_next_step_waits_for_its_hand_only(case: Case, state: str, who: str, tag: str) -> None:
    case.asked(case.promise(100_000).tranches.get(), "advance", 1000, state)
    people = {name: getattr(case, name) for name in ("leader", "officer", "attester", "decider", "payer")}
    assert {name for name, user in people.items() if tags(user)} == {who}
    assert tags(people[who]) == [tag]


def test_nothing_waits_for_who_did_another_step(case: Case) -> None:
    MembershipFactory.create(user=case.officer, organisation=case.funder, role=MemberRole.ATTESTER)
    case.asked(case.promise(100_000).tranches.get(), "advance", 1000, "controlled")
    assert tags(case.officer) == []


def test_nor_for_who_has_a_tie_to_the_money(case: Case) -> None:
    MembershipFactory.create(user=case.payer, organisation=case.recipient, role=MemberRole.READER)
    case.asked(case.promise(100_000).tranches.get(), "advance", 1000, "ordered")
    assert tags(case.payer) == []


def test_what_was_returned_waits_until_it_is_asked_anew(case: Case) -> None:
    first = case.promise(100_000).tranches.get()
    request = case.asked(first, "advance", 1000)
    request.carry_out(of_requests.RETURN_IT, case.officer, "Mangler bilag")
    assert tags(case.leader) == ["Returned: correct it and ask anew"]
    case.asked(first, "advance", 1000, "draft", corrects=request)
    assert tags(case.leader) == []
