"""Commitments: promises of money to a project, as far as they are known."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.applications import Application
from funding.models.commitment_states import (
    ACTS,
    ANSWERED_BY,
    CURRENT,
    DRAFT,
    NEVER_PAID,
    REGISTER,
    REGISTER_PUBLIC,
    SEND_LETTER,
    STATE_COLORS,
    TOLD,
    CommitmentState,
)
from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    state_is_of_the_last_event,
    tranches_within_commitment,
    within_limits,
)
from funding.models.limits.commitments import (
    APPROVED_MEANS_DECIDED,
    ENDS_IN_ITS_TIME,
    PROMISE_IS_FIXED,
    THE_RECIPIENT_ACCEPTS,
)
from funding.models.limits.frames import FUNDER_OF_ITS_FRAMES, commitment_within_ceiling, commitment_within_frames
from funding.models.limits.people import funder_answers
from funding.models.limits.settlements import settled_by_the_final_payment
from funding.models.schemes import FundingScheme
from partners.acts import NEVER_CHANGED, Act, Event, move, only_acts
from partners.models import Organisation, User
from partners.models.roles import MONEY_ROLES
from projects.models import Project
from projects.money import nok

if TYPE_CHECKING:
    from funding.models.conditions import Condition
    from funding.models.decisions import Decision
    from funding.models.tranches import Tranche


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: object) -> "CommitmentQuerySet":
        """Those that the person's organisation pays for, and those of projects they take part in.

        What is decided here is the funder's alone until the letter is sent.
        """
        if not isinstance(user, User):
            return self.none()
        paid = Q(funder__in=Organisation.objects.with_role(user, *MONEY_ROLES))
        letters = CommitmentEvent.objects.filter(commitment=OuterRef("pk"), act=SEND_LETTER.name)
        told = Q(state__in=TOLD) | Exists(letters)
        return self.filter(paid | (told & Q(project__in=Project.objects.of(user))))

    def current(self) -> "CommitmentQuerySet":
        """Those that count as the project's money: decided, and neither withdrawn nor gone."""
        return self.filter(state__in=CURRENT)

    def known_amount(self) -> Decimal:
        """What they promise in all, as far as the amounts are known. NOK."""
        return self.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)

    def for_listing(self) -> "CommitmentQuerySet":
        """With all that a project's page of money shows, in five queries."""
        joined = self.select_related("funder", "recipient", "scheme__manager")
        return joined.prefetch_related("tranches", "conditions__tranche", "conditions__events__by")

    @transaction.atomic
    def register(self, by: User | None, state: str = CommitmentState.REPORTED, **facts: Any) -> "Commitment":
        """Write down a promise that was made elsewhere, with its first event. Its years come by `add`."""
        commitment = self.create(state=state, created_by=by, **facts)
        commitment.events.create(act="register", to_state=state, by=by)
        return commitment

    @transaction.atomic
    def draft(self, by: User | None, **facts: Any) -> "Commitment":
        """Begin a promise of our own, with its first event. Its years come by `add`, all of them as held out."""
        commitment = self.create(state=DRAFT.target, created_by=by, **facts)
        commitment.events.create(act=DRAFT.name, to_state=DRAFT.target, by=by)
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
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("application"),
        editable=False,
    )
    case_officer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case officer")
    )
    # The rules of the scheme as they were when it was decided: what the scheme says later touches no promise.
    share = models.DecimalField(_("largest share of the costs"), max_digits=5, decimal_places=4, null=True, blank=True)
    advance_share = models.DecimalField(_("largest advance"), max_digits=5, decimal_places=4, null=True, blank=True)
    auditor_from = models.DecimalField(
        _("an auditor confirms the accounts from, NOK"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    accept_by = models.DateField(_("to be accepted by"), null=True, blank=True)
    expires_on = models.DateField(_("last day for payments"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=3, help_text=_("From 1, the first, to 5."))
    reference = models.CharField(_("our reference"), max_length=100, blank=True)
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
            models.CheckConstraint(condition=Q(priority__range=(1, 5)), name="priority_is_from_1_to_5"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="commitment_share_is_a_share"),
            models.CheckConstraint(
                condition=Q(advance_share__gt=0, advance_share__lte=1), name="commitment_advance_is_a_share"
            ),
        ]
        indexes = [
            models.Index(fields=["funder", "state"], name="commitment_funder_state"),
            models.Index(fields=["scheme", "project"], name="commitment_scheme_project"),
        ]
        triggers = [
            state_is_of_the_last_event("commitment"),
            tranches_within_commitment("NEW.id"),
            PROMISE_IS_FIXED,
            APPROVED_MEANS_DECIDED,
            ENDS_IN_ITS_TIME,
            settled_by_the_final_payment(),
            commitment_within_ceiling(),
            commitment_within_frames(),
            FUNDER_OF_ITS_FRAMES,
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self.is_told:
            return f"{reverse('project-money', args=[self.project_id])}#commitment-{self.pk}"
        return reverse("commitment", args=[self.pk])

    @property
    def is_told(self) -> bool:
        """Decided elsewhere; else it is decided, and paid, here."""
        return self.state in TOLD

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
            *([(gettext("Decided by"), self.decided_by or unknown)] if self.is_told else []),
        ]

    @property
    def grant(self) -> "Decision | None":
        """The decision that made it a promise. None for what others decided, and until it is decided."""
        decisions = self.decisions.all() | self.application.decisions.all() if self.application else self.decisions
        return decisions.filter(kind="grant", state="decided").first()

    def conditions_on(self, tranche: "Tranche") -> "list[Condition]":
        """What this year hangs on: its own conditions, and those on all of the money."""
        return [one for one in self.conditions.all() if one.tranche_id in (None, tranche.pk)]

    @transaction.atomic
    def add(self, year: int | None, amount: Decimal | None, state: str, by: User | None, **facts: Any) -> "Tranche":
        """The money of one budget year (None: what is not split on years), with its first event."""
        tranche = self.tranches.create(year=year, amount=amount, state=state, **facts)
        tranche.events.create(act="register", to_state=state, by=by, amount=amount)
        return tranche

    @within_limits()
    def carry_out(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """Carry out one of ACTS; facts are stored with the state.

        ValidationError when its state has moved on, no reason is given, or the person may not do this.
        """
        if act.name == SEND_LETTER.name:
            facts = {"accept_by": self._last_day_to_accept(), **facts}
            if self.grant is None or not self.grant.letters.exists():
                raise ValidationError(_("The letter has not been made."))
        move(self, act, by, why, **facts)
        for award in self.awards.standing() if act.target in NEVER_PAID else ():
            award.cancel()

    def _last_day_to_accept(self) -> date | None:
        """Counted from today, as the scheme says."""
        days = self.scheme.acceptance_days if self.scheme else None
        return timezone.localdate() + timedelta(days=days) if days else self.accept_by

    def check_sum(self, amounts: Iterable[Decimal | None]) -> None:
        """ValidationError when these amounts of its years would be more than it promises."""
        parts = sum((amount for amount in amounts if amount is not None), Decimal(0))
        if self.amount is not None and parts > self.amount:
            raise ValidationError(_("The years sum to more than the amount in all."))


class CommitmentEvent(Event):
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [
            only_acts(ACTS.values(), "commitment_moves_by_its_acts", first=[REGISTER, REGISTER_PUBLIC, DRAFT]),
        ]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("commitment"),
            event_moves_its_thing("commitment"),
            funder_answers("commitment", ANSWERED_BY),
            THE_RECIPIENT_ACCEPTS,
        ]
        verbose_name = _("event of a commitment")
        verbose_name_plural = _("events of commitments")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(CommitmentState(self.to_state).label)
