"""The one door from a need to the offers that fit: `match`. Nothing in here sees a request.

A need is understood (understanding), the offers that come into question are fetched with their facts in one query
(candidates), gates and graded parts judge each way to attend them (gates, parts), and a score ranks them (score).
What is found is kept with the match and is its explanation (explain).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from brokering.matching import analysis, embedding, gates, kept, parts, score
from brokering.matching.browse import search
from brokering.matching.candidates import Candidates, fetch
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.score import Weights
from brokering.matching.shortlist import SHOWN
from brokering.matching.understanding import Understood
from brokering.matching.wish import Wish
from brokering.models import CompetenceNeed, Match
from brokering.models.matches import Band

__all__ = [
    "Hit",
    "Matching",
    "Understood",
    "Wish",
    "engine",
    "judge",
    "match",
    "ranked",
    "rematch",
    "search",
    "store",
    "warm",
]

MOST_NEAR_MISSES = 50


@dataclass(frozen=True)
class Hit:
    """An offer as the need sees it: the best way to attend it, with what speaks for it and what bars it."""

    offer_id: int
    score: float
    band: str
    """strong, possible, near, or empty below what is shown."""
    parts: dict[str, Any]
    gates: list[gates.Bar]
    run_id: int | None = None


@dataclass(frozen=True)
class Matching:
    hits: list[Hit]
    """Those that fit, best first."""
    near: list[Hit]
    """Those that would fit but for what bars them, best first."""
    rest: list[Hit]
    """Those below what is shown, best first; with `least` as it is those that place, time and the rest bring there."""
    judged: list[Hit]
    """All that came into question, best first."""
    understood: Understood
    background: Signals
    """How alike the offers are that are no match."""
    semantic: bool
    """Whether meaning was compared as well; without the language model only words are."""
    engine: str

    def as_matches(self, need: CompetenceNeed | None = None) -> list[Match]:
        """Unsaved, fitting ones first, then near misses, ranked from 1."""
        return [
            Match(
                need=need,
                offer_id=hit.offer_id,
                run_id=hit.run_id,
                rank=rank,
                score=hit.score,
                band=hit.band,
                parts=hit.parts,
                gates=hit.gates,
                engine=self.engine,
                computed_at=timezone.now(),
            )
            for rank, hit in enumerate([*self.hits, *self.near], 1)
        ]


def match(
    need: CompetenceNeed | Wish,
    *,
    on: date | None = None,
    limit: int = 100,
    also: int | None = None,
    least: float = SHOWN,
) -> Matching:
    """What fits the need on that day. How long it takes is in docs/scale.md.

    `also`: an offer that is judged whether it comes into question or not; `least`: how likely the subject of the others
    has to be.
    """
    wish = need if isinstance(need, Wish) else Wish.of(need)
    found = fetch(wish, on or timezone.localdate(), also, least)
    hits = ranked(
        (judge(found.wish, found.understood, found.background, offer, found.weights) for offer in found.offers), found
    )
    fitting = [hit for hit in hits if not hit.gates]
    return Matching(
        hits=[hit for hit in fitting if hit.band][:limit],
        near=[hit for hit in hits if hit.band == Band.NEAR][:MOST_NEAR_MISSES],
        rest=[hit for hit in fitting if not hit.band],
        judged=hits,
        understood=found.understood,
        background=found.background,
        semantic=embedding.available(),
        engine=engine(found.weights),
    )


def ranked(hits: Iterable[Hit], found: Candidates) -> list[Hit]:
    """In the order in which they are shown. Of equals that comes first whose provider has the fewest before it, and of
    these the one that the lot of this very need falls on: over many needs each provider is as often the first.
    """
    providers = {offer.pk: offer.provider for offer in found.offers}
    before, order = Counter[int](), list[Hit]()
    for _rank, tied in groupby(sorted(hits, key=by_band), key=by_band):
        equal = sorted(tied, key=lambda hit: (_lot(found.wish.text, providers[hit.offer_id]), hit.offer_id))
        while equal:
            following = min(equal, key=lambda hit: before[providers[hit.offer_id]])
            equal.remove(following)
            before[providers[following.offer_id]] += 1
            order.append(following)
    return order


def _lot(text: str, provider: int) -> bytes:
    return blake2b(f"{provider} {text}".encode(), digest_size=8).digest()


def by_band(hit: Hit) -> tuple[bool, float]:
    """Strong ones first, then by score."""
    return hit.band != Band.STRONG, -hit.score


def warm() -> None:
    """Load the dictionaries and the language model, a second or two, so that no visitor waits for them."""
    analysis.terms("oppvarming")
    if embedding.available():
        embedding.queries(["oppvarming"])


def engine(weights: Weights) -> str:
    """The version that is kept with each match."""
    vectors = embedding.MODEL if embedding.available() else "no vectors"
    return f"words {analysis.VERSION}, {vectors}, score {weights.version}"


def judge(wish: Wish, understood: Understood, background: Signals, offer: Offer, weights: Weights) -> Hit:
    """By the way with the fewest bars, and of those the least barred one with the highest score."""
    features = score.features(offer.signals, background, offer, understood.level)
    subject = score.subject(features, weights)
    seen = [_by(wish, understood, offer, way, subject, weights) for way in offer.ways]
    best = min(seen, key=lambda one: (len(one.bars), gates.outside(one.bars), -one.total))
    shared = score.in_common(offer.signals, understood)
    band = score.band(best.total, subject, shared)
    if band == Band.STRONG and not parts.is_as_asked(best.graded):
        band = str(Band.POSSIBLE)
    return Hit(
        offer_id=offer.pk,
        score=round(best.total, 4),
        band=str(Band.NEAR) if band and best.bars else band,
        parts={
            "subject": {
                "value": round(subject, 3),
                "shared": round(shared, 3),
                "features": {name: round(value, 4) for name, value in features.items()},
                "words": list(offer.shared_words),
                "competences": list(offer.shared_competences),
            },
            **best.graded,
            "unknown": parts.unknown(wish, understood, best.graded),
        },
        gates=best.bars,
        run_id=best.way.run_id,
    )


class Seen(NamedTuple):
    """One way to attend an offer, as the need sees it."""

    way: Way
    graded: dict[str, parts.Part]
    bars: list[gates.Bar]
    total: float


def _by(wish: Wish, understood: Understood, offer: Offer, way: Way, subject: float, weights: Weights) -> Seen:
    graded = parts.graded(wish, understood, offer, way)
    bars = gates.bars(wish, offer, way)
    return Seen(way, graded, bars, score.total(subject, gates.unbarred(graded, bars) if bars else graded, weights))


def rematch(need: CompetenceNeed) -> Matching:
    """Match a saved need anew and keep what is found."""
    matching = match(need)
    store(need, matching)
    return matching


@transaction.atomic
def store(need: CompetenceNeed, matching: Matching) -> None:
    """Keep the matches of a need. What no longer fits goes, unless somebody has judged or proposed it."""
    CompetenceNeed.objects.select_for_update().get(pk=need.pk)
    found = matching.as_matches(need)
    gone = need.matches.exclude(offer__in=[one.offer_id for one in found])
    judged = need.verdicts.values("offer")
    proposed = need.proposals.values("offer")
    gone.exclude(offer__in=judged).exclude(offer__in=proposed).delete()
    Match.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["need", "offer"],
        update_fields=["run", "rank", "score", "band", "parts", "gates", "engine", "computed_at"],
    )
    kept.keep(need, matching.understood, matching.background)
    CompetenceNeed.objects.filter(pk=need.pk).update(matched_at=timezone.now(), understood=matching.understood.kept())
