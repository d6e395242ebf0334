"""Seats of a course run that are kept for a firm: never more than the run has."""

from contextlib import AbstractContextManager, nullcontext
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from brokering.models import CompetenceNeed, CourseRun
from brokering.models.needs import REOPEN, NeedState
from partners.models import Organisation, User
from pooling.models.guards import SHORT_POOL_HAS_AN_ALARM
from pooling.models.notices import Notice
from pooling.models.pools import Pool


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def held(self) -> "ReservationQuerySet":
        return self.filter(released_at=None)

    def ahead(self, on: date) -> "ReservationQuerySet":
        """Those on courses that are not over, and not called off."""
        over = Q(run__end__lt=on) | Q(run__end=None, run__start__lt=on)
        return self.filter(run__cancelled_at=None).exclude(over)

    @transaction.atomic
    def take(
        self,
        run: CourseRun,
        firm: Organisation,
        seats: int,
        *,
        need: CompetenceNeed | None = None,
        by: User | None,
        on: date | None = None,
    ) -> "Reservation":
        """Keep so many seats. ValidationError, and nothing kept, when the run has fewer: whoever comes first gets them.

        A run whose seats are not stated takes everybody, until it has begun or is called off.
        """
        with watched(run.pk):
            locked = CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)
            if why_not := why_not_take(locked, on or timezone.localdate()):
                raise ValidationError(why_not)
            if locked.seats_left is not None and locked.seats_left < seats:
                told = ngettext("Only %(n)d seat is left.", "Only %(n)d seats are left.", locked.seats_left)
                raise ValidationError(told % {"n": locked.seats_left})
            CourseRun.objects.filter(pk=run.pk).update(seats_taken=F("seats_taken") + seats)
            return self.create(run=run, firm=firm, need=need, seats=seats, by=by)


def watched(run: int) -> AbstractContextManager[object]:
    """The pool that the run came of, if any: it hears when too few seats are left, or enough again."""
    pool = Pool.objects.filter(run=run).first()
    return pool.watched() if pool else nullcontext()


class Reservation(models.Model):
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("run"))
    firm = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("firm")
    )
    need = models.ForeignKey(
        CompetenceNeed,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reservations",
        verbose_name=_("need"),
    )
    seats = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1)])
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    released_at = models.DateTimeField(_("given back"), null=True, editable=False)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["run", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="a_reservation_is_for_a_seat",
                violation_error_message=_("Say how many seats: one or more."),
            ),
            models.UniqueConstraint(
                fields=["run", "need"],
                condition=Q(released_at=None),
                name="a_need_has_seats_on_a_run_once",
                violation_error_message=_("Seats are kept for this need already."),
            ),
        ]
        triggers = [SHORT_POOL_HAS_AN_ALARM("run_id", "run_id", "released_at", "seats")]

    def __str__(self) -> str:
        return f"{self.run_id} – {self.firm_id}: {self.seats}"

    @property
    def is_noted(self) -> bool:
        """Whether somebody has said how it went: what came of the seats is counted, and they stay."""
        outcome = getattr(self, "outcome", None)
        return outcome is not None and outcome.completed is not None

    @transaction.atomic
    def release(self) -> bool:
        """Give the seats back. Done twice it is done once; says whether it was done now.

        The e-mail that tells the firm of them is not sent any more, if it waits.
        """
        noted = Reservation.objects.filter(pk=self.pk, outcome__completed__isnull=False)
        with watched(self.run_id):
            if noted.exists() or not Reservation.objects.held().filter(pk=self.pk).update(released_at=timezone.now()):
                return False
            CourseRun.objects.filter(pk=self.run_id).update(seats_taken=F("seats_taken") - self.seats)
        outcome = Reservation.objects.filter(pk=self.pk).values_list("outcome", flat=True).get()
        Notice.objects.filter(name__regex=rf"^seats-{outcome}(-|$)").withdraw()
        return True

    @transaction.atomic
    def give_back(self, by: User | None) -> bool:
        """As release(). A need that was covered by them, and has no others, is open again; says whether it now is."""
        if not self.release() or not self.need or self.need.state != NeedState.COVERED:
            return False
        if Reservation.objects.held().filter(need=self.need).exists():
            return False
        self.need.carry_out(REOPEN, by)
        return True


def why_not_take(run: CourseRun, on: date) -> str:
    """Why no more seats of a run are kept; empty when some are left, or nobody has said how many there are."""
    if run.cancelled_at:
        return gettext("The course was called off.")
    if run.start and run.start < on:
        return gettext("The course has begun.")
    return gettext("All seats are taken.") if run.seats_left == 0 else ""
