"""Enrolling by name: a name is here only when the person has enrolled with it, and not for ever."""

import secrets
from datetime import date, datetime, timedelta

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pooling.models.outcomes import Outcome

KEPT_WITHOUT_FOLLOW_UP = timedelta(days=92)
KEPT = timedelta(days=425)
"""After the course has ended, or when nobody has said that it did, after the enrolment: twelve months, in which people
are asked three times, and two to answer the last time."""

NO_MORE_THAN_THE_SEATS = pgtrigger.Trigger(
    name="no_more_people_than_seats",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    declare=[("held", "integer")],
    func="""
    SELECT seats INTO held FROM pooling_outcome WHERE id = NEW.outcome_id FOR NO KEY UPDATE;
    IF held <= (SELECT count(*) FROM pooling_enrolment WHERE outcome_id = NEW.outcome_id) THEN
        RAISE EXCEPTION 'all seats of the firm have their people' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
    """,
)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def named(self) -> "EnrolmentQuerySet":
        return self.filter(forgotten_at=None)

    def outlived(self, on: date) -> "EnrolmentQuerySet":
        """Those whose name is not needed any more: nobody will ask them, or their seat was given back.

        When a provider has called its course off, the names stay until the broker has told everybody, but not long.
        """
        ended = Coalesce("outcome__ended_on", "enrolled_at__date")
        quiet = Q(may_ask=False, outcome__completed__isnull=False) | Q(completed=False)
        over = Q(last_day__lt=on - KEPT) | quiet & Q(last_day__lt=on - KEPT_WITHOUT_FOLLOW_UP)
        given_back = Q(outcome__reservation__released_at__isnull=False)
        off = Q(outcome__reservation__run__cancelled_at__date__lt=on - KEPT_WITHOUT_FOLLOW_UP)
        return self.named().annotate(last_day=ended).filter(over | given_back | off)

    def forget(self, at: datetime) -> int:
        """Delete names and addresses; what was answered stays, and is nobody's any more."""
        return self.named().update(name="", email="", may_ask=False, forgotten_at=at)


class Enrolment(models.Model):
    """Somebody who has enrolled by name on one of the firm's seats, and agreed to its being stored."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="enrolments")
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="nb")
    may_ask = models.BooleanField(_("may be asked by e-mail after 3, 6 and 12 months"), default=False)
    completed = models.BooleanField(_("completed"), null=True)
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    enrolled_at = models.DateTimeField(_("enrolled"), default=timezone.now, editable=False)
    forgotten_at = models.DateTimeField(_("name deleted"), null=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["outcome", "pk"]
        triggers = [NO_MORE_THAN_THE_SEATS]
        constraints = [
            models.UniqueConstraint(
                "outcome",
                Lower("email"),
                condition=Q(forgotten_at=None),
                name="a_person_enrols_once",
                violation_error_message=_("Somebody has enrolled with this e-mail address already."),
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) & ~Q(name="") & ~Q(email="")
                | Q(forgotten_at__isnull=False, name="", email="", may_ask=False),
                name="nothing_is_left_of_a_forgotten_name",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("enrolment", args=[self.token])

    @property
    def kept_until(self) -> date:
        """The day after which the name is deleted, as far as is known today."""
        kept = self.outcome.reservation
        if kept and kept.released_at:
            return timezone.localdate(kept.released_at)
        if kept and kept.run.cancelled_at:
            return timezone.localdate(kept.run.cancelled_at) + KEPT_WITHOUT_FOLLOW_UP
        ended = self.outcome.ended_on or timezone.localdate(self.enrolled_at)
        return ended + (KEPT if self.may_ask else KEPT_WITHOUT_FOLLOW_UP)

    def withdraw(self) -> None:
        """Before it is noted how it went, the seat is free for another; afterwards the name is deleted."""
        if self.outcome.completed is None:
            self.delete()
        else:
            Enrolment.objects.filter(pk=self.pk).forget(timezone.now())
