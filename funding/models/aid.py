"""State aid of small amounts (de minimis): what a group of undertakings has got, and the most it may get (I18)."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.commitments import Commitment
from partners.acts import NEVER_CHANGED
from partners.models import Organisation


class Undertaking(models.Model):
    """Organisations that count as one: those that one of them controls (Regulation (EU) 2023/2831, article 2(2))."""

    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("undertaking")
        verbose_name_plural = _("undertakings")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(model_name="UndertakingPartHistory")
class UndertakingPart(models.Model):
    undertaking = models.ForeignKey(Undertaking, on_delete=models.CASCADE, related_name="parts")
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="undertaking_part", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("part of an undertaking")
        verbose_name_plural = _("parts of undertakings")
        ordering = ["undertaking", "pk"]

    def __str__(self) -> str:
        return str(self.organisation)


class AidCeiling(models.Model):
    """The most that an undertaking gets in three years, in EUR, from a day on."""

    amount_eur = models.DecimalField(_("the most, EUR"), max_digits=14, decimal_places=2)
    valid_from = models.DateField(_("from which day"), unique=True)
    note = models.CharField(_("by which act"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("ceiling of aid")
        verbose_name_plural = _("ceilings of aid")
        ordering = ["valid_from"]
        constraints = [models.CheckConstraint(condition=Q(amount_eur__gt=0), name="aid_ceiling_is_more_than_nothing")]

    def __str__(self) -> str:
        return f"{self.amount_eur} EUR, {self.valid_from}"


class EuroRate(models.Model):
    on = models.DateField(_("day"), unique=True)
    nok_per_eur = models.DecimalField(_("NOK for a euro"), max_digits=8, decimal_places=4)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("rate of the euro")
        verbose_name_plural = _("rates of the euro")
        ordering = ["-on"]
        constraints = [models.CheckConstraint(condition=Q(nok_per_eur__gt=0), name="rate_of_the_euro_is_positive")]

    def __str__(self) -> str:
        return f"{self.on}: {self.nok_per_eur}"


class AidAward(models.Model):
    """Aid that was given on a day; `declared` by who got it, or given here. One that was annulled is cancelled."""

    undertaking = models.ForeignKey(
        Undertaking, on_delete=models.PROTECT, related_name="awards", verbose_name=_("undertaking")
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="awards", verbose_name=_("commitment")
    )
    given_by = models.CharField(_("given by"), max_length=200)
    awarded_on = models.DateField(_("given on"))
    amount_nok = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2)
    nok_per_eur = models.DecimalField(_("NOK for a euro"), max_digits=8, decimal_places=4)
    declared = models.BooleanField(_("told by the applicant"), default=False)
    cancels = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="cancelled_by", editable=False
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("award of aid")
        verbose_name_plural = _("awards of aid")
        ordering = ["-awarded_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_nok__gt=0, nok_per_eur__gt=0), name="aid_is_more_than_nothing"),
        ]
        triggers = [NEVER_CHANGED]

    def __str__(self) -> str:
        return f"{self.undertaking}: {self.amount_nok}"
