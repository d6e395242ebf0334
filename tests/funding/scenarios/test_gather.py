"""What is read out of the database: sizes by the day, what is paid, caps, costs of plans, and what is not there."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from funding.models import BudgetFrame, Commitment, Contents, Cost, Financing
from funding.models.commitment_states import WITHDRAW
from funding.scenarios.facts import Facts
from funding.scenarios.gather import gather
from projects.models import Project
from tests.funding.factories import CommitmentFactory, ConditionFactory, FundingSchemeFactory, TrancheFactory
from tests.funding.factories_frames import FrameEntryFactory, frame
from tests.funding.factories_frames import promised as out_of
from tests.funding.factories_payments import Case
from tests.funding.factories_plans import plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MILLION = Decimal(1_000_000)


def facts(on: date | None = None) -> Facts:
    return gather(Commitment.objects.current(), BudgetFrame.objects.all(), on or timezone.localdate())


class TestFrames:
    def test_are_as_large_as_allocated_by_the_day(self) -> None:
        made = frame(MILLION)
        FrameEntryFactory.create(frame=made, amount=-MILLION / 4, kind="change", on=date(2026, 6, 1))
        FrameEntryFactory.create(frame=made, amount=MILLION, on=date(2090, 1, 1))
        assert [one.size for one in facts(date(2026, 7, 1)).frames] == [MILLION * 3 / 4]

    def test_of_which_nobody_said_how_large_are_unknown(self) -> None:
        frame(None)
        assert [one.size for one in facts().frames] == [None]

    def test_give_their_source_to_what_is_paid_from_them(self) -> None:
        made = frame(MILLION)
        tranche = out_of(made, MILLION / 2)
        [one] = facts().tranches
        assert (one.key, one.frame, one.source, one.amount) == (tranche.pk, made.pk, made.source_id, MILLION / 2)

    def test_are_the_baseline_of_conditions_that_name_their_year(self) -> None:
        made = frame(MILLION)
        condition = ConditionFactory.create(kind="allocation")
        type(condition).objects.filter(pk=condition.pk).update(source=made.source, baseline_year=made.year)
        TrancheFactory.create(commitment=condition.commitment)
        assert facts().tranches[0].conditions[0].baseline == MILLION


class TestMoney:
    def test_that_is_lapsed_or_withdrawn_is_not_there(self) -> None:
        out_of(frame(MILLION), None, "lapsed")
        withdrawn = TrancheFactory.create().commitment
        withdrawn.carry_out(WITHDRAW, None, "Skrevet to ganger")
        assert not facts().tranches

    def test_that_is_paid_says_how_much(self) -> None:
        case = Case()
        tranche = case.promise("400000.00").tranches.get()
        case.asked(tranche, "advance", "150000.50", upto="paid")
        case.asked(tranche, "advance", "1000.00", upto="attested")
        [one] = facts().tranches
        assert (one.state, one.amount, one.paid) == ("released", Decimal(400_000), Decimal("150000.50"))

    def test_has_the_tightest_cap_of_its_payer(self, project: Project) -> None:
        scheme = FundingSchemeFactory.create(share_cap=Decimal("0.7"))
        first = CommitmentFactory.create(project=project, scheme=scheme)
        second = CommitmentFactory.create(project=project, funder=first.funder, share=Decimal("0.5"))
        for one in (first, second):
            TrancheFactory.create(commitment=one)
        [cap] = facts().caps
        assert (cap.project, cap.funder, cap.share) == (project.pk, first.funder_id, Decimal("0.5"))


class TestCosts:
    def test_are_those_of_the_approved_plan_less_what_nobody_pays(self, project: Project) -> None:
        each, part = {2026: MILLION}, {2026: MILLION / 4}
        costs = [Cost("Lønn", "wages", years={2026: MILLION * 3 / 4}), Cost("Reise", "travel", years=part)]
        paid = [Financing("Tilskudd", "grant", years={2026: MILLION * 3 / 4}), Financing("Udekket", "gap", years=part)]
        plan(project, what=Contents(costs, paid))
        plan(project, state="draft", what=Contents([Cost("Lønn", "wages", years=each)], []))
        TrancheFactory.create(commitment=project.commitments.get())
        assert facts().costs == {project.pk: MILLION * 3 / 4}

    def test_without_a_plan_are_not_there(self, commitment: Commitment) -> None:
        assert facts().costs == {}
        assert {one.commitment for one in facts().tranches} == {commitment.pk}
