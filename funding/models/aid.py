"""State aid of small amounts (de minimis): what a group of undertakings has got, and the most it may get (I18)."""

from datetime import date
from decimal import ROUND_CEILING, Decimal

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from funding.models.commitments import Commitment
from funding.models.limits import within_limits
from funding.models.limits.aid import a_cancellation_is_of_its_award, aid_within_ceiling
from partners.acts import NEVER_CHANGED
from partners.models import Organisation
from projects.money import HUNDREDTH

YEARS = 3


def _years(day: date, number: int) -> date:
    """That many years later, as the database counts: from 29 February to 28 February."""
    try:
        return day.replace(year=day.year + number)
    except ValueError:
        return date(day.year + number, 2, 28)


def euros(nok: Decimal, nok_per_eur: Decimal) -> Decimal:
    """Rounded up to the cent, so that no ceiling is passed by rounding."""
    return (nok / nok_per_eur).quantize(HUNDREDTH, rounding=ROUND_CEILING)


class UndertakingQuerySet(models.QuerySet["Undertaking"]):
    def known(self, organisation: Organisation) -> "Undertaking | None":
        """The one that the organisation, or what it is a unit of, is part of; None when nothing is written down."""
        return self.filter(parts__organisation__in=[organisation.pk, organisation.parent_id]).order_by("pk").first()

    @transaction.atomic
    def of(self, organisation: Organisation) -> "Undertaking":
        """The one that the organisation is part of. At first that is it, what it is a unit of, and all units."""
        root = organisation.parent or organisation
        house = Organisation.objects.filter(Q(pk=root.pk) | Q(parent=root)).order_by("pk")
        known = self.filter(parts__organisation__in=house).first()
        undertaking = known or self.create(name=root.name)
        for unit in house.filter(undertaking_part=None):
            undertaking.parts.create(organisation=unit)
        return UndertakingPart.objects.get(organisation=organisation).undertaking


class Undertaking(models.Model):
    """Organisations that count as one: those that one of them controls (Regulation (EU) 2023/2831, article 2(2))."""

    name = models.CharField(_("name"), max_length=200)

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        verbose_name = _("undertaking")
        verbose_name_plural = _("undertakings")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @within_limits()
    def award(self, commitment: Commitment, on: date, amount: Decimal) -> "AidAward":
        """Write down that the commitment's amount is aid that was given that day.

        ValidationError when no rate of the euro is recorded for the day, or it passes the ceiling.
        """
        rate = EuroRate.objects.filter(on=on).first()
        if rate is None:
            raise ValidationError(_("No rate of the euro is recorded for %(day)s."), params={"day": date_format(on)})
        return self.awards.create(
            commitment=commitment,
            given_by=commitment.funder.name,
            awarded_on=on,
            amount_nok=amount,
            nok_per_eur=rate.nok_per_eur,
            is_demo=commitment.is_demo,
        )


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


class AidCeilingQuerySet(models.QuerySet["AidCeiling"]):
    def on(self, day: date) -> "AidCeiling | None":
        """The one that is valid that day. None when none is recorded."""
        return self.filter(valid_from__lte=day).order_by("-valid_from").first()


class AidCeiling(models.Model):
    """The most that an undertaking gets in three years, in EUR, from a day on."""

    amount_eur = models.DecimalField(_("the most, EUR"), max_digits=14, decimal_places=2)
    valid_from = models.DateField(_("from which day"), unique=True)
    note = models.CharField(_("by which act"), max_length=300, blank=True)

    objects = AidCeilingQuerySet.as_manager()

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


class AidAwardQuerySet(models.QuerySet["AidAward"]):
    def standing(self) -> "AidAwardQuerySet":
        """Those that are not cancelled."""
        return self.filter(cancels=None, cancelled_by=None)

    def counting(self, on: date) -> "AidAwardQuerySet":
        """Those of the three years to that day."""
        return self.standing().filter(awarded_on__lte=on, awarded_on__gt=_years(on, -YEARS))

    def earlier(self, on: date) -> "AidAwardQuerySet":
        """Those that count no more that day."""
        return self.standing().filter(awarded_on__lte=_years(on, -YEARS))


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

    objects = AidAwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award of aid")
        verbose_name_plural = _("awards of aid")
        ordering = ["-awarded_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_nok__gt=0, nok_per_eur__gt=0), name="aid_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(declared=True, commitment=None) | Q(declared=False, commitment__isnull=False),
                name="aid_given_here_names_its_commitment",
            ),
        ]
        triggers = [NEVER_CHANGED, aid_within_ceiling(), a_cancellation_is_of_its_award()]

    def __str__(self) -> str:
        return f"{self.undertaking}: {self.amount_nok}"

    @property
    def amount_eur(self) -> Decimal:
        return euros(self.amount_nok, self.nok_per_eur)

    @property
    def counts_before(self) -> date:
        """From this day on it counts no more."""
        return _years(self.awarded_on, YEARS)

    def cancel(self) -> "AidAward":
        """Write down that it was annulled: it counts no more."""
        facts = {field: getattr(self, field) for field in ("undertaking", "commitment", "given_by", "declared")}
        amounts = {"amount_nok": self.amount_nok, "nok_per_eur": self.nok_per_eur, "awarded_on": self.awarded_on}
        return AidAward.objects.create(cancels=self, is_demo=self.is_demo, **facts, **amounts)
