"""Which open needs could go into a pool that somebody makes by hand: what they share with it, and how far it is."""

from typing import Any, NamedTuple

from django.db.models import Count, Q

from brokering.models import Competence, CompetenceNeed
from brokering.models.needs import NeedState
from partners.models import Distance, Municipality, User
from pooling.models import Pool
from pooling.models.members import GONE

MOST = 50


class Likely(NamedTuple):
    need: CompetenceNeed
    is_alike: bool
    """Whether it shares a competence with the pool."""
    km: int | None
    is_out_of_reach: bool
    has_said_no: bool
    """Whether its firm has been in the pool, and left it or said no."""


def likely_needs(pool: Pool, user: User) -> list[Likely]:
    """Open needs that the person handles: those that share a competence first, then the newest. Four queries."""
    subjects = list(pool.competences.values_list("pk", flat=True))
    alike = Count("competences", filter=Q(competences__in=subjects))
    needs = CompetenceNeed.objects.handled_for(user).filter(state=NeedState.OPEN).annotate(alike=alike)
    found = list(needs.select_related("employer", "municipality").order_by("-alike", "-created_at", "-pk")[:MOST])
    km = distances(pool.municipality_id)
    gone = set(pool.members.filter(state__in=GONE).values_list("need", flat=True))
    return [_likely(need, km, has_said_no=need.pk in gone) for need in found]


def _likely(need: CompetenceNeed, km: dict[str, int], *, has_said_no: bool) -> Likely:
    """Of a need with `alike`."""
    away, is_alike = km.get(need.municipality_id or ""), bool(getattr(need, "alike", 0))
    return Likely(need, is_alike, away, out_of_reach(need, km), has_said_no)


def distances(place: str | None) -> dict[str, int]:
    """Kilometres to the place from every municipality. Empty when there is no place to meet."""
    rows = Distance.objects.filter(destination=place).values_list("origin_id", "km") if place else []
    return {origin: round(km) for origin, km in rows} | ({place: 0} if place else {})


def out_of_reach(need: CompetenceNeed, km: dict[str, int]) -> bool:
    travel = km.get(need.municipality_id or "")
    return travel is not None and need.max_travel_km is not None and travel > need.max_travel_km


def named_facts(competence: str, place: str) -> dict[str, Any]:
    """What a pool is about that begins with a gap; nothing of what is not known."""
    subject = next((one for one in Competence.objects.order_by("pk") if one.pk == competence), None)
    homes = Municipality.objects.filter(valid_to=None) if place else []
    home = next((one for one in homes if one.pk == place), None)
    about = {"title": str(subject), "competences": [subject.pk]} if subject else {}
    return about | ({"municipality": home} if home else {})


def first_facts(need: CompetenceNeed) -> dict[str, Any]:
    """What a pool that begins with this need is about, to be looked through."""
    competences = list(need.competences.all())
    return {
        "title": ", ".join(str(one) for one in competences)[:200],
        "competences": [one.pk for one in competences],
        "municipality": need.municipality,
        "handled_by": need.handled_by_id,
        "project": need.project_id,
        **{name: getattr(need, name) for name in ("level", "language", "modes", "earliest_start", "latest_start")},
    }
