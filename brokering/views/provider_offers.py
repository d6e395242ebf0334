"""A provider's own courses: all of them, writing one, its dates, and taking it off the list."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_q.tasks import async_task

from brokering.demand import demand
from brokering.forms.offers import OfferForm, RunFormSet, Runs
from brokering.matching import index
from brokering.models import CourseOffer
from brokering.models.offers import CourseOfferQuerySet
from brokering.permissions import may_import, may_offer, offer_actions
from partners.conflicts import differences
from partners.models import Organisation, User
from partners.models.roles import OFFER_KEEPERS
from partners.permissions import require
from partners.requests import Request

PER_PAGE = 20
SHORTEST = timedelta(days=30)


def own(user: User) -> CourseOfferQuerySet:
    """All offers of the providers whose offers this person keeps, those that are hidden too."""
    return CourseOffer.objects.filter(provider__in=Organisation.objects.with_role(user, *OFFER_KEEPERS).providers())


def find(request: Request, pk: int, act: str) -> CourseOffer:
    """The offer, locked until it is saved: 404 for who may not see it, 403 with the reason for who may not do this."""
    offers = CourseOffer.objects.visible_to(request.user).select_for_update(of=("self",))
    offer = get_object_or_404(offers.select_related("provider"), pk=pk)
    require(offer_actions(request.user, offer), act)
    return offer


@require_safe
def own_offers(request: Request) -> HttpResponse:
    require({"see": may_offer(request.user)}, "see")
    offers = own(request.user).for_listing().select_related("index").order_by("-updated_at", "-pk")
    page = Paginator(offers, PER_PAGE).get_page(request.GET.get("page"))
    asked = demand(list(page), timezone.localdate())
    context = {
        "offers": [(offer, offer_actions(request.user, offer), asked[offer.pk]) for offer in page],
        "page": page,
        "may_import": not may_import(request.user),
    }
    return render(request, "brokering/own_offers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_create(request: Request) -> HttpResponse:
    require({"offer": may_offer(request.user)}, "offer")
    form = OfferForm(request.POST or None, user=request.user)
    runs = RunFormSet(request.POST or None, instance=CourseOffer(), prefix="runs")
    if request.method == "POST" and form.is_valid() and runs.is_valid():
        return _created(request, form, runs)
    return render(request, "brokering/offer_form.html", {"form": form, "runs": runs})


def _created(request: Request, form: OfferForm, runs: Runs) -> HttpResponse:
    """Save the new course, or find the one that the same form has made a moment ago."""
    try:
        with transaction.atomic():
            runs.instance = form.save()
            _save(runs)
    except IntegrityError:
        if not (earlier := form.earlier()):
            raise
        return redirect(earlier)
    return _saved(request, runs.instance)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_edit(request: Request, pk: int) -> HttpResponse:
    offer = find(request, pk, "edit")
    return _edited(request, offer, OfferForm(request.POST or None, user=request.user, instance=offer))


@require_http_methods(["GET", "HEAD", "POST"])
def offer_runs(request: Request, pk: int) -> HttpResponse:
    """Only the dates, as for courses that are described in a national catalogue."""
    return _edited(request, find(request, pk, "runs"), None)


def _edited(request: Request, offer: CourseOffer, form: OfferForm | None) -> HttpResponse:
    """Save what was typed over the version that was read; when somebody else has saved meanwhile, show both (409)."""
    version, title = offer.updated_at.isoformat(), offer.title
    if request.method == "POST":
        # No firm takes seats between the reading of what is taken and its storing.
        list(offer.runs.select_for_update(no_key=True))
    runs = RunFormSet(request.POST or None, instance=offer, prefix="runs")
    context: dict[str, object] = {"offer": offer, "form": form, "runs": runs, "version": version, "title": title}
    if request.method == "GET":
        return render(request, "brokering/offer_form.html", context)
    is_valid = runs.is_valid() and (form is None or form.is_valid())
    if request.POST.get("version") != version:
        if not runs.has_changed() and not (form and form.has_changed()):
            return redirect(offer)
        stored = CourseOffer.objects.get(pk=offer.pk)
        context |= {"conflict": True, "conflicts": differences(form, OfferForm(user=request.user, instance=stored))}
        return render(request, "brokering/offer_form.html", context, status=409)
    if not is_valid:
        return render(request, "brokering/offer_form.html", context)
    offer.refreshed_on = timezone.localdate()
    offer.save() if form is None else form.save()
    _save(runs)
    return _saved(request, offer)


def _save(runs: Runs) -> None:
    """Store the dates with their course; its words can be searched at once, the worker does the rest."""
    runs.save()
    index.refresh([runs.instance.pk])
    _meet_needs(runs.instance)


def _meet_needs(offer: CourseOffer) -> None:
    """The worker adds the course's meaning and matches the needs anew that it could meet, or no longer meets."""
    async_task("brokering.jobs.meet_needs", [offer.pk])


def _saved(request: Request, offer: CourseOffer) -> HttpResponse:
    messages.success(request, _("The course is saved."))
    return redirect("offer-runs", offer.pk) if "more" in request.POST else redirect(offer)


@require_POST
def offer_withdraw(request: Request, pk: int) -> HttpResponse:
    offer = find(request, pk, "withdraw")
    offer.withdraw()
    _meet_needs(offer)
    messages.success(request, _("The course is off the public list. What was said of it stays."))
    return redirect(offer)


@require_POST
def offer_publish(request: Request, pk: int) -> HttpResponse:
    """Onto the public list, for the first time or again."""
    offer = find(request, pk, "publish")
    offer.withdrawn_at, offer.is_published = None, True
    offer.save()
    _meet_needs(offer)
    messages.success(request, _("The course is on the public list."))
    return redirect(offer)


@require_POST
def offer_refresh(request: Request, pk: int) -> HttpResponse:
    """It is still right: the time until the next reminder begins anew."""
    offer = find(request, pk, "refresh")
    if offer.stale_on and offer.refreshed_on != timezone.localdate():
        offer.stale_on = timezone.localdate() + max(offer.stale_on - offer.refreshed_on, SHORTEST)
    offer.refreshed_on = timezone.localdate()
    offer.save()
    _meet_needs(offer)
    messages.success(request, _("Thank you. The course counts as right again."))
    return redirect(offer)
