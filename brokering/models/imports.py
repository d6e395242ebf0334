"""Imports of offers from files: who, when, which file, and what came of it."""

from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation, User


class ImportState(models.TextChoices):
    CHECKED = "checked", _("checked, not imported yet")
    IMPORTED = "imported", _("imported")
    FAILED = "failed", _("could not be read")


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> "ImportRunQuerySet":
        """One's own; for those who administer the site all."""
        return self.all() if user.is_staff else self.filter(by=user)

    def checked(self) -> "ImportRunQuerySet":
        return self.filter(state=ImportState.CHECKED)

    def given_up(self, at: datetime) -> "ImportRunQuerySet":
        """Checked more than a day before, and never confirmed."""
        return self.checked().filter(at__lt=at - timedelta(days=1), content__isnull=False)

    def for_listing(self) -> "ImportRunQuerySet":
        return self.defer("content", "preview", "rejected", "remarks").select_related("by", "organisation")


class ImportRun(models.Model):
    """One file. What came of it is from a brokering.exchange.report.Report: `counts` its numbers, `preview` the first
    titles and the schools beside the provider's own, `rejected` and `remarks` its notes.
    """

    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("provider"),
        help_text=_("Whose offers these are; empty for the national catalogue."),
    )
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True, help_text=_("The file, until it is imported or given up."))
    state = models.CharField(_("state"), max_length=10, choices=ImportState)
    counts = models.JSONField(_("counts"), default=dict)
    preview = models.JSONField(_("titles and schools"), default=dict)
    rejected = models.JSONField(_("rejected records"), default=list)
    remarks = models.JSONField(_("remarks"), default=list)
    error = models.JSONField(_("why it could not be read"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_is_known")
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("import-report", args=[self.pk])
