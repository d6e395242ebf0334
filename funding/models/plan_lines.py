"""The lines of a plan: what is bought with how much in which year, and where that money comes from."""

import uuid
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from funding.models.applications import Application
from funding.models.commitments import Commitment
from funding.models.limits.plans import (
    OF_A_COST,
    OF_A_FINANCING,
    OF_A_LINE,
    hours_have_a_rate,
    only_a_draft_is_edited,
)
from funding.models.plans import PlanVersion
from partners.models import Organisation
from projects.models import Agreement
from projects.money import HUNDREDTH


class CostKind(models.TextChoices):
    WAGES = "wages", _("Wages")
    TRAVEL = "travel", _("Travel and meetings")
    PURCHASE = "purchase", _("Purchased services")
    COURSES = "courses", _("Courses")
    OWN_EFFORT = "own_effort", _("Own effort")
    OTHER = "other", _("Other")


class FinancingKind(models.TextChoices):
    OWN_CASH = "own_cash", _("Own money")
    OWN_EFFORT = "own_effort", _("Own effort")
    GRANT = "grant", pgettext_lazy("financing", "Grant")
    PARTNER = "partner", _("Partner")
    PRIVATE = "private", _("Private")
    GAP = "gap", _("Not financed")


class Line(models.Model):
    """A row of the grid. `key` is the same in every version that a line lives through."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("in words"), max_length=200)

    class Meta:
        abstract = True
        ordering = ["version", "order", "pk"]

    def __str__(self) -> str:
        return self.text


class CostLine(Line):
    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="costs", verbose_name=_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=CostKind)
    rate = models.DecimalField(_("NOK an hour"), max_digits=14, decimal_places=2, null=True, blank=True)
    eligible = models.BooleanField(_("counts as a basis for grants"), default=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="a_cost_is_in_a_version_once"),
            models.CheckConstraint(condition=Q(kind__in=CostKind.values), name="cost_kind_is_known"),
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="rate_is_more_than_nothing",
                violation_error_message=_("A rate is more than 0."),
            ),
        ]
        triggers = [only_a_draft_is_edited(OF_A_LINE), hours_have_a_rate("NEW.id")]


class CostYear(models.Model):
    """A cell: kroner, or hours times the line's rate."""

    line = models.ForeignKey(CostLine, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2, null=True, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=9, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("cost of a year")
        verbose_name_plural = _("costs of years")
        ordering = ["line", "year"]
        constraints = [
            models.UniqueConstraint(fields=["line", "year"], name="a_cost_has_a_year_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, hours=None) | Q(amount=None, hours__gte=0), name="either_kroner_or_hours"
            ),
        ]
        triggers = [only_a_draft_is_edited(OF_A_COST), hours_have_a_rate("NEW.line_id")]

    def __str__(self) -> str:
        return f"{self.line} {self.year}"

    @property
    def value(self) -> Decimal:
        """In NOK."""
        if self.amount is not None:
            return self.amount
        hours, rate = self.hours or Decimal(0), self.line.rate or Decimal(0)
        return (hours * rate).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


class FinancingLine(Line):
    version = models.ForeignKey(
        PlanVersion, on_delete=models.CASCADE, related_name="financing", verbose_name=_("version")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FinancingKind)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commitment")
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("application")
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreement")
    )
    confirmed = models.BooleanField(_("confirmed"), default=False)

    class Meta(Line.Meta):
        verbose_name = _("financing")
        verbose_name_plural = _("financing")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="a_financing_is_in_a_version_once"),
            models.CheckConstraint(condition=Q(kind__in=FinancingKind.values), name="financing_kind_is_known"),
        ]
        triggers = [only_a_draft_is_edited(OF_A_LINE)]


class FinancingYear(models.Model):
    line = models.ForeignKey(FinancingLine, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("financing of a year")
        verbose_name_plural = _("financing of years")
        ordering = ["line", "year"]
        constraints = [
            models.UniqueConstraint(fields=["line", "year"], name="a_financing_has_a_year_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="financing_is_not_negative"),
        ]
        triggers = [only_a_draft_is_edited(OF_A_FINANCING)]

    def __str__(self) -> str:
        return f"{self.line} {self.year}"
