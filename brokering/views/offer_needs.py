"""From a course to the needs it could meet: a broker's own, and for its provider what is asked for, without names."""

from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from brokering.demand import demand
from brokering.models import CompetenceNeed, CourseOffer, Match, Proposal, Verdict
from brokering.models.matches import Band, MatchQuerySet
from brokering.permissions import need_actions, offer_actions
from partners.models import User
from partners.permissions import require
from partners.requests import Request

PER_PAGE = 20
FIRST = 3
BEST_BAND_FIRST = Case(
    *(When(band=band, then=Value(place)) for place, band in enumerate(Band)), output_field=IntegerField()
)


@require_safe
def offer_needs(request: Request, pk: int) -> HttpResponse:
    user = request.user
    offers = CourseOffer.objects.visible_to(user).select_related("provider", "index")
    offer = get_object_or_404(offers, pk=pk)
    actions = offer_actions(user, offer)
    require(actions, "see_needs")
    context: dict[str, object] = {"offer": offer, "actions": actions, "demand": None, "page": None}
    if user.is_broker:
        page = Paginator(own_matches(user, offer), PER_PAGE).get_page(request.GET.get("page"))
        context |= {"matches": _answered(list(page), user), "page": page}
    if not actions["runs"]:
        context["demand"] = demand([offer], timezone.localdate())[offer.pk]
    return render(request, "brokering/offer_needs.html", context)


def own_matches(user: User, offer: CourseOffer) -> MatchQuerySet:
    """Of the open needs that the person brokers, those that the offer fits, the best first, near misses last."""
    needs = CompetenceNeed.objects.handled_for(user).open()
    matches = Match.objects.filter(offer=offer, need__in=needs.values("pk")).not_refused()
    joined = matches.select_related("need__employer", "need__municipality")
    return joined.order_by(BEST_BAND_FIRST, "-score", "need")


def _answered(matches: list[Match], user: User) -> list[tuple[Match, str]]:
    """With the verdict and the proposal of each, and why it cannot be proposed now."""
    needs = [found.need_id for found in matches]
    offers = [found.offer_id for found in matches]
    proposals = {one.need_id: one for one in Proposal.objects.filter(need__in=needs, offer__in=offers)}
    verdicts = {one.need_id: one for one in Verdict.objects.filter(need__in=needs, offer__in=offers)}
    for found in matches:
        found.proposal, found.verdict = proposals.get(found.need_id), verdicts.get(found.need_id)
    return [(found, need_actions(user, found.need)["propose"]) for found in matches]


def in_short(user: object, offer: CourseOffer) -> dict[str, object]:
    """What a course's own page says of it, to those who broker and to its provider; empty for everybody else."""
    if not isinstance(user, User) or offer_actions(user, offer)["see_needs"]:
        return {}
    own = own_matches(user, offer) if user.is_broker else Match.objects.none()
    fitting = own.exclude(band=Band.NEAR)
    keeps = not offer_actions(user, offer)["runs"]
    asked = demand([offer], timezone.localdate())[offer.pk] if keeps else None
    return {
        "own_needs": list(fitting[:FIRST]),
        "own_count": fitting.count(),
        "demand": asked,
        "is_any": bool(asked and asked.rows) or own.exists(),
    }
