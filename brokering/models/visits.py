"""A broker at a firm: when, what was said, and what came of it."""

from datetime import date, timedelta

import pghistory
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES
from projects.models import Project


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: object) -> "VisitQuerySet":
        """Those of the organisations one brokers for; the firm that was visited does not read the notes."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(handled_by__in=Organisation.objects.with_role(user, *BROKERING_ROLES))

    def repeated(self, visit: "Visit") -> "VisitQuerySet":
        """A form that was sent twice: the same notes of the same visit by the same person within ten minutes."""
        lately = timezone.now() - timedelta(minutes=10)
        same = self.filter(firm=visit.firm, on=visit.on, notes=visit.notes, project=visit.project, by=visit.by)
        return same.filter(created_at__gt=lately)

    def due(self, on: date) -> "VisitQuerySet":
        """Those to be followed up on that day or before, unless the firm was visited again since."""
        again = Visit.objects.filter(firm=models.OuterRef("firm"), handled_by=models.OuterRef("handled_by"))
        later = again.filter(on__gt=models.OuterRef("on"))
        return self.filter(~models.Exists(later), next_follow_up__lte=on).order_by("next_follow_up", "pk")

    def for_listing(self) -> "VisitQuerySet":
        return self.select_related("firm__municipality", "project", "by", "handled_by")


# The history is never rewritten, so it does not hold what may have to be deleted: who was met, and what they said.
@pghistory.track(model_name="VisitHistory", exclude=["notes", "met"])
class Visit(models.Model):
    firm = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="visits", verbose_name=_("firm"))
    handled_by = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="visits_made",
        verbose_name=_("visited by"),
        editable=False,
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("project")
    )
    on = models.DateField(_("day"), default=timezone.localdate)
    met = models.CharField(_("who you met"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), max_length=4000, blank=True)
    next_follow_up = models.DateField(_("next follow-up"), null=True, blank=True)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("registered by"), editable=False
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = VisitQuerySet.as_manager()
    # Who was met is somebody else, and the notes are the firm's (partners.personal_data).
    OF_OTHERS = frozenset({"met", "notes"})

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_follow_up__gte=F("on")),
                name="visit_is_followed_up_afterwards",
                violation_error_message=_("The next follow-up cannot be before the visit."),
            )
        ]
        indexes = [models.Index(fields=["handled_by", "firm", "-on"], name="visit_of_a_firm")]

    def __str__(self) -> str:
        return f"{self.firm}, {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("visit", args=[self.pk])
