"""What a project costs and who pays, by budget year: versions of its plan, of which an approved one never changes."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, Q, Sum
from django.db.models.functions import Coalesce, Round
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    state_is_of_the_last_event,
    within_limits,
)
from funding.models.limits.plans import (
    A_PLAN_UNDER_REVIEW_STAYS,
    APPROVED_VERSION_STAYS,
    APPROVES_PLANS,
    COSTS_ARE_FINANCED,
    payer_answers,
)
from partners.acts import NEVER_CHANGED, Act, Event, move, only_acts
from partners.models import Organisation, User
from partners.models.roles import MONEY_ROLES
from projects.models import Project
from projects.money import nok

if TYPE_CHECKING:
    from funding.models.contents import Contents


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")


_S = PlanState
BEGIN = Act("begin", _("Begin"), (), _S.DRAFT)
SUBMIT = Act("submit", _("Submit"), (_S.DRAFT,), _S.SUBMITTED)
TAKE_BACK = Act("take_back", _("Take back"), (_S.SUBMITTED,), _S.DRAFT)
APPROVE = Act("approve", _("Approve"), (_S.SUBMITTED,), _S.APPROVED)
ACTS = {act.name: act for act in (SUBMIT, TAKE_BACK, APPROVE)}
STATE_COLORS: dict[str, str] = {_S.DRAFT: "neutral", _S.SUBMITTED: "info", _S.APPROVED: "success"}


class Plan(models.Model):
    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, related_name="plan", verbose_name=_("project"), primary_key=True
    )

    class Meta:
        verbose_name = _("plan of costs and financing")
        verbose_name_plural = _("plans of costs and financing")

    def __str__(self) -> str:
        return str(self.project)


# Of each year, in NOK.
Years = dict[int, Decimal]
# A cost in kroner, or in hours at its line's rate: as limits.plans.VALUE and CostYear.value.
COST = Coalesce(F("years__amount"), Round(F("years__hours") * F("rate"), 2))


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def drafts(self) -> "PlanVersionQuerySet":
        return self.filter(state=_S.DRAFT)

    def approved(self) -> "PlanVersionQuerySet":
        return self.filter(state=_S.APPROVED)

    def of(self, project: Project) -> "PlanVersionQuerySet":
        """The newest first."""
        return self.filter(plan=project.pk).order_by("-number")

    def in_force(self) -> "PlanVersionQuerySet":
        """The one of each plan that counts: the last that was approved."""
        last = self.model._default_manager.approved().filter(plan=models.OuterRef("plan")).order_by("-number")
        return self.filter(pk=models.Subquery(last.values("pk")[:1]))

    def visible_to(self, user: object) -> "PlanVersionQuerySet":
        """All of the projects one takes part in; what was handed over, to those it was handed over to."""
        if not isinstance(user, User):
            return self.none()
        payers = Organisation.objects.with_role(user, *MONEY_ROLES).values("pk")
        handed_over = ["submitted", "review", "asked", "granted", "partly", "rejected", "returned"]
        given = Q(applications__state__in=handed_over, applications__funder__in=payers)
        paid = ~Q(state=_S.DRAFT) & Q(plan__project__commitments__funder__in=payers)
        mine = Q(plan__in=Project.objects.of(user).order_by().values("pk"))
        seen = self.model._base_manager.filter(mine | given | paid)
        return self.filter(pk__in=seen.order_by().values("pk"))

    def for_listing(self) -> "PlanVersionQuerySet":
        return self.select_related("plan__project", "created_by", "based_on")

    @within_limits()
    def begin(self, project: Project, by: User | None, **facts: Any) -> "PlanVersion":
        """A draft: what `based_on` holds, or else the version in force, or nothing yet.

        ValidationError when there is a draft already."""
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        plan, _new = Plan.objects.get_or_create(project=project)
        if plan.versions.drafts().exists():
            raise ValidationError(_("There is a draft already. Change that one."))
        last = plan.versions.aggregate(last=Max("number"))["last"] or 0
        before = facts.pop("based_on", None) or plan.versions.approved().order_by("-number").first()
        draft = self.create(plan=plan, number=last + 1, state=_S.DRAFT, created_by=by, based_on=before, **facts)
        draft.events.create(act=BEGIN.name, to_state=_S.DRAFT, by=by)
        if before:
            draft.write(before.contents())
        return draft


@pghistory.track(model_name="PlanVersionHistory")
class PlanVersion(models.Model):
    """One version; the latest approved one counts, those before it are replaced by it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=PlanState, editable=False)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("based on")
    )
    title = models.CharField(_("what it is called"), max_length=200, blank=True)
    why = models.TextField(_("why there is a new version"), blank=True, max_length=2000)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"), editable=False
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="a_plan_version_has_its_number"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state=_S.DRAFT),
                name="one_draft_a_plan",
                violation_error_message=_("There is a draft already. Change that one."),
            ),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_is_known"),
        ]
        triggers = [state_is_of_the_last_event("planversion"), COSTS_ARE_FINANCED, APPROVED_VERSION_STAYS]

    def __str__(self) -> str:
        return self.title or gettext("Plan, version %(number)d") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.pk])

    @property
    def project(self) -> Project:
        return self.plan.project

    @property
    def state_color(self) -> str:
        return STATE_COLORS[self.state]

    @property
    def is_draft(self) -> bool:
        return self.state == _S.DRAFT

    def costs_by_year(self) -> Years:
        return _by_year(self.costs.values("years__year").annotate(sum=Sum(COST)))

    def eligible_by_year(self) -> Years:
        """What of the costs counts as a basis for grants."""
        return _by_year(self.costs.filter(eligible=True).values("years__year").annotate(sum=Sum(COST)))

    def financing_by_year(self) -> Years:
        """With what is not financed, if that is a line."""
        return _by_year(self.financing.values("years__year").annotate(sum=Sum("years__amount")))

    def gap_by_year(self) -> Years:
        """What the plan itself says is not financed."""
        return _by_year(self.financing.filter(kind="gap").values("years__year").annotate(sum=Sum("years__amount")))

    def differences(self) -> Years:
        """Costs less financing, of each year where they are not the same. Empty when the plan adds up (I1)."""
        costs, financing = self.costs_by_year(), self.financing_by_year()
        lacks = {
            year: costs.get(year, Decimal(0)) - financing.get(year, Decimal(0)) for year in sorted({*costs, *financing})
        }
        return {year: lack for year, lack in lacks.items() if lack}

    def hindrances(self) -> list[str]:
        """What is to be mended before it is submitted, a sentence each."""
        told = [] if self.costs_by_year() else [gettext("There are no costs.")]
        for year, lack in self.differences().items():
            lacks = gettext("%(year)d lacks financing: %(amount)s.")
            over = gettext("%(year)d has more financing than costs: %(amount)s.")
            told.append((lacks if lack > 0 else over) % {"year": year, "amount": nok(abs(lack))})
        return told

    def contents(self) -> "Contents":
        """Its lines, as plain data. Four queries."""
        from funding.models.contents import Contents  # the lines come after their version

        return Contents.of(self)

    @within_limits()
    def write(self, contents: "Contents") -> None:
        """Make these its lines. ValidationError when it is no draft."""
        contents.store(self)

    @within_limits()
    def submit(self, by: User | None, why: str = "") -> None:
        """From here on its lines are fixed. ValidationError with a sentence for each year that does not add up."""
        if self.is_draft and (told := self.hindrances()):
            raise ValidationError(told)
        move(self, SUBMIT, by, why)

    @within_limits()
    def take_back(self, by: User | None, why: str = "") -> None:
        """Make it a draft again. ValidationError when an application that is being considered rests on it."""
        move(self, TAKE_BACK, by, why)

    @within_limits()
    def approve(self, by: User | None, why: str = "") -> None:
        """Those who pay say yes, and from then on it counts and never changes."""
        move(self, APPROVE, by, why)


def _by_year(sums: Iterable[Mapping[str, Any]]) -> Years:
    found = {row["years__year"]: row["sum"] for row in sums if row["years__year"] is not None}
    return {year: found[year] or Decimal(0) for year in sorted(found)}


class PlanVersionEvent(Event):
    planversion = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [only_acts(ACTS.values(), "plan_moves_by_its_acts", first=[BEGIN])]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("planversion"),
            event_moves_its_thing("planversion"),
            payer_answers("planversion", (APPROVE.name,), APPROVES_PLANS, SUBMIT.name),
            A_PLAN_UNDER_REVIEW_STAYS,
        ]
        verbose_name = _("event of a plan")
        verbose_name_plural = _("events of plans")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(PlanState(self.to_state).label)
