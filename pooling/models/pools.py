"""Needs of several firms gathered until a course can be held for them: the pool itself, its costs and its states."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from brokering.models import Competence, CourseRun
from brokering.models.choices import Level, Mode, TeachingLanguage
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Municipality, Organisation, User
from partners.models.memberships import BROKERING_ROLES, COUNTY_ROLES
from pooling.models.guards import SHORT_POOL_HAS_AN_ALARM
from projects.models import Project


class PoolState(models.TextChoices):
    GATHERING = "gathering", _("Gathering firms")
    FROZEN = "frozen", _("Frozen")
    ARRANGED = "arranged", _("Course agreed")
    COMPLETED = "completed", _("Completed")
    DISSOLVED = "dissolved", _("Dissolved")


_S = PoolState
START = Act("start", _("Gather firms"), (), _S.GATHERING)
FREEZE = Act("freeze", _("Freeze"), (_S.GATHERING,), _S.FROZEN)
THAW = Act("thaw", _("Gather firms again"), (_S.FROZEN,), _S.GATHERING, with_reason=True)
ARRANGE = Act("arrange", _("Agree on a course"), (_S.FROZEN,), _S.ARRANGED)
SHRINK = Act("shrink", _("Agree on a smaller class"), (_S.ARRANGED,), _S.ARRANGED, with_reason=True)
COMPLETE = Act("complete", _("Completed"), (_S.ARRANGED,), _S.COMPLETED)
DISSOLVE = Act("dissolve", _("Dissolve"), (_S.GATHERING, _S.FROZEN), _S.DISSOLVED, with_reason=True)
CALL_OFF = Act("call_off", _("Call the course off"), (_S.ARRANGED,), _S.DISSOLVED, with_reason=True)
POOL_ACTS = {act.name: act for act in (FREEZE, THAW, ARRANGE, SHRINK, COMPLETE, DISSOLVE, CALL_OFF)}
LIVE = (_S.GATHERING, _S.FROZEN, _S.ARRANGED)
CLOSED = (_S.FROZEN, _S.ARRANGED)
"""Providers count on the firms that are in."""
STATE_COLORS = {"gathering": "info", "frozen": "warning", "arranged": "success", "completed": "success"}
MOST_SEATS = 10_000
COST = _("A cost cannot be negative.")
NEVER_NEGATIVE = {"fixed_cost": COST, "seat_cost": COST, "grant": _("A grant cannot be negative.")}
# States of members (pooling.models.members) whose firm knows of the pool.
ASKED = ("invited", "interested", "binding", "declined", "withdrawn")


class PoolQuerySet(models.QuerySet["Pool"]):
    def live(self) -> "PoolQuerySet":
        """Those that still may become a course, or have one that is not over."""
        return self.filter(state__in=LIVE)

    def handled_for(self, user: User) -> "PoolQuerySet":
        """Those the person brokers."""
        return self.filter(handled_by__in=Organisation.objects.with_role(user, *BROKERING_ROLES))

    def visible_to(self, user: User) -> "PoolQuerySet":
        """Those one brokers, those one's own firm has been asked into, and for county staff those of their county."""
        brokers = Organisation.objects.with_role(user, *BROKERING_ROLES)
        counties = Organisation.objects.with_role(user, *COUNTY_ROLES).values("county")
        mine = {"members__need__employer__in": Organisation.objects.of(user), "members__state__in": ASKED}
        shared = {"members__need__consent_to_share": True, "members__need__municipality__county__in": counties}
        of_firms, of_county = Pool.objects.filter(**mine), Pool.objects.filter(**shared)
        theirs = Q(pk__in=of_firms.values("pk")) | Q(pk__in=of_county.values("pk"))
        return self.filter(theirs | Q(handled_by__in=brokers) | Q(municipality__county__in=counties))

    def with_seats(self) -> "PoolQuerySet":
        """Annotates `gathered`, `bound`: seats of all who said yes, of the bound ones; and `firms`. Newest first."""
        present = Q(members__left_at=None)
        bound = present & Q(members__state="binding")
        return self.annotate(
            gathered=Coalesce(Sum("members__seats", filter=bound | (present & Q(members__state="interested"))), 0),
            bound=Coalesce(Sum("members__seats", filter=bound), 0),
            firms=Count("members", filter=present),
        ).order_by("-created_at", "-pk")

    def enough(self) -> "PoolQuerySet":
        """Those in which a class can be held."""
        counted = Q(members__left_at=None, members__state__in=["interested", "binding"])
        return self.annotate(enough=Sum("members__seats", filter=counted)).filter(enough__gte=F("min_seats"))

    def for_listing(self) -> "PoolQuerySet":
        return self.select_related("handled_by", "municipality", "project", "run")


@pghistory.track(model_name="PoolHistory")
class Pool(models.Model):
    """What one course could give to several firms. Costs are of the whole course, in kroner and øre."""

    title = models.CharField(_("title"), max_length=200)
    handled_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="pools", verbose_name=_("brokered by")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="pools", verbose_name=_("project")
    )
    competences = models.ManyToManyField(Competence, related_name="pools", verbose_name=_("competences"))
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
        related_name="pools",
        verbose_name=_("municipality"),
        help_text=_("Where they would meet. Empty for a course online."),
    )
    earliest_start = models.DateField(_("earliest start"), null=True, blank=True)
    latest_start = models.DateField(_("latest start"), null=True, blank=True)
    answer_by = models.DateField(_("firms answer by"), null=True, blank=True)
    message = models.TextField(_("message to the firms"), blank=True, default="", max_length=2000)
    min_seats = models.PositiveIntegerField(
        _("least class size"), default=8, validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    max_seats = models.PositiveIntegerField(
        _("greatest class size"), default=16, validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    fixed_cost_nok = models.DecimalField(
        _("the provider’s fixed cost, NOK"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    seat_cost_nok = models.DecimalField(_("cost per seat, NOK"), max_digits=12, decimal_places=2, null=True, blank=True)
    grant_nok = models.DecimalField(_("grant at most, NOK"), max_digits=12, decimal_places=2, null=True, blank=True)
    grant_percent = models.DecimalField(
        _("grant at most, per cent of the costs"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    run = models.OneToOneField(
        CourseRun, on_delete=models.PROTECT, null=True, blank=True, related_name="pool", verbose_name=_("course run")
    )
    state = models.CharField(_("state"), max_length=12, choices=PoolState, default=PoolState.GATHERING, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = PoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("pool")
        verbose_name_plural = _("pools")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latest_start__gte=F("earliest_start")),
                name="pool_latest_start_is_not_before_earliest",
                violation_error_message=_("The latest start cannot be before the earliest."),
            ),
            models.CheckConstraint(
                condition=Q(min_seats__gte=1, max_seats__gte=F("min_seats")),
                name="pool_class_sizes_are_in_order",
                violation_error_message=_("The greatest class size cannot be less than the least."),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_nok__gte": 0}) | Q(**{f"{name}_nok": None}),
                    name=f"pool_{name}_is_not_negative",
                    violation_error_message=refusal,
                )
                for name, refusal in NEVER_NEGATIVE.items()
            ),
            models.CheckConstraint(
                condition=Q(grant_percent__gte=0, grant_percent__lte=100) | Q(grant_percent=None),
                name="pool_grant_percent_is_of_hundred",
                violation_error_message=_("Give a share between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(modes__contained_by=Mode.values),
                name="pool_modes_are_known",
                violation_error_message=_("That is not a way a course can be held."),
            ),
            models.CheckConstraint(condition=Q(state__in=PoolState.values), name="pool_state_is_known"),
        ]
        indexes = [models.Index(fields=["handled_by", "state"], name="pool_handled_state")]
        triggers = [SHORT_POOL_HAS_AN_ALARM("id", "id", "state", "min_seats", "run_id")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pool", args=[self.pk])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def others(self) -> int:
        """Seats on its course that are kept for other needs than those in it."""
        if not self.run:
            return 0
        kept = self.run.reservations.held().exclude(need__in=self.members.counted().values("need"))
        return kept.aggregate(n=Sum("seats"))["n"] or 0

    @property
    def class_seats(self) -> int:
        """What the least class size is held against: its firms' seats, and of an agreed course those of others."""
        return self.members.seats() + self.others

    @contextmanager
    def watched(self) -> Iterator["Pool"]:
        """The pool as it is now, locked: what changes its members or its sizes is done in here.

        At the end an alarm is sounded when seats are missing that were there, or that providers count on.
        """
        with transaction.atomic():
            pool = Pool.objects.select_for_update(no_key=True).get(pk=self.pk)
            before = pool.class_seats
            yield pool
            pool.watch(before)

    def watch(self, before: int) -> None:
        """`before`: how many seats were gathered. Called by watched()."""
        now = self.class_seats
        if now >= self.min_seats or not self.is_live:
            self.alarms.settle()
        elif self.is_closed or before >= self.min_seats:
            self.alarms.sound(self, now, is_news=now < before)

    def carry_out(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """Move the pool by one of POOL_ACTS; an event says who and why. ValidationError when its state has moved on.

        Firms that have not answered leave when a course is agreed; all leave when the pool is dissolved, or its course
        called off (which pooling.calling_off does, with the run). When the course is completed the needs of those who
        took part are met. Providers are asked of a frozen pool only.
        """
        with self.watched() as pool:
            if act == FREEZE:
                pool.refuse_too_few()
            move(pool, act, by, why, **facts)
            if act == ARRANGE:
                pool.members.unanswered().let_go(by)
            elif act == THAW:
                pool.requests.stop(by, why)
            elif act in (DISSOLVE, CALL_OFF):
                pool.members.let_go(by)
                pool.requests.call_off(by, why)
            elif act == COMPLETE:
                pool.members.cover(by)
        for name in ("state", *facts):
            setattr(self, name, getattr(pool, name))

    def refuse_too_few(self) -> None:
        missing = self.min_seats - self.members.seats()
        if missing > 0:
            told = ngettext(
                "%(n)d seat is missing to the least class size.",
                "%(n)d seats are missing to the least class size.",
                missing,
            )
            raise ValidationError(told % {"n": missing})

    def refuse_unless_gathering(self) -> None:
        if self.state != PoolState.GATHERING:
            state = self.get_state_display()
            raise ValidationError(_("The pool takes no more firms: it is “%(state)s”."), params={"state": state})

    def refuse_seats(self, seats: int, had: int, others: int | None) -> None:
        """ValidationError when a firm that had so many seats cannot have so many now.

        While the pool is frozen none gets more. `others`: seats that other firms are bound to, when it binds itself:
        no more are bound than the class takes.
        """
        if not (self.state == PoolState.FROZEN and seats <= had):
            self.refuse_unless_gathering()
        left = seats if others is None else max(0, self.max_seats - others)
        if seats > left:
            told = ngettext(
                "Only %(n)d seat is left to sign up for bindingly. You can say that you are interested in more.",
                "Only %(n)d seats are left to sign up for bindingly. You can say that you are interested in more.",
                left,
            )
            raise ValidationError(told % {"n": left})


class PoolEvent(Event):
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a pool")
        verbose_name_plural = _("events of pools")
