"""Who may decide what, and who is not impartial: data, since it differs from county to county (I12, I13)."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models.schemes import FundingScheme
from partners.acts import NEVER_CHANGED
from partners.models import Organisation, User


@pghistory.track(model_name="DelegationHistory")
class Delegation(models.Model):
    """A decider, or all of them, may decide up to an amount; without one there is no limit. `body`: who decides then.

    An amount that is not known is decided on by a delegation without a limit only.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="delegations", verbose_name=_("organisation")
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Leave it empty for all deciders of the organisation."),
    )
    scheme = models.ForeignKey(
        FundingScheme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("funding scheme"),
        help_text=_("Leave it empty for all schemes."),
    )
    max_amount = models.DecimalField(
        _("up to, NOK"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Leave it empty when there is no limit."),
    )
    body = models.CharField(
        _("decides as"),
        max_length=200,
        blank=True,
        help_text=_("A body such as the county council’s cabinet: its case number is asked for then."),
    )
    valid_from = models.DateField(_("from which day"), default=timezone.localdate)
    valid_to = models.DateField(_("to which day"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["organisation", F("max_amount").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_amount__gt=0),
                name="delegation_is_of_more_than_nothing",
                violation_error_message=_("An amount is more than 0. Leave it empty when there is no limit."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="delegation_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.user or self.body or '*'}"

    def has_ended(self, on: date) -> bool:
        return self.valid_to is not None and self.valid_to < on


class Recusal(models.Model):
    """Somebody has said that they are not impartial towards an organisation; their reason is kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recusals", verbose_name=_("who"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("towards which organisation")
    )
    why = models.CharField(_("why"), max_length=500)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["at", "pk"]
        triggers = [NEVER_CHANGED]

    def __str__(self) -> str:
        return f"{self.user}: {self.organisation}"
