"""Agreements between the parties of a project: from a draft to signed, in force and ended."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Organisation, User
from projects.models import agreement_rules
from projects.models.projects import Project

if TYPE_CHECKING:
    from projects.models.documents import Document
    from projects.models.signatures import AgreementVersion

# What has lain unsigned so long is on the leader's front page; what ends so soon is to be renewed.
LONG_SENT = timedelta(days=14)
SOON = timedelta(days=60)


class AgreementKind(models.TextChoices):
    INTENT = "intent", _("Letter of intent")
    COOPERATION = "cooperation", _("Cooperation agreement")
    PARTNERSHIP = "partnership", _("Partnership agreement")
    GRANT = "grant", _("Grant agreement")


class AgreementState(models.TextChoices):
    """What acts lead to. That it is in force or has expired follows from its dates: see Standing."""

    DRAFT = "draft", pgettext_lazy("agreement", "Draft")
    READY = "ready", _("Ready for signing")
    SENT = "sent", pgettext_lazy("agreement", "Sent")
    PARTLY_SIGNED = "partly_signed", _("Partly signed")
    SIGNED = "signed", _("Signed")
    DECLINED = "declined", pgettext_lazy("agreement", "Declined")
    TERMINATED = "terminated", _("Terminated")


class Standing(models.TextChoices):
    """What a signed agreement is on a day, beside its state."""

    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")


_S = AgreementState
ANSWERABLE = (_S.SENT, _S.PARTLY_SIGNED)
READY = Act("ready", _("Mark as ready for signing"), (_S.DRAFT,), _S.READY)
SEND = Act("send", _("Send to the parties"), (_S.READY,), _S.SENT)
# Signed outside the system: nothing is sent to anybody, the signed files follow.
PAPER = Act("paper", _("Register as signed on paper"), (_S.READY,), _S.SENT)
SIGN = Act("sign", _("Sign"), ANSWERABLE, _S.PARTLY_SIGNED)
COMPLETE = Act("complete", _("Sign as the last party"), ANSWERABLE, _S.SIGNED)
DECLINE = Act("decline", _("Decline"), ANSWERABLE, _S.DECLINED)
WITHDRAW = Act("withdraw", _("Take back to draft"), (_S.READY, *ANSWERABLE, _S.DECLINED), _S.DRAFT)
REVISE = Act("revise", _("Write a new version"), (_S.DRAFT, _S.READY, *ANSWERABLE, _S.DECLINED), _S.DRAFT)
TERMINATE = Act("terminate", _("Terminate"), (_S.SIGNED,), _S.TERMINATED)
ACTS = {act.name: act for act in (READY, SEND, PAPER, SIGN, COMPLETE, DECLINE, WITHDRAW, REVISE, TERMINATE)}
# Acts after which the state says too little of what happened.
TOLD = {
    REVISE.name: _("New version"),
    "renew": _("To be replaced"),
    DECLINE.name: pgettext_lazy("agreement", "Declined"),
}
# What is done only with a reason.
WITH_REASON = frozenset({WITHDRAW.name, TERMINATE.name})
STATE_COLORS: dict[str, str] = {
    _S.READY: "info",
    _S.SENT: "warning",
    _S.PARTLY_SIGNED: "warning",
    _S.SIGNED: "success",
    _S.DECLINED: "danger",
    Standing.IN_FORCE: "success",
}


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: object) -> "AgreementQuerySet":
        """Those of projects one leads or, as county staff of a partner, oversees; and those one's organisation,
        or the one it is a unit of, is party to, while they are no drafts: what is rewritten is shown when it is sent.
        """
        if not isinstance(user, User):
            return self.none()
        mine = self.model._default_manager.for_party(user)
        return self.filter(
            Q(project__in=Project.objects.led_by(user).order_by().values("pk"))
            | Q(project__in=Project.objects.overseen_by(user).order_by().values("pk"))
            | Q(pk__in=mine.order_by().values("pk")) & ~Q(state=_S.DRAFT)
        )

    def for_party(self, user: User) -> "AgreementQuerySet":
        """Those that an organisation of the person, or the one it is a unit of, is party to."""
        mine = Organisation.objects.of(user)
        houses = Q(parties__organisation__in=mine) | Q(parties__organisation__in=mine.values("parent"))
        return self.filter(houses).distinct()

    def unanswered(self) -> "AgreementQuerySet":
        """Sent, and not yet signed by all."""
        return self.filter(state__in=ANSWERABLE)

    def lain(self, on: date) -> "AgreementQuerySet":
        """Those of which has_lain() is true."""
        moved = AgreementEvent.objects.filter(agreement=OuterRef("pk"), at__date__gte=on - LONG_SENT)
        return self.unanswered().exclude(Exists(moved.exclude(from_state=F("to_state"))))

    def expiring(self, on: date) -> "AgreementQuerySet":
        """Signed ones that end within SOON and that nothing is to replace yet."""
        replaced = Exists(Agreement.objects.filter(replaces=OuterRef("pk")))
        return self.filter(~replaced, state=_S.SIGNED, valid_to__gte=on, valid_to__lte=on + SOON)

    def with_since(self) -> "AgreementQuerySet":
        """Annotates `since`: when it came into its state (the moment it was written for a draft)."""
        came = AgreementEvent.objects.filter(agreement=OuterRef("pk")).exclude(from_state=F("to_state"))
        return self.annotate(since=Subquery(came.order_by("-at", "-pk").values("at")[:1]))

    def for_listing(self) -> "AgreementQuerySet":
        return self.with_since().select_related("project").prefetch_related("parties__organisation")


@pghistory.track(model_name="AgreementHistory")
class Agreement(models.Model):
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="agreements", verbose_name=_("project"), editable=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=AgreementKind)
    title = models.CharField(_("title"), max_length=200)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replacements",
        verbose_name=_("replaces"),
        editable=False,
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=13, choices=AgreementState, default=_S.DRAFT, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("registered by"), editable=False
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = AgreementQuerySet.as_manager()
    # What the parties do not read, and so neither does the history tell (projects.wording).
    FOR_KEEPERS = OF_OTHERS = frozenset({"note"})

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["project", "created_at", "pk"]
        triggers = [
            agreement_rules.BEGINS_AS_A_DRAFT,
            agreement_rules.STATE_IS_EARNED,
            agreement_rules.TERMS_ARE_FIXED_ONCE_SENT,
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="agreement_does_not_end_before_it_begins",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(replaces=F("id")),
                name="agreement_does_not_replace_itself",
                violation_error_message=_("An agreement cannot replace itself."),
            ),
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="agreement_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=AgreementState.values), name="agreement_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.pk])

    def standing(self, on: date | None = None) -> AgreementState | Standing:
        """The state on a day: what is signed is in force from its first day (or from the signing) to its last."""
        on = on or timezone.localdate()
        if self.state != _S.SIGNED:
            return AgreementState(self.state)
        if self.valid_to and self.valid_to < on:
            return Standing.EXPIRED
        return AgreementState.SIGNED if self.valid_from and self.valid_from > on else Standing.IN_FORCE

    @property
    def state_label(self) -> str:
        return str(self.standing().label)

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.standing(), "neutral")

    @property
    def came_at(self) -> datetime:
        """When it came into its state. Takes `with_since()`."""
        since: datetime | None = getattr(self, "since", None)
        return since or self.created_at

    @property
    def came_on(self) -> date:
        """The day of it. Takes `with_since()`."""
        return timezone.localdate(self.came_at)

    def has_lain(self, on: date | None = None) -> bool:
        """Whether it was sent longer ago than LONG_SENT, and is not signed by all. Takes `with_since()`."""
        on = on or timezone.localdate()
        return self.state in ANSWERABLE and self.came_on < on - LONG_SENT

    @cached_property
    def latest(self) -> "AgreementVersion | None":
        return self.versions.select_related("document", "by").order_by("number").last()

    @property
    def is_signed(self) -> bool:
        """By all, whatever became of it afterwards."""
        return self.state in (_S.SIGNED, _S.TERMINATED)

    @property
    def signed_on(self) -> date | None:
        """The day the last required party signed; None while it is not signed, or when a day is not known."""
        if not self.is_signed or self.latest is None:
            return None
        given = self.latest.signatures.filter(party__required=True)
        return None if given.filter(signed_on=None).exists() else given.aggregate(last=Max("signed_on"))["last"]

    @property
    def days_to_signed(self) -> int | None:
        """From decision to signed agreement."""
        signed = self.signed_on
        return (signed - self.decided_on).days if signed and self.decided_on else None

    @transaction.atomic
    def carry_out(self, act: Act, by: User | None, why: str = "") -> None:
        """Move the agreement by one of ACTS. ValidationError with what is missing, or when its state has moved on."""
        from projects.models.agreement_guards import missing  # it asks what belongs to an agreement

        if act.name in WITH_REASON and not why.strip():
            raise ValidationError(_("Say why."))
        if lacking := missing(self, act):
            raise ValidationError(lacking)
        move(self, act, by, why)

    @transaction.atomic
    def revise(self, by: User | None, text: str = "", document: "Document | None" = None) -> "AgreementVersion":
        """Add a version. The agreement is a draft from then on, and what was signed before does not count."""
        move(self, REVISE, by)
        last = self.versions.aggregate(last=Max("number"))["last"] or 0
        self.__dict__.pop("latest", None)
        return self.versions.create(number=last + 1, text=text, document=document, by=by)

    def note_renewal(self, by_which: "Agreement", by: User | None) -> None:
        """An event that leads nowhere: what this agreement is to be replaced by."""
        self.events.create(act="renew", from_state=self.state, to_state=self.state, by=by, why=by_which.title)


class AgreementEvent(Event):
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of an agreement")
        verbose_name_plural = _("events of agreements")

    @property
    def label(self) -> str:
        """Where the act led to, or what it was when the state says too little."""
        return str(TOLD.get(self.act) or AgreementState(self.to_state).label)
