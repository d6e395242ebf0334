"""Pilot projects: what partners do together, from the idea to the final report."""

from datetime import date
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Municipality, Region, User
from partners.ordering import Norwegian
from projects.models.finding import ProjectQuerySet
from projects.models.programmes import Programme
from projects.models.states import ENDED, STATE_COLORS, WITH_REASON, LeaderPosition, ProjectState, TargetGroup


def span(first: date | int | None, last: date | int | None) -> str:
    """Days or years in words, with a dash between; one year once, and nothing for what is not known."""
    ends = [date_format(end) if isinstance(end, date) else str(end or "") for end in (first, last)]
    return ends[0] if ends[0] == ends[1] else " – ".join(ends).strip()


def remembered(name: str) -> Any:
    """Keeps every version of what belongs to a project in a table of that name, also that it was taken away."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), model_name=name)


def _day(year: str, month: int, day: int) -> Func:
    return Func(F(year), month, day, function="make_date", output_field=models.DateField())


# From the first day of the first year to the last of the last.
YEARS = (_day("first_year", 1, 1), _day("last_year", 12, 31))


@pghistory.track(model_name="ProjectHistory")
class Project(models.Model):
    name = models.CharField(_("name"), max_length=200)
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("programme"),
    )
    purpose = models.TextField(_("purpose"), blank=True, max_length=8000)
    first_year = models.PositiveSmallIntegerField(
        _("first year"), null=True, blank=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    last_year = models.PositiveSmallIntegerField(
        _("last year"), null=True, blank=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    municipalities = models.ManyToManyField(
        Municipality, blank=True, related_name="projects", verbose_name=_("municipalities")
    )
    regions = models.ManyToManyField(Region, blank=True, related_name="projects", verbose_name=_("regions"))
    target_groups = ArrayField(
        models.CharField(max_length=20, choices=TargetGroup), verbose_name=_("target groups"), default=list, blank=True
    )
    leader = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_projects",
        verbose_name=_("project leader"),
    )
    leader_position = models.CharField(
        _("the project leader’s position"), max_length=10, choices=LeaderPosition, blank=True
    )
    is_public = models.BooleanField(
        _("has a public page"), default=True, help_text=_("Everybody can then read about it, once it is planned.")
    )
    state = models.CharField(_("state"), max_length=12, choices=ProjectState, default=ProjectState.IDEA, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("registered by"), editable=False
    )
    key = models.CharField(_("key at the source"), max_length=200, unique=True, null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = [Norwegian("name"), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="project_last_year_is_not_before_first",
                violation_error_message=_("The last year cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="project_does_not_end_before_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__range=YEARS) & Q(ends_on__range=YEARS),
                name="project_days_are_within_its_years",
                violation_error_message=_("The first and the last day must be within the years of the project."),
            ),
            models.CheckConstraint(
                condition=Q(target_groups__contained_by=TargetGroup.values),
                name="project_target_groups_are_known",
                violation_error_message=_("That is not a target group."),
            ),
            models.CheckConstraint(condition=Q(state__in=ProjectState.values), name="project_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.pk])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def years(self) -> list[int]:
        """The budget years, empty while they are not decided."""
        if self.first_year is None or self.last_year is None:
            return []
        return list(range(self.first_year, self.last_year + 1))

    @property
    def target_group_labels(self) -> list[str]:
        return [str(TargetGroup(group).label) for group in self.target_groups]

    @property
    def period_label(self) -> str:
        """From when to when, in days where they are known, else in years; empty while nothing is decided."""
        return span(self.starts_on or self.first_year, self.ends_on or self.last_year)

    @property
    def places(self) -> str:
        """The regions, then the municipalities."""
        return ", ".join(str(place) for place in (*self.regions.all(), *self.municipalities.all()))

    @property
    def partner_names(self) -> str:
        """Who takes part, each organisation once, those who carry it out first."""
        names = [(not partner.runs, partner.organisation.name) for partner in self.partners.all()]
        return ", ".join(dict.fromkeys(name for _others, name in sorted(names, key=lambda one: one[0])))

    def covered(self) -> models.QuerySet[Municipality]:
        """Its municipalities, and those of its regions."""
        regions = Municipality.objects.filter(regions__projects=self)
        return Municipality.objects.filter(Q(projects=self) | Q(pk__in=regions.values("pk"))).distinct()

    def period(self) -> tuple[date, date] | None:
        """First and last day, from the years where the days are not known; None while neither is."""
        if not self.years:
            return None
        return self.starts_on or date(self.years[0], 1, 1), self.ends_on or date(self.years[-1], 12, 31)

    @transaction.atomic
    def carry_out(self, act: Act, by: User | None, why: str = "") -> None:
        """Move the project by one of ACTS; an event says who and why.

        ValidationError with one message for each thing that is missing, or when its state has moved on.
        """
        from projects.models.guards import missing  # it asks what belongs to a project, and comes after it

        if lacking := missing(self, act):
            raise ValidationError(lacking)
        if act.name in WITH_REASON and not why.strip():
            raise ValidationError(_("Say why."))
        move(self, act, by, why)


class ProjectEvent(Event):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a project")
        verbose_name_plural = _("events of projects")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(ProjectState(self.to_state).label)
