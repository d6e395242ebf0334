"""The seats of a run that came of a course request: who has them, keeping more, giving them back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from brokering.models import CourseOffer, CourseRun
from partners.models import Organisation
from partners.models.roles import NEED_WRITERS
from partners.permissions import require
from partners.requests import Request
from pooling.asking.choosing import FROM_REQUEST
from pooling.asking.letters import tell_of_open_need, tell_of_seats
from pooling.asking.permissions import is_broker_of, may_keep_seats, release_bars
from pooling.forms.seats import SeatsForm
from pooling.models import CourseRequest, PoolMember, Reservation
from pooling.models.reservations import ReservationQuerySet, why_not_take
from pooling.notices import send_soon


def find_run(request: Request, pk: int) -> CourseRun:
    """One that the person's firms have, or had, seats of, that is on the public list, or that they broker.

    Of a course that was called off no request is left but the one its offer came of.
    """
    own = Organisation.objects.with_role(request.user, *NEED_WRITERS)
    kept = Reservation.objects.filter(firm__in=own).values("run")
    requests = CourseRequest.objects.visible_to(request.user)
    brokered = requests.exclude(run=None).values("run")
    called_off = requests.filter(run=None).values_list(Cast("pk", CharField()))
    public = CourseRun.objects.filter(offer__in=CourseOffer.objects.published().values("pk")).values("pk")
    runs = CourseRun.objects.filter(
        Q(course_request__isnull=False) | Q(offer__source=FROM_REQUEST, cancelled_at__isnull=False)
    )
    off = Q(offer__source=FROM_REQUEST, offer__source_id__in=called_off)
    seen = runs.filter(Q(pk__in=kept) | Q(pk__in=brokered) | Q(pk__in=public) | off)
    joined = seen.with_state().select_related("offer__provider", "municipality", "course_request")
    return get_object_or_404(joined, pk=pk)


def reservations(request: Request, run: CourseRun) -> ReservationQuerySet:
    """All of them to the broker, to others those of their own firms."""
    every = Reservation.objects.filter(run=run).select_related("firm", "need", "run", "outcome")
    own = Organisation.objects.with_role(request.user, *NEED_WRITERS)
    return every if is_broker_of(request.user, run) else every.filter(firm__in=own)


def pooled(run: CourseRun) -> set[int]:
    """The needs that are in the pool which the run came of."""
    return set(PoolMember.objects.present().filter(pool__run=run).values_list("need", flat=True))


@require_http_methods(["GET", "HEAD", "POST"])
def run_seats(request: Request, pk: int) -> HttpResponse:
    run = find_run(request, pk)
    if not hasattr(run, "course_request"):
        return render(request, "pooling/run_called_off.html", {"run": run})
    require({"keep": may_keep_seats(request.user, run)}, "keep")
    form = SeatsForm(request.POST or None, user=request.user, is_broker=is_broker_of(request.user, run))
    if form.is_valid():
        try:
            kept = Reservation.objects.take(run, form.cleaned_data["firm"], form.cleaned_data["seats"], by=request.user)
        except ValidationError as error:
            form.add_error("seats", error)
        else:
            _tell(request, kept)
            return redirect("run-seats", run.pk)
    rows = [(kept, release_bars(kept, pooled(run))) for kept in reservations(request, run).held()]
    context = {"run": run, "form": form, "rows": rows, "why_not": why_not_take(run, timezone.localdate())}
    context |= {"asked": run.course_request if is_broker_of(request.user, run) else None}
    return render(request, "pooling/run_seats.html", context)


def _tell(request: Request, kept: Reservation) -> None:
    sentence = ngettext("%(n)d seat is kept for %(firm)s.", "%(n)d seats are kept for %(firm)s.", kept.seats)
    messages.success(request, sentence % {"n": kept.seats, "firm": kept.firm})
    tell_of_seats(kept)
    send_soon()


@require_POST
def reservation_release(request: Request, pk: int) -> HttpResponse:
    """Give seats back; done twice it is done once."""
    given_back = get_object_or_404(Reservation, pk=pk)
    run = find_run(request, given_back.run_id)
    if not hasattr(run, "course_request"):
        return redirect("run-seats", run.pk)
    kept = get_object_or_404(reservations(request, run), pk=pk)
    require({"release": release_bars(kept, pooled(run))}, "release")
    if kept.give_back(request.user):
        tell_of_open_need(kept, request.user)
    messages.success(request, _("The seats are free again."))
    return redirect("run-seats", run.pk)
