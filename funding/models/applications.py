"""An application for money of a scheme: what is asked for, why, and who works with it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Sum, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from funding.models.calls import Call
from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    state_is_of_the_last_event,
    within_limits,
)
from funding.models.limits.cases import FIXED_ONCE_SENT, ONLY_A_DECISION_ANSWERS, YEARS_FIXED_ONCE_SENT
from funding.models.limits.people import funder_answers
from funding.models.plans import PlanState, PlanVersion
from funding.models.schemes import FundingScheme
from partners.acts import NEVER_CHANGED, Act, Event, move, only_acts
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES, MemberRole
from projects.models import Project


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    REVIEW = "review", _("In review")
    ASKED = "asked", _("More is asked for")
    GRANTED = "granted", _("Granted")
    PARTLY = "partly", _("Granted in part")
    REJECTED = "rejected", pgettext_lazy("application", "Rejected")
    RETURNED = "returned", _("Sent back")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_S = ApplicationState
BEGIN = Act("begin", _("Begin"), (), _S.DRAFT)
SUBMIT = Act("submit", _("Submit"), (_S.DRAFT,), _S.SUBMITTED)
TAKE = Act("take", _("Take the case"), (_S.SUBMITTED,), _S.REVIEW)
ASK = Act("ask", _("Ask for more"), (_S.REVIEW,), _S.ASKED, with_reason=True)
ANSWER = Act("answer", _("Answer"), (_S.ASKED,), _S.REVIEW, with_reason=True)
WITHDRAW = Act("withdraw", _("Withdraw"), (_S.DRAFT, _S.SUBMITTED, _S.REVIEW, _S.ASKED), _S.WITHDRAWN, with_reason=True)
# These only by a decision.
GRANT = Act("grant", _("Grant"), (_S.REVIEW,), _S.GRANTED)
GRANT_PART = Act("grant_part", _("Grant in part"), (_S.REVIEW,), _S.PARTLY)
REJECT = Act("reject", _("Reject"), (_S.REVIEW,), _S.REJECTED)
SEND_BACK = Act("send_back", _("Send back"), (_S.REVIEW,), _S.RETURNED)
DECIDED = (GRANT, GRANT_PART, REJECT, SEND_BACK)
ACTS = {act.name: act for act in (SUBMIT, TAKE, ASK, ANSWER, WITHDRAW)}
STATE_COLORS: dict[str, str] = {
    _S.SUBMITTED: "info",
    _S.REVIEW: "info",
    _S.ASKED: "warning",
    _S.GRANTED: "success",
    _S.PARTLY: "success",
    _S.REJECTED: "danger",
}


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: object) -> "ApplicationQuerySet":
        """Those of projects one takes part in, and for the funder's case people those that were sent to it."""
        if not isinstance(user, User):
            return self.none()
        was_sent = ApplicationEvent.objects.filter(application=OuterRef("pk"), act=SUBMIT.name)
        houses = Organisation.objects.with_role(user, *COUNTY_ROLES).order_by().values("pk")
        sent = Q(funder__in=houses) & Q(Exists(was_sent))
        return self.filter(Q(project__in=Project.objects.of(user).order_by().values("pk")) | sent)

    def as_known_to(self, user: User) -> "ApplicationQuerySet":
        """With `known`, the state: until the letter is sent, only the funder's people know what was decided."""
        houses = Organisation.objects.with_role(user, *COUNTY_ROLES).order_by().values("pk")
        told = self.model.objects.filter(pk=OuterRef("pk"), decisions__events__act="tell")
        secret = Q(state__in=[act.target for act in DECIDED]) & ~Q(funder__in=houses) & ~Q(Exists(told))
        return self.annotate(known=Case(When(secret, then=Value(_S.REVIEW)), default="state"))

    def open(self) -> "ApplicationQuerySet":
        """Those that are with the funder, unanswered."""
        return self.filter(state__in=[_S.SUBMITTED, _S.REVIEW, _S.ASKED])

    def with_sum(self) -> "ApplicationQuerySet":
        """With `applied`, what is applied for in all."""
        return self.annotate(applied=Sum("years__amount"))

    @transaction.atomic
    def begin(self, by: User | None, **facts: Any) -> "Application":
        """A draft, with its first event. Its years come after it."""
        application = self.create(state=_S.DRAFT, created_by=by, **facts)
        application.events.create(act=BEGIN.name, to_state=_S.DRAFT, by=by)
        return application


@pghistory.track(model_name="ApplicationHistory")
class Application(models.Model):
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("call")
    )
    scheme = models.ForeignKey(
        FundingScheme, on_delete=models.PROTECT, related_name="applications", verbose_name=_("funding scheme")
    )
    funder = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="applications_to", verbose_name=_("who pays")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="applications", verbose_name=_("project")
    )
    applicant = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="applications_of", verbose_name=_("applicant")
    )
    plan_version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("plan of costs and financing"),
    )
    title = models.CharField(_("what it is called"), max_length=200)
    summary = models.TextField(_("what the money is for"), blank=True, max_length=4000)
    need = models.TextField(_("which need it answers"), blank=True, max_length=4000)
    effect = models.TextField(_("what will be different"), blank=True, max_length=4000)
    is_aid_declared = models.BooleanField(
        _("the applicant has told of all public aid of the last three years"), default=False
    )
    language = models.CharField(
        _("language of the answer"), max_length=2, choices=[("nb", "bokmål"), ("nn", "nynorsk")], default="nb"
    )
    state = models.CharField(_("state"), max_length=10, choices=ApplicationState, editable=False)
    case_officer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("case officer")
    )
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["funder", "state"], name="application_funder_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_is_known"),
            models.CheckConstraint(condition=Q(language__in=["nb", "nn"]), name="application_has_a_language"),
            models.UniqueConstraint(
                fields=["call", "project"],
                condition=~Q(state=_S.WITHDRAWN),
                name="one_application_a_call",
                violation_error_message=_("The project has an application to this call already."),
            ),
        ]
        triggers = [state_is_of_the_last_event("application"), FIXED_ONCE_SENT]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.pk])

    @property
    def case_url(self) -> str:
        """The same as the funder's people see it."""
        return reverse("case", args=[self.pk])

    @property
    def known_state(self) -> ApplicationState:
        """As whoever asked knows it, when fetched by `as_known_to`."""
        return ApplicationState(getattr(self, "known", self.state))

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.known_state, "neutral")

    @property
    def is_editable(self) -> bool:
        return self.state in (_S.DRAFT, _S.ASKED)

    @property
    def sum(self) -> Decimal:
        """What is applied for in all, NOK."""
        return sum((one.amount for one in self.years.all()), Decimal(0))

    def missing(self, on: date | None = None) -> list[str]:
        """What keeps it from being sent, a sentence each."""
        return list(self._missing(on or timezone.localdate()))

    def _missing(self, on: date) -> Iterator[str]:
        if self.call and not Call.objects.open(on).filter(pk=self.call.pk).exists():
            yield gettext("The call is not open.")
        if not self.call and not self.scheme.is_open:
            yield gettext("The scheme takes applications to calls only.")
        for name in ("summary", "need", "effect"):
            if not getattr(self, name).strip():
                field = Application._meta.get_field(name)
                yield gettext("Nothing is written under “%(field)s”.") % {"field": field.verbose_name}  # type: ignore[union-attr]
        if not self.years.all():
            yield gettext("No amount is stated for any year.")
        if self.plan_version is None:
            yield gettext("No version of the plan of costs and financing is chosen.")
        elif self.plan_version.state == PlanState.DRAFT:
            yield from self.plan_version.hindrances()
        if self.scheme.is_aid and not self.is_aid_declared:
            yield gettext("It is not said that all public aid of the last three years is told of.")

    @within_limits()
    def submit(self, by: User, on: date | None = None) -> None:
        """Hand it in, with its plan. From here on its text is fixed. ValidationError when something is missing."""
        if missing := self.missing(on):
            raise ValidationError(missing)
        if self.plan_version and self.plan_version.state == PlanState.DRAFT:
            self.plan_version.submit(by)
        move(self, SUBMIT, by)

    @within_limits()
    def take(self, by: User) -> None:
        """Become its case officer."""
        move(self, TAKE, by, case_officer=by)

    @within_limits()
    def ask(self, by: User, why: str) -> None:
        """Ask the applicant for more: the text can be changed again until they answer."""
        move(self, ASK, by, why)

    @within_limits()
    def answer(self, by: User, why: str) -> None:
        """Give what was asked for."""
        move(self, ANSWER, by, why)

    @within_limits()
    def withdraw(self, by: User, why: str) -> None:
        """Take it back, and with it what the funder had prepared."""
        for decision in self.decisions.filter(state__in=["draft", "proposed"]):
            decision.drop(by, why)
        move(self, WITHDRAW, by, why)


class ApplicationYear(models.Model):
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("applied for, NOK"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("applied for in a year")
        verbose_name_plural = _("applied for in years")
        ordering = ["application", "year"]
        constraints = [
            models.UniqueConstraint(fields=["application", "year"], name="an_application_has_a_year_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="applied_for_more_than_nothing",
                violation_error_message=_("An amount is more than 0."),
            ),
        ]
        triggers = [YEARS_FIXED_ONCE_SENT]

    def __str__(self) -> str:
        return f"{self.application} {self.year}"


class ApplicationEventQuerySet(models.QuerySet["ApplicationEvent"]):
    def visible_to(self, user: User) -> "ApplicationEventQuerySet":
        """Without an answer that the person does not know of yet."""
        secret = Application.objects.as_known_to(user).exclude(Q(known=F("state"))).order_by().values("pk")
        return self.exclude(Q(application__in=secret) & Q(to_state=F("application__state")))


class ApplicationEvent(Event):
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="events")

    objects = ApplicationEventQuerySet.as_manager()

    class Meta(Event.Meta):
        constraints = [only_acts([*ACTS.values(), *DECIDED], "application_moves_by_its_acts", first=[BEGIN])]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("application"),
            event_moves_its_thing("application"),
            funder_answers("application", (TAKE.name, ASK.name), (MemberRole.CASE_OFFICER,)),
            ONLY_A_DECISION_ANSWERS,
        ]
        verbose_name = _("event of an application")
        verbose_name_plural = _("events of applications")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(ApplicationState(self.to_state).label)
