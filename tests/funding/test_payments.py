"""What is paid: never beyond a year's money, its costs or its advance, nor after the final payment. Tried both ways."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from funding import settling
from funding.models import Condition, DecisionKind, DisbursementRequest, Tranche
from funding.models import disbursements as of_requests
from funding.models.conditions import MEET
from tests.funding.factories_payments import Case
from tests.funding.test_limits import refused, sql

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return Case()


def by_sql(request: DisbursementRequest, state: str, **facts: Any) -> None:
    """Straight to that state, past every act."""
    columns = {"state": state, "approved": request.claimed, **facts}
    change = "UPDATE funding_disbursementrequest SET {} WHERE id = %s"
    sql(change.format(", ".join(f"{name} = %s" for name in columns)), *columns.values(), request.pk)


def told(act: Callable[[], object]) -> str:
    with pytest.raises(ValidationError) as error:
        act()
    return " ".join(error.value.messages)


class TestAYearsMoney:
    """I3."""

    def test_i03_is_never_passed(self, case: Case) -> None:
        first = case.promise(100_000, 100_000).tranches.get(year=2026)
        case.accounts(900_000)
        case.asked(first, "part", 60_000, "paid")
        request = case.asked(first, "part", "40000.01", "controlled")
        assert "not that much left" in told(lambda: case.bring(request, "attested"))
        assert request.events.filter(act="attest").count() == 0
        with refused("payments_within_the_tranche"):
            by_sql(request, "attested")
        with refused("payments_within_the_tranche"):
            by_sql(request, "paid", reference="Bilag", paid_on=timezone.localdate())

    def test_i03_holds_for_a_row_that_comes_as_paid(self, case: Case) -> None:
        commitment = case.promise(100_000, 100_000)
        case.accounts(900_000)
        with refused("payments_within_the_tranche"):
            DisbursementRequest.objects.create(
                commitment=commitment,
                tranche=commitment.tranches.get(year=2026),
                kind="part",
                claimed=100_001,
                approved=100_001,
                state="attested",
            )

    def test_may_be_paid_to_the_ore_and_is_then_used_up(self, case: Case) -> None:
        first = case.promise(100_000).tranches.get()
        case.accounts(100_000)
        case.asked(first, "part", "99999.99", "paid")
        case.asked(first, "part", "0.01", "paid")
        assert first.disbursements.paid() == Decimal(100_000)
        assert Tranche.objects.get().state == "used_up"
        connection.check_constraints()

    def test_is_not_made_less_than_what_is_paid(self, case: Case) -> None:
        case.asked(case.promise(100_000).tranches.get(), "advance", 50_000, "attested")
        with refused("payments_within_the_tranche"):
            sql("UPDATE funding_tranche SET amount = 49999.99")

    def test_is_there_again_when_money_came_back(self, case: Case) -> None:
        commitment = case.promise(100_000)
        first = commitment.tranches.get()
        case.accounts(200_000)
        case.asked(first, "part", 100_000, "paid")
        case.decide(commitment, DecisionKind.RECOVER)
        back = case.asked(first, "return", -30_000, "ordered")
        assert Tranche.objects.get().state == "used_up"
        case.bring(back, "paid")
        assert Tranche.objects.get().state == "released"
        case.asked(first, "part", 30_000, "paid")
        assert first.disbursements.paid() == Decimal(100_000)

    def test_no_more_comes_back_than_was_paid(self, case: Case) -> None:
        commitment = case.promise(100_000)
        first = commitment.tranches.get()
        case.asked(first, "advance", 40_000, "paid")
        case.decide(commitment, DecisionKind.RECOVER)
        back = case.asked(first, "return", "-40000.01", "controlled")
        assert "No more can come back" in told(lambda: case.bring(back, "attested"))
        with refused("no_more_returns_than_was_paid"):
            by_sql(back, "attested")


class TestReleasedMoney:
    """I4."""

    def test_i04_only_is_paid(self, case: Case) -> None:
        later = case.promise(100_000, 100_000, released=1).tranches.get(year=2027)
        request = case.asked(later, "advance", 1000, "controlled")
        assert "not released" in told(lambda: case.bring(request, "attested"))
        with refused("paid_only_when_released"):
            by_sql(request, "attested")

    @pytest.mark.parametrize("upto", ["controlled", "attested", "ordered"])
    def test_i04_a_precondition_that_opens_stops_it_at_every_step(self, case: Case, upto: str) -> None:
        commitment = case.promise(100_000)
        request = case.asked(commitment.tranches.get(), "advance", 1000, upto)
        about: dict[str, Any] = {"tranche": None, "binds": "condition"}
        condition = Condition.objects.register(commitment, "progress", "Framdrift", case.officer, **about)
        assert "condition before payment" in told(lambda: case.bring(request, "paid"))
        with refused("paid_only_when_released"):
            by_sql(request, "paid", reference="Bilag", paid_on=timezone.localdate())
        condition.carry_out(MEET, case.officer, "Rapport")
        case.bring(request, "paid")
        assert request.state == "paid"

    def test_what_is_no_precondition_stops_nothing(self, case: Case) -> None:
        commitment = case.promise(100_000)
        about: dict[str, Any] = {"tranche": None, "binds": "condition", "is_precondition": False}
        Condition.objects.register(commitment, "report", "Sluttrapport", case.officer, **about)
        assert case.asked(commitment.tranches.get(), "advance", 1000, "paid").state == "paid"


class TestCosts:
    """I8."""

    def test_i08_carry_what_is_paid(self, case: Case) -> None:
        first = case.promise(500_000, share=Decimal("0.7")).tranches.get()
        case.accounts(100_000)
        case.accounts(50_000, eligible=False)
        case.accounts(50_000, approved=False)
        request = case.asked(first, "part", "70000.01", "controlled")
        assert "approved costs" in told(lambda: case.bring(request, "attested"))
        with refused("payments_within_the_costs"):
            by_sql(request, "attested")
        case.asked(first, "part", 70_000, "paid")

    def test_i08_a_share_is_rounded_down(self, case: Case) -> None:
        first = case.promise(500_000, share=Decimal("0.3333")).tranches.get()
        case.accounts("1000.05")
        request = case.asked(first, "part", "333.32", "controlled")
        assert told(lambda: case.bring(request, "attested"))
        case.asked(first, "part", "333.31", "attested")

    def test_i08_advances_count_with_the_first_that_is_no_advance(self, case: Case) -> None:
        first = case.promise(500_000).tranches.get()
        case.asked(first, "advance", 250_000, "paid")
        case.accounts(250_000)
        request = case.asked(first, "part", 1, "controlled")
        assert told(lambda: case.bring(request, "attested"))

    def test_an_advance_is_within_its_share(self, case: Case) -> None:
        first = case.promise("100000.01").tranches.get()
        case.asked(first, "advance", 50_000, "attested")
        request = case.asked(first, "advance", "0.01", "controlled")
        assert "in advance" in told(lambda: case.bring(request, "attested"))
        with refused("advance_within_its_share"):
            by_sql(request, "attested")

    def test_without_a_share_nothing_is_paid_in_advance(self, case: Case) -> None:
        request = case.asked(case.promise(100_000, advance_share=None).tranches.get(), "advance", 1, "controlled")
        with refused("advance_within_its_share"):
            by_sql(request, "attested")

    def test_high_costs_are_confirmed_by_an_auditor(self, case: Case) -> None:
        first = case.promise(500_000, auditor_from=Decimal(200_000)).tranches.get()
        plain = case.accounts(200_000)
        request = case.asked(first, "final", 1000, "controlled", statement=plain)
        assert "auditor" in told(lambda: case.bring(request, "attested"))
        with refused("an_auditor_confirms_the_final"):
            by_sql(request, "attested")
        request.carry_out(of_requests.REJECT, case.officer, "Feil regnskap")
        confirmed = case.accounts(1000, auditor_confirmed=True)
        assert case.asked(first, "final", 1000, "attested", statement=confirmed).state == "attested"


class TestTheFinalPayment:
    """I10."""

    def test_i10_is_one(self, case: Case) -> None:
        first = case.promise(100_000).tranches.get()
        case.asked(first, "final", 0)
        with refused("one_final_payment"):
            DisbursementRequest.objects.begin(first, "final", Decimal(0), case.leader)

    def test_i10_is_the_last(self, case: Case) -> None:
        first = case.promise(100_000).tranches.get()
        case.accounts(100_000)
        later = DisbursementRequest.objects.begin(first, "part", Decimal(1), case.leader)
        case.asked(first, "final", 10, "attested")
        assert "final payment" in told(lambda: case.bring(later, "sent"))
        for state in ("sent", "attested"):
            with refused("nothing_after_the_final"):
                by_sql(later, state)

    def test_i10_waits_for_those_that_are_open(self, case: Case) -> None:
        first = case.promise(100_000).tranches.get()
        case.accounts(100_000)
        case.asked(first, "part", 10)
        final = case.asked(first, "final", 10, "controlled")
        assert "another request is open" in told(lambda: case.bring(final, "attested"))
        with refused("nothing_after_the_final"):
            by_sql(final, "attested")

    def test_may_be_asked_for_again_when_it_was_returned(self, case: Case) -> None:
        first = case.promise(100_000).tranches.get()
        case.asked(first, "final", 0).carry_out(of_requests.RETURN_IT, case.officer, "Mangler bilag")
        assert case.asked(first, "final", 0).state == "sent"


class TestWhatIsAskedFor:
    def test_stays_when_it_is_sent(self, case: Case) -> None:
        first, later = case.promise(100_000, 100_000).tranches.all()
        sent = case.asked(first, "advance", 1000)
        for change in ({"claimed": 2000}, {"kind": "part"}, {"text": "x"}, {"tranche": later}, {"sent_by": None}):
            with refused("sent_is_fixed"):
                DisbursementRequest.objects.update(**change)
        case.bring(sent, "attested")
        with refused("sent_is_fixed"):
            sql("UPDATE funding_disbursementrequest SET approved = 1, reason = 'x'")
        case.bring(sent, "paid")
        with refused("sent_is_fixed"):
            sql("UPDATE funding_disbursementrequest SET reference = 'x'")

    def test_is_about_its_own_commitment(self, case: Case) -> None:
        first, elsewhere = case.promise(100_000).tranches.get(), Case()
        other = elsewhere.promise(100_000).tranches.get()
        with refused("request_is_of_its_commitment"):
            DisbursementRequest.objects.create(
                commitment=first.commitment, tranche=other, kind="part", claimed=1, state="draft"
            )
        with refused("request_is_of_its_commitment"):
            case.asked(first, "part", 1, "draft", statement=elsewhere.accounts(1))
        with refused("request_is_of_its_commitment"):
            case.asked(first, "part", 1, "draft", corrects=elsewhere.asked(other, "part", 1))

    def test_paying_less_says_why(self, case: Case) -> None:
        """I11."""
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 1000)
        assert "Say why less" in told(lambda: request.control(Decimal(999), "", case.officer))
        assert "No more can be paid" in told(lambda: request.control(Decimal(1001), "Fordi", case.officer))
        with refused("paying_less_needs_a_reason"):
            by_sql(request, "controlled", approved=999)
        request.control(Decimal(999), "Ett bilag gjelder noe annet", case.officer)
        assert request.approved == Decimal(999)


class TestThePaymentsReference:
    def test_is_of_one_payment_of_a_payer(self, case: Case) -> None:
        first = case.promise(100_000).tranches.get()
        paid = case.asked(first, "advance", 1000, "paid")
        request = case.asked(first, "advance", 1000, "ordered")
        today = timezone.localdate()
        assert "registered already" in told(lambda: settling.pay(request, case.payer, today, paid.reference))
        with refused("paid_once"):
            by_sql(request, "paid", reference=paid.reference, paid_on=today)
        other = Case()
        elsewhere = other.asked(other.promise(100_000).tranches.get(), "advance", 1000, "ordered")
        settling.pay(elsewhere, other.payer, today, paid.reference)

    def test_and_its_day_are_there_and_past(self, case: Case) -> None:
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 1000, "ordered")
        assert "reference" in told(lambda: settling.pay(request, case.payer, timezone.localdate(), " "))
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert "later" in told(lambda: settling.pay(request, case.payer, tomorrow, "Bilag 1"))
