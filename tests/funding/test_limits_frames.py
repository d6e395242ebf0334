"""A frame is not overdrawn (I7) and a scheme gives no more than its ceilings (I9): broken by models and by raw SQL."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from funding.models import BudgetFrame, Commitment, FrameEntry, SchemeCeiling, Strength, Tranche
from funding.models.commitment_states import ANNUL
from funding.overview import left
from tests.factories import OrganisationFactory
from tests.funding.factories import CommitmentFactory, SchemeCeilingFactory, TrancheFactory
from tests.funding.factories_frames import BudgetFrameFactory, FrameEntryFactory, frame, promised
from tests.funding.test_limits import refused, settled, sql, staff

pytestmark = pytest.mark.django_db
HALF, MILLION, ORE = Decimal(500_000), Decimal(1_000_000), Decimal("0.01")


def tomorrow() -> object:
    return timezone.localdate() + timedelta(days=1)


def decide(tranche: Tranche) -> None:
    sql("UPDATE funding_commitment SET state = 'approved' WHERE id = %s", tranche.commitment_id)


OTHER_RULES = (
    "funding.Commitment:approved_means_decided",
    "funding.Commitment:state_follows_its_events",
    "funding.Tranche:amount_is_of_the_last_event",
    "funding.TrancheEvent:amount_is_of_the_last_event",
    "funding.TrancheEvent:only_drafts_are_put_right",
)


class TestI07AFrameIsNotOverdrawn:
    @pytest.fixture(autouse=True)
    def nothing_else_refuses(self) -> Iterator[None]:
        """That these writes are refused by other rules too is shown elsewhere."""
        with pgtrigger.ignore(*OTHER_RULES):
            yield

    @pytest.fixture
    def full(self) -> BudgetFrame:
        """Half of it decided, the other half in a draft."""
        full = frame(MILLION)
        promised(full, HALF)
        promised(full, HALF, state="draft")
        return full

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE funding_tranche SET amount = amount + 500000.01",
            "UPDATE funding_frameentry SET amount = 1",
        ],
    )
    def test_by_more_money_in_raw_sql(self, full: BudgetFrame, change: str) -> None:
        with pytest.raises(Error, match=r"frame_is_not_overdrawn|Cannot update"), settled():
            sql(change)

    def test_by_another_year_of_a_decided_commitment(self, full: BudgetFrame) -> None:
        other = frame(HALF, source=full.source, year=2027)
        commitment = Commitment.objects.get(state="approved")
        with refused("frame_is_not_overdrawn"):
            commitment.add(2027, HALF + ORE, Strength.FIRM, None, frame=other)
        with settled():
            commitment.add(2028, HALF + ORE, Strength.FIRM, None)

    def test_by_deciding_a_draft_in_raw_sql(self, full: BudgetFrame) -> None:
        Tranche.objects.filter(commitment__state="draft").update(amount=HALF)
        FrameEntryFactory.create(frame=full, amount=-ORE)
        with refused("frame_is_not_overdrawn"):
            sql("UPDATE funding_commitment SET state = 'approved' WHERE state = 'draft'")

    def test_by_money_getting_firm(self, full: BudgetFrame) -> None:
        tranche = promised(full, HALF + ORE, Strength.CONDITIONAL)
        with refused("frame_is_not_overdrawn"):
            sql("UPDATE funding_tranche SET state = 'firm' WHERE id = %s", tranche.pk)

    def test_by_money_moved_from_another_frame(self, full: BudgetFrame) -> None:
        other = frame(MILLION, source__owner=full.source.owner)
        tranche = promised(other, HALF + ORE)
        with refused("frame_is_not_overdrawn"):
            Tranche.objects.filter(pk=tranche.pk).update(frame=full)

    def test_by_a_cut_now_or_later(self, full: BudgetFrame) -> None:
        for day in (timezone.localdate(), tomorrow()):
            with refused("frame_is_not_overdrawn"):
                FrameEntryFactory.create(frame=full, amount=-HALF - ORE, on=day)
        with settled():
            FrameEntryFactory.create(frame=full, amount=-HALF, on=tomorrow())

    def test_and_money_that_comes_later_is_not_there_yet(self) -> None:
        later = frame(None)
        FrameEntryFactory.create(frame=later, amount=MILLION, on=tomorrow())
        with refused("frame_is_not_overdrawn"):
            decide(promised(later, ORE, state="proposed"))

    def test_what_is_held_out_conditional_told_or_annulled_binds_nothing(self, full: BudgetFrame) -> None:
        promised(full, MILLION, Strength.HELD_OUT)
        promised(full, MILLION, Strength.CONDITIONAL)
        assert left(full, timezone.localdate()) == HALF
        annulled = promised(full, HALF)
        assert left(full, timezone.localdate()) == 0
        annulled.commitment.carry_out(ANNUL, staff(annulled.commitment), "Trukket")
        assert left(full, timezone.localdate()) == HALF

    def test_amounts_may_be_moved_about_inside_a_transaction(self, full: BudgetFrame) -> None:
        first, second = Tranche.objects.get(commitment__state="approved"), promised(full, HALF)
        with settled():
            Tranche.objects.filter(pk=first.pk).update(amount=MILLION - 1)
            Tranche.objects.filter(pk=second.pk).update(amount=Decimal(1))

    def test_what_is_left_is_never_more_than_the_database_gives(self, full: BudgetFrame) -> None:
        FrameEntryFactory.create(frame=full, amount=MILLION, on=timezone.localdate() + timedelta(days=9))
        FrameEntryFactory.create(frame=full, amount=-ORE, on=tomorrow())
        FrameEntryFactory.create(frame=full, amount=Decimal(-1), on=tomorrow())
        FrameEntryFactory.create(frame=full, amount=Decimal(1), on=tomorrow())
        assert left(full, timezone.localdate()) == HALF - ORE
        with refused("frame_is_not_overdrawn"):
            decide(promised(full, HALF, state="proposed"))

    def test_nobody_has_said_how_large_it_is(self) -> None:
        assert left(frame(None), timezone.localdate()) == 0


class TestAFramePaysItsOwn:
    def test_year_and_owner(self) -> None:
        out_of = frame()
        commitment = CommitmentFactory.create(funder=out_of.source.owner)
        for year, whose in [(2027, commitment), (None, commitment), (2026, CommitmentFactory.create())]:
            with refused("tranche_is_of_its_frame"):
                whose.add(year, Decimal(1), Strength.HELD_OUT, None, frame=out_of)
        with settled():
            commitment.add(2026, Decimal(1), Strength.HELD_OUT, None, frame=out_of)

    def test_by_raw_sql(self) -> None:
        tranche, elsewhere = promised(frame(), HALF, state="draft"), OrganisationFactory.create()
        with refused("tranche_is_of_its_frame"):
            sql("UPDATE funding_tranche SET year = 2027 WHERE id = %s", tranche.pk)
        with refused("tranche_is_of_its_frame"):
            sql("UPDATE funding_commitment SET funder_id = %s", elsewhere.pk)

    @pytest.mark.parametrize(
        ("model", "name", "change"),
        [
            ("BudgetFrame", "a_frame_keeps_its_year", "UPDATE funding_budgetframe SET year = 2027"),
            ("FundingSource", "a_source_keeps_its_owner", "UPDATE funding_fundingsource SET owner_id = %s"),
        ],
    )
    def test_a_frame_stays_what_it_is(self, model: str, name: str, change: str) -> None:
        frame()
        values = [OrganisationFactory.create().pk] if "%s" in change else []
        with pytest.raises(Error, match="Cannot update rows"), transaction.atomic():
            sql(change, *values)
        with pgtrigger.ignore(f"funding.{model}:{name}"):
            sql(change, *values)

    def test_an_entry_is_never_changed(self) -> None:
        frame()
        for change in ("UPDATE funding_frameentry SET amount = 1", "DELETE FROM funding_frameentry"):
            with pytest.raises(Error, match="Cannot update or delete rows"), transaction.atomic():
                sql(change)
        assert FrameEntry.objects.get().amount == MILLION


class TestI09TheCeilingsOfAScheme:
    """That for a project is broken in test_limits."""

    @pytest.fixture
    def ceiling(self) -> SchemeCeiling:
        return SchemeCeilingFactory.create(amount=HALF, counts="recipient")

    def test_hold_for_a_recipient_in_all_its_projects(self, ceiling: SchemeCeiling) -> None:
        recipient = OrganisationFactory.create()
        facts = {"commitment__scheme": ceiling.scheme, "amount": HALF}
        with settled():
            TrancheFactory.create(commitment__recipient=recipient, **facts)
            TrancheFactory.create(commitment__recipient=OrganisationFactory.create(), **facts)
            TrancheFactory.create(**facts)
            TrancheFactory.create(**facts)
        with refused("tranches_within_ceiling"):
            TrancheFactory.create(commitment__recipient=recipient, **{**facts, "amount": ORE})
        with refused("tranches_within_ceiling"):
            sql("UPDATE funding_commitment SET recipient_id = %s WHERE recipient_id IS NULL", recipient.pk)

    def test_hold_for_the_scheme_in_all(self, ceiling: SchemeCeiling) -> None:
        SchemeCeilingFactory.create(scheme=ceiling.scheme, amount=MILLION, counts="scheme")
        for _project in range(2):
            TrancheFactory.create(amount=HALF, commitment__scheme=ceiling.scheme)
        connection.check_constraints()
        with refused("tranches_within_ceiling"):
            TrancheFactory.create(amount=ORE, commitment__scheme=ceiling.scheme)
        with refused("tranches_within_ceiling"):
            SchemeCeiling.objects.filter(counts="scheme").update(amount=MILLION - ORE)
        with refused("tranches_within_ceiling"):
            sql("UPDATE funding_schemeceiling SET counts = 'project', amount = 1 WHERE counts = 'scheme'")

    def test_drafts_and_what_lapsed_count_nowhere(self) -> None:
        ceiling = SchemeCeilingFactory.create(amount=HALF)
        out_of, project = BudgetFrameFactory.create(), CommitmentFactory.create().project
        facts = {"scheme": ceiling.scheme, "project": project}
        with settled():
            promised(out_of, MILLION, state="draft", **facts)
            promised(out_of, MILLION, state="lapsed", **facts)
            promised(out_of, MILLION, state="annulled", **facts)
            promised(out_of, MILLION, "lapsed", **facts)
            promised(out_of, HALF, Strength.HELD_OUT, **facts)
            TrancheFactory.create(commitment__scheme=ceiling.scheme, amount=HALF)
        draft = Commitment.objects.get(state="draft")
        with refused("tranches_within_ceiling"):
            draft.events.create(act="propose", from_state="draft", to_state="proposed")
            sql("UPDATE funding_commitment SET state = 'proposed' WHERE id = %s", draft.pk)
