"""The other way round: from an offer, published or only planned, to the open needs it could meet.

The same signals, parts, gates and score; what was understood of each need is read, not found out anew, so that one
offer is held against a thousand needs in a fraction of a second.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np

from brokering.matching import Hit, judge, meaning, postings, score, versions
from brokering.matching.candidates import NAMED
from brokering.matching.competences import STATED
from brokering.matching.documents import MOST_IMPACT
from brokering.matching.embedding import Vectors
from brokering.matching.facts import Offer, Signals, Way
from brokering.matching.kept import Kept, read
from brokering.matching.score import Weights
from brokering.matching.understanding import Understood
from brokering.matching.wish import Wish
from brokering.models import CompetenceNeed, CourseOffer, CourseRun, Match, OfferCompetence, OfferVector
from brokering.models.index import OfferIndex
from brokering.models.needs import CompetenceNeedQuerySet

# More offers than this at once (an import) are not looked at one by one: every open need is matched anew.
MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Profile:
    """What of an offer its signals are made of."""

    impacts: Mapping[str, float]
    strengths: Mapping[str, float]
    vector: Vectors | None

    @classmethod
    def of(cls, offers: Iterable[CourseOffer]) -> dict[int, "Profile"]:
        """Five queries."""
        ids = [offer.pk for offer in offers]
        strengths = defaultdict[int, dict[str, float]](dict)
        impacts = postings.of(dict(OfferIndex.objects.filter(pk__in=ids).values_list("pk", "terms")))
        found = OfferCompetence.objects.filter(offer__in=ids).values_list("offer", "competence", "strength")
        stated = CourseOffer.competences.through.objects.filter(courseoffer__in=ids)
        for pk, slug, strength in found:
            strengths[pk][slug] = strength
        for pk, slug in stated.values_list("courseoffer", "competence"):
            strengths[pk][slug] = STATED
        kept = OfferVector.objects.filter(offer__in=ids, space=meaning.space().version).values_list("pk", "text")
        vectors = {pk: np.array(text, np.float32) for pk, text in kept}
        return {pk: cls(impacts.get(pk, {}), strengths[pk], vectors.get(pk)) for pk in ids}

    def signals(self, understood: Understood) -> Signals:
        """As brokering.matching.candidates asks the database for them (a test holds the two together)."""
        most = MOST_IMPACT * sum(asked.weight for asked in understood.terms) or 1.0
        words = sum(asked.weight * self.impacts.get(asked.term, 0) for asked in understood.terms) / most
        competence = sum(found.strength * self.strengths.get(found.slug, 0) for found in understood.subjects)
        if self.vector is None or understood.vector is None:
            return Signals(words, None, competence)
        return Signals(words, float(self.vector @ understood.vector), competence)

    def shared(self, understood: Understood) -> tuple[str, ...]:
        """The competences that need and offer are named as having in common, the likeliest first."""
        products = {found.slug: found.strength * self.strengths.get(found.slug, 0) for found in understood.subjects}
        return tuple(
            sorted((slug for slug, both in products.items() if both >= NAMED), key=lambda slug: -products[slug])
        )


class Held(NamedTuple):
    """A way to attend an offer, without price and seats, and the municipalities it is held in."""

    way: Way
    places: list[str]


@dataclass(frozen=True)
class Likely:
    """A need whose subject an offer is likely enough to be about, whatever its place, dates and the rest."""

    kept: Kept
    offer: Offer
    weights: Weights

    @property
    def need(self) -> CompetenceNeed:
        return self.kept.need

    def judged(self, wish: Wish, ways: Iterable[Way]) -> Hit:
        """How the offer fits such a wish of theirs, by the best of these ways."""
        offer = replace(self.offer, ways=tuple(ways))
        return judge(wish, self.kept.understood, self.kept.background, offer, self.weights)


def likely(offers: Collection[CourseOffer], needs: CompetenceNeedQuerySet) -> Iterator[Likely]:
    """The likely pairs of these offers, fetched with their index, and needs. Seven queries, however many they are."""
    profiles, weights = Profile.of(offers), versions.current()
    for kept in read(needs.select_related("index")):
        for offer in offers:
            if index := getattr(offer, "index", None):
                facts = _facts(offer, index, profiles[offer.pk], kept.understood)
                found = score.features(facts.signals, kept.background, facts, kept.understood.level)
                if score.subject(found, weights) >= score.POSSIBLE:
                    yield Likely(kept, facts, weights)


def _facts(offer: CourseOffer, index: OfferIndex, profile: Profile, understood: Understood) -> Offer:
    return Offer(
        pk=offer.pk,
        signals=profile.signals(understood),
        level=index.level,
        is_long=index.is_long,
        language=offer.language,
        formal=offer.formal,
        shared_competences=profile.shared(understood),
    )


def held(offers: Collection[CourseOffer], on: date) -> dict[int, list[Held]]:
    """Every run of each offer, or the offer itself while it has none. A run without a place is where its offer is."""
    usual, ways = defaultdict[int, list[str]](list), defaultdict[int, list[Held]](list)
    for pk, place in CourseOffer.municipalities.through.objects.filter(courseoffer__in=offers).values_list(
        "courseoffer", "municipality"
    ):
        usual[pk].append(place)
    by_pk = {offer.pk: offer for offer in offers}
    for run in CourseRun.objects.with_state(on).filter(offer__in=offers):
        places = [run.municipality_id] if run.municipality_id else usual[run.offer_id]
        ways[run.offer_id].append(Held(_way(by_pk[run.offer_id], run, on), places))
    return {pk: ways[pk] or [Held(Way(modes=tuple(by_pk[pk].modes)), usual[pk])] for pk in by_pk}


def _way(offer: CourseOffer, run: CourseRun, on: date) -> Way:
    modes = (run.mode,) if run.mode else tuple(offer.modes)
    start = on if run.joined_until else run.start
    return Way(run_id=run.pk, state=run.state, modes=modes, start=start, until=run.joined_until)


def touched(offer_ids: Collection[int]) -> CompetenceNeedQuerySet:
    """The open needs whose matches may change when these offers do: those they match already, and could."""
    needs = CompetenceNeed.objects.open()
    if len(offer_ids) > MOST_AT_ONCE:
        return needs
    offers = list(CourseOffer.objects.published().filter(pk__in=offer_ids).select_related("index"))
    near = {one.need.pk for one in likely(offers, needs)}
    matched = Match.objects.filter(offer__in=offer_ids).values_list("need", flat=True)
    unread = needs.filter(index=None).values_list("pk", flat=True)
    return needs.filter(pk__in=near.union(matched, unread))
