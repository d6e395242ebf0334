"""Which courses resemble what a project plans, or fit what somebody asks for: by matching's one door."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from brokering.matching import Hit, Wish, match
from brokering.models import CourseOffer
from brokering.models.choices import Mode
from brokering.models.matches import Band
from projects.knowledge import LocalOffer

MOST = 10
MOST_ONLINE = 5
IN_A_PLACE = (Mode.ON_SITE, Mode.SESSIONS, Mode.HYBRID)


class Found(NamedTuple):
    """An offer that resembles the text, and how far it is; None where one can only say that it is within reach."""

    hit: Hit
    km: int | None = None
    place: str = ""
    online: bool = False

    @property
    def where(self) -> str:
        """In no language but that of the places' names, so that it can be kept."""
        return f"{self.place}, {self.km} km" if self.km is not None else self.place


def offers_like(text: str, places: Collection[str], km: float) -> list[LocalOffer]:
    """Those held within so many kilometres of one of the places, then those that are online; some 50 ms a place."""
    near = dict[int, Found]()
    for place in places:
        for found in _held_near(text, place, km):
            near[found.hit.offer_id] = min(found, near.get(found.hit.offer_id, found), key=_distance)
    online = [found for found in _online(text) if found.hit.offer_id not in near]
    best = sorted(near.values(), key=lambda found: (-found.hit.score, found.hit.offer_id))
    return _as_offers([*best[:MOST], *online[:MOST_ONLINE]])


def offers_for(text: str, place: str) -> list[LocalOffer]:
    """The best for somebody who writes this and lives there, wherever they are held."""
    hits = match(Wish(text=text, municipality=place or None), limit=MOST).hits
    return _as_offers([_as_found(hit) for hit in hits])


def _held_near(text: str, place: str, km: float) -> list[Found]:
    """Gated by place: what can be reached and is not only online. One without a known place is not near."""
    wish = Wish(text=text, municipality=place, max_travel_km=int(km), modes=tuple(map(str, IN_A_PLACE)))
    found = [_as_found(hit) for hit in match(wish).hits]
    # Held online as well as in a place: the match knows the way online, the offer knows the place.
    mixed = {one.hit.offer_id for one in found if one.online}
    here = set(CourseOffer.objects.filter(pk__in=mixed).within(km, place).values_list("pk", flat=True))
    return [one._replace(online=False) for one in found if one.km is not None or one.hit.offer_id in here]


def _online(text: str) -> list[Found]:
    """One whose way of being held is unknown is not taken for online."""
    hits = match(Wish(text=text, modes=(str(Mode.ONLINE),))).hits
    return [Found(hit, online=True) for hit in hits if "mode" in hit.parts]


def _as_found(hit: Hit) -> Found:
    place = hit.parts.get("place", {})
    return Found(hit, place.get("km"), place.get("place", ""), place.get("online", False))


def _distance(found: Found) -> float:
    return float("inf") if found.km is None else found.km


def _as_offers(found: Iterable[Found]) -> list[LocalOffer]:
    chosen = list(found)
    offers = CourseOffer.objects.for_listing()
    known = offers.in_bulk([one.hit.offer_id for one in chosen])
    return [_as_offer(one, known[one.hit.offer_id]) for one in chosen]


def _as_offer(found: Found, offer: CourseOffer) -> LocalOffer:
    return LocalOffer(
        title=offer.title,
        url=offer.get_absolute_url(),
        provider=str(offer.provider),
        where=str(Mode.ONLINE.label) if found.online else found.where or offer.places,
        pk=offer.pk,
        online=found.online,
        certain=found.hit.band == Band.STRONG,
    )
