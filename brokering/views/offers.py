"""Browsing the courses: all of them, one, and those of one provider."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from brokering.filters import OfferFilter
from brokering.models import CourseOffer
from brokering.models.runs import RunState
from brokering.permissions import offer_actions
from brokering.pools import pools
from brokering.views.answers import why_address
from brokering.views.offer_needs import in_short
from partners.models import Organisation, User

PER_PAGE = 20


@login_not_required
@require_safe
def offer_list(request: HttpRequest) -> HttpResponse:
    found = OfferFilter(request.GET, CourseOffer.objects.published())
    pages = Paginator(found.qs.for_listing(), PER_PAGE)
    pages.count = found.total
    page = pages.get_page(request.GET.get("page"))
    return render(request, "brokering/offer_list.html", {"filter": found, "form": found.form, "page": page})


@login_not_required
@require_safe
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    offers = CourseOffer.objects.visible_to(request.user).select_related("provider", "index")
    offer = get_object_or_404(offers.prefetch_related("municipalities", "competences"), pk=pk)
    runs = list(offer.runs.with_state().select_related("municipality"))
    ahead = [run for run in runs if run.state != RunState.ENDED]
    seats = pools().seats_addresses(offer, request.user) if runs else {}
    actions = offer_actions(request.user, offer) if isinstance(request.user, User) else {}
    context = {
        "offer": offer,
        "runs": [(run, seats.get(run.pk, "")) for run in ahead or runs],
        "actions": actions,
        "why_url": why_address(request, offer),
        "needs": in_short(request.user, offer),
    }
    return render(request, "brokering/offer.html", context)


@login_not_required
@require_safe
def provider(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.providers().select_related("municipality"), pk=pk)
    offers = CourseOffer.objects.published().of(organisation).for_listing()
    page = Paginator(offers, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "brokering/provider.html", {"organisation": organisation, "page": page})
