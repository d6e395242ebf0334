"""The provider's page for a course request: reached by the link of the e-mail, with or without an account."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_q.tasks import async_task

from brokering.models import CourseRun
from partners.links import by_link
from partners.models import User
from pooling.forms.bids import BidForm, said
from pooling.models import Bid, BidState
from pooling.models.outcomes import reachable_for


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def bid(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link may read and answer; the answer can be changed until a bid is chosen."""
    bid = get_object_or_404(Bid.objects.for_listing().select_related("request__handled_by"), token=token)
    form = BidForm(request.POST or None, instance=bid) if bid.may_be_answered else None
    if request.method == "POST" and form is None:
        messages.error(request, _("The request can no longer be answered."))
        return redirect(bid)
    if form and form.is_valid():
        try:
            form.send(request.user if isinstance(request.user, User) else None)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            async_task("pooling.asking.steps.carry_on", bid.request_id)
            messages.success(request, _("Thank you. The broker now sees your answer."))
        return redirect(bid)
    # The form writes what is typed into the bid that it holds, also when it is refused.
    stored = Bid.objects.select_related("municipality").get(pk=bid.pk)
    context = {"form": form, "bid": bid, "asked": bid.request, "said": said(stored) if stored.is_answered else []}
    return render(request, "pooling/bid.html", context | _won(request, bid))


def _won(request: HttpRequest, bid: Bid) -> dict[str, object]:
    """Whose bid was chosen reads who the firms are, and with an account who takes part."""
    run = bid.request.run if bid.state == BidState.CHOSEN else None
    firms = run.reservations.held().select_related("firm") if run else []
    user = request.user
    sees_seats = run and isinstance(user, User) and CourseRun.objects.filter(reachable_for(user), pk=run.pk).exists()
    return {"run": run, "firms": firms, "sees_seats": sees_seats}
