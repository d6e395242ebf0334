"""Where money comes from, and how much of it there is in a budget year: frames, as sums of dated entries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import accumulate

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models.limits.frames import entry_leaves_enough, stays
from funding.models.limits.settlements import what_is_left_returns
from partners.acts import NEVER_CHANGED
from partners.models import Organisation, User
from partners.models.roles import MONEY_ROLES
from partners.ordering import Norwegian


@pghistory.track(model_name="FundingSourceHistory")
class FundingSource(models.Model):
    """What an organisation hands out of, year after year; `from_whom` is who allocates it to them."""

    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="funding_sources", verbose_name=_("who hands it out")
    )
    from_whom = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who allocates it"),
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("funding source")
        verbose_name_plural = _("funding sources")
        ordering = [Norwegian("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="an_owner_names_a_source_once",
                violation_error_message=_("There is a source of this name already."),
            )
        ]
        triggers = [stays("a_source_keeps_its_owner", "owner")]

    def __str__(self) -> str:
        return self.name


class FrameQuerySet(models.QuerySet["BudgetFrame"]):
    def visible_to(self, user: User) -> "FrameQuerySet":
        """Those of organisations whose money the person works with."""
        return self.filter(source__owner__in=Organisation.objects.with_role(user, *MONEY_ROLES))


@pghistory.track(model_name="BudgetFrameHistory")
class BudgetFrame(models.Model):
    """A source's money of one budget year. Its size is the sum of its entries, on any day: it is nowhere stored."""

    source = models.ForeignKey(
        FundingSource, on_delete=models.PROTECT, related_name="frames", verbose_name=_("funding source")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    objects = FrameQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget frame")
        verbose_name_plural = _("budget frames")
        ordering = ["-year", Norwegian("source__name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "year"],
                name="a_source_has_a_frame_a_year",
                violation_error_message=_("There is a frame for this year already."),
            )
        ]
        triggers = [stays("a_frame_keeps_its_year", "source", "year")]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("frame", args=[self.pk])


class EntryKind(models.TextChoices):
    ALLOCATION = "allocation", _("Allocation")
    CHANGE = "change", _("Change of the budget")
    TRANSFER = "transfer", _("Transferred from another year")
    RETURNED = "returned", _("Returned from a settled commitment")


class FrameEntry(models.Model):
    """An amount that came to a frame on a day, or was taken from it. What is not used of a year's money returns."""

    frame = models.ForeignKey(
        BudgetFrame, on_delete=models.PROTECT, related_name="entries", verbose_name=_("budget frame")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind, default=EntryKind.ALLOCATION)
    amount = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2)
    on = models.DateField(_("from which day"), default=timezone.localdate)
    why = models.TextField(_("why"), max_length=1000)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    tranche = models.ForeignKey(
        "funding.Tranche", on_delete=models.PROTECT, null=True, related_name="returns", editable=False
    )
    disbursement = models.ForeignKey(
        "funding.DisbursementRequest", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("entry of a budget frame")
        verbose_name_plural = _("entries of budget frames")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="entry_is_not_nothing",
                violation_error_message=_("An entry is not 0."),
            ),
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.RETURNED, tranche__isnull=False, amount__gt=0)
                | (~Q(kind=EntryKind.RETURNED) & Q(tranche=None, disbursement=None)),
                name="returned_money_says_from_where",
            ),
            models.UniqueConstraint(
                fields=["tranche"], condition=Q(disbursement=None, tranche__isnull=False), name="left_returns_once"
            ),
            models.UniqueConstraint(
                fields=["disbursement"], condition=Q(disbursement__isnull=False), name="a_return_comes_in_once"
            ),
        ]
        triggers = [
            NEVER_CHANGED,
            entry_leaves_enough(),
            what_is_left_returns("NEW.tranche_id", pgtrigger.Insert),
        ]

    def __str__(self) -> str:
        return f"{self.frame}: {self.amount}"


def sizes(entries: Iterable[tuple[date, Decimal]], on: date) -> tuple[Decimal | None, Decimal]:
    """What a frame holds that day (None before its first entry), and the least that it holds from then on."""
    now, later = list[Decimal](), defaultdict[date, Decimal](Decimal)
    for day, amount in entries:
        if day <= on:
            now.append(amount)
        else:
            later[day] += amount
    least = min(accumulate((later[day] for day in sorted(later)), initial=sum(now, Decimal(0))))
    return (sum(now, Decimal(0)) if now else None), least
