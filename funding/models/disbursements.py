"""Requests for payment: sent by who gets the money, and paid by four other hands one after another."""

from decimal import Decimal
from typing import Any

import pghistory
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.commitments import Commitment
from funding.models.disbursement_finding import DisbursementQuerySet
from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    state_is_of_the_last_event,
    within_limits,
)
from funding.models.limits.hands import HAND_RULES
from funding.models.limits.payments import BOUND as BOUND
from funding.models.limits.payments import PAYMENT_RULES
from funding.models.limits.settlements import what_is_left_returns
from funding.models.statements import CostStatement
from funding.models.tranches import Tranche
from partners.acts import NEVER_CHANGED, Act, Event, move, only_acts
from partners.models import User
from projects.models import Document
from projects.money import nok


class DisbursementKind(models.TextChoices):
    ADVANCE = "advance", _("Advance")
    PART = "part", _("Part payment")
    FINAL = "final", _("Final payment")
    RETURN = "return", _("Return")


class DisbursementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    CONTROLLED = "controlled", _("Controlled")
    ATTESTED = "attested", _("Attested")
    ORDERED = "ordered", _("Ordered")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", _("Rejected")


_S, _K = DisbursementState, DisbursementKind
BEGIN = Act("begin", _("Begin"), (), _S.DRAFT)
SEND = Act("send", _("Send"), (_S.DRAFT,), _S.SENT)
RETURN_IT = Act("return_it", _("Return for correction"), (_S.SENT,), _S.RETURNED, with_reason=True)
CONTROL = Act("control", _("Control"), (_S.SENT,), _S.CONTROLLED)
ATTEST = Act("attest", _("Attest"), (_S.CONTROLLED,), _S.ATTESTED)
ORDER = Act("order", _("Order the payment"), (_S.ATTESTED,), _S.ORDERED)
PAY = Act("pay", _("Register as paid"), (_S.ORDERED,), _S.PAID)
_OPEN = (_S.SENT, _S.CONTROLLED, _S.ATTESTED, _S.ORDERED)
REJECT = Act("reject", _("Reject"), _OPEN, _S.REJECTED, with_reason=True)
ACTS = {act.name: act for act in (SEND, RETURN_IT, CONTROL, ATTEST, ORDER, PAY, REJECT)}
# Whose step an act is, of the five.
STEPS = {
    "send": "sent_by",
    "control": "controlled_by",
    "attest": "attested_by",
    "order": "ordered_by",
    "pay": "paid_by",
}
HANDS = tuple(STEPS.values())
STATE_COLORS: dict[str, str] = {
    _S.SENT: "info",
    _S.CONTROLLED: "info",
    _S.ATTESTED: "info",
    _S.ORDERED: "info",
    _S.PAID: "success",
    _S.RETURNED: "warning",
    _S.REJECTED: "danger",
}


def _another(first: str, second: str) -> Q:
    return Q(**{first: None}) | Q(**{second: None}) | ~Q(**{first: F(second)})


@pghistory.track(model_name="DisbursementRequestHistory")
class DisbursementRequest(models.Model):
    """`claimed` and `approved` in NOK, those of a return negative. A correction is a new request, which names it."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="disbursements", verbose_name=_("commitment")
    )
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="disbursements", verbose_name=_("year"))
    kind = models.CharField(_("kind"), max_length=8, choices=DisbursementKind)
    claimed = models.DecimalField(_("asked for, NOK"), max_digits=14, decimal_places=2)
    approved = models.DecimalField(_("approved, NOK"), max_digits=14, decimal_places=2, null=True, editable=False)
    reason = models.CharField(_("why less is paid"), max_length=1000, blank=True, editable=False)
    text = models.TextField(_("what it is for"), blank=True, max_length=2000)
    statement = models.ForeignKey(
        CostStatement, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accounts")
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    documents = models.ManyToManyField(Document, blank=True, related_name="+", verbose_name=_("documents"))
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    controlled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    attested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    paid_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    paid_on = models.DateField(_("paid on"), null=True, editable=False)
    reference = models.CharField(_("the payment’s reference"), max_length=100, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=DisbursementState, editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for payment")
        verbose_name_plural = _("requests for payment")
        ordering = ["commitment", "pk"]
        indexes = [models.Index(fields=["tranche", "state"], name="disbursement_tranche_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DisbursementState.values), name="request_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=[_K.ADVANCE, _K.PART], claimed__gt=0)
                | Q(kind=_K.FINAL, claimed__gte=0)
                | Q(kind=_K.RETURN, claimed__lt=0),
                name="claimed_has_its_sign",
                violation_error_message=_("An amount is more than 0."),
            ),
            models.CheckConstraint(
                condition=Q(approved=None)
                | Q(claimed__gte=0, approved__gte=0, approved__lte=F("claimed"))
                | Q(claimed__lt=0, approved__lt=0, approved__gte=F("claimed")),
                name="approved_is_not_more_than_claimed",
                violation_error_message=_("No more can be paid than was asked for."),
            ),
            models.CheckConstraint(
                condition=Q(approved=None) | Q(approved=F("claimed")) | ~Q(reason=""),
                name="paying_less_needs_a_reason",
                violation_error_message=_("Say why less is paid than was asked for."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[_S.DRAFT, _S.SENT, _S.RETURNED, _S.REJECTED]) | Q(approved__isnull=False),
                name="approved_once_controlled",
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.PAID) | (Q(paid_on__isnull=False) & ~Q(reference="")),
                name="paid_says_when",
                violation_error_message=_("Say when it was paid, and the payment’s reference."),
            ),
            *(
                models.CheckConstraint(
                    condition=_another(first, second),
                    name=f"{second}_is_another_than_{first}",
                    violation_error_message=_("You did another step of this payment, so somebody else does this."),
                )
                for index, first in enumerate(HANDS)
                for second in HANDS[index + 1 :]
            ),
            models.UniqueConstraint(
                fields=["commitment"],
                condition=Q(kind=_K.FINAL) & ~Q(state__in=[_S.RETURNED, _S.REJECTED]),
                name="one_final_payment",
                violation_error_message=_("There is a final payment of this commitment already."),
            ),
        ]
        triggers = [
            state_is_of_the_last_event("disbursementrequest"),
            what_is_left_returns("NEW.tranche_id"),
            *PAYMENT_RULES,
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.tranche}"

    def get_absolute_url(self) -> str:
        return reverse("request", args=[self.pk])

    @property
    def amount(self) -> Decimal:
        """What is paid: the approved amount once there is one. NOK, without the sign of a return."""
        return abs(self.claimed if self.approved is None else self.approved)

    @property
    def is_return(self) -> bool:
        return self.kind == _K.RETURN

    @property
    def is_on_costs(self) -> bool:
        """Whether approved costs have to carry it."""
        return self.kind in (_K.PART, _K.FINAL)

    @property
    def heading(self) -> str:
        return f"{self.get_kind_display()}: {nok(self.amount)}"

    @property
    def answer(self) -> str:
        """Why it was returned or rejected."""
        events = self.events.filter(act__in=[RETURN_IT.name, REJECT.name]).order_by()
        return events.values_list("why", flat=True).first() or ""

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What is known of it, as pairs to show."""
        told: list[tuple[str, object]] = [
            (gettext("Project"), self.commitment.project),
            (gettext("Who gets it"), self.commitment.recipient),
            (gettext("Year"), self.tranche.year_label),
            (gettext("Asked for"), nok(abs(self.claimed))),
            (gettext("Approved"), gettext("not yet") if self.approved is None else nok(abs(self.approved))),
        ]
        if self.reason:
            told.append((gettext("Why less"), self.reason))
        if self.paid_on:
            told += [(gettext("Paid on"), date_format(self.paid_on)), (gettext("Reference"), self.reference)]
        return told

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    def control(self, approved: Decimal, reason: str, by: User) -> None:
        """Say how much of it is right; `reason` why it is less than was asked for."""
        self.carry_out(CONTROL, by, reason, approved=approved, reason=reason)

    @within_limits()
    def carry_out(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """Carry out one of ACTS but PAY (see funding.settling); facts are stored with the state.

        ValidationError when its state has moved on, something does not allow it, or the person may not do this.
        """
        self.step(act, by, why, **facts)

    @transaction.atomic
    def step(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """The same, checked when the transaction ends. Locks the commitment, then the year, before the request."""
        Commitment.objects.select_for_update(no_key=True).order_by().get(pk=self.commitment_id)
        Tranche.objects.select_for_update(no_key=True).order_by().get(pk=self.tranche_id)
        if act.name in STEPS:
            facts[STEPS[act.name]] = by
        move(self, act, by, why, **facts)


class DisbursementRequestEvent(Event):
    disbursementrequest = models.ForeignKey(DisbursementRequest, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [only_acts(ACTS.values(), "request_moves_by_its_acts", first=[BEGIN])]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("disbursementrequest"),
            event_moves_its_thing("disbursementrequest"),
            *HAND_RULES,
        ]
        verbose_name = _("event of a request for payment")
        verbose_name_plural = _("events of requests for payment")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(DisbursementState(self.to_state).label)
