"""Reports: what leaders tell of a period, beside figures that nobody can type. What was approved stays as it was."""

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import User
from projects.models.contents import Content, collect
from projects.models.projects import Project
from projects.models.requirements import ReportingRequirement, Step
from projects.models.states import ProjectState


class ReportState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("report", "Planned")
    BEGUN = "begun", _("Begun")
    SENT = "sent", pgettext_lazy("report", "Sent")
    CHANGES = "changes", _("Changes asked for")
    APPROVED = "approved", _("Approved")


_S = ReportState
BEGIN = Act("begin", _("Begin"), (_S.PLANNED,), _S.BEGUN)
SEND = Act("send", _("Send"), (_S.BEGUN, _S.CHANGES), _S.SENT)
ASK_CHANGES = Act("ask_changes", _("Ask for changes"), (_S.SENT,), _S.CHANGES)
APPROVE = Act("approve", _("Approve"), (_S.SENT,), _S.APPROVED)
UNSENT = (_S.PLANNED, _S.BEGUN, _S.CHANGES)
STATE_COLORS: dict[str, str] = {_S.BEGUN: "info", _S.SENT: "info", _S.CHANGES: "warning", _S.APPROVED: "success"}
SECTIONS = ("done", "reached", "hindrances", "next_steps", "money")

# Only a sent report is approved, as its last version was sent, by somebody else; from then on it stays.
APPROVED_STAYS = pgtrigger.Trigger(
    name="approved_stays",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.Before,
    func="""
        IF TG_OP <> 'INSERT' AND OLD.state = 'approved' THEN
            RAISE EXCEPTION 'An approved report is never changed, nor what it answers.';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'sent' OR NEW.sent_by_id IS DISTINCT FROM (
            SELECT sent_by_id FROM projects_reportversion WHERE report_id = NEW.id ORDER BY number DESC LIMIT 1
        )) THEN
            RAISE EXCEPTION 'Only a report that was sent can be approved.';
        END IF;
        RETURN NEW;
    """,
)
# A version is made by sending, and by nothing else.
SENT_ONCE = pgtrigger.Trigger(
    name="sent_once",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    declare=[("held", "text")],
    func="""
        SELECT state INTO held FROM projects_report WHERE id = NEW.report_id FOR UPDATE;
        IF held NOT IN ('begun', 'changes') THEN
            RAISE EXCEPTION 'A report that was sent or approved gets no other version.';
        END IF;
        RETURN NEW;
    """,
)


class ReportQuerySet(models.QuerySet["Report"]):
    def of(self, project: Project) -> "ReportQuerySet":
        """In order of period."""
        return self.filter(requirement__project=project).order_by("requirement__last_day", "pk")

    def approved(self) -> "ReportQuerySet":
        return self.filter(state=_S.APPROVED)

    def sent(self) -> "ReportQuerySet":
        """Those that somebody is to review."""
        return self.filter(state=_S.SENT)

    def public(self) -> "ReportQuerySet":
        """Approved, of a public project, and asked for as a public report."""
        projects = Project.objects.public()
        return self.approved().filter(requirement__is_public=True, requirement__project__in=projects)

    def visible_to(self, user: object) -> "ReportQuerySet":
        """Those of the projects one takes part in, and the public ones. What they show is for permissions to say."""
        if not isinstance(user, User):
            return self.public()
        mine = Project.objects.of(user)
        return self.filter(Q(requirement__project__in=mine) | Q(pk__in=self.model._default_manager.public()))

    def for_listing(self) -> "ReportQuerySet":
        return self.select_related("requirement__project__programme", "requirement__asked_by", "sent_by", "approved_by")


class Report(models.Model):
    """The text is the leader's working copy, which nobody else reads; what was sent is in the versions.

    So there is no history of it: the project's history is read by all who take part.
    """

    requirement = models.OneToOneField(
        ReportingRequirement, on_delete=models.CASCADE, related_name="report", verbose_name=_("requirement")
    )
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=_S.PLANNED, editable=False)
    done = models.TextField(_("what was done"), blank=True, max_length=20_000)
    reached = models.TextField(_("what was reached"), blank=True, max_length=20_000)
    hindrances = models.TextField(_("what stands in the way"), blank=True, max_length=20_000)
    next_steps = models.TextField(_("what comes next"), blank=True, max_length=20_000)
    money = models.TextField(_("about the money"), blank=True, max_length=20_000)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sent by"), editable=False
    )
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by"), editable=False
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ReportQuerySet.as_manager()
    # The project's, also when the one who sent it carries the project out no more (partners.personal_data).
    OF_OTHERS = frozenset(SECTIONS)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["requirement__due_on", "pk"]
        triggers = [APPROVED_STAYS]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_is_known"),
            models.CheckConstraint(
                condition=~Q(approved_by=F("sent_by")),
                name="nobody_approves_what_they_sent",
                violation_error_message=_("Nobody approves a report that they sent."),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False, sent_by__isnull=False),
                name="approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.requirement)

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    @property
    def project(self) -> Project:
        return self.requirement.project

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def is_public(self) -> bool:
        """As public() in the queryset."""
        project = self.project
        open_to_all = project.is_public and project.state != ProjectState.IDEA
        return self.state == _S.APPROVED and self.requirement.is_public and open_to_all

    @property
    def is_unsent(self) -> bool:
        return self.state in UNSENT

    @property
    def next_step(self) -> str:
        """Who acts next, and what they do."""
        steps: dict[str, str] = {
            _S.PLANNED: gettext("Those who carry the project out write it."),
            _S.BEGUN: gettext("Those who carry the project out finish and send it."),
            _S.CHANGES: gettext("Those who carry the project out change it and send it again."),
            _S.SENT: gettext("Those who asked for it read it, and approve it or ask for changes."),
            _S.APPROVED: gettext("Nothing is left to do: it is approved."),
        }
        return steps[self.state]

    @property
    def narrative(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in SECTIONS}

    def content(self) -> Content:
        """What a version would hold if it were sent now: counted now, in the language that is on."""
        return collect(self.requirement, self.narrative)

    @transaction.atomic
    def begin(self, by: User) -> None:
        """The first words are written; nothing happens when they were before."""
        if self.state == _S.PLANNED:
            move(self, BEGIN, by)

    @transaction.atomic
    def send(self, by: User) -> "ReportVersion":
        """Hand it over: text and figures of this moment become a version, and stay.

        One report of a project at a time, lest two tell of the same adjustment.
        """
        Project.objects.select_for_update().get(pk=self.requirement.project_id)
        self.refresh_from_db(fields=[*SECTIONS, "state"])
        if lacking := self.missing():
            raise ValidationError(lacking)
        if not SEND.possible_from(self.state):
            raise ValidationError(_("The report is sent already."))
        version = ReportVersion.frozen(self, by)
        move(self, SEND, by)
        Report.objects.filter(pk=self.pk).update(sent_by=by)
        self.sent_by = by
        return version

    def missing(self) -> list[str]:
        """What is to be written before it is sent, a sentence each."""
        told = {"done": _("What was done is not written."), "reached": _("What was reached is not written.")}
        return [str(sentence) for name, sentence in told.items() if not getattr(self, name).strip()]

    @transaction.atomic
    def ask_for_changes(self, by: User, why: str) -> None:
        if not why.strip():
            raise ValidationError(_("Say what is to be changed."))
        move(self, ASK_CHANGES, by, why)

    @transaction.atomic
    def approve(self, by: User, why: str = "") -> None:
        """From here on nothing of it changes; a correction is an adjustment in the next."""
        stored = Report.objects.select_for_update().get(pk=self.pk)
        if stored.sent_by == by:
            raise ValidationError(_("Nobody approves a report that they sent."))
        if not APPROVE.possible_from(stored.state):
            raise ValidationError(_("Only a report that was sent can be approved."))
        self.events.create(act=APPROVE.name, from_state=stored.state, to_state=APPROVE.target, by=by, why=why)
        # In one statement: a row that is approved takes no other.
        Report.objects.filter(pk=self.pk).update(state=APPROVE.target, approved_by=by)
        self.state, self.approved_by = APPROVE.target, by


def sections(narrative: dict[str, str]) -> list[tuple[str, str]]:
    """Heading and text, in the order in which they are read; the headings in the language that is on."""
    labels = {field.name: capfirst(str(field.verbose_name)) for field in Report._meta.fields}
    return [(labels[name], narrative[name]) for name in SECTIONS]


class ReportVersion(models.Model):
    """A report as it was sent. Its figures were counted then, and are never counted again."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions", verbose_name=_("report"))
    number = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=2)
    heading = models.JSONField(_("what it reports on"))
    narrative = models.JSONField(_("text"))
    figures = models.JSONField(_("figures"))
    goals = models.JSONField(_("goals"))
    adjustments = models.JSONField(_("adjustments of earlier reports"))
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    OF_OTHERS = frozenset(Content._fields)

    class Meta:
        verbose_name = _("version of a report")
        verbose_name_plural = _("versions of reports")
        ordering = ["report", "number"]
        triggers = [NEVER_CHANGED, SENT_ONCE]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="a_version_has_its_number")]

    def __str__(self) -> str:
        return f"{self.report} ({self.number})"

    @classmethod
    def frozen(cls, report: Report, by: User) -> "ReportVersion":
        content = report.content()
        last = report.versions.order_by("number").last()
        return report.versions.create(
            number=last.number + 1 if last else 1,
            language=translation.get_language() or "nb",
            sent_by=by,
            sha256=content.sha256,
            **content._asdict(),
        )

    @property
    def content(self) -> Content:
        """As it was sent."""
        return Content(self.heading, self.narrative, self.figures, self.goals, self.adjustments)


class ReportEvent(Event):
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a report")
        verbose_name_plural = _("events of reports")

    @property
    def label(self) -> str:
        """Where the act led to, or what was said of the due date."""
        return str(Step(self.act).label if self.act in Step.values else ReportState(self.to_state).label)
