"""What the partners of a project say to one another, whom they tell, and who has read it."""

import secrets
from datetime import datetime, timedelta

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import User
from projects.models.activities import Activity
from projects.models.agreements import Agreement
from projects.models.milestones import Milestone
from projects.models.projects import Project
from projects.models.reports import Report

MAY_BE_CHANGED = timedelta(minutes=15)
PROJECT_OF = {
    "activity": "SELECT project_id FROM projects_activity WHERE id = NEW.activity_id",
    "milestone": "SELECT project_id FROM projects_milestone WHERE id = NEW.milestone_id",
    "agreement": "SELECT project_id FROM projects_agreement WHERE id = NEW.agreement_id",
    "report": """
        SELECT q.project_id FROM projects_report r JOIN projects_reportingrequirement q ON q.id = r.requirement_id
        WHERE r.id = NEW.report_id
    """,
}
ABOUT = tuple(PROJECT_OF)
"""What a comment may be about beside the project itself: the names of its foreign keys."""
OF_ITS_OWN_PROJECT = pgtrigger.Trigger(
    name="of_its_own_project",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="".join(
        f"""
        IF NEW.{name}_id IS NOT NULL AND NEW.project_id IS DISTINCT FROM ({its_project}) THEN
            RAISE EXCEPTION 'a comment is about something of its own project' USING ERRCODE = 'check_violation';
        END IF;
        """
        for name, its_project in PROJECT_OF.items()
    )
    + "RETURN NEW;",
)


class CommentQuerySet(models.QuerySet["Comment"]):
    def said(self) -> "CommentQuerySet":
        """Those that are not deleted."""
        return self.filter(deleted_at=None)

    def about(self, project: Project, thing: models.Model | None = None) -> "CommentQuerySet":
        """Those on the project itself, or on one thing of it."""
        on = {name: thing if thing is not None and thing._meta.model_name == name else None for name in ABOUT}
        return self.filter(project=project, **on)

    def visible_to(self, user: object) -> "CommentQuerySet":
        """Those in the projects that the person takes part in, but none on an agreement or report they do not see."""
        agreements, reports = Agreement.objects.visible_to(user), Report.objects.visible_to(user)
        return self.filter(
            Q(agreement=None) | Q(agreement__in=agreements.order_by().values("pk")),
            Q(report=None) | Q(report__in=reports.order_by().values("pk")),
            project__in=Project.objects.of(user),
        )

    def unseen_by(self, user: User) -> "CommentQuerySet":
        """Those of others that the person has not read."""
        seen = CommentSeen.objects.filter(comment=OuterRef("pk"), user=user)
        return self.said().exclude(author=user).exclude(Exists(seen))

    def with_seen(self, user: User) -> "CommentQuerySet":
        """Annotates `is_seen`: whether the person has read it, or wrote it."""
        seen = CommentSeen.objects.filter(comment=OuterRef("pk"), user=user)
        return self.annotate(is_seen=Exists(seen) | Q(author=user) | Q(deleted_at__isnull=False))

    def see(self, user: User) -> None:
        """From now on the person has read these."""
        rows = [CommentSeen(comment_id=pk, user=user) for pk in self.unseen_by(user).values_list("pk", flat=True)]
        CommentSeen.objects.bulk_create(rows, ignore_conflicts=True)

    def for_listing(self) -> "CommentQuerySet":
        return self.select_related("author", *ABOUT, "report__requirement").prefetch_related("told")


class Comment(models.Model):
    """Not in the history: it is never rewritten, and what somebody deletes is to be gone."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="comments", verbose_name=_("project"))
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, null=True, related_name="comments")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, null=True, related_name="comments")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, null=True, related_name="comments")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, related_name="comments")
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="comments", verbose_name=_("who")
    )
    text = models.TextField(_("comment"), max_length=4000, blank=True)
    told = models.ManyToManyField(User, blank=True, related_name="told_comments", verbose_name=_("told"))
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(_("changed"), null=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Func(*ABOUT, function="num_nonnulls", output_field=models.IntegerField()), 1),
                name="comment_is_about_one_thing_at_most",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) & ~Q(text="") | Q(deleted_at__isnull=False, text=""),
                name="comment_says_something_until_it_is_deleted",
            ),
        ]
        triggers = [OF_ITS_OWN_PROJECT]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:77].rstrip()}…"

    def get_absolute_url(self) -> str:
        """Where it stands on the page of what it is about."""
        thing = self.thing
        page = thing.get_absolute_url() if thing else reverse("project-comments", args=[self.project_id])
        return f"{page}#comment-{self.pk}"

    @property
    def thing(self) -> Activity | Milestone | Agreement | Report | None:
        """What it is about, when that is not the project as a whole."""
        return self.activity or self.milestone or self.agreement or self.report

    def may_be_changed(self, at: datetime | None = None) -> bool:
        return self.deleted_at is None and (at or timezone.now()) < self.created_at + MAY_BE_CHANGED

    def change(self, text: str, at: datetime | None = None) -> None:
        """ValidationError when it is too late."""
        at = at or timezone.now()
        open_still = Comment.objects.said().filter(pk=self.pk, created_at__gt=at - MAY_BE_CHANGED)
        if not open_still.update(text=text, edited_at=at):
            raise ValidationError(_("A comment can be changed for fifteen minutes. Write another one."))

    def delete_text(self) -> None:
        """What was said goes, and who was told; that something was said stays."""
        Comment.objects.said().filter(pk=self.pk).update(text="", deleted_at=timezone.now())
        self.told.clear()


class CommentSeen(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="seen")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("comment that was read")
        verbose_name_plural = _("comments that were read")
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="a_comment_is_read_once_by_a_person")]

    def __str__(self) -> str:
        return f"{self.user}: {self.comment_id}"


class CommentMail(models.Model):
    """Whether a person wants an e-mail of what is new, and up to when the last one told it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="comment_mail")
    wanted = models.BooleanField(_("tell me by e-mail what is new in my projects, at most once a day"), default=True)
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    sent_on = models.DateField(_("last sent"), null=True, editable=False)
    told_until = models.DateTimeField(_("told until"), null=True, editable=False)

    class Meta:
        verbose_name = _("e-mail about comments")
        verbose_name_plural = _("e-mails about comments")

    def __str__(self) -> str:
        return str(self.user)
