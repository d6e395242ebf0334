"""What a project does (its measures), for whom, with whom, and whether the place has anything like it already."""

from datetime import datetime
from typing import Any

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Municipality, Organisation, User
from projects.knowledge import LocalOffer, knowledge
from projects.models.projects import Project
from projects.models.states import TargetGroup

REACH_KM = 50
"""How far from its municipalities a course counts as being there. A straight line."""


class ActivityState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    DROPPED = "dropped", _("Dropped")


class Newness(models.TextChoices):
    """Whether the place has had anything like it. Unknown as well while only distant likenesses are found."""

    NEW = "new", _("New to the place")
    EXISTS = "exists", _("Exists here already")
    UNKNOWN = "unknown", _("Not known whether it is new")


_S = ActivityState
START = Act("start", _("Start"), (_S.PLANNED,), _S.RUNNING)
COMPLETE = Act("complete", _("Mark as completed"), (_S.RUNNING,), _S.COMPLETED)
DROP = Act("drop", _("Drop"), (_S.PLANNED, _S.RUNNING), _S.DROPPED)
RESUME = Act("resume", _("Take up again"), (_S.COMPLETED, _S.DROPPED), _S.PLANNED)
ACTS = {act.name: act for act in (START, COMPLETE, DROP, RESUME)}
# What is done only with a reason.
WITH_REASON = frozenset({DROP.name})
STATE_COLORS: dict[str, str] = {_S.PLANNED: "info", _S.RUNNING: "success", _S.DROPPED: "warning"}
STAYS_IN_ITS_PROJECT = pgtrigger.ReadOnly(name="stays_in_its_project", fields=["project"])


class ActivityQuerySet(models.QuerySet["Activity"]):
    def carried_out(self) -> "ActivityQuerySet":
        """Those that are not dropped."""
        return self.exclude(state=_S.DROPPED)

    def newness(self) -> dict[str, int]:
        """How many of those that are not dropped are new to the place, exist there, and are not known to be either."""
        counted = dict.fromkeys(map(str, Newness.values), 0)
        for judged, answer in self.carried_out().values_list("judged", "answer"):
            counted[judged or answer] += 1
        return counted

    def visible_to(self, user: object) -> "ActivityQuerySet":
        """Those of the projects that the person takes part in."""
        return self.filter(project__in=Project.objects.of(user))

    def never_compared(self) -> "ActivityQuerySet":
        """Those that were never held against the courses."""
        return self.filter(checked_at=None)

    def unfinished(self) -> "ActivityQuerySet":
        return self.filter(state__in=[_S.PLANNED, _S.RUNNING])

    def for_listing(self) -> "ActivityQuerySet":
        return self.select_related("project", "organisation", "person")


# The answer and what it rests on are asked for every night: only a change of the answer is history.
@pghistory.track(model_name="ActivityHistory", exclude=["offers", "checked_at", "updated_at"])
class Activity(models.Model):
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="activities", verbose_name=_("project"), editable=False
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what it is"), max_length=4000, blank=True)
    target_group = models.CharField(_("target group"), max_length=20, choices=TargetGroup, blank=True)
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
    collaborators = models.ManyToManyField(
        Organisation, blank=True, related_name="activities", verbose_name=_("together with")
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    planned_participants = models.PositiveIntegerField(_("participants, planned"), null=True, blank=True)
    actual_participants = models.PositiveIntegerField(_("participants, actual"), null=True, blank=True)
    municipalities = models.ManyToManyField(
        Municipality,
        blank=True,
        related_name="+",
        verbose_name=_("municipalities"),
        help_text=_("Tick none when it is for the whole area of the project."),
    )
    state = models.CharField(_("state"), max_length=10, choices=ActivityState, default=_S.PLANNED, editable=False)
    offers = models.JSONField(_("courses that resemble it"), default=list, editable=False)
    checked_at = models.DateTimeField(_("last compared with the courses"), null=True, editable=False)
    answer = models.CharField(
        _("what the system says"), max_length=10, choices=Newness, default=Newness.UNKNOWN, editable=False
    )
    judged = models.CharField(_("is it new to the place?"), max_length=10, choices=Newness, blank=True, editable=False)
    judged_why = models.CharField(_("why"), max_length=500, blank=True, editable=False)
    judged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("judged by"), editable=False
    )
    judged_at = models.DateTimeField(_("judged"), null=True, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = [F("starts_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="activity_does_not_end_before_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(target_group__in=["", *TargetGroup.values]), name="activity_target_group_is_known"
            ),
            models.CheckConstraint(condition=Q(state__in=ActivityState.values), name="activity_state_is_known"),
            models.CheckConstraint(condition=Q(answer__in=Newness.values), name="activity_answer_is_known"),
            models.CheckConstraint(condition=Q(judged__in=["", *Newness.values]), name="activity_judgement_is_known"),
            models.CheckConstraint(
                condition=Q(judged="", judged_why="", judged_at=None)
                | ~Q(judged="") & ~Q(judged_why="") & Q(judged_at__isnull=False),
                name="activity_is_judged_with_a_reason",
            ),
        ]
        triggers = [STAYS_IN_ITS_PROJECT]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activity", args=[self.pk])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def period(self) -> str:
        """In words; empty while neither day is known."""
        first, last = (date_format(day) if day else "" for day in (self.starts_on, self.ends_on))
        if first and last:
            return first if first == last else f"{first}–{last}"
        if first:
            return now("from %(day)s") % {"day": first}
        return now("until %(day)s") % {"day": last} if last else ""

    @property
    def is_unfinished(self) -> bool:
        return self.state in (_S.PLANNED, _S.RUNNING)

    @property
    def is_dropped(self) -> bool:
        return self.state == _S.DROPPED

    @property
    def newness(self) -> str:
        """Somebody's judgement, or else the system's answer."""
        return self.judged or self.answer

    @property
    def newness_label(self) -> str:
        return str(Newness(self.newness).label)

    @property
    def here(self) -> list[dict[str, Any]]:
        """Courses like it within reach, as they were when last asked for (LocalOffer as a dictionary)."""
        return [offer for offer in self.offers if not offer["online"]]

    @property
    def online(self) -> list[dict[str, Any]]:
        """Courses like it that can be taken from here online; they do not make it exist here."""
        return [offer for offer in self.offers if offer["online"]]

    def places(self) -> list[str]:
        """Numbers of the municipalities it is for: its own, or else those of its project and of its regions."""
        own = list(self.municipalities.values_list("pk", flat=True))
        return own or list(self.project.covered().values_list("pk", flat=True))

    def ask(self, at: datetime | None = None) -> None:
        """Whether anything like it exists in the place today, by the courses within reach; kept with what was found.

        Not known while no place is. The title names the subject; the text is asked only when the title finds nothing
        here, since it tells of more than the subject. About 50 ms for each municipality and question.
        """
        places = self.places()
        found = knowledge().offers_like(self.title, places, REACH_KM) if places else []
        if places and self.text and all(offer.online for offer in found):
            found = knowledge().offers_like(f"{self.title}\n{self.text}", places, REACH_KM)
        self.offers = [offer._asdict() for offer in found]
        self.checked_at = (at or timezone.now()) if places else None
        self.answer = _answer(found) if places else Newness.UNKNOWN
        asked = {"offers": self.offers, "checked_at": self.checked_at, "answer": self.answer}
        Activity.objects.filter(pk=self.pk).update(**asked)

    def judge(self, newness: str, by: User | None, why: str) -> None:
        """Overrule the system, with a reason; an empty judgement leaves it to the system again."""
        if newness and not why.strip():
            raise ValidationError(_("Say why."))
        judged = {
            "judged": newness,
            "judged_why": why if newness else "",
            "judged_by": by if newness else None,
            "judged_at": timezone.now() if newness else None,
        }
        Activity.objects.filter(pk=self.pk).update(**judged)
        self.refresh_from_db(fields=list(judged))

    @transaction.atomic
    def carry_out(self, act: Act, by: User | None, why: str = "") -> None:
        """Move it by one of ACTS; an event says who and why. ValidationError when its state has moved on."""
        if act.name in WITH_REASON and not why.strip():
            raise ValidationError(_("Say why."))
        move(self, act, by, why)


def _answer(found: list[LocalOffer]) -> Newness:
    """It exists where a course surely resembles it; where one perhaps does, somebody has to look."""
    here = [offer for offer in found if not offer.online]
    if not here:
        return Newness.NEW
    return Newness.EXISTS if any(offer.certain for offer in here) else Newness.UNKNOWN


class ActivityEvent(Event):
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a measure")
        verbose_name_plural = _("events of measures")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return str(ActivityState(self.to_state).label)
