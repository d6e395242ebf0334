"""Schemes that money comes from, and how much they give."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.limits import ceiling_above_tranches
from partners.models import Organisation
from partners.ordering import Norwegian
from projects.models import Programme


@pghistory.track(model_name="FundingSchemeHistory")
class FundingScheme(models.Model):
    name = models.CharField(_("name"), max_length=200, unique=True)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="schemes", verbose_name=_("programme")
    )
    manager = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="managed_schemes", verbose_name=_("managed by")
    )
    share_cap = models.DecimalField(
        _("largest share of the costs"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("From 0 to 1: 0.7 is 70 %."),
    )
    note = models.TextField(_("note"), blank=True)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("funding scheme")
        verbose_name_plural = _("funding schemes")
        ordering = [Norwegian("name"), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share_cap__gt=0, share_cap__lte=1),
                name="share_cap_is_a_share",
                violation_error_message=_("A share is more than 0 and at most 1."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(model_name="SchemeCeilingHistory")
class SchemeCeiling(models.Model):
    """The most that a scheme gives in a budget year, in NOK. Counted for each project by itself.

    All that a project has of the scheme that year counts, whatever its strength, over all its commitments; what is not
    split on years, or of an unknown amount, counts nowhere until it is; what was withdrawn counts no more. A year
    without a ceiling has no limit.
    """

    scheme = models.ForeignKey(
        FundingScheme, on_delete=models.CASCADE, related_name="ceilings", verbose_name=_("funding scheme")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("the most a project gets, NOK"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("ceiling of a scheme")
        verbose_name_plural = _("ceilings of schemes")
        ordering = ["scheme", "year"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "year"], name="a_scheme_has_one_ceiling_a_year"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ceiling_is_more_than_nothing"),
        ]
        triggers = [ceiling_above_tranches()]

    def __str__(self) -> str:
        return f"{self.scheme} {self.year}"
