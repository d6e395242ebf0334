"""What a project is to reach, and what may get in its way."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import User
from projects.models.projects import Project, remembered


class Indicator(models.TextChoices):
    """What the system counts by itself (config/knowledge/figures.py says how)."""

    FIRMS = "firms", _("Firms reached")
    NEEDS = "needs", _("Needs mapped")
    MATCHES = "matches", _("Needs with a course that fits")
    AGREED = "agreed", _("Places agreed")
    COURSES = "courses", _("Courses started")
    PEOPLE = "people", _("People who completed a course")
    NEW_OFFERS = "new_offers", _("Courses held here for the first time")


@remembered("GoalHistory")
class Goal(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="goals", verbose_name=_("project"))
    is_main = models.BooleanField(_("main goal"), default=False)
    text = models.CharField(_("what is to be reached"), max_length=500)
    indicator = models.CharField(
        _("indicator the system counts"),
        max_length=12,
        choices=Indicator,
        blank=True,
        help_text=_("The figure then fills itself. Leave it empty to count yourselves."),
    )
    measured_by = models.CharField(_("how it is measured"), max_length=200, blank=True)
    target = models.PositiveIntegerField(_("target"), null=True, blank=True)
    counted = models.PositiveIntegerField(_("reached, as counted by the project"), null=True, blank=True)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["project", "-is_main", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator="") | Q(counted=None),
                name="what_the_system_counts_is_not_typed",
                violation_error_message=_("The system counts this indicator. Leave your own figure empty."),
            ),
            models.CheckConstraint(condition=Q(indicator__in=["", *Indicator.values]), name="indicator_is_known"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_measured(self) -> bool:
        """Whether a figure is to be reached or counted; a purpose in words is a goal too."""
        return bool(self.indicator or self.measured_by) or self.target is not None or self.counted is not None


class Grade(models.IntegerChoices):
    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")


@remembered("RiskHistory")
class Risk(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="risks", verbose_name=_("project"))
    text = models.CharField(_("what may happen"), max_length=500)
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), choices=Grade)
    consequence = models.PositiveSmallIntegerField(_("consequence"), choices=Grade)
    measure = models.CharField(_("what we do about it"), max_length=500, blank=True)
    responsible = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("responsible")
    )
    closed_on = models.DateField(_("no longer a risk from"), null=True, blank=True)

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering = ["project", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(likelihood__in=Grade.values), name="likelihood_is_known"),
            models.CheckConstraint(condition=Q(consequence__in=Grade.values), name="consequence_is_known"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Until the day it is closed from."""
        return self.closed_on is None or self.closed_on > timezone.localdate()

    @property
    def weight(self) -> int:
        """Likelihood times consequence, 1 to 9."""
        return self.likelihood * self.consequence

    @property
    def color(self) -> str:
        return "danger" if self.weight >= 6 else "warning" if self.weight >= 3 else "success"
