"""Asking afterwards: three, six and twelve months after a course, whether it is used at work."""

import secrets
from datetime import datetime, timedelta

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import User
from pooling.models.enrolments import Enrolment
from pooling.models.notices import Notice
from pooling.models.outcomes import Outcome

REMINDED_AFTER = timedelta(days=10)
GIVEN_UP_AFTER = timedelta(days=21)
"""So long after it was sent without an answer the broker is told, who may ask the firm by telephone."""
LONGEST = timedelta(days=60)
"""So long after its day it is still asked; whoever hears of a course later is not asked three times at once."""

AN_ANSWER_STAYS = pgtrigger.Protect(
    name="an_answer_stays",
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__answered_at__isnull=False, old__by__isnull=True),
)
"""But for what a broker has noted for a firm, which may be put right."""


class Months(models.IntegerChoices):
    THREE = 3, _("After 3 months")
    SIX = 6, _("After 6 months")
    TWELVE = 12, _("After 12 months")


class Without(models.TextChoices):
    """What would have happened without the broker."""

    NOT = "not", _("No, it would not have happened")
    LATER = "later", _("Yes, but later or with fewer people")
    SAME = "same", _("Yes, just the same")
    UNKNOWN = "unknown", _("I do not know")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def answered(self) -> "FollowUpQuerySet":
        return self.filter(answered_at__isnull=False)

    def unanswered(self) -> "FollowUpQuerySet":
        """Those sent to somebody who has neither answered nor said no to being asked."""
        quiet = Q(outcome__asks_no_more=True, enrolment=None) | Q(enrolment__may_ask=False)
        return self.filter(sent_at__isnull=False, answered_at=None).exclude(quiet)

    def to_remind(self, at: datetime) -> "FollowUpQuerySet":
        lately = Q(sent_at__lte=at - REMINDED_AFTER, sent_at__gt=at - LONGEST)
        return self.unanswered().filter(lately, reminded_at=None)

    def given_up(self, at: datetime) -> "FollowUpQuerySet":
        """Of firms; what a person does not answer is nobody else's matter."""
        lately = Q(sent_at__lte=at - GIVEN_UP_AFTER, sent_at__gt=at - LONGEST)
        return self.unanswered().filter(lately, enrolment=None, reminded_at__isnull=False)

    def for_page(self) -> "FollowUpQuerySet":
        return self.select_related(
            "enrolment",
            "outcome__firm",
            "outcome__reservation__need__request",
            "outcome__reservation__run__offer__provider",
            "outcome__proposal__need__request",
            "outcome__proposal__offer__provider",
            "outcome__proposal__run",
        )


class FollowUp(models.Model):
    """One question to one person who enrolled, or to a firm about its people who did not; answered once.

    What a broker has noted for a firm is put right by a broker.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="follow_ups")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, null=True, related_name="follow_ups")
    months = models.PositiveSmallIntegerField(_("when"), choices=Months)
    due_on = models.DateField(_("day"))
    seats = models.PositiveIntegerField(_("about how many people"))
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    sent_at = models.DateTimeField(_("asked"), null=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    used = models.PositiveIntegerField(_("use it at work"), null=True)
    without = models.CharField(_("would it have happened without us"), max_length=8, choices=Without, blank=True)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("noted by the broker")
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["outcome", "months", "pk"]
        triggers = [AN_ANSWER_STAYS]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "months"], condition=Q(enrolment=None), name="a_firm_is_asked_once_a_time"
            ),
            models.UniqueConstraint(fields=["enrolment", "months"], name="a_person_is_asked_once_a_time"),
            models.CheckConstraint(
                condition=Q(seats__gte=1) & (Q(enrolment=None) | Q(seats=1)), name="a_follow_up_is_about_somebody"
            ),
            models.CheckConstraint(condition=Q(months__in=Months.values), name="follow_up_time_is_known"),
            models.CheckConstraint(
                condition=Q(answered_at=None, used=None, without="")
                | Q(answered_at__isnull=False, used__isnull=False, used__lte=F("seats"), without__in=Without.values),
                name="an_answer_is_whole",
                violation_error_message=_("No more people can use it than completed the course."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id}: {self.months}"

    def get_absolute_url(self) -> str:
        return reverse("follow-up", args=[self.token])

    @property
    def is_to_be_asked(self) -> bool:
        return self.enrolment.may_ask if self.enrolment else not self.outcome.asks_no_more

    @property
    def name(self) -> str:
        """How its e-mails begin to be called."""
        return f"follow-up-{self.pk}"

    @transaction.atomic
    def answer(self, used: int, without: str, by: User | None) -> None:
        """Once: of two who answer, the first counts. `by`: the broker who notes it for the firm, also once more."""
        said = {"answered_at": timezone.now(), "used": used, "without": without, "by": by}
        open_ = Q(answered_at=None) | Q(by__isnull=False) if by else Q(answered_at=None)
        if not FollowUp.objects.filter(open_, pk=self.pk).update(**said):
            raise ValidationError(_("This is answered already."))
        Notice.objects.withdraw(f"{self.name}-")

    @transaction.atomic
    def ask_no_more(self) -> None:
        """From now on neither this nor a later question is sent."""
        if self.enrolment:
            Enrolment.objects.filter(pk=self.enrolment.pk).update(may_ask=False)
        else:
            Outcome.objects.filter(pk=self.outcome_id).update(asks_no_more=True)
        Notice.objects.withdraw(f"{self.name}-")
