"""The graded parts of a match besides its subject: each 0..1, and absent when a fact for it is unknown.

A part is kept with the facts that its sentence needs, as JSON: {"value": 0.8, "km": 32, …}.
"""

import math
from collections.abc import Callable
from typing import Any

from brokering.matching import gates, levels
from brokering.matching.facts import Offer, Way
from brokering.matching.understanding import Understood
from brokering.matching.wish import Wish
from brokering.models.choices import Mode

Part = dict[str, Any]

# Starting values by judgement, to be fitted when verdicts with reasons have been gathered.
USUAL_REACH_KM = 80
MENTIONED = 0.5
"""What nearness counts to a place that the text only mentions: the firm may travel from elsewhere."""
LEAST = 0.05
LEVEL_STEP = 3.0
DAYS_LATE = 60.0
DAYS_EARLY = 30.0


def place(wish: Wish, understood: Understood, offer: Offer, way: Way) -> Part | None:
    """1 where one is, 0.5 at the farthest one would travel, or at 80 km when that was not said; 1 online."""
    if not _origin(wish, understood):
        return None
    if Mode.ONLINE in way.modes:
        return {"value": 1.0, "online": True}
    if way.km is None:
        return None
    reach = wish.max_travel_km or USUAL_REACH_KM
    value = 1 / (1 + (way.km / reach) ** 2)
    part = {"value": value, "km": round(way.km), "limit": wish.max_travel_km, "place": way.place}
    if wish.municipality:
        return part
    return part | {"value": MENTIONED * value + 1 - MENTIONED, "named": understood.place_name}


def _origin(wish: Wish, understood: Understood) -> str:
    """The municipality one is in: the need's own, or else the one that its text names."""
    return wish.municipality or understood.place


def time(wish: Wish, understood: Understood, offer: Offer, way: Way) -> Part | None:
    """1 inside the wanted dates, falling to a third two months after the latest or one month before the earliest."""
    if way.start is None or not (wish.earliest_start or wish.latest_start):
        return None
    days = gates.days_outside(wish, way)
    value = math.exp(-days / DAYS_LATE if days > 0 else days / DAYS_EARLY)
    return {"value": value, "days": days, **gates.dates(way)}


def level(wish: Wish, understood: Understood, offer: Offer, way: Way) -> Part | None:
    """1 at the wanted level, 0.72 a step beside it, 0.26 for a master's degree where a short course is asked."""
    if not understood.level or not offer.level:
        return None
    steps = levels.distance(understood.level, offer.level)
    return {"value": math.exp(-steps / LEVEL_STEP), "wanted": understood.level, "offered": offer.level}


def seats(wish: Wish, understood: Understood, offer: Offer, way: Way) -> Part | None:
    """The share of the people that there are seats for."""
    if way.seats_left is None or not wish.headcount:
        return None
    return {"value": min(1.0, way.seats_left / wish.headcount), "seats": way.seats_left, "wanted": wish.headcount}


def price(wish: Wish, understood: Understood, offer: Offer, way: Way) -> Part | None:
    """1 within the budget, then its share of the price."""
    if way.price_nok is None or wish.budget_nok is None:
        return None
    value = 1.0 if way.price_nok <= wish.budget_nok else float(wish.budget_nok / way.price_nok)
    return {"value": value, "price": float(way.price_nok), "budget": float(wish.budget_nok)}


def mode(wish: Wish, understood: Understood, offer: Offer, way: Way) -> Part | None:
    """1 for an accepted way of holding it, 0 for another (which a gate bars too)."""
    if not wish.modes or not way.modes:
        return None
    accepted = [one for one in way.modes if one in wish.modes]
    return {"value": 1.0 if accepted else 0.0, "modes": accepted or list(way.modes)}


def formal(wish: Wish, understood: Understood, offer: Offer, way: Way) -> Part | None:
    """1 when formal competence is wanted and given, or neither; 0.4 otherwise."""
    if not wish.formal or offer.formal is None:
        return None
    return {"value": 1.0 if (wish.formal == "formal") == offer.formal else 0.4, "formal": offer.formal}


PARTS: dict[str, Callable[[Wish, Understood, Offer, Way], Part | None]] = {
    "level": level,
    "place": place,
    "time": time,
    "seats": seats,
    "price": price,
    "mode": mode,
    "formal": formal,
}


def is_as_asked(graded: dict[str, Part]) -> bool:
    """Whether there are seats for everybody and it starts within the dates, as far as is known."""
    has_seats = "seats" not in graded or graded["seats"]["value"] >= 1
    return has_seats and ("time" not in graded or graded["time"]["days"] == 0)


def graded(wish: Wish, understood: Understood, offer: Offer, way: Way) -> dict[str, Part]:
    """The known parts; none below 0.05, since a product must leave a low part a chance."""
    found = ((name, part(wish, understood, offer, way)) for name, part in PARTS.items())
    return {name: part | {"value": round(max(LEAST, part["value"]), 3)} for name, part in found if part}


# What a wish has to say for a part to matter; when the offer then says nothing, the part is unknown.
MATTERS: dict[str, Callable[[Wish, Understood], bool]] = {
    "level": lambda wish, understood: bool(understood.level),
    "place": lambda wish, understood: bool(_origin(wish, understood)),
    "time": lambda wish, understood: bool(wish.earliest_start or wish.latest_start),
    "price": lambda wish, understood: wish.budget_nok is not None,
    "mode": lambda wish, understood: bool(wish.modes),
    "formal": lambda wish, understood: bool(wish.formal),
}


def unknown(wish: Wish, understood: Understood, known: dict[str, Part]) -> list[str]:
    """The parts that matter and that the offer says nothing of."""
    return [name for name, matters in MATTERS.items() if name not in known and matters(wish, understood)]
