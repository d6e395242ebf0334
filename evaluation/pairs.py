"""Every need beside every candidate the engine fetches for it: what the score is computed from, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from brokering.matching import Wish, gates, parts, score
from brokering.matching.candidates import fetch
from brokering.matching.facts import Offer
from brokering.matching.shortlist import ALL
from brokering.matching.understanding import Understood
from evaluation.figures import Numbers
from evaluation.needs import Need

UNJUDGED = -1


@dataclass(frozen=True)
class Pairs:
    """Of one need. Each array has a value, or a row, for each candidate that nothing bars."""

    need: Need
    offers: tuple[str, ...]
    features: Numbers
    """(n, number of features), in the order of `names`."""
    names: tuple[str, ...]
    factor: Numbers
    """What the graded parts (level, place) leave of the subject's probability."""
    shared: Numbers
    grades: Numbers


def gather(needs: Sequence[Need], offers: Mapping[str, int]) -> list[Pairs]:
    """As `matching.match` sees them; 50 ms a need."""
    names = {pk: name for name, pk in offers.items()}
    return [_of(need, names) for need in needs]


def _of(need: Need, names: Mapping[int, str]) -> Pairs:
    wish = Wish(text=need.text)
    found = fetch(wish, timezone.localdate(), least=ALL)
    understood = found.understood
    open_ones = [offer for offer in found.offers if not all(gates.bars(wish, offer, way) for way in offer.ways)]
    features = [score.features(one.signals, found.background, one, understood.level) for one in open_ones]
    called = tuple(features[0]) if features else ()
    return Pairs(
        need=need,
        offers=tuple(names[offer.pk] for offer in open_ones),
        features=np.array([list(one.values()) for one in features], float).reshape(len(features), len(called)),
        names=called,
        factor=np.array([_factor(wish, understood, offer) for offer in open_ones], float),
        shared=np.array([score.in_common(offer.signals, understood) for offer in open_ones], float),
        grades=np.array([need.judgments.get(names[offer.pk], UNJUDGED) for offer in open_ones], float),
    )


def _factor(wish: Wish, understood: Understood, offer: Offer) -> float:
    ways = (way for way in offer.ways if not gates.bars(wish, offer, way))
    return max(score.total(1.0, parts.graded(wish, understood, offer, way)) for way in ways)
