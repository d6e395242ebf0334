"""What the system proposes of a condition, from what it knows: reports, agreements, other money, frames, acceptance.

A person of the funder's confirms it, or judges otherwise: nothing is assessed by itself.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.models import BudgetFrame, Commitment, CommitmentState, Condition, ConditionKind
from funding.models.commitment_states import CURRENT
from funding.models.conditions import FAIL, MEET, ConditionQuerySet
from partners.acts import Act
from projects.models import AgreementState, ReportingRequirement, ReportState
from projects.models.agreements import Standing
from projects.money import nok


class Proposal(NamedTuple):
    """What it would be assessed as, and on what that builds. An act of None: nothing can be said yet."""

    act: Act | None
    because: str
    url: str = ""
    """Where that can be looked up, or brought about."""

    def is_new(self, condition: Condition) -> bool:
        """Whether somebody has to look: it says something else than the condition stands at."""
        return self.act is not None and self.act.possible_from(condition.state)


def propose(condition: Condition, on: date) -> Proposal:
    """No query when the condition came by `ready`."""
    return RULES.get(condition.kind, _for_people)(condition, on)


def ready(conditions: ConditionQuerySet) -> ConditionQuerySet:
    """With all that `propose` looks at, in a fixed number of queries."""
    joined = conditions.select_related("tranche", "agreement", "requirement__report", "source", "commitment__funder")
    frames = BudgetFrame.objects.prefetch_related("entries")
    reports = ReportingRequirement.objects.select_related("report").order_by("last_day", "pk")
    return joined.prefetch_related(
        Prefetch("commitment__project__reporting_requirements", reports),
        Prefetch("source__frames", frames),
        Prefetch("supports", Commitment.objects.prefetch_related("tranches")),
    )


def _for_people(_condition: Condition, _on: date) -> Proposal:
    return Proposal(None, _("This is for people to judge."))


def _report(condition: Condition, on: date) -> Proposal:
    requirement = condition.requirement or _report_of_the_year_before(condition)
    if requirement is None:
        asking = reverse("report-require", args=[condition.commitment.project_id])
        return Proposal(None, _("No report is asked for yet."), asking)
    report = requirement.report
    if report.state == ReportState.APPROVED:
        told = _("The report on %(first)s to %(last)s is approved.")
        act: Act | None = MEET
    elif requirement.is_overdue(on):
        told, act = _("The report on %(first)s to %(last)s is overdue."), FAIL
    else:
        told, act = _("The report on %(first)s to %(last)s is not approved yet."), None
    days = {"first": date_format(requirement.first_day), "last": date_format(requirement.last_day)}
    return Proposal(act, told % days, report.get_absolute_url())


def _report_of_the_year_before(condition: Condition) -> ReportingRequirement | None:
    """Money of a year hangs on what was done the year before."""
    if condition.tranche is None or condition.tranche.year is None:
        return None
    asked = condition.commitment.project.reporting_requirements.all()
    of_the_year = [one for one in asked if one.last_day.year == condition.tranche.year - 1]
    return max(of_the_year, key=lambda one: (one.last_day, one.pk), default=None)


def _agreement(condition: Condition, on: date) -> Proposal:
    agreement = condition.agreement
    if agreement is None:
        return Proposal(None, _("It is not said which agreement."))
    standing = agreement.standing(on)
    acts = {Standing.IN_FORCE: MEET, AgreementState.DECLINED: FAIL, AgreementState.TERMINATED: FAIL}
    told = _("The agreement “%(agreement)s” is “%(state)s”.") % {"agreement": agreement, "state": standing.label}
    return Proposal(acts.get(standing), told, agreement.get_absolute_url())


def _co_financing(condition: Condition, _on: date) -> Proposal:
    other = condition.supports
    if other is None:
        return Proposal(None, _("It is not said which co-financing."))
    about = {"commitment": other, "state": other.get_state_display()}
    if other.state not in CURRENT:
        gone = other.state not in (CommitmentState.DRAFT, CommitmentState.PROPOSED)
        return Proposal(FAIL if gone else None, _("“%(commitment)s” is “%(state)s”.") % about, other.get_absolute_url())
    if any(one.strength and one.state != "held_out" for one in other.tranches.all()):
        return Proposal(MEET, _("“%(commitment)s” is promised.") % about, other.get_absolute_url())
    return Proposal(None, _("“%(commitment)s” is only held out.") % about, other.get_absolute_url())


def _allocation(condition: Condition, on: date) -> Proposal:
    if condition.source is None:
        return Proposal(None, _("It is not said which allocation."))
    year = condition.tranche.year if condition.tranche else None
    now = None if year is None else _size(condition.source.frames.all(), year, on)
    if now is None:
        return Proposal(None, _("How large the allocation is that year is not known yet."))
    base = condition.baseline_amount
    if base is None and condition.baseline_year is not None:
        base = _size(condition.source.frames.all(), condition.baseline_year, on)
    if base is None:
        return Proposal(None, _("What the allocation is compared with is not known."))
    least = base * (1 - condition.tolerance)
    told = _("The allocation of %(year)s is %(amount)s; at least %(least)s is asked for.")
    about = {"year": year, "amount": nok(now), "least": nok(least)}
    return Proposal(MEET if now >= least else FAIL, told % about)


def _size(frames: Iterable[BudgetFrame], year: int, on: date) -> Decimal | None:
    """What was allocated that day. None when nobody has said."""
    entries = [entry.amount for one in frames if one.year == year for entry in one.entries.all() if entry.on <= on]
    return sum(entries, Decimal(0)) if entries else None


def _acceptance(condition: Condition, _on: date) -> Proposal:
    commitment, told = condition.commitment, _("The commitment is “%(state)s”.")
    accepted = (CommitmentState.ACCEPTED, CommitmentState.ACTIVE, CommitmentState.SETTLED, CommitmentState.EXPIRED)
    act = MEET if commitment.state in accepted else FAIL if commitment.state == CommitmentState.LAPSED else None
    return Proposal(act, told % {"state": commitment.get_state_display()}, commitment.get_absolute_url())


RULES: dict[str, Callable[[Condition, date], Proposal]] = {
    ConditionKind.REPORT: _report,
    ConditionKind.PROGRESS: _report,
    ConditionKind.AGREEMENT: _agreement,
    ConditionKind.CO_FINANCING: _co_financing,
    ConditionKind.ALLOCATION: _allocation,
    ConditionKind.ACCEPTANCE: _acceptance,
}
