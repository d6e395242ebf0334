"""From a need, saved or only typed, to the courses that fit: how well, and why."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_q.tasks import async_task

from brokering.forms.matches import ProposalForm, VerdictForm
from brokering.forms.wishes import WishForm
from brokering.match_filters import MatchFacets
from brokering.matching import Wish, alike, match
from brokering.matching.versions import seen
from brokering.models import CompetenceNeed, CourseOffer, CourseRun, Impression, Match, Proposal, Verdict
from brokering.models.matches import Band, Reason
from brokering.permissions import need_actions
from brokering.views import understood
from brokering.views.answers import Asked, of_typed
from brokering.views.needs import allow, find_need
from partners.requests import Request

PER_PAGE = 20
MOST_NEAR_MISSES = 10
MOST_COMPARED = 3


@login_not_required
@require_safe
def wish(request: HttpRequest) -> HttpResponse:
    """What fits a need that is only typed. Nothing is stored."""
    if changed := understood.put_right(request.GET):
        return redirect(changed)
    form = WishForm(request.GET) if request.GET.get("q") else WishForm()
    if not (form.is_bound and form.is_valid()):
        return render(request, "brokering/wish.html", {"form": form})
    wish = form.wish()
    matching = match(wish)
    context = {
        "form": form,
        "matching": matching,
        "panel": understood.of_form(request, form, wish, matching.understood.kept()),
        "asked": Asked(wish, None, request.GET),
    }
    return render(request, "brokering/wish.html", context | results(request, matching.as_matches()))


@require_safe
def need_matches(request: Request, pk: int) -> HttpResponse:
    need = find_need(request, pk)
    verdicts = {verdict.offer_id: verdict for verdict in need.verdicts.select_related("by")}
    proposals = {proposal.offer_id: proposal for proposal in need.proposals.all()}
    matches = list(need.matches.all())
    for found in matches:
        found.verdict, found.proposal = verdicts.get(found.offer_id), proposals.get(found.offer_id)
    actions = need_actions(request.user, need)
    may_change = not actions["edit"]
    shown = results(request, matches)
    if not actions["judge"]:
        Impression.objects.log([*shown["page"], *shown["near"]])
    context = {
        "need": need,
        "actions": actions,
        "reasons": Reason.choices,
        "panel": understood.of_need(request, need, may_change=may_change),
        "asked": Asked(Wish(), need, request.GET, may_change),
    }
    return render(request, "brokering/need_matches.html", context | shown)


def results(request: HttpRequest, matches: Iterable[Match]) -> dict[str, Any]:
    """The matches that the filters leave, with their offers: a page of those that fit, and the best near misses.

    What somebody has said no to comes last, and does not count. Near-identical offers stand behind the
    best of them. Where the run that was judged does not meet the filters, one that does is named.
    """
    by_offer = {found.offer_id: found for found in matches}
    filter_ = MatchFacets(request.GET, by_offer.values())
    for offer in filter_.qs.for_listing():
        by_offer[offer.pk].offer = offer
    runs = CourseRun.objects.select_related("municipality").in_bulk([found.run_id for found in by_offer.values()])
    meeting = filter_.meeting()
    for found in by_offer.values():
        found.run, met = runs.get(found.run_id), meeting.get(found.offer_id, [])
        found.other_run = None if found.run in met else next(iter(met), None)
    shown = [found for found in by_offer.values() if Match.offer.is_cached(found)]
    shown.sort(key=lambda found: (found.is_refused, found.rank))
    fitting = [found for found in shown if found.band != Band.NEAR]
    rows, near = _grouped(fitting), _grouped([found for found in shown if found.band == Band.NEAR])
    bands = Counter(found.band for found in rows if not found.is_refused)
    return {
        "filter": filter_,
        "filter_form": filter_.form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "strong": bands[Band.STRONG],
        "possible": bands[Band.POSSIBLE],
        "every": len(fitting),
        "near": near[:MOST_NEAR_MISSES],
    }


def _grouped(found: list[Match]) -> list[Match]:
    """The first of each group of near-identical offers, with the others behind it."""
    groups = alike.grouped(found, lambda one: one.offer)
    for first, *others in groups:
        first.others = others
    return [group[0] for group in groups]


@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two or three courses side by side; for a need that one may see or has typed, with how each fits it."""
    ticked = list(dict.fromkeys(int(pk) for pk in request.GET.getlist("offer") if pk.isdecimal()))
    chosen = ticked[:MOST_COMPARED]
    offers = CourseOffer.objects.visible_to(request.user).filter(pk__in=chosen).for_listing()
    asked, matches = _compared_for(request)
    found = {one.offer_id: one for one in matches if one.offer_id in chosen}
    context = {
        "offers": [(offer, found.get(offer.pk)) for offer in sorted(offers, key=lambda one: chosen.index(one.pk))],
        "asked": asked,
        "too_many": len(ticked) > MOST_COMPARED,
    }
    return render(request, "brokering/compare.html", context)


def _compared_for(request: HttpRequest) -> tuple[Asked | None, Iterable[Match]]:
    """The need whose number is in the address, or that is typed in it, and its matches."""
    if number := request.GET.get("need", ""):
        need = find_need(request, int(number) if number.isdecimal() else 0)
        return Asked(Wish.of(need), need, request.GET), need.matches.all()
    asked = of_typed(request)
    return asked, match(asked.wish).as_matches() if asked else []


@require_POST
def verdict(request: Request, pk: int, offer_pk: int) -> HttpResponse:
    """A yes or a no with its reason; the last word counts."""
    need = find_need(request, pk)
    allow(request, need, "judge")
    offer = get_object_or_404(CourseOffer, pk=offer_pk)
    CompetenceNeed.objects.select_for_update().get(pk=pk)  # two answers at once come one after the other
    judged = Verdict.objects.filter(need=need, offer=offer).first() or Verdict(need=need, offer=offer)
    form = VerdictForm(request.POST, instance=judged)
    if form.is_valid():
        form.instance.by, form.instance.seen = request.user, seen(need, offer)
        form.save()
        messages.success(request, _("Your answer about “%(offer)s” is kept.") % {"offer": offer})
    else:
        messages.error(request, _("Say why “%(offer)s” does not fit, then we learn from it.") % {"offer": offer})
    return _back(request, need, offer_pk)


@require_POST
def verdict_withdraw(request: Request, pk: int, offer_pk: int) -> HttpResponse:
    need = find_need(request, pk)
    allow(request, need, "judge")
    for said in Verdict.objects.filter(need=need, offer=offer_pk):
        said.take_back(request.user)
    return _back(request, need, offer_pk)


def _back(request: Request, need: CompetenceNeed, offer_pk: int) -> HttpResponse:
    """To the offer in the list, filtered as it was."""
    filters = QueryDict(request.POST.get("back", "")).urlencode()
    return redirect(f"{reverse('need-matches', args=[need.pk])}?{filters}#offer-{offer_pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: Request, pk: int, offer_pk: int) -> HttpResponse:
    """Put a course to the employer, by e-mail, with a link that takes a yes or a no."""
    need = find_need(request, pk)
    allow(request, need, "propose")
    offer = get_object_or_404(CourseOffer.objects.published().select_related("provider"), pk=offer_pk)
    if request.method == "POST":
        CompetenceNeed.objects.select_for_update().get(pk=pk)  # a second press finds what the first one proposed
    if before := Proposal.objects.filter(need=need, offer=offer).first():
        return redirect(before)
    form = ProposalForm(request.POST or None, need=need, offer=offer)
    if form.is_valid():
        form.instance.proposed_by = request.user
        proposal = form.save()
        async_task("brokering.jobs.send_proposal", proposal.pk)
        messages.success(request, _("The course is proposed. The employer gets an e-mail with a link to answer."))
        return redirect("need", need.pk)
    found = need.matches.filter(offer=offer).first()
    context = {"form": form, "need": need, "offer": offer, "match": found, "addresses": need.contact_addresses}
    return render(request, "brokering/propose.html", context)
