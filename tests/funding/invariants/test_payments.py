"""Payments: I3, I4, I8 and I11."""

from decimal import Decimal

import pgtrigger
import pytest
from django.db.models import Sum

from funding.models import Commitment, DisbursementRequest, DisbursementRequestEvent, Tranche
from funding.models.conditions import REOPEN
from funding.models.disbursements import ATTEST
from tests.funding.factories_cases import Case, house
from tests.funding.invariants.attempts import CONNECTIONS, allowed, move_by_sql, refused, sql, together, told
from tests.funding.invariants.chain import FIRST, ORE, SECOND, accepted, accounts, ask, bring, released, year_of

usual = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
at_once = pytest.mark.django_db(transaction=True)
WHOLE = Decimal(400_000)


def attest_by_sql(made: Case, request: DisbursementRequest, **facts: object) -> None:
    attester = made.house.attester
    move_by_sql(request, "attest", "attested", attester, attested_by_id=attester.pk, **facts)


def bound() -> Decimal:
    found = DisbursementRequest.objects.filter(state="attested").aggregate(sum=Sum("approved"))["sum"]
    return found or Decimal(0)


def nothing_is_half_done() -> bool:
    """As many events of attesting as there are requests that are attested."""
    attested = DisbursementRequest.objects.filter(state="attested")
    return DisbursementRequestEvent.objects.filter(act="attest").count() == attested.count()


class TestI03:
    """What is paid of a year's money is never more than it, also when many are attested at once."""

    pytestmark = usual

    @pytest.fixture
    def full(self) -> Case:
        """All but an øre of the first year is attested."""
        made = released()
        accounts(made, 2 * WHOLE)
        ask(made, WHOLE - ORE, upto="attested")
        return made

    def test_the_model_says_so(self, full: Case) -> None:
        request = ask(full, 2 * ORE, upto="controlled")
        with told("not that much left"):
            request.carry_out(ATTEST, full.house.attester)
        assert DisbursementRequest.objects.get(pk=request.pk).state == "controlled"
        ask(full, ORE, upto="attested")
        assert bound() == WHOLE

    def test_raw_sql_is_refused(self, full: Case) -> None:
        request = ask(full, 2 * ORE, upto="controlled")
        with refused("payments_within_the_tranche"):
            attest_by_sql(full, request)
        with refused("payments_within_the_tranche"):
            sql("UPDATE funding_tranche SET amount = %s WHERE year = %s", WHOLE - 2 * ORE, FIRST)
        with refused("payments_within_the_tranche", "sent_is_fixed"):
            sql("UPDATE funding_disbursementrequest SET approved = claimed + 1, claimed = claimed + 1")
        other = ask(full, ORE, year=SECOND)
        with refused("sent_is_fixed"):
            sql("UPDATE funding_disbursementrequest SET tranche_id = %s WHERE id = %s", year_of(full).pk, other.pk)

    def test_nor_by_a_payment_that_is_born_paid(self, full: Case) -> None:
        about = {"commitment": full.commitment, "tranche": year_of(full), "kind": "part", "claimed": 2 * ORE}
        done = {"approved": 2 * ORE, "paid_on": "2026-01-01", "reference": "x"}
        for state in ("attested", "ordered", "paid"):
            with refused("payments_within_the_tranche"):
                DisbursementRequest.objects.create(state=state, **about, **done)

    @at_once
    def test_eight_at_once(self) -> None:
        """Each asks for an øre more than a third: two are attested, and not one øre too much."""
        made = released()
        accounts(made, 9 * WHOLE)
        part = (WHOLE / 3).quantize(ORE) + ORE
        requests = [ask(made, part, upto="controlled").pk for _number in range(CONNECTIONS)]

        def attest(number: int) -> None:
            DisbursementRequest.objects.get(pk=requests[number]).carry_out(ATTEST, made.house.attester)

        tally = together(attest)
        assert (tally.done, bound()) == (2, 2 * part)
        assert nothing_is_half_done()

    @at_once
    def test_eight_at_once_by_raw_sql(self) -> None:
        made = released()
        accounts(made, 9 * WHOLE)
        requests = [ask(made, WHOLE / 4, upto="controlled") for _number in range(CONNECTIONS)]
        tally = together(lambda number: attest_by_sql(made, requests[number]))
        assert (tally.done, bound()) == (4, WHOLE)
        assert nothing_is_half_done()


class TestI04:
    """Nothing is paid of money that is not released, or that hangs on an open precondition."""

    pytestmark = usual

    @pytest.fixture
    def early(self) -> tuple[Case, DisbursementRequest]:
        """Controlled before the money was released."""
        made = accepted()
        accounts(made, WHOLE)
        return made, ask(made, ORE, upto="controlled")

    def test_the_model_says_so(self, early: tuple[Case, DisbursementRequest]) -> None:
        made, request = early
        with told("not released"):
            request.carry_out(ATTEST, made.house.attester)
        year_of(made).release(made.house.officer)
        request.carry_out(ATTEST, made.house.attester)

    def test_raw_sql_is_refused(self, early: tuple[Case, DisbursementRequest]) -> None:
        made, request = early
        with refused("paid_only_when_released"):
            attest_by_sql(made, request)
        year_of(made).release(made.house.officer)
        made.commitment.conditions.get().carry_out(REOPEN, made.house.officer, "Likevel ikke")
        with refused("paid_only_when_released"):
            attest_by_sql(made, request)

    def test_nor_when_the_condition_fails_on_the_way_to_the_bank(self) -> None:
        made = released()
        accounts(made, WHOLE)
        request = ask(made, ORE, upto="attested")
        made.commitment.conditions.get().carry_out(REOPEN, made.house.officer, "Likevel ikke")
        with told("condition"):
            bring(made, request, "ordered")

    @at_once
    def test_eight_at_once(self) -> None:
        """While one opens a condition again, seven attest: each came before that, or is refused."""
        made = released()
        accounts(made, WHOLE)
        requests = [ask(made, ORE, upto="controlled").pk for _number in range(CONNECTIONS)]
        condition = made.commitment.conditions.get()

        def act(number: int) -> None:
            if number == 0:
                condition.carry_out(REOPEN, made.house.officer, "Likevel ikke")
            else:
                DisbursementRequest.objects.get(pk=requests[number]).carry_out(ATTEST, made.house.attester)

        tally = together(act)
        assert bound() == (tally.done - 1) * ORE
        assert nothing_is_half_done()
        opened = condition.events.get(act="reopen")
        after = DisbursementRequestEvent.objects.filter(act="attest", pk__gt=0, at__gt=opened.at)
        assert all("condition" in str(refusal) for refusal in tally.refusals)
        assert after.count() <= tally.done - 1

    @at_once
    def test_eight_at_once_of_money_that_is_not_released(self) -> None:
        made = accepted()
        accounts(made, WHOLE)
        requests = [ask(made, ORE, upto="controlled") for _number in range(CONNECTIONS)]
        assert together(lambda number: attest_by_sql(made, requests[number])).done == 0
        assert bound() == 0
        assert nothing_is_half_done()


class TestI08:
    """Part and final payments stay within the commitment's share of the documented eligible costs."""

    pytestmark = usual

    @pytest.fixture
    def made(self) -> Case:
        """70 % of 100 000.01 is 70 000.007: 70 000.00 can be paid."""
        made = released(house(share_cap=Decimal("0.7"), advance_share=Decimal("0.5")))
        accounts(made, Decimal("100000.01"))
        return made

    def test_the_model_says_so(self, made: Case) -> None:
        with told("approved costs do not carry"):
            ask(made, Decimal("70000.01"), upto="attested")
        ask(made, Decimal("70000.00"), upto="attested")
        with told("approved costs do not carry"):
            ask(made, ORE, upto="attested")

    def test_raw_sql_is_refused(self, made: Case) -> None:
        request = ask(made, Decimal("70000.01"), upto="controlled")
        with refused("payments_within_the_costs"):
            attest_by_sql(made, request)
        with refused("promise_is_fixed"):
            Commitment.objects.update(share=1)

    def test_an_advance_counts_but_is_not_held_against_costs(self, made: Case) -> None:
        ask(made, Decimal(150_000), "advance", upto="attested")
        with told("approved costs do not carry"):
            ask(made, ORE, upto="attested")

    def test_an_advance_stays_within_its_share(self, made: Case) -> None:
        ask(made, WHOLE / 2, "advance", upto="attested")
        with told("in advance"):
            ask(made, ORE, "advance", upto="attested")
        request = ask(made, ORE, "advance", upto="controlled")
        with refused("advance_within_its_share"):
            attest_by_sql(made, request)

    def test_costs_that_are_not_approved_carry_nothing(self) -> None:
        made = released()
        accounts(made, WHOLE, "sent")
        with told("approved costs do not carry"):
            ask(made, ORE, upto="attested")


class TestI11:
    """Less is paid than was asked for only with a reason, and never more."""

    pytestmark = usual

    def test_the_model_says_so(self) -> None:
        made = released()
        request = ask(made, WHOLE)
        with told("Say why"):
            request.control(WHOLE - ORE, "", made.house.officer)
        with told("No more can be paid"):
            request.control(WHOLE + ORE, "Gave", made.house.officer)
        request.control(WHOLE - ORE, "Et bilag mangler", made.house.officer)
        assert (request.approved, request.reason) == (WHOLE - ORE, "Et bilag mangler")

    def test_raw_sql_is_refused(self) -> None:
        made = released()
        request = ask(made, WHOLE)
        officer = made.house.officer
        about = {"controlled_by_id": officer.pk}
        with refused("paying_less_needs_a_reason"):
            move_by_sql(request, "control", "controlled", officer, approved=WHOLE - ORE, **about)
        with refused("approved_is_not_more_than_claimed"):
            move_by_sql(request, "control", "controlled", officer, approved=WHOLE + ORE, reason="Gave", **about)
        with refused("approved_once_controlled"):
            move_by_sql(request, "control", "controlled", officer, **about)
        with allowed():
            move_by_sql(request, "control", "controlled", officer, approved=WHOLE - ORE, reason="Bilag", **about)


def test_what_the_triggers_let_by_is_found_afterwards(db: None) -> None:
    """check_money sees a payment beyond the year's money that was written with the triggers switched off."""
    from funding.invariants import broken

    made = released()
    accounts(made, 9 * WHOLE)
    ask(made, WHOLE, upto="attested")
    with pgtrigger.ignore(), allowed():
        sql("UPDATE funding_disbursementrequest SET claimed = claimed + 0.01, approved = approved + 0.01")
    assert {one.invariant for one in broken()} == {"I3"}
    assert Tranche.objects.get(year=FIRST).amount == WHOLE
