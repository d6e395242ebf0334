"""What the pool page shows to whom."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brokering.models import Competence
from brokering.models.choices import Mode
from funding.guide import Candidate, Fit, Verdict, candidate_of, fits
from funding.models import FundingScheme
from partners.models import Municipality, User
from partners.models.organisations import Role
from pooling.calling_off import why_not_call_off
from pooling.costs import Costs
from pooling.course_panel import CoursePanel
from pooling.forms.pools import CostForm
from pooling.likely import distances, out_of_reach
from pooling.models import CouldRun, Pool, PoolAlarm, PoolMember, PoolState
from pooling.models.members import MemberState
from pooling.models.pools import SHRINK
from pooling.permissions import PAGE_ACTS, Actions, answers_for, brokers, pool_actions
from pooling.pricing import Prices, Share, prices
from pooling.reach import reach
from pooling.timeline import Moment, timeline
from projects.models.states import TargetGroup

MOST_SCHEMES = 3


@dataclass(frozen=True)
class Firm:
    """A member as one person sees it. Without a name where the firm has not agreed to be seen."""

    member: PoolMember
    name: str
    is_own: bool
    sees_all: bool
    km: int | None
    is_out_of_reach: bool


class PoolPage:
    """`form`: what somebody typed about the costs, or the pool's own figures."""

    def __init__(self, pool: Pool, user: User, form: CostForm) -> None:
        self.pool, self.user, self.form = pool, user, form
        self.brokers = brokers(user, pool)
        self.members = list(pool.members.for_listing())

    @cached_property
    def actions(self) -> Actions:
        return pool_actions(self.user, self.pool, self.gathered)

    @property
    def acts(self) -> list[tuple[object, str]]:
        """What can be done with the pool from where it stands, and why not."""
        buttons = [act for act in PAGE_ACTS.values() if act != SHRINK and act.possible_from(self.pool.state)]
        return [(act, self.actions[act.name]) for act in buttons]

    @cached_property
    def why_not_call_off(self) -> str:
        """Of a pool that has a course; empty too where there is none."""
        return why_not_call_off(self.pool.run, self.pool) if self.pool.run and self.pool.is_live else ""

    @property
    def can_act(self) -> bool:
        return any(not why_not for _act, why_not in self.acts)

    @cached_property
    def course(self) -> CoursePanel:
        return CoursePanel(self.pool, self.user, self.members)

    @cached_property
    def competences(self) -> list[Competence]:
        return list(self.pool.competences.all())

    @property
    def present(self) -> list[PoolMember]:
        return [one for one in self.members if not one.has_gone]

    @property
    def counted(self) -> list[PoolMember]:
        return [one for one in self.members if one.is_counted]

    @property
    def gathered(self) -> int:
        return sum(one.seats for one in self.counted)

    @property
    def bound(self) -> int:
        return sum(one.seats for one in self.members if one.is_bound)

    @property
    def missing(self) -> int:
        return max(0, self.pool.min_seats - self.gathered - self.others)

    @cached_property
    def others(self) -> int:
        return self.pool.others

    @cached_property
    def to_ask(self) -> int:
        """Firms that can be asked by e-mail, and have not been."""
        return len(reach([one for one in self.present if one.state == MemberState.ADDED]).possible)

    @cached_property
    def alarm(self) -> PoolAlarm | None:
        return self.pool.alarms.standing().first() if self.brokers else None

    @property
    def could_run(self) -> list[CouldRun]:
        """Providers that say so on the demand board, until the pool is put to some."""
        if not self.brokers or self.pool.state not in (PoolState.GATHERING, PoolState.FROZEN):
            return []
        subjects = [one.pk for one in self.competences]
        return list(CouldRun.objects.standing().about(subjects, self.pool.municipality, self.pool.pk).by_provider())

    @cached_property
    def place(self) -> Municipality | None:
        typed: Municipality | None = self.form.cleaned_data.get("municipality") if self.is_tried else None
        return typed or self.pool.municipality

    @cached_property
    def firms(self) -> list[Firm]:
        """The broker sees all, also those that have left; a firm its own, and those that agreed to be seen."""
        km = distances(self.place.pk if self.place else None)
        shown = self.members if self.brokers else self.present
        return [self._firm(one, km) for one in shown if self._is_named(one)]

    def _firm(self, member: PoolMember, km: dict[str, int]) -> Firm:
        own = answers_for(self.user, member)
        need = member.need
        away, name = km.get(need.municipality_id or ""), str(need.employer)
        return Firm(member, name, own, self.brokers or own, away, out_of_reach(need, km))

    def _is_named(self, member: PoolMember) -> bool:
        """Firms that said yes see those that agreed to it; county staff those whose need is shared with them."""
        if self.brokers or self.user.holds(member.need.employer_id):
            return True
        if own := [one for one in self.members if self.user.holds(one.need.employer_id)]:
            return any(one.is_counted for one in own) and member.is_visible and member.is_counted
        return member.need.consent_to_share

    @property
    def unnamed(self) -> int:
        return len(self.present) - sum(not firm.member.has_gone for firm in self.firms)

    @property
    def reached(self) -> int:
        return sum(not firm.is_out_of_reach and not firm.member.has_gone for firm in self.firms)

    @property
    def is_tried(self) -> bool:
        return self.form.is_bound and self.form.is_valid()

    @cached_property
    def prices(self) -> Prices | None:
        if not self.is_tried:
            return prices(self.pool, Costs.of(self.pool), self.gathered, None, self._budget)
        typed = self.form.cleaned_data
        named = (typed[name] for name in ("fixed_cost_nok", "seat_cost_nok", "grant_nok", "grant_percent"))
        offered = self._budget if self.is_budget else typed["price"]
        return prices(self.pool, Costs.known(*named), self.gathered, typed["seats"], offered)

    @property
    def is_budget(self) -> bool:
        """Whether what the firms would pay is their stated budget, and nobody has typed it."""
        return not (self.is_tried and self.form.cleaned_data["price"])

    @property
    def _budget(self) -> Decimal | None:
        """The lowest that a firm of those who said yes has stated for a person; the broker alone is told."""
        stated = [one.need.budget_nok for one in self.counted if one.need.budget_nok] if self.brokers else []
        return min(stated, default=None)

    @property
    def shares(self) -> list[Share]:
        """What each firm would pay: all for the broker, one's own for a firm."""
        shares = self.prices.shares(self.counted) if self.prices else []
        return [one for one in shares if self.brokers or (one.member and self.user.holds(one.member.need.employer_id))]

    @property
    def to_keep(self) -> list[tuple[str, str]]:
        """The figures that were tried, when they are others than the pool's own."""
        if not self.is_tried or self.actions["edit"] or not set(self.form.changed_data) - {"seats", "price"}:
            return []
        kept = ("municipality", "fixed_cost_nok", "seat_cost_nok", "grant_nok", "grant_percent")
        return [(name, str(self.form.data.get(name, ""))) for name in kept]

    @cached_property
    def schemes(self) -> list[Fit]:
        """Those that could pay a part, the best fitting first."""
        found = fits(list(FundingScheme.objects.for_listing()), self._candidate, timezone.localdate())
        return [fit for fit in found if fit.verdict != Verdict.NO][:MOST_SCHEMES]

    @property
    def _candidate(self) -> Candidate:
        """The project's facts where there is one; the pool's own for what it says better."""
        pool = self.pool
        known = candidate_of(pool.project) if pool.project else Candidate()
        places = {one.need.municipality for one in self.present if one.need.municipality}
        places |= {self.place} if self.place else set()
        prices = self.prices
        total = prices.now.total if prices else None
        return known._replace(
            counties=frozenset(place.county_id for place in places) or known.counties,
            municipalities=frozenset(place.pk for place in places) or known.municipalities,
            target_groups=frozenset({TargetGroup.EMPLOYERS}),
            roles=frozenset({*pool.handled_by.roles, Role.EMPLOYER}),
            own_share=prices.now.net / total if prices and total else None,
            years=1,
            starts_on=pool.earliest_start,
        )

    @property
    def timeline(self) -> list[Moment]:
        return timeline(self.pool, with_firms=self.brokers)

    @property
    def facts(self) -> list[tuple[str, object]]:
        return pool_facts(self.pool)


def pool_facts(pool: Pool) -> list[tuple[str, object]]:
    """What is known of the course, as pairs to show; what is not known is left out."""
    modes = ", ".join(str(Mode(mode).label) for mode in pool.modes)
    known = [
        (_("Where"), pool.municipality),
        (_("How it may be held"), modes),
        (_("Starts between"), window(pool.earliest_start, pool.latest_start)),
        (_("Level"), pool.get_level_display() if pool.level else ""),
        (_("Language"), pool.get_language_display() if pool.language else ""),
        (_("Class size"), _("%(least)d to %(most)d") % {"least": pool.min_seats, "most": pool.max_seats}),
        (_("Answer by"), date_format(pool.answer_by) if pool.answer_by else ""),
        (_("Brokered by"), pool.handled_by),
    ]
    return [(term, fact) for term, fact in known if fact not in ("", None)]


def window(first: date | None, last: date | None) -> str:
    days = [date_format(day) if day else "" for day in (first, last)]
    return " – ".join(days) if any(days) else ""
