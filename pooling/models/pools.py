"""Needs of several firms gathered until a course can be held for them: the pool itself, its costs and its states."""

from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from brokering.models import Competence, CourseRun
from brokering.models.choices import Level, Mode, TeachingLanguage
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Municipality, Organisation, User
from partners.models.memberships import BROKERING_ROLES
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
COMPLETE = Act("complete", _("Completed"), (_S.ARRANGED,), _S.COMPLETED)
DISSOLVE = Act("dissolve", _("Dissolve"), (_S.GATHERING, _S.FROZEN, _S.ARRANGED), _S.DISSOLVED, with_reason=True)
POOL_ACTS = {act.name: act for act in (FREEZE, THAW, ARRANGE, COMPLETE, DISSOLVE)}
LIVE = (_S.GATHERING, _S.FROZEN, _S.ARRANGED)


class PoolQuerySet(models.QuerySet["Pool"]):
    def live(self) -> "PoolQuerySet":
        """Those that still may become a course, or have one that is not over."""
        return self.filter(state__in=LIVE)

    def handled_for(self, user: User) -> "PoolQuerySet":
        """Those the person brokers."""
        return self.filter(handled_by__in=Organisation.objects.with_role(user, *BROKERING_ROLES))


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
    min_seats = models.PositiveIntegerField(
        _("least class size"), default=8, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    max_seats = models.PositiveIntegerField(
        _("greatest class size"), default=16, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
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
            models.CheckConstraint(
                condition=Q(fixed_cost_nok__gte=0) | Q(fixed_cost_nok=None),
                name="pool_fixed_cost_is_not_negative",
                violation_error_message=_("A cost cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(seat_cost_nok__gte=0) | Q(seat_cost_nok=None),
                name="pool_seat_cost_is_not_negative",
                violation_error_message=_("A cost cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(grant_nok__gte=0) | Q(grant_nok=None),
                name="pool_grant_is_not_negative",
                violation_error_message=_("A grant cannot be negative."),
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

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pool", args=[self.pk])

    def carry_out(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """Move the pool by one of POOL_ACTS; an event says who and why. ValidationError when its state has moved on."""
        move(self, act, by, why, **facts)


class PoolEvent(Event):
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a pool")
        verbose_name_plural = _("events of pools")
