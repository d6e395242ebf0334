"""Commitments: promises of money to a project, as far as they are known."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    funder_answers,
    state_is_of_the_last_event,
    tranches_within_ceiling,
    tranches_within_commitment,
    within_limits,
)
from funding.models.schemes import FundingScheme
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES
from projects.models import Project
from projects.money import nok

if TYPE_CHECKING:
    from funding.models.conditions import Condition
    from funding.models.tranches import Tranche


class CommitmentState(models.TextChoices):
    """How we know of it. What is applied for, decided and accepted inside the system comes with those cases."""

    PUBLIC = "public", _("From public sources")
    REPORTED = "reported", _("Registered by the project")
    CONFIRMED = "confirmed", _("Confirmed by the funder")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_S = CommitmentState
CONFIRM = Act("confirm", _("Confirm"), (_S.PUBLIC, _S.REPORTED), _S.CONFIRMED)
WITHDRAW = Act("withdraw", _("Withdraw"), (_S.PUBLIC, _S.REPORTED, _S.CONFIRMED), _S.WITHDRAWN)
ACTS = {act.name: act for act in (CONFIRM, WITHDRAW)}
STATE_COLORS: dict[str, str] = {_S.CONFIRMED: "success", _S.REPORTED: "info", _S.WITHDRAWN: "neutral"}


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def current(self) -> "CommitmentQuerySet":
        """Those that count: all but the withdrawn."""
        return self.exclude(state=_S.WITHDRAWN)

    def known_amount(self) -> Decimal:
        """What they promise in all, as far as the amounts are known. NOK."""
        return self.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)

    def for_listing(self) -> "CommitmentQuerySet":
        """With all that a project's page of money shows, in five queries."""
        joined = self.select_related("funder", "recipient", "scheme__manager")
        return joined.prefetch_related("tranches", "conditions__tranche", "conditions__events__by")

    @transaction.atomic
    def register(self, by: User | None, state: str = _S.REPORTED, **facts: Any) -> "Commitment":
        """Write down a promise that was made elsewhere, with its first event. Its years come by `add`."""
        commitment = self.create(state=state, created_by=by, **facts)
        commitment.events.create(act="register", to_state=state, by=by)
        return commitment


@pghistory.track(model_name="CommitmentHistory")
class Commitment(models.Model):
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("project")
    )
    funder = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="given_commitments", verbose_name=_("who pays")
    )
    recipient = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="received_commitments",
        verbose_name=_("recipient"),
    )
    scheme = models.ForeignKey(
        FundingScheme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("funding scheme"),
    )
    title = models.CharField(_("what it is called"), max_length=200)
    amount = models.DecimalField(
        _("amount in all, NOK"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Leave it empty when it is not known."),
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(
        _("decided by"), max_length=200, blank=True, help_text=_("For instance the county council’s cabinet.")
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)
    state = models.CharField(_("state"), max_length=12, choices=CommitmentState, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("registered by"), editable=False
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["project", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="commitment_is_more_than_nothing",
                violation_error_message=_("An amount is more than 0. Leave it empty when it is not known."),
            ),
            models.CheckConstraint(condition=Q(state__in=CommitmentState.values), name="commitment_state_is_known"),
        ]
        triggers = [
            state_is_of_the_last_event("commitment"),
            tranches_within_commitment("NEW.id"),
            tranches_within_ceiling("NEW.id"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('project-money', args=[self.project_id])}#commitment-{self.pk}"

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What is known of it, as pairs to show; what is not known says so."""
        unknown = gettext("not stated")
        day = date_format(self.decided_on) if self.decided_on else unknown
        return [
            (gettext("Who pays"), self.funder),
            (gettext("Who gets it"), self.recipient or unknown),
            (gettext("Funding scheme"), self.scheme or unknown),
            (gettext("Amount in all"), nok(self.amount)),
            (gettext("Decided on"), day),
            (gettext("Decided by"), self.decided_by or unknown),
        ]

    def conditions_on(self, tranche: "Tranche") -> "list[Condition]":
        """What this year hangs on: its own conditions, and those on all of the money."""
        return [one for one in self.conditions.all() if one.tranche_id in (None, tranche.pk)]

    @transaction.atomic
    def add(self, year: int | None, amount: Decimal | None, strength: str, by: User | None, **facts: Any) -> "Tranche":
        """The money of one budget year (None: what is not split on years), with its first event."""
        tranche = self.tranches.create(year=year, amount=amount, strength=strength, **facts)
        tranche.events.create(act="register", to_state=strength, by=by)
        return tranche

    @within_limits()
    def carry_out(self, act: Act, by: User | None, why: str = "") -> None:
        """Confirm or withdraw it.

        ValidationError when its state has moved on, no reason is given, or somebody else than the funder confirms.
        """
        if act == WITHDRAW and not why.strip():
            raise ValidationError(_("Say why."))
        move(self, act, by, why)

    def check_sum(self, amounts: Iterable[Decimal | None]) -> None:
        """ValidationError when these amounts of its years would be more than it promises."""
        parts = sum((amount for amount in amounts if amount is not None), Decimal(0))
        if self.amount is not None and parts > self.amount:
            raise ValidationError(_("The years sum to more than the amount in all."))


class CommitmentEvent(Event):
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("commitment"),
            event_moves_its_thing("commitment"),
            funder_answers("commitment", (CONFIRM.name,), COUNTY_ROLES),
        ]
        verbose_name = _("event of a commitment")
        verbose_name_plural = _("events of commitments")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(CommitmentState(self.to_state).label)
