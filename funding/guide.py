"""Which scheme could pay for this: what a scheme asks for, held against what is known of a project."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Q, Sum
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from funding.models import FinancingKind, FinancingYear, FundingScheme, PlanVersion, SchemeRequirement
from funding.models.schemes import RequirementKind
from partners.models import County, Municipality
from partners.models.organisations import Role
from projects.models import Programme, Project
from projects.models.states import TargetGroup

_K = RequirementKind
Names = Mapping[tuple[str, str], str]


class Candidate(NamedTuple):
    """What is known of what money is sought for. None: not stated."""

    counties: frozenset[str] | None = None
    municipalities: frozenset[str] | None = None
    target_groups: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    programme: str | None = None
    is_new: bool | None = None
    own_share: Decimal | None = None
    years: int | None = None
    starts_on: date | None = None


class Verdict(StrEnum):
    FITS = "fits"
    NEARLY = "nearly"
    NO = "no"


class Reason(NamedTuple):
    """`fit`: good, fair, poor or unknown, as templates/components/part.html shows it."""

    fit: str
    text: str


class Fit(NamedTuple):
    scheme: FundingScheme
    verdict: Verdict
    reasons: list[Reason]

    @property
    def missing(self) -> list[str]:
        """What has to be known or done before one can tell, or apply."""
        return [reason.text for reason in self.reasons if reason.fit == "unknown"]

    @property
    def label(self) -> str:
        return {"fits": _("Fits"), "nearly": _("Fits nearly"), "no": _("Does not fit")}[self.verdict]

    @property
    def color(self) -> str:
        return {"fits": "success", "nearly": "warning", "no": "neutral"}[self.verdict]


def fits(schemes: list[FundingScheme], candidate: Candidate, on: date) -> list[Fit]:
    """Those that fit first. Up to three queries for names."""
    names = names_of([one for scheme in schemes for one in scheme.requirements.all()])
    found = [fit(scheme, candidate, on, names) for scheme in schemes]
    return sorted(found, key=lambda one: list(Verdict).index(one.verdict))


def fit(scheme: FundingScheme, candidate: Candidate, on: date, names: Names) -> Fit:
    """A demand that is not met makes it no. What is not stated, or wished for and not met, makes it fit nearly."""
    asked = [(one, meets(one, candidate, on)) for one in scheme.requirements.all()]
    reasons = [_reason(one, in_words(one, names), met=met) for one, met in asked]
    if not reasons:
        reasons = [Reason("unknown", _("What the scheme asks for is not stated."))]
    reasons.append(_opening(scheme, on))
    if any(reason.fit == "poor" for reason in reasons):
        return Fit(scheme, Verdict.NO, reasons)
    whole = all(reason.fit == "good" for reason in reasons)
    return Fit(scheme, Verdict.FITS if whole else Verdict.NEARLY, reasons)


def meets(requirement: SchemeRequirement, candidate: Candidate, on: date) -> bool | None:
    """None when what it asks about is not stated."""
    wanted = frozenset(requirement.wanted)
    any_of = {
        _K.COUNTY: candidate.counties,
        _K.MUNICIPALITY: candidate.municipalities,
        _K.TARGET_GROUP: candidate.target_groups,
        _K.APPLICANT_ROLE: candidate.roles,
        _K.PROGRAMME: None if candidate.programme is None else frozenset({candidate.programme}),
    }
    kind = RequirementKind(requirement.kind)
    if kind in any_of:
        has = any_of[kind]
        return None if has is None else bool(has & wanted)
    if kind == _K.WANTS_NEW:
        return candidate.is_new
    if kind == _K.STARTS_AFTER:
        return None if candidate.starts_on is None else candidate.starts_on > on
    least = _number(requirement)
    if kind == _K.MIN_OWN_SHARE:
        return None if candidate.own_share is None or least is None else candidate.own_share >= least
    return None if candidate.years is None or least is None else candidate.years <= least


def _number(requirement: SchemeRequirement) -> Decimal | None:
    try:
        return Decimal(requirement.wanted[0])
    except (IndexError, InvalidOperation):
        return None


def _reason(requirement: SchemeRequirement, text: str, *, met: bool | None) -> Reason:
    if met is None:
        return Reason("unknown", _("Not stated: %(what)s") % {"what": text})
    return Reason("good" if met else "poor" if requirement.is_hard else "fair", text)


def _opening(scheme: FundingScheme, on: date) -> Reason:
    """Whether one can apply now."""
    calls = [call for call in scheme.calls.all() if call.is_published]
    opened = [call for call in calls if call.is_open(on)]
    if opened:
        last = max((call.closes_on for call in opened if call.closes_on), default=None)
        ends = _("A call is open until %(day)s.") % {"day": date_format(last)} if last else _("A call is open.")
        return Reason("good", ends)
    if scheme.is_open:
        return Reason("good", _("It takes applications all the time."))
    later = min((call.opens_on for call in calls if call.opens_on > on), default=None)
    if later:
        return Reason("fair", _("The next call opens on %(day)s.") % {"day": date_format(later)})
    return Reason("fair", _("No call is open now."))


def in_words(requirement: SchemeRequirement, names: Names) -> str:
    """As whoever keeps the scheme wrote it, else made of what is asked for."""
    if requirement.text:
        return requirement.text
    any_of = _(" or ").join(names.get((requirement.kind, one), one) for one in requirement.wanted)
    number = _number(requirement)
    return {
        _K.WANTS_NEW: _("Something that does not exist in the place is made."),
        _K.STARTS_AFTER: _("It has not started when one applies."),
        _K.MIN_OWN_SHARE: _("At least %(share)s %% of the costs are one’s own.") % {"share": share(number)},
        _K.MAX_YEARS: _("It lasts at most %(years)s years.") % {"years": number},
        _K.APPLICANT_ROLE: _("Who applies: %(any_of)s.") % {"any_of": any_of},
        _K.TARGET_GROUP: _("It is for: %(any_of)s.") % {"any_of": any_of},
        _K.PROGRAMME: _("It is part of: %(any_of)s.") % {"any_of": any_of},
    }.get(RequirementKind(requirement.kind), _("It is in: %(any_of)s.") % {"any_of": any_of})


def share(part: Decimal | None) -> str:
    """0.7 as 70, in per cent."""
    return "–" if part is None else number_format(f"{(part * 100).normalize():f}")


def names_of(requirements: list[SchemeRequirement]) -> Names:
    """What the words and numbers that are wanted are called. A query for each kind of thing that is named."""
    names: dict[tuple[str, str], str] = {}
    names |= {(_K.TARGET_GROUP, one.value): str(one.label) for one in TargetGroup}
    names |= {(_K.APPLICANT_ROLE, one.value): str(one.label) for one in Role}
    named = {_K.COUNTY: County, _K.MUNICIPALITY: Municipality, _K.PROGRAMME: Programme}
    for kind, model in named.items():
        wanted = {one for requirement in requirements if requirement.kind == kind for one in requirement.wanted}
        if wanted:
            found = model._default_manager.filter(pk__in=wanted)
            names |= {(kind, str(one.pk)): str(one) for one in found.order_by("pk")}
    return names


def candidate_of(project: Project) -> Candidate:
    """What is known of a project. Up to seven queries."""
    covered = list(project.covered().order_by("pk").values_list("pk", "county"))
    roles = {
        role
        for one in project.partners.filter(runs=True).select_related("organisation")
        for role in one.organisation.roles
    }
    newness = project.activities.newness()
    period = project.period()
    return Candidate(
        counties=frozenset(county for _place, county in covered) or None,
        municipalities=frozenset(place for place, _county in covered) or None,
        target_groups=frozenset(project.target_groups) or None,
        roles=frozenset(roles) or None,
        programme=str(project.programme_id or ""),
        is_new=True if newness["new"] else None if newness["unknown"] or not sum(newness.values()) else False,
        own_share=_own_share(project),
        years=len(project.years) or None,
        starts_on=period[0] if period else None,
    )


def _own_share(project: Project) -> Decimal | None:
    """Of the newest version of its plan: what is paid with one's own money and effort, of all that is to be paid."""
    newest = PlanVersion.objects.filter(plan=project.pk).order_by("-number").values("pk")[:1]
    own = Q(line__kind__in=[FinancingKind.OWN_CASH, FinancingKind.OWN_EFFORT])
    sums = FinancingYear.objects.filter(line__version__in=newest).aggregate(
        own=Sum("amount", filter=own), all=Sum("amount")
    )
    return (sums["own"] or Decimal(0)) / sums["all"] if sums["all"] else None
