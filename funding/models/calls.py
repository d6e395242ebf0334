"""Calls: when a scheme takes applications, for which years and how much there is."""

from datetime import date

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.schemes import FundingScheme
from partners.fields import WebAddressField


class CallQuerySet(models.QuerySet["Call"]):
    def open(self, on: date | None = None) -> "CallQuerySet":
        """Published, begun, and not closed on that day."""
        day = on or timezone.localdate()
        begun = self.filter(is_published=True, opens_on__lte=day)
        return begun.filter(Q(closes_on=None) | Q(closes_on__gte=day))


@pghistory.track(model_name="CallHistory")
class Call(models.Model):
    scheme = models.ForeignKey(
        FundingScheme, on_delete=models.PROTECT, related_name="calls", verbose_name=_("funding scheme")
    )
    title = models.CharField(_("title"), max_length=200)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Leave it empty when applications are taken all the time.")
    )
    years = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("budget years"), default=list, blank=True)
    amount = models.DecimalField(_("amount in all, NOK"), max_digits=14, decimal_places=2, null=True, blank=True)
    text = models.TextField(_("what is called for"), blank=True, max_length=4000)
    url = WebAddressField(_("address of the text of the call"), blank=True)
    is_published = models.BooleanField(_("published"), default=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = [F("closes_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="call_does_not_close_before_it_opens",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="call_is_for_more_than_nothing",
                violation_error_message=_("An amount is more than 0. Leave it empty when it is not known."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.scheme.get_absolute_url()}#call-{self.pk}"

    def is_open(self, on: date | None = None) -> bool:
        """As CallQuerySet.open."""
        day = on or timezone.localdate()
        return self.is_published and self.opens_on <= day and (self.closes_on is None or self.closes_on >= day)

    @property
    def standing(self) -> tuple[str, str]:
        """Where it is today, in words, and a colour for that."""
        if not self.is_published:
            return gettext("Not published"), "warning"
        if self.is_open():
            return gettext("Open for applications"), "success"
        return (
            (gettext("Opens later"), "info") if self.opens_on > timezone.localdate() else (gettext("Closed"), "neutral")
        )
