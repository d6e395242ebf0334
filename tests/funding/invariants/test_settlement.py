"""The final payment, and what is left: I10."""

from decimal import Decimal

import pytest
from django.utils import timezone

from funding import settling
from funding.invariants import broken
from funding.models import Commitment, DisbursementRequest, EntryKind, FrameEntry, Tranche
from funding.models.disbursements import ATTEST
from tests.funding.factories_cases import Case
from tests.funding.invariants.attempts import CONNECTIONS, move_by_sql, refused, sql, together, told
from tests.funding.invariants.chain import FIRST, ORE, THIRD, accounts, ask, bring, released, year_of

usual = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
at_once = pytest.mark.django_db(transaction=True)
LEFT = Decimal("12345.67")
WHOLE = Decimal(400_000)


def settled() -> Case:
    """All but LEFT of the first year is paid, and the last of it was the final payment."""
    made = released()
    accounts(made, WHOLE)
    ask(made, Decimal(100_000), upto="paid")
    ask(made, Decimal(300_000) - LEFT, "final", upto="paid")
    return made


def back() -> dict[int, Decimal]:
    """What has come back to the frames, by year."""
    found = FrameEntry.objects.filter(kind=EntryKind.RETURNED)
    return dict(found.values_list("frame__year", "amount"))


class TestI10:
    """One final payment, none after it; what is left returns to its frame, to the øre."""

    pytestmark = usual

    def test_the_model_says_so(self) -> None:
        made = settled()
        assert made.commitment.state == "settled"
        states = dict(Tranche.objects.values_list("year", "state"))
        assert states == {FIRST: "settled", 2027: "lapsed", THIRD: "lapsed"}
        assert back() == {FIRST: LEFT}
        assert list(broken()) == []
        with told():
            ask(made, ORE, upto="attested")
        with refused("one_final_payment"):
            ask(made, ORE, "final")

    def test_raw_sql_is_refused(self) -> None:
        made = released()
        accounts(made, WHOLE)
        late = ask(made, ORE, upto="controlled")
        final = ask(made, ORE, "final", upto="controlled")
        attester = made.house.attester
        with refused("nothing_after_the_final"):
            move_by_sql(final, "attest", "attested", attester, attested_by_id=attester.pk)
        with refused("one_final_payment"):
            DisbursementRequest.objects.begin(year_of(made), "final", ORE, made.leader)
        with refused("sent_is_fixed"):
            sql("UPDATE funding_disbursementrequest SET kind = 'final' WHERE id = %s", late.pk)
        bring(made, late, "paid")
        bring(made, final, "attested")
        with told("Nothing more is paid once the final payment is attested"):
            ask(made, ORE)

    def test_what_is_left_does_not_stay_away(self) -> None:
        made = released()
        accounts(made, WHOLE)
        ask(made, Decimal(100_000), "final", upto="ordered")
        tranche = year_of(made)
        with refused("what_is_left_returns"):
            move_by_sql(tranche, "settle", "settled", made.house.finance, event_amount=tranche.amount)

    def test_nor_does_more_come_back_than_is_left(self) -> None:
        made = settled()
        tranche = year_of(made)
        about = {"frame": tranche.frame, "tranche": tranche, "kind": EntryKind.RETURNED, "why": "Mer"}
        with refused("left_returns_once", "what_is_left_returns"):
            FrameEntry.objects.create(amount=ORE, **about)
        with refused("Cannot update or delete rows"):
            sql("UPDATE funding_frameentry SET amount = amount + 1")
        open_year = year_of(released())
        with refused("what_is_left_returns"):
            FrameEntry.objects.create(**{**about, "frame": open_year.frame, "tranche": open_year}, amount=ORE)

    def test_a_commitment_is_not_settled_without_its_final_payment(self) -> None:
        made = released()
        with refused("settled_by_the_final_payment", "commitment_moves_by_its_acts"):
            move_by_sql(made.commitment, "settle", "settled", made.house.finance)

    @at_once
    def test_eight_at_once(self) -> None:
        """Eight send a final payment: one is there, and it is the only one."""
        made = released()
        accounts(made, WHOLE)
        tally = together(lambda _number: ask(made, ORE, "final"))
        assert tally.done == 1
        assert DisbursementRequest.objects.get().state == "sent"
        assert DisbursementRequest.objects.get().events.count() == 2

    @at_once
    def test_eight_at_once_pay_the_same_one(self) -> None:
        made = released()
        accounts(made, WHOLE)
        request = ask(made, WHOLE - LEFT, "final", upto="ordered").pk
        today = timezone.localdate()

        def pay(number: int) -> None:
            settling.pay(DisbursementRequest.objects.get(pk=request), made.house.finance, today, f"Bilag {number}")

        assert together(pay).done == 1
        assert back() == {FIRST: LEFT}
        assert Commitment.objects.get().events.filter(act="settle").count() == 1
        assert list(broken()) == []

    @at_once
    def test_eight_at_once_the_final_one_and_seven_others(self) -> None:
        """Either the final one waits for the others, or none of them comes after it."""
        made = released()
        accounts(made, WHOLE)
        requests = [ask(made, ORE, upto="controlled").pk for _number in range(CONNECTIONS - 1)]
        requests.append(ask(made, ORE, "final", upto="controlled").pk)

        def attest(number: int) -> None:
            DisbursementRequest.objects.get(pk=requests[number]).carry_out(ATTEST, made.house.attester)

        tally = together(attest)
        assert tally.done == CONNECTIONS - 1
        assert DisbursementRequest.objects.get(kind="final").state == "controlled"
        assert list(broken()) == []
