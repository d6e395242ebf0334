"""Frames and ceilings: I7 and I9."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from funding.models import Decision, DecisionEvent, FrameEntry, SchemeCeiling, Tranche
from tests.funding.factories_cases import MILLION, YEARS, Case, case, decide, draft, house
from tests.funding.invariants.attempts import CONNECTIONS, allowed, move_by_sql, refused, sql, together, told
from tests.funding.invariants.chain import ALL_FIRM, FIRST, ORE, accepted, year_of

usual = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
at_once = pytest.mark.django_db(transaction=True)
WHOLE = YEARS[FIRST]


def firm() -> Decimal:
    found = Tranche.objects.filter(state="firm", year=FIRST).aggregate(sum=Sum("amount"))["sum"]
    return found or Decimal(0)


def proposed(size: Decimal, cases: int) -> list[Case]:
    """Cases that wait for the decider, each with WHOLE firm in the first year, out of a frame of that size."""
    payer = house(size)
    made = [case("review", payer) for _number in range(cases)]
    for one in made:
        draft(one, sure={FIRST: "firm"})
        one.decision.propose(payer.officer)
    return made


class TestI07:
    """What is firm or released of a frame is never more than there is in it that day."""

    pytestmark = usual

    def test_the_model_says_so(self) -> None:
        first, second = proposed(2 * WHOLE - ORE, 2)
        decide(first.decision, first.house.decider)
        with told("frame"):
            decide(second.decision, second.house.decider)
        assert Decision.objects.get(pk=second.decision.pk).state == "proposed"
        assert firm() == WHOLE

    def test_raw_sql_is_refused(self) -> None:
        made = accepted(house(WHOLE), sure={FIRST: "firm"})
        frame = made.house.frames[FIRST]
        with refused("frame_is_not_overdrawn"):
            sql(
                'INSERT INTO funding_frameentry (frame_id, kind, amount, "on", why, decided_by, at, is_demo)'
                " VALUES (%s, 'change', -0.01, '2026-01-01', 'x', '', now(), false)",
                frame.pk,
            )
        with refused("Cannot update or delete rows"):
            sql("DELETE FROM funding_frameentry")
        (other,) = proposed(10 * MILLION, 1)
        with refused("tranche_is_of_its_frame", "frame_is_not_overdrawn"):
            sql("UPDATE funding_tranche SET frame_id = %s WHERE commitment_id = %s", frame.pk, other.commitment.pk)

    def test_nor_by_a_larger_amount(self) -> None:
        made = accepted(house(WHOLE), sure={FIRST: "firm"})
        tranche = year_of(made)
        with refused("frame_is_not_overdrawn", "only_drafts_are_put_right", "a_decision_makes_it_so"):
            move_by_sql(tranche, "amend", "firm", made.house.decider, amount=WHOLE + ORE, event_amount=WHOLE + ORE)

    @at_once
    def test_eight_at_once(self) -> None:
        """Eight decisions on a frame that has room for three, less an øre: two are made."""
        cases = proposed(3 * WHOLE - ORE, CONNECTIONS)

        def act(number: int) -> None:
            decide(Decision.objects.get(pk=cases[number].decision.pk), cases[number].house.decider)

        tally = together(act)
        assert (tally.done, firm()) == (2, 2 * WHOLE)
        assert DecisionEvent.objects.filter(act="decide").count() == 2
        assert Decision.objects.filter(state="decided").count() == 2
        assert Tranche.objects.filter(decision__isnull=False).exclude(decision__state="decided").count() == 0

    @at_once
    def test_eight_at_once_release_while_the_frame_is_cut(self) -> None:
        """Conditional money does not bind the frame; released money does."""
        payer = house(3 * WHOLE)
        cases = [accepted(payer, sure={FIRST: "conditional"}) for _number in range(CONNECTIONS - 1)]

        def act(number: int) -> None:
            if number == CONNECTIONS - 1:
                FrameEntry.objects.create(frame=payer.frames[FIRST], amount=-WHOLE, why="Kutt")
            else:
                year_of(cases[number]).release(payer.officer)

        together(act)
        size = FrameEntry.objects.filter(frame__year=FIRST).aggregate(sum=Sum("amount"))["sum"]
        released = Tranche.objects.filter(state="released").aggregate(sum=Sum("amount"))["sum"]
        assert released == size


class TestI09:
    """A scheme gives a project, a recipient, or all, no more in a year than its ceiling."""

    pytestmark = usual

    @pytest.mark.parametrize("counts", ["project", "recipient", "scheme"])
    def test_the_model_says_so(self, counts: str) -> None:
        payer = house()
        payer.scheme.ceilings.create(year=FIRST, counts=counts, amount=WHOLE - ORE)
        made = case("review", payer)
        with told("scheme gives"):
            draft(made)
            made.decision.propose(payer.officer)
        assert not Tranche.objects.exclude(state="held_out").exists()

    @pytest.mark.parametrize("counts", ["project", "recipient", "scheme"])
    def test_raw_sql_is_refused(self, counts: str) -> None:
        payer = house()
        ceiling = payer.scheme.ceilings.create(year=FIRST, counts=counts, amount=WHOLE)
        with allowed():
            made = accepted(payer)
        with refused("tranches_within_ceiling"):
            SchemeCeiling.objects.filter(pk=ceiling.pk).update(amount=WHOLE - ORE)
        with refused("tranches_within_ceiling"):
            payer.scheme.ceilings.all().delete()
            sql(
                "INSERT INTO funding_schemeceiling (scheme_id, year, counts, amount) VALUES (%s, %s, %s, 1)",
                payer.scheme.pk,
                FIRST,
                counts,
            )
        with refused("tranches_within_ceiling", "promise_is_fixed", "only_drafts"):
            move_by_sql(year_of(made), "amend", "firm", amount=WHOLE + ORE, event_amount=WHOLE + ORE)

    def test_all_years_together_may_be_more(self) -> None:
        payer = house()
        for year, amount in YEARS.items():
            payer.scheme.ceilings.create(year=year, amount=amount)
        with allowed():
            accepted(payer, sure=ALL_FIRM)
