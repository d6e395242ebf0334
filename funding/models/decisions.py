"""Decisions: prepared by one, decided by another who is delegated to, and what each makes of which year's money."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models.applications import Application
from funding.models.commitments import Commitment
from funding.models.delegations import Delegation
from funding.models.limits import event_moves_its_thing, events_follow_each_other, state_is_of_the_last_event
from funding.models.limits.letters import TOLD_BY_A_LETTER
from funding.models.tranches import Tranche, TrancheState
from partners.acts import NEVER_CHANGED, Act, Event, only_acts
from partners.models import User


class DecisionKind(models.TextChoices):
    GRANT = "grant", _("Grant")
    REJECT = "reject", _("Rejection")
    RETURN = "return", _("Sent back unexamined")
    STRENGTHEN = "strengthen", _("Money made surer")
    CHANGE = "change", _("Change of a commitment")
    ANNUL = "annul", _("Annulment")
    RECOVER = "recover", _("Recovery of what was paid")


class DecisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("For decision")
    DECIDED = "decided", _("Decided")
    DROPPED = "dropped", _("Dropped")


_S, _K = DecisionState, DecisionKind
BEGIN = Act("begin", _("Begin"), (), _S.DRAFT)
PROPOSE = Act("propose", _("Put forward for decision"), (_S.DRAFT,), _S.PROPOSED)
SEND_BACK = Act("send_back", _("Send back to the case officer"), (_S.PROPOSED,), _S.DRAFT, with_reason=True)
DECIDE = Act("decide", _("Decide"), (_S.PROPOSED,), _S.DECIDED)
DROP = Act("drop", _("Drop"), (_S.DRAFT, _S.PROPOSED), _S.DROPPED, with_reason=True)
ACTS = {act.name: act for act in (PROPOSE, SEND_BACK, DECIDE, DROP)}
# Done by sending its letter (funding/letters.py). From then on those whom it is about know of it.
TELL = Act("tell", _("Send the letter"), (_S.DECIDED,), _S.DECIDED)
STATE_COLORS: dict[str, str] = {_S.PROPOSED: "info", _S.DECIDED: "success"}


class Result(models.TextChoices):
    GRANTED = "granted", _("Granted as applied for")
    PARTLY = "partly", _("Granted in part")
    REJECTED = "rejected", _("Rejected")
    RETURNED = "returned", _("Sent back unexamined")


class AidBasis(models.TextChoices):
    NONE = "none", _("Not state aid")
    DE_MINIMIS = "de_minimis", _("De minimis aid")


@pghistory.track(model_name="DecisionHistory")
class Decision(models.Model):
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("application"),
    )
    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("commitment"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DecisionKind)
    result = models.CharField(_("result"), max_length=8, choices=Result, blank=True)
    facts = models.TextField(_("the facts of the case"), blank=True, max_length=8000)
    reasoning = models.TextField(_("reasons"), blank=True, max_length=8000)
    legal_basis = models.TextField(_("rules it builds on"), blank=True, max_length=2000)
    complaint = models.TextField(_("how to complain"), blank=True, max_length=2000)
    language = models.CharField(
        _("language of the letter"), max_length=2, choices=[("nb", "bokmål"), ("nn", "nynorsk")], default="nb"
    )
    aid_basis = models.CharField(_("state aid"), max_length=10, choices=AidBasis, default=AidBasis.NONE)
    prepared_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by")
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"), editable=False
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by delegation")
    )
    body_reference = models.CharField(_("the body’s case number"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=DecisionState, editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DecisionState.values), name="decision_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_is_known"),
            models.CheckConstraint(condition=Q(result__in=["", *Result.values]), name="decision_result_is_known"),
            models.CheckConstraint(condition=Q(aid_basis__in=AidBasis.values), name="aid_basis_is_known"),
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(commitment__isnull=False),
                name="a_decision_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("prepared_by")),
                name="nobody_decides_what_they_prepared",
                violation_error_message=_("You prepared this, so somebody else has to decide it."),
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.DECIDED)
                | Q(decided_by__isnull=False, decided_on__isnull=False, delegation__isnull=False),
                name="decided_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state=_S.DROPPED) & Q(kind__in=[_K.GRANT, _K.REJECT, _K.RETURN]),
                name="one_live_decision_a_case",
                violation_error_message=_("There is a decision on this case already."),
            ),
        ]
        triggers = [state_is_of_the_last_event("decision")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.application or self.commitment}"

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")


class DecisionItem(models.Model):
    """What a decision makes of one year's money. An amount of None leaves it as it is."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="items")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="items", verbose_name=_("year"))
    to_state = models.CharField(_("becomes"), max_length=12, choices=TrancheState)
    amount = models.DecimalField(_("amount, NOK"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("item of a decision")
        verbose_name_plural = _("items of decisions")
        ordering = ["decision", "tranche__year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "tranche"], name="a_decision_has_a_year_once"),
            models.CheckConstraint(
                condition=Q(to_state__in=["conditional", "firm", "lapsed"]),
                name="an_item_makes_money_surer_or_ends_it",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="decided_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.tranche}: {self.get_to_state_display()}"


class DecisionEvent(Event):
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [
            only_acts([*ACTS.values(), TELL], "decision_moves_by_its_acts", first=[BEGIN]),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(act=TELL.name),
                name="a_decision_is_told_once",
                violation_error_message=_("The letter has been sent."),
            ),
        ]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("decision"),
            event_moves_its_thing("decision"),
            TOLD_BY_A_LETTER,
        ]
        verbose_name = _("event of a decision")
        verbose_name_plural = _("events of decisions")

    @property
    def label(self) -> str:
        """Where the act led to; telling leaves it decided."""
        return gettext("Letter sent") if self.act == TELL.name else str(DecisionState(self.to_state).label)
