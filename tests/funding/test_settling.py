"""How a commitment ends: settled by its final payment or expired, and what is left returns, to the øre."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from funding import settling
from funding.models import BudgetFrame, Commitment, DecisionKind, FrameEntry, Tranche
from funding.models.commitment_states import SETTLE
from partners.acts import move
from tests.funding.factories_payments import Case
from tests.funding.test_limits import refused, sql

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return Case()


def states(commitment: Commitment) -> list[str]:
    return list(commitment.tranches.values_list("state", flat=True))


def back(commitment: Commitment) -> dict[int, Decimal]:
    """What has returned, by year."""
    entries = FrameEntry.objects.filter(tranche__commitment=commitment).order_by()
    return dict(entries.values_list("tranche__year").annotate(sum=Sum("amount")))


def returned(tranche: Tranche, amount: Decimal | int, of: Tranche | None = None) -> None:
    """To its frame, or to that of another year."""
    frame = BudgetFrame.objects.get(tranches=of or tranche)
    FrameEntry.objects.create(frame=frame, kind="returned", amount=amount, why="x", tranche=tranche)


@pytest.fixture
def settled(case: Case) -> Commitment:
    """Of two released years the first is paid in full, of the second something is left; the third was not released."""
    commitment = case.promise(100_000, 100_000, 50_000, released=2)
    case.accounts(187_654, auditor_confirmed=True)
    first, second, _third = commitment.tranches.all()
    case.asked(first, "advance", 50_000, "paid")
    case.asked(first, "part", 50_000, "paid")
    case.asked(second, "final", "87654.00", "draft")
    request = second.disbursements.get()
    case.bring(request, "sent")
    request.control(Decimal("87653.21"), "Et bilag mangler", case.officer)
    case.bring(request, "paid")
    commitment.refresh_from_db()
    connection.check_constraints()
    return commitment


def test_i10_the_final_payment_settles_all_years(settled: Commitment) -> None:
    assert settled.state == "settled"
    assert states(settled) == ["settled", "settled", "lapsed"]


def test_i10_what_is_left_returns_to_the_ore(settled: Commitment) -> None:
    assert back(settled) == {2027: Decimal("12346.79")}
    frame = settled.tranches.get(year=2027).frame
    assert frame is not None
    entry = frame.entries.get(kind="returned")
    assert "Tilskudd til kompetansemegling" in entry.why


@pytest.mark.parametrize("amount", ["1.00", "-1.00"])
def test_i10_no_more_and_no_less_returns(settled: Commitment, amount: str) -> None:
    tranche = settled.tranches.get(year=2027)
    with refused("left_returns_once|returned_money_says_from_where"):
        returned(tranche, Decimal(amount))
    first = settled.tranches.get(year=2026)
    with refused("what_is_left_returns"):
        returned(first, 1)


def test_nothing_returns_from_a_year_that_is_not_settled(case: Case) -> None:
    tranche = case.promise(100_000).tranches.get()
    with refused("what_is_left_returns"):
        returned(tranche, 1)


def test_it_returns_to_its_own_frame(case: Case) -> None:
    first, second = case.promise(100_000, 100_000).tranches.all()
    with refused("what_is_left_returns"):
        first.turn("settle", "settled", case.officer)
        returned(first, 100_000, of=second)


def test_a_year_is_not_settled_without_its_return(case: Case) -> None:
    tranche = case.promise(100_000).tranches.get()
    with refused("what_is_left_returns"):
        tranche.turn("settle", "settled", case.officer)


def test_money_that_comes_back_later_goes_to_the_frame(case: Case, settled: Commitment) -> None:
    case.decide(settled, DecisionKind.RECOVER)
    first = settled.tranches.get(year=2026)
    case.asked(first, "return", "-1234.50", "paid")
    connection.check_constraints()
    assert back(settled) == {2026: Decimal("1234.50"), 2027: Decimal("12346.79")}
    assert first.disbursements.paid() == Decimal("98765.50")


def test_a_final_payment_of_nothing_settles_too(case: Case) -> None:
    commitment = case.promise(100_000)
    first = commitment.tranches.get()
    case.asked(first, "advance", 50_000, "paid")
    case.asked(first, "final", 0, "paid")
    assert back(commitment) == {2026: Decimal(50_000)}
    assert states(commitment) == ["settled"]


def test_nothing_is_settled_without_a_final_payment(case: Case) -> None:
    commitment = case.promise(100_000)
    with pytest.raises(ValidationError, match="final payment"):
        settling.settle(commitment, case.officer)
    commitment.refresh_from_db()
    assert (commitment.state, states(commitment)) == ("active", ["released"])
    with refused("settled_by_the_final_payment"):
        move(commitment, SETTLE, case.officer)


def ended(case: Case, commitment: Commitment) -> None:
    """Its last day was yesterday."""
    case.decide(commitment, DecisionKind.CHANGE)
    Commitment.objects.filter(pk=commitment.pk).update(expires_on=timezone.localdate() - timedelta(days=1))


class TestExpiry:
    def test_settles_what_is_partly_paid_and_lapses_the_rest(self, case: Case) -> None:
        commitment = case.promise(100_000, 100_000, 50_000, released=2)
        case.asked(commitment.tranches.get(year=2026), "advance", "12345.67", "paid")
        ended(case, commitment)
        settling.expire(commitment)
        connection.check_constraints()
        assert states(commitment) == ["settled", "lapsed", "lapsed"]
        assert back(commitment) == {2026: Decimal("87654.33")}

    def test_waits_for_a_payment_on_its_way(self, case: Case) -> None:
        commitment = case.promise(100_000)
        case.asked(commitment.tranches.get(), "advance", 1000, "attested")
        ended(case, commitment)
        with pytest.raises(ValidationError, match="on its way"):
            settling.expire(commitment)

    def test_leaves_no_year_open(self, case: Case) -> None:
        commitment = case.promise(100_000)
        ended(case, commitment)
        with refused("settled_by_the_final_payment"):
            sql(
                "INSERT INTO funding_commitmentevent (commitment_id, act, from_state, to_state, at, why)"
                " VALUES (%s, 'expire', 'active', 'expired', %s, '')",
                commitment.pk,
                timezone.now(),
            )
            sql("UPDATE funding_commitment SET state = 'expired'")

    def test_what_is_paid_does_not_lapse(self, case: Case) -> None:
        first = case.promise(100_000).tranches.get()
        case.asked(first, "advance", 1000, "attested")
        with pytest.raises(Exception, match="paid_money_does_not_lapse"), connection.cursor():
            first.turn("lapse", "lapsed", case.officer, "Fordi")
