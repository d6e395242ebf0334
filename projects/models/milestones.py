"""What a project is to have reached by which day, and the key to its calendar."""

import secrets
from datetime import date, timedelta

import pghistory
import pgtrigger
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES
from projects.models.activities import STAYS_IN_ITS_PROJECT, Activity
from projects.models.projects import Project

SOON = timedelta(days=14)


class MilestoneState(models.TextChoices):
    AHEAD = "ahead", _("Not reached")
    REACHED = "reached", _("Reached")
    REMOVED = "removed", _("Removed")


_S = MilestoneState
REACH = Act("reach", _("Mark as reached"), (_S.AHEAD,), _S.REACHED)
REOPEN = Act("reopen", _("Not reached after all"), (_S.REACHED,), _S.AHEAD)
REMOVE = Act("remove", _("Remove"), (_S.AHEAD,), _S.REMOVED)
RESTORE = Act("restore", _("Put back"), (_S.REMOVED,), _S.AHEAD)
ACTS = {act.name: act for act in (REACH, REOPEN, REMOVE, RESTORE)}
OF_ITS_OWN_PROJECT = pgtrigger.Trigger(
    name="of_its_own_project",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        IF NEW.activity_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM projects_activity WHERE id = NEW.activity_id AND project_id = NEW.project_id
        ) THEN
            RAISE EXCEPTION 'a milestone belongs to an activity of its own project' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def current(self) -> "MilestoneQuerySet":
        """Those that are not removed."""
        return self.exclude(state=_S.REMOVED)

    def ahead(self) -> "MilestoneQuerySet":
        """Those still to be reached, the late ones too."""
        return self.filter(state=_S.AHEAD)

    def due_by(self, day: date) -> "MilestoneQuerySet":
        return self.ahead().filter(due_on__lte=day)

    def visible_to(self, user: object) -> "MilestoneQuerySet":
        """Those of the projects that the person takes part in."""
        return self.filter(project__in=Project.objects.of(user))

    def of(self, user: User) -> "MilestoneQuerySet":
        """Those the person answers for: by name, for the organisation, or as the one who leads the project."""
        houses = Organisation.objects.with_role(user, *BROKERING_ROLES)
        led = Project.objects.led_by(user).values("pk")
        return self.filter(Q(person=user) | Q(organisation__in=houses) | Q(project__in=led))

    def for_listing(self) -> "MilestoneQuerySet":
        return self.select_related("project", "activity", "organisation", "person")


@pghistory.track(model_name="MilestoneHistory", exclude=["updated_at"])
class Milestone(models.Model):
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("project"), editable=False
    )
    title = models.CharField(_("what is to be reached"), max_length=200)
    due_on = models.DateField(_("by"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible organisation"),
    )
    person = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("responsible person")
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("part of the measure"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MilestoneState, default=_S.AHEAD, editable=False)
    reached_on = models.DateField(_("reached"), null=True, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MilestoneState.values), name="milestone_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=_S.REACHED, reached_on__isnull=False) | ~Q(state=_S.REACHED) & Q(reached_on=None),
                name="milestone_has_a_day_when_it_is_reached",
            ),
        ]
        triggers = [STAYS_IN_ITS_PROJECT, OF_ITS_OWN_PROJECT]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("milestone", args=[self.pk])

    @property
    def state_color(self) -> str:
        return "success" if self.state == _S.REACHED else "neutral"

    def is_late(self, on: date | None = None) -> bool:
        return self.state == _S.AHEAD and self.due_on < (on or timezone.localdate())

    @transaction.atomic
    def carry_out(self, act: Act, by: User | None, why: str = "", on: date | None = None) -> None:
        """Move it by one of ACTS, reached on that day or today. ValidationError when its state has moved on."""
        reached_on = (on or timezone.localdate()) if act == REACH else None
        move(self, act, by, why, reached_on=reached_on, updated_at=timezone.now())


class MilestoneEvent(Event):
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a milestone")
        verbose_name_plural = _("events of milestones")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(MilestoneState(self.to_state).label)


class CalendarKeyQuerySet(models.QuerySet["CalendarKey"]):
    def renew(self, project: Project, user: User) -> "CalendarKey":
        """A new secret in place of the old one, whose address answers no more."""
        key, _created = self.update_or_create(project=project, user=user, defaults={"token": secrets.token_urlsafe(32)})
        return key


class CalendarKey(models.Model):
    """Opens one project's calendar to a program that cannot log in, as long as the person takes part."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="calendar_keys")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_keys")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CalendarKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key to a calendar")
        verbose_name_plural = _("keys to calendars")
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_calendar_key_a_person")]

    def __str__(self) -> str:
        return f"{self.user}: {self.project}"

    def get_absolute_url(self) -> str:
        return reverse("calendar-feed", args=[self.token])
