"""A pool, or a single need, put to providers: what is asked for, how many are asked at a time, and when to stop."""

from datetime import date
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from brokering.models import Competence, CompetenceNeed, CourseRun
from brokering.models.choices import Level, Mode, TeachingLanguage
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Municipality, Organisation, User
from partners.models.memberships import BROKERING_ROLES
from pooling.models.pools import Pool


class RequestState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ASKING = "asking", _("Asking providers")
    DECIDING = "deciding", _("To be decided")
    CHOSEN = "chosen", _("Bid chosen")
    CANCELLED = "cancelled", _("Called off")


_S = RequestState
WRITE = Act("write", _("Write a request"), (), _S.DRAFT)
ASK = Act("ask", _("Ask the providers"), (_S.DRAFT,), _S.ASKING)
STOP = Act("stop", _("Stop asking"), (_S.ASKING,), _S.DECIDING)
RESUME = Act("resume", _("Ask more providers"), (_S.DECIDING,), _S.ASKING)
CHOOSE = Act("choose", _("Choose this bid"), (_S.ASKING, _S.DECIDING), _S.CHOSEN, with_reason=True)
CANCEL = Act("cancel", _("Call the request off"), (_S.DRAFT, _S.ASKING, _S.DECIDING), _S.CANCELLED, with_reason=True)
CALL_COURSE_OFF = Act("call_off", _("Call the course off"), (_S.CHOSEN,), _S.CANCELLED, with_reason=True)
REQUEST_ACTS = {act.name: act for act in (ASK, STOP, RESUME, CHOOSE, CANCEL)}
LIVE = (_S.DRAFT, _S.ASKING, _S.DECIDING)
ANSWERABLE = (_S.ASKING, _S.DECIDING)
"""While providers may answer, and change their answer."""
STATE_COLORS: dict[str, str] = {_S.ASKING: "info", _S.DECIDING: "warning", _S.CHOSEN: "success"}


class CourseRequestQuerySet(models.QuerySet["CourseRequest"]):
    def live(self) -> "CourseRequestQuerySet":
        """Those that may still become a course."""
        return self.filter(state__in=LIVE)

    def stop(self, by: User | None, why: str) -> None:
        """Nobody else is asked; who was asked may still answer."""
        for request in self.filter(state=_S.ASKING):
            request.carry_out(STOP, by, why)

    def call_off(self, by: User | None, why: str) -> None:
        for request in self.live():
            request.call_off(by, why)

    def visible_to(self, user: object) -> "CourseRequestQuerySet":
        """Those the person brokers. A provider sees its own bid only, the firms see the course that came of it."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(handled_by__in=Organisation.objects.with_role(user, *BROKERING_ROLES))

    def with_bids(self) -> "CourseRequestQuerySet":
        """Annotates `asked`, `made`: how many providers were asked, and how many bids there are. Newest first."""
        # By names in a dictionary, since CourseRequest declares them.
        counts = {
            "asked": Count("bids", filter=~Q(bids__state__in=["listed", "removed"])),
            "made": Count("bids", filter=Q(bids__state__in=["given", "chosen", "lost"])),
        }
        return self.annotate(**counts).order_by("-created_at", "-pk")

    def for_listing(self) -> "CourseRequestQuerySet":
        return self.select_related("pool", "need__employer", "need__municipality", "municipality__county", "handled_by")


@pghistory.track(model_name="CourseRequestHistory")
class CourseRequest(models.Model):
    """What providers read of it names no firm: `title` and `description` are written for them."""

    pool = models.ForeignKey(
        Pool, on_delete=models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("pool")
    )
    need = models.ForeignKey(
        CompetenceNeed,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="course_requests",
        verbose_name=_("need"),
    )
    handled_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="course_requests", verbose_name=_("brokered by")
    )
    title = models.CharField(_("what the course is about"), max_length=200)
    description = models.TextField(_("what the participants shall be able to do afterwards"), max_length=4000)
    competences = models.ManyToManyField(
        Competence, blank=True, related_name="course_requests", verbose_name=_("competences")
    )
    level = models.CharField(_("level"), max_length=20, choices=Level, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=TeachingLanguage, blank=True)
    modes = ArrayField(
        models.CharField(max_length=10, choices=Mode), verbose_name=_("how it may be held"), default=list, blank=True
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="course_requests",
        verbose_name=_("where they would meet"),
    )
    earliest_start = models.DateField(_("earliest start"), null=True, blank=True)
    latest_start = models.DateField(_("latest start"), null=True, blank=True)
    seats = models.PositiveIntegerField(
        _("how many people"), validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    answer_by = models.DateField(_("providers answer by"))
    batch_size = models.PositiveSmallIntegerField(
        _("how many are asked at a time"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    wait_days = models.PositiveSmallIntegerField(
        _("days until the next are asked"), default=4, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    enough_bids = models.PositiveSmallIntegerField(
        _("bids that are enough"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    last_asked_at = models.DateTimeField(_("last asked"), null=True, editable=False)
    run = models.OneToOneField(
        CourseRun,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="course_request",
        verbose_name=_("course run"),
    )
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=_S.DRAFT, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    # Annotated by with_bids().
    asked: int
    made: int

    objects = CourseRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("course request")
        verbose_name_plural = _("course requests")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pool=None, need__isnull=False) | Q(pool__isnull=False, need=None),
                name="a_request_is_of_a_pool_or_of_a_need",
            ),
            models.UniqueConstraint(
                fields=["pool"],
                condition=Q(state__in=LIVE),
                name="a_pool_is_asked_for_once_at_a_time",
                violation_error_message=_("The pool is put to providers already."),
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(state__in=LIVE),
                name="a_need_is_asked_for_once_at_a_time",
                violation_error_message=_("The need is put to providers already."),
            ),
            models.CheckConstraint(
                condition=Q(latest_start__gte=F("earliest_start")),
                name="request_latest_start_is_not_before_earliest",
                violation_error_message=_("The latest start cannot be before the earliest."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="request_is_for_somebody",
                violation_error_message=_("Say how many people it is for: one or more."),
            ),
            models.CheckConstraint(
                condition=Q(batch_size__gte=1, wait_days__gte=1, enough_bids__gte=1),
                name="request_asks_somebody_some_time",
                violation_error_message=_("Ask one provider at least, and wait one day at least."),
            ),
            models.CheckConstraint(
                condition=Q(modes__contained_by=Mode.values),
                name="request_modes_are_known",
                violation_error_message=_("That is not a way a course can be held."),
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="course_request_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=_S.CHOSEN, run__isnull=False) | ~Q(state=_S.CHOSEN) & Q(run=None),
                name="a_chosen_bid_has_become_a_run",
            ),
        ]
        indexes = [models.Index(fields=["handled_by", "state"], name="request_handled_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("course-request", args=[self.pk])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def is_answerable(self) -> bool:
        return self.state in ANSWERABLE

    @property
    def window(self) -> str:
        """Between which days it should start."""
        first, last = (day and date_format(day) for day in (self.earliest_start, self.latest_start))
        if first and last:
            return gettext("between %(first)s and %(last)s") % {"first": first, "last": last}
        if first:
            return gettext("from %(day)s") % {"day": first}
        return gettext("by %(day)s") % {"day": last} if last else ""

    @property
    def mode_labels(self) -> str:
        return ", ".join(str(Mode(mode).label) for mode in self.modes)

    @property
    def people(self) -> str:
        return ngettext("%(n)d person", "%(n)d people", self.seats) % {"n": self.seats}

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What a provider has to know to make a bid, as pairs to show; nothing of whose need it is."""
        known = [
            (gettext("How many people"), self.people),
            (gettext("Where"), self.municipality or ""),
            (gettext("Start"), self.window),
            (gettext("How it may be held"), self.mode_labels),
            (gettext("Level"), self.get_level_display() if self.level else ""),
            (gettext("Language"), self.get_language_display() if self.language else ""),
            (gettext("Answer by"), date_format(self.answer_by)),
        ]
        return [(term, fact) for term, fact in known if fact not in ("", None)]

    def is_late(self, on: date) -> bool:
        return on > self.answer_by

    def carry_out(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """Move the request by one of REQUEST_ACTS; an event says who and why."""
        move(self, act, by, why, **facts)

    @transaction.atomic
    def call_off(self, by: User | None, why: str) -> None:
        """Nothing becomes of it. Those that were asked are told."""
        self.carry_out(CANCEL, by, why)
        self.bids.close(by)


class CourseRequestEvent(Event):
    request = models.ForeignKey(CourseRequest, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a course request")
        verbose_name_plural = _("events of course requests")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(RequestState(self.to_state).label)
