"""Which providers could hold a course: those that said so, then those whose courses are most like what is asked for."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from brokering.matching import Hit, Wish, match
from brokering.models import CourseOffer
from partners.models import Distance, Organisation
from pooling.models import Bid, CouldRun, CourseRequest
from pooling.models.bids import LIST

MOST = 20
FAR = 10_000.0


class Fitting(NamedTuple):
    provider: Organisation
    offer: CourseOffer | None
    """Its course that is nearest; none where it has only said that it could."""
    likeness: float
    """How likely that course is about the same, from 0 to 1."""
    has_volunteered: bool
    km: float | None


def fitting(request: CourseRequest) -> list[Fitting]:
    """In the order of asking: who volunteered, then by subject in steps of a tenth, the nearest of each step first.

    What a course is like today (place, dates, seats) bars nobody: a course is asked for, not a seat. Seven queries and
    one matching.
    """
    nearest = _nearest_courses(_wish(request))
    subjects = request.competences.order_by().values_list("pk", flat=True)
    said = CouldRun.objects.standing().about(subjects, request.municipality, request.pool_id)
    volunteers = set(said.values_list("provider", flat=True))
    ids = volunteers.union(nearest)
    offers = CourseOffer.objects.in_bulk([hit.offer_id for hit in nearest.values()])
    km = _km(request, ids)
    found = [
        Fitting(
            provider,
            offers[nearest[provider.pk].offer_id] if provider.pk in nearest else None,
            _likeness(nearest[provider.pk]) if provider.pk in nearest else 0.0,
            provider.pk in volunteers,
            km.get(provider.pk),
        )
        for provider in Organisation.objects.providers().filter(pk__in=ids).select_related("municipality")
    ]
    return sorted(found, key=_order)[:MOST]


def _order(one: Fitting) -> tuple[bool, float, float, str]:
    return not one.has_volunteered, -round(one.likeness, 1), one.km if one.km is not None else FAR, one.provider.name


def _wish(request: CourseRequest) -> Wish:
    """What the course shall be about; not where and when."""
    competences = tuple(request.competences.order_by("pk").values_list("pk", flat=True))
    return Wish(text=f"{request.title}. {request.description}", competences=competences, level=request.level)


def _nearest_courses(wish: Wish) -> dict[int, Hit]:
    """By provider, of what everybody can see, the course that is most like it."""
    likely = match(wish).judged
    providers = dict(CourseOffer.objects.filter(pk__in=[hit.offer_id for hit in likely]).values_list("pk", "provider"))
    found = dict[int, Hit]()
    for hit in sorted(likely, key=lambda hit: (-_likeness(hit), hit.offer_id)):
        if hit.offer_id in providers:
            found.setdefault(providers[hit.offer_id], hit)
    return found


def _likeness(hit: Hit) -> float:
    return float(hit.parts["subject"]["value"])


def _km(request: CourseRequest, providers: Iterable[int]) -> dict[int, float]:
    """From each provider to where they would meet, in a straight line."""
    if not request.municipality_id:
        return {}
    places = dict(
        Organisation.objects.filter(pk__in=providers, municipality__isnull=False).values_list("pk", "municipality")
    )
    far = dict(
        Distance.objects.filter(destination=request.municipality_id, origin__in=places.values()).values_list(
            "origin", "km"
        )
    )
    return {pk: far[place] for pk, place in places.items() if place in far}


@transaction.atomic
def list_providers(request: CourseRequest) -> int:
    """Put those that fit, and are not there yet, at the end of the list. How many there were."""
    listed = set(request.bids.values_list("provider", flat=True))
    new = [one for one in fitting(request) if one.provider.pk not in listed]
    for place, one in enumerate(new, len(listed) + 1):
        put_on_list(request, one, place)
    return len(new)


def put_on_list(request: CourseRequest, one: Fitting, rank: int) -> Bid:
    bid = Bid.objects.create(
        request=request, provider=one.provider, offer=one.offer, rank=rank, has_volunteered=one.has_volunteered
    )
    bid.events.create(act=LIST.name, to_state=LIST.target)
    return bid
