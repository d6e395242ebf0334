"""Guidance enquiries: what a person or firm asks a career unit, without an account.

What somebody writes is theirs. Of the people here only the guides and leaders of the unit that has the enquiry read
it (GUIDES): neither leaders of the organisation the unit is part of, nor its brokers and employees, nor a unit that
sent it on, nor those who run the site. Whoever asked reads, takes along and deletes all of it by their link. It is
deleted by itself on `delete_after`. No text is in histories, events, logs, jobs or e-mails.
"""

import hashlib
import secrets
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.acts import Act, move
from partners.models import Municipality, Organisation, User
from projects.knowledge import LocalOffer
from projects.models.enquiry_states import (
    ASK_MORE,
    FORWARD,
    REFER,
    STATE_COLORS,
    TAKE,
    AnswerBy,
    Asker,
    EnquiryState,
    Route,
)
from projects.models.retention import EnquiryCount, RetentionRule
from projects.models.services import GUIDES, ServiceKind

# No letters or digits that are taken for one another (Crockford's base 32).
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# So many working days may pass before somebody has taken an enquiry.
IN_TIME = 3


def new_reference() -> str:
    """To name an enquiry by, on the phone for instance. It opens nothing."""
    return f"KB-{timezone.localdate():%Y}-{''.join(secrets.choice(LETTERS) for _letter in range(6))}"


class GuidanceEnquiryQuerySet(models.QuerySet["GuidanceEnquiry"]):
    def visible_to(self, user: User) -> "GuidanceEnquiryQuerySet":
        """For the guides and leaders of the unit that has it, and nobody else."""
        return self.filter(unit__in=Organisation.objects.with_role(user, *GUIDES))

    def unanswered(self) -> "GuidanceEnquiryQuerySet":
        """Those that wait, the longest first."""
        return self.filter(state__in=[EnquiryState.RECEIVED, EnquiryState.TAKEN]).order_by("waits_since", "pk")

    def answered(self) -> "GuidanceEnquiryQuerySet":
        """Those that do not wait, the newest first."""
        return self.filter(state__in=[EnquiryState.ANSWERED, EnquiryState.CLOSED]).order_by("-created_at", "-pk")

    def outlived(self, on: date) -> "GuidanceEnquiryQuerySet":
        """Those that are not to be kept any longer."""
        return self.filter(delete_after__lt=on)

    def for_listing(self) -> "GuidanceEnquiryQuerySet":
        return self.select_related("unit__municipality", "unit__parent", "municipality", "taken_by")


class GuidanceEnquiry(models.Model):
    reference = models.CharField(_("reference"), max_length=20, unique=True, default=new_reference, editable=False)
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    unit = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="enquiries", verbose_name=_("unit"), editable=False
    )
    route = models.CharField(_("came here because"), max_length=10, choices=Route, editable=False)
    asker = models.CharField(_("who asks"), max_length=6, choices=Asker, default=Asker.PERSON)
    firm = models.CharField(_("name of the firm"), max_length=200, blank=True)
    subject = models.CharField(_("about"), max_length=16, choices=ServiceKind)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    text = models.TextField(_("text"), max_length=4000)
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    answer_by = models.CharField(_("wants the answer"), max_length=5, choices=AnswerBy, default=AnswerBy.EMAIL)
    language = models.CharField(_("language"), max_length=2, default="nb", editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=EnquiryState, default=EnquiryState.RECEIVED, editable=False
    )
    taken_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("taken by"), editable=False
    )
    kept_months = models.PositiveSmallIntegerField(_("months it is kept after the last message"), editable=False)
    delete_after = models.DateField(_("deleted after"), db_index=True, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    waits_since = models.DateTimeField(_("waits since"), default=timezone.now, editable=False)
    receipt_sent_at = models.DateTimeField(_("receipt sent"), null=True, editable=False)
    unit_told_at = models.DateTimeField(_("unit told"), null=True, editable=False)
    asker_told_at = models.DateTimeField(_("asker told of an answer"), null=True, editable=False)

    objects = GuidanceEnquiryQuerySet.as_manager()
    # What is somebody else's, and therefore not in the copy that a guide takes along (partners.personal_data).
    OF_OTHERS = frozenset({"text", "name", "firm", "email", "phone", "municipality", "fingerprint"})

    class Meta:
        verbose_name = _("guidance enquiry")
        verbose_name_plural = _("guidance enquiries")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone=""),
                name="an_asker_can_be_reached",
                violation_error_message=_("Give an e-mail address or a phone number, so that the answer reaches you."),
            ),
            models.CheckConstraint(
                condition=~Q(answer_by="phone") | ~Q(phone=""),
                name="who_wants_a_call_gives_a_number",
                violation_error_message=_("Give the number we are to call."),
            ),
            models.CheckConstraint(
                condition=~Q(answer_by="email") | ~Q(email=""),
                name="who_wants_an_email_gives_an_address",
                violation_error_message=_("Give the address we are to write to."),
            ),
            models.CheckConstraint(
                condition=~Q(asker="firm") | ~Q(firm=""),
                name="a_firm_says_its_name",
                violation_error_message=_("Give the name of the firm."),
            ),
            models.CheckConstraint(condition=Q(state__in=EnquiryState.values), name="enquiry_state_is_known"),
            models.CheckConstraint(condition=Q(route__in=Route.values), name="enquiry_route_is_known"),
            models.CheckConstraint(condition=Q(subject__in=ServiceKind.values), name="enquiry_subject_is_known"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Its page in the unit."""
        return reverse("enquiry", args=[self.pk])

    def get_own_url(self) -> str:
        """The page of whoever asked."""
        return reverse("guidance-enquiry", args=[self.token])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def is_unanswered(self) -> bool:
        return self.state in (EnquiryState.RECEIVED, EnquiryState.TAKEN)

    @property
    def sender(self) -> str:
        return f"{self.firm} ({self.name})" if self.firm else self.name

    @property
    def is_late(self) -> bool:
        return self.waiting_days() > IN_TIME

    @property
    def waiting_text(self) -> str:
        days = self.waiting_days()
        if not days:
            return gettext("Came today")
        return ngettext("Has waited %(n)d working day", "Has waited %(n)d working days", days) % {"n": days}

    @property
    def steps(self) -> list[tuple[str, str]]:
        """How far it has come, for whoever asked."""
        state = EnquiryState(self.state)
        last = state if state == EnquiryState.CLOSED else EnquiryState.ANSWERED
        order = [EnquiryState.RECEIVED, EnquiryState.TAKEN, last]
        reached = order.index(state)
        marks = ["done"] * 3 if state == last else ["done"] * reached + ["current"] + ["todo"] * (2 - reached)
        return [(str(one.label), mark) for one, mark in zip(order, marks, strict=True)]

    def waiting_days(self, on: date | None = None) -> int:
        """Working days (Monday to Friday) since it came, or since more was asked; 0 when it is answered."""
        if not self.is_unanswered:
            return 0
        return working_days(timezone.localdate(self.waits_since), on or timezone.localdate())

    @transaction.atomic
    def hand_in(self, unit: Organisation, route: str, key: str) -> "tuple[GuidanceEnquiry, bool]":
        """Store it with the unit and count it. `key` is the form's own: what is pressed twice is stored once."""
        today = timezone.localdate()
        self.unit, self.route = unit, route
        self.kept_months = RetentionRule.months_of(unit)
        self.delete_after = after_months(today, self.kept_months)
        new = {
            field.name: getattr(self, field.name)
            for field in self._meta.concrete_fields
            if field.name not in {"id", "fingerprint"}
        }
        row, created = GuidanceEnquiry.objects.get_or_create(fingerprint=self._hash(key), defaults=new)
        if created:
            EnquiryCount.add(unit, self.subject, today)
        return row, created

    def _hash(self, key: str) -> str:
        said = (self.asker, self.firm, self.subject, self.municipality_id, self.text, self.name, self.email, self.phone)
        return hashlib.sha256(repr((key, *said)).encode()).hexdigest()

    @transaction.atomic
    def carry_out(self, act: Act, by: User | None, why: str = "") -> None:
        """Move it by one of ENQUIRY_ACTS. ValidationError when it has moved on, was sent on or deleted meanwhile."""
        self._hold()
        move(self, act, by, why)
        by_whom = {TAKE.name: by, FORWARD.name: None}.get(act.name, self.taken_by or by)
        self._set(taken_by=by_whom)

    def _hold(self) -> None:
        """Until the end of the transaction nobody else moves it."""
        here = GuidanceEnquiry.objects.select_for_update().filter(pk=self.pk, unit=self.unit_id)
        if not here:
            raise ValidationError(_("The enquiry is not here any more. It was sent on to another unit, or deleted."))

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        GuidanceEnquiry.objects.filter(pk=self.pk).update(**values)

    @transaction.atomic
    def answer(self, act: Act, by: User, text: str) -> None:
        """By ANSWER, CALL or REFER. Whoever asked is told that there is an answer, but not by e-mail what it says."""
        self.carry_out(act, by)
        if text:
            self.messages.create(unit=self.unit, by=by, text=text)
        self._set(asker_told_at=None, delete_after=after_months(timezone.localdate(), self.kept_months))

    @transaction.atomic
    def refer(self, by: User, offers: Sequence[LocalOffer], text: str) -> None:
        """To courses, each once, as they are called today."""
        self.answer(REFER, by, text)
        for one in offers:
            known = {"title": one.title[:300], "provider": one.provider[:200], "where": one.where[:300], "url": one.url}
            self.referrals.get_or_create(offer=one.pk, defaults=known | {"by": by})

    @transaction.atomic
    def ask_more(self, text: str) -> None:
        """Whoever asked writes again. An enquiry that was answered or closed is then worked on anew."""
        self._hold()
        if ASK_MORE.possible_from(self.state):
            move(self, ASK_MORE, None)
            self._set(waits_since=timezone.now())
        self.messages.create(text=text)
        self._set(unit_told_at=None, delete_after=after_months(timezone.localdate(), self.kept_months))

    @transaction.atomic
    def send_on(self, by: User, to: Organisation, why: str) -> None:
        """To another unit. From now on the people of this one do not see it."""
        self.carry_out(FORWARD, by, why)
        self._set(unit=to, route=Route.SENT_ON, unit_told_at=None)


def working_days(first: date, last: date) -> int:
    """How many of the days after the first one, the last included, are Monday to Friday. Holidays count."""
    return sum((first + timedelta(days=n)).weekday() < 5 for n in range(1, (last - first).days + 1))


def after_months(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
