"""What a project is to report on, and by when."""

from datetime import date
from typing import Any

import pghistory
import pgtrigger
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.acts import NEVER_CHANGED
from partners.models import Organisation, User
from projects.models.projects import Project
from projects.models.states import ENDED


class ReportKind(models.TextChoices):
    PROGRESS = "progress", _("Progress report")
    PARTIAL = "partial", _("Partial report")
    FINAL = "final", _("Final report")


def last_due() -> Coalesce:
    """As ReportingRequirement.due, in the database."""
    granted = DueDateExtension.objects.granted().filter(requirement=OuterRef("pk")).order_by("-pk")
    return Coalesce(Subquery(granted.values("to_on")[:1]), F("due_on"))


class ReportingRequirementQuerySet(models.QuerySet["ReportingRequirement"]):
    def unsent(self) -> "ReportingRequirementQuerySet":
        """Those whose report somebody has yet to write or to write anew."""
        return self.filter(report__state__in=["planned", "begun", "changes"])

    def of_live_projects(self) -> "ReportingRequirementQuerySet":
        """Those of projects that have not ended."""
        return self.exclude(project__state__in=ENDED)

    def overdue(self, on: date | None = None) -> "ReportingRequirementQuerySet":
        return self.unsent().annotate(day=last_due()).filter(day__lt=on or timezone.localdate())

    def due_by(self, day: date) -> "ReportingRequirementQuerySet":
        """Those that are to be sent by that day, the most urgent first; the overdue ones among them."""
        return self.unsent().annotate(day=last_due()).filter(day__lte=day).order_by("day", "pk")

    def by_due(self) -> "ReportingRequirementQuerySet":
        """In order of due date, extensions counted."""
        return self.annotate(day=last_due()).order_by("day", "pk")

    def for_listing(self) -> "ReportingRequirementQuerySet":
        return self.select_related("project", "asked_by", "report").prefetch_related("extensions")


# What was approved was asked for: neither the question nor its period changes any more.
ASKED_AS_APPROVED = pgtrigger.Trigger(
    name="asked_as_approved",
    operation=pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func="""
        IF EXISTS (SELECT FROM projects_report WHERE requirement_id = OLD.id AND state = 'approved') THEN
            RAISE EXCEPTION 'An approved report is never changed, nor what it answers.';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """,
)


@pghistory.track(model_name="ReportingRequirementHistory")
class ReportingRequirement(models.Model):
    """One report that is asked for; its Report comes with it. `due_on` as first asked for, `due` after extensions."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="reporting_requirements", verbose_name=_("project")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ReportKind, default=ReportKind.PROGRESS)
    title = models.CharField(_("title"), max_length=200)
    first_day = models.DateField(_("first day it reports on"))
    last_day = models.DateField(_("last day it reports on"))
    due_on = models.DateField(_("due"))
    instructions = models.TextField(_("what the report is to tell"), blank=True, max_length=4000)
    asked_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    is_public = models.BooleanField(
        _("everybody may read the report once it is approved"),
        default=False,
        help_text=_("It is then listed on the project’s public page."),
    )
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("registered by"), editable=False
    )
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)

    objects = ReportingRequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting requirement")
        verbose_name_plural = _("reporting requirements")
        ordering = ["due_on", "pk"]
        triggers = [ASKED_AS_APPROVED]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind_is_known"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="report_period_does_not_end_before_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("last_day")),
                name="report_is_due_after_its_period",
                violation_error_message=_("A report cannot be due before its period has ended."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(kind="final"),
                name="a_project_has_one_final_report",
                violation_error_message=_("A final report is asked for already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """With its planned report, when it is new."""
        from projects.models.reports import Report  # it belongs to a requirement, and comes after it

        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            Report.objects.create(requirement=self)

    def get_absolute_url(self) -> str:
        return self.report.get_absolute_url()

    @property
    def due(self) -> date:
        """The day it is due, after the last extension. A query, unless the extensions are there already."""
        granted = [one.to_on for one in self.extensions.all() if one.step == Step.GRANTED and one.to_on]
        return granted[-1] if granted else self.due_on

    def is_overdue(self, on: date | None = None) -> bool:
        return self.report.is_unsent and self.due < (on or timezone.localdate())

    @property
    def wished(self) -> "DueDateExtension | None":
        """More time that was asked for, and not answered yet."""
        last = list(self.extensions.all())[-1:]
        return last[0] if last and last[0].step == Step.ASKED else None

    @transaction.atomic
    def tell_time(self, step: "Step", by: User, reason: str, to_on: date | None = None) -> None:
        """More time is asked for, given or refused; the report's events tell of it as well."""
        self.extensions.create(step=step, from_on=self.due, to_on=to_on, reason=reason, by=by)
        report = self.report
        why = f"{to_on:%d.%m.%Y}. {reason}" if to_on else reason
        report.events.create(act=step, from_state=report.state, to_state=report.state, by=by, why=why)


class Step(models.TextChoices):
    ASKED = "asked", _("More time asked for")
    GRANTED = "granted", _("More time given")
    REFUSED = "refused", _("More time refused")


class DueDateExtensionQuerySet(models.QuerySet["DueDateExtension"]):
    def granted(self) -> "DueDateExtensionQuerySet":
        return self.filter(step=Step.GRANTED)


class DueDateExtension(models.Model):
    """A later due date, asked for, given or refused. Nothing is changed: the last that was given holds."""

    requirement = models.ForeignKey(ReportingRequirement, on_delete=models.CASCADE, related_name="extensions")
    step = models.CharField(_("what"), max_length=10, choices=Step)
    from_on = models.DateField(_("due before"))
    to_on = models.DateField(_("due then"), null=True, blank=True)
    reason = models.TextField(_("why"), max_length=1000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = DueDateExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension of a due date")
        verbose_name_plural = _("extensions of due dates")
        ordering = ["at", "pk"]
        triggers = [NEVER_CHANGED]
        constraints = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="extension_step_is_known"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=False, to_on__gt=F("from_on")) & ~Q(step="refused")
                | Q(to_on__isnull=True, step="refused"),
                name="more_time_is_a_later_day",
                violation_error_message=_("Choose a later day than the one it is due now."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="extension_has_a_reason", violation_error_message=_("Say why.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.from_on} → {self.to_on or self.from_on}"


class ReportReminder(models.Model):
    """That a person was reminded of a due date, `days` before it; -1: that it has passed."""

    requirement = models.ForeignKey(ReportingRequirement, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    due = models.DateField(_("due"))
    days = models.SmallIntegerField(_("days before"))
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("reminder of a report")
        verbose_name_plural = _("reminders of reports")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["requirement", "user", "due", "days"], name="reminded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.user}"
