"""An agreed course that is not held after all: its broker says so, or its provider has."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from brokering.models import CourseRun
from partners.models import User
from pooling.asking.choosing import FROM_REQUEST
from pooling.models import Bid, BidState, CourseRequest, Enrolment, Outcome, Pool, PoolState, Reservation
from pooling.models.pools import CALL_OFF
from pooling.models.requests import CALL_COURSE_OFF
from pooling.notices import send_soon, write


def why_not_call_off(run: CourseRun, pool: Pool | None) -> str:
    """Why it is too late; empty when it is not."""
    if pool and pool.state != PoolState.ARRANGED:
        return _("Not possible while the pool is “%(state)s”.") % {"state": pool.get_state_display()}
    if Outcome.objects.standing().noted().filter(reservation__run=run).exists():
        return _("It is noted how the course went.")
    last_day = run.end or run.start
    if last_day and last_day < timezone.localdate() and not run.cancelled_at:
        return _("The course is over. Note how it went.")
    return ""


@transaction.atomic
def call_off(run: CourseRun, by: User, why: str) -> None:
    """The run and what led to it are called off, all seats given back, the needs open again, and everybody is told.

    ValidationError, and nothing changed, when it is too late. The pool is locked before the run, as wherever firms
    leave.
    """
    pool = Pool.objects.select_for_update(no_key=True).filter(run=run).first()
    request = CourseRequest.objects.select_for_update(no_key=True).filter(run=run).first()
    run = CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if barred := why_not_call_off(run, pool):
        raise ValidationError(barred)
    held = list(Reservation.objects.held().filter(run=run).select_related("firm", "need", "run__pool"))
    winner = request.bids.filter(state=BidState.CHOSEN).first() if request else None
    _tell(run, pool or request, held, winner, by)
    if pool:
        pool.carry_out(CALL_OFF, by, why)
    if request:
        request.carry_out(CALL_COURSE_OFF, by, why, run=None)
    for kept in held:
        kept.give_back(by)
    CourseRun.objects.filter(pk=run.pk, cancelled_at=None).update(cancelled_at=timezone.now())
    _withdraw(run)
    async_task("brokering.jobs.meet_needs", [run.offer_id])
    send_soon()


def _withdraw(run: CourseRun) -> None:
    """A course that was made for these firms is not offered any more, unless its provider holds it another time."""
    if run.offer.source == FROM_REQUEST and not run.offer.runs.filter(cancelled_at=None).exists():
        run.offer.withdraw()


def _tell(
    run: CourseRun, of: Pool | CourseRequest | None, held: list[Reservation], winner: Bid | None, by: User
) -> None:
    """The firms, those who have enrolled by name, and the provider when it does not know."""

    def letter(whom: str, to: list[str], language: str) -> None:
        context = {"run": run, "broker": of and of.handled_by}
        write(f"called-off-{run.pk}-{whom}", "pooling/email/called_off", context, to, language, reply_to=by)

    for kept in held:
        firm = Outcome.new_for(kept)
        letter(f"firm-{kept.pk}", firm.addresses, firm.language)
    for person in Enrolment.objects.named().filter(outcome__reservation__in=held).order_by("pk"):
        letter(f"person-{person.pk}", [person.email], person.language)
    if winner and not run.cancelled_at:
        letter("provider", winner.addresses, winner.language)
