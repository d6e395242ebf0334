"""Invented offers with the word statistics of a real catalogue, as many as are wanted.

An offer mixes two real ones, mostly of one subject: a word of the second's title in the first's, sentences of both and
one of anybody's. New compounds of two real words come in as fast as they do in growing collections of text (Heaps 1978:
the vocabulary grows with the offers to the power of .55) and are taken up by later offers. Level, place, way of holding
it, price and dates are those of the first or drawn at random. Its vectors are sums of both offers' and noise: the
language model reads some ten offers a second, a day for a million.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import numpy as np
from numpy.typing import NDArray

from brokering.matching import analysis, meaning
from brokering.matching.competences import LEAST, Found
from brokering.matching.documents import body
from brokering.matching.embedding import Vectors
from brokering.models import CourseOffer
from brokering.models.choices import Mode
from brokering.models.index import OfferVector

HEAPS = 0.55
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
SAME_SUBJECT = 0.75
WITH_RUNS = 0.35
NOISE = 0.45
"""Length of the random vector that is added to a sum of unit vectors."""
MODES: tuple[list[str], ...] = ([Mode.ON_SITE], [Mode.ONLINE], [Mode.SESSIONS], [])
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Real:
    """What is taken from a real offer."""

    offer: CourseOffer
    sentences: Sequence[str]
    places: Sequence[str]
    given: Sequence[Found]
    title: Vectors
    text: Vectors


@dataclass(frozen=True)
class Run:
    start: date
    deadline: date | None
    municipality: str | None
    seats: int | None
    taken: int


@dataclass(frozen=True)
class Invented:
    pk: int
    like: CourseOffer
    title: str
    sentences: Sequence[str]
    modes: Sequence[str]
    price: int | None
    places: Sequence[str]
    runs: Sequence[Run]
    given: Sequence[Found]
    parents: tuple[int, int]
    """Places of the two in the list of real ones, for its vectors."""

    @property
    def description(self) -> str:
        return " ".join(self.sentences)


@dataclass
class Catalogue:
    real: Sequence[Real]
    chance: Random
    words: list[str] = field(default_factory=list)
    """Of titles, to make compounds of."""
    invented: list[str] = field(default_factory=list)
    alike: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        titles = (word for one in self.real for word in analysis.words(one.offer.title))
        self.words = sorted({word for word in titles if 4 <= len(word) <= 9 and analysis.is_word(word)})
        for place, one in enumerate(self.real):
            if one.given:
                self.alike[one.given[0].slug].append(place)

    def offers(self, first: int, count: int, before: int) -> Iterator[Invented]:
        """`before`: how many offers there are already; the larger the fewer new words."""
        for number in range(count):
            yield self._offer(first + number, before + number)

    def _offer(self, pk: int, before: int) -> Invented:
        chance = self.chance
        one = chance.randrange(len(self.real))
        subject = self.alike[self.real[one].given[0].slug] if self.real[one].given else []
        is_same = len(subject) > 1 and chance.random() < SAME_SUBJECT
        other = chance.choice(subject) if is_same else chance.randrange(len(self.real))
        a, b = self.real[one], self.real[other]
        title = self._title(a.offer.title, b.offer.title)
        sentences = [line for line in a.sentences if chance.random() < 0.6]
        sentences += [line for line in b.sentences if chance.random() < 0.3]
        sentences += chance.sample(list(self.real[chance.randrange(len(self.real))].sentences), 1)
        if new := self._new_words(before):
            sentences.append(" ".join(new))
            if chance.random() < 0.3:
                title = f"{title} – {new[0]}"
        places = a.places if chance.random() < 0.8 else b.places
        return Invented(
            pk=pk,
            like=a.offer,
            title=title[:300],
            sentences=sentences,
            modes=a.offer.modes if chance.random() < 0.6 else chance.choice(MODES),
            price=chance.choice((None, 0, 2500, 4900, 12_000, 28_000)),
            places=places,
            runs=[self._run(places) for _ in range(chance.randint(1, 3))] if chance.random() < WITH_RUNS else [],
            given=self._given(a.given, b.given),
            parents=(one, other),
        )

    def _title(self, title: str, other: str) -> str:
        """Half of them with a word of the other's."""
        words, others = title.split(), other.split()
        if words and others and self.chance.random() < 0.5:
            words[self.chance.randrange(len(words))] = self.chance.choice(others)
        return " ".join(words)

    def _new_words(self, before: int) -> list[str]:
        """Some that nobody has used, and some that few have."""
        expected = HEAPS * 190 * max(before, 3_000) ** (HEAPS - 1)
        new = [self._compound() for _ in range(int(expected + self.chance.random()))]
        self.invented += new
        if self.invented and self.chance.random() < 0.6:
            new.append(self.invented[int(len(self.invented) * self.chance.random() ** 3)])
        return new

    def _compound(self) -> str:
        return self.chance.choice(self.words) + self.chance.choice(("", "s")) + self.chance.choice(self.words)

    def _run(self, places: Sequence[str]) -> Run:
        chance = self.chance
        start = TODAY + timedelta(days=chance.randint(-200, 400))
        seats = chance.choice((None, 8, 12, 16, 20, 30))
        return Run(
            start=start,
            deadline=start - timedelta(days=chance.randint(7, 60)) if chance.random() < 0.5 else None,
            municipality=chance.choice(places) if places and chance.random() < 0.8 else None,
            seats=seats,
            taken=chance.randint(0, seats) if seats else 0,
        )

    def _given(self, one: Sequence[Found], other: Sequence[Found]) -> list[Found]:
        """What both give, the first more, and none quite as likely as there."""
        strengths: dict[str, float] = defaultdict(float)
        share = self.chance.uniform(0.5, 0.95)
        for part, found in ((share, one), (1 - share, other)):
            for each in found:
                strengths[each.slug] += part * each.strength * self.chance.uniform(0.8, 1.0)
        likeliest = sorted(strengths.items(), key=lambda item: -item[1])[:5]
        return [Found(slug, strength) for slug, strength in likeliest if strength >= LEAST]


def vectors(real: Sequence[Real], offers: Sequence[Invented], chance: np.random.Generator) -> tuple[Vectors, Vectors]:
    """Of their titles and of their texts."""
    parents: NDArray[np.int64] = np.array([offer.parents for offer in offers])
    mixed = []
    for kind in ("title", "text"):
        of_all = np.stack([getattr(one, kind) for one in real])
        noise = meaning.unit(chance.normal(size=(len(offers), of_all.shape[1])).astype(np.float32))
        mixed.append(meaning.unit(0.6 * of_all[parents[:, 0]] + 0.4 * of_all[parents[:, 1]] + NOISE * noise))
    return mixed[0], mixed[1]


def real_offers() -> list[Real]:
    """Those of the catalogue that have their vectors."""
    offers = CourseOffer.objects.exclude(vector=None).order_by("pk").prefetch_related("municipalities")
    kept = {pk: (title, text) for pk, title, text in OfferVector.objects.values_list("pk", "title", "text").order_by()}
    given = _given()
    return [
        Real(
            offer=offer,
            sentences=[line for line in SENTENCE.split(body(offer)) if line.strip()] or [offer.title],
            places=[one.pk for one in offer.municipalities.all()],
            given=given[offer.pk],
            title=np.array(kept[offer.pk][0], np.float32),
            text=np.array(kept[offer.pk][1], np.float32),
        )
        for offer in offers
    ]


def _given() -> dict[int, list[Found]]:
    from brokering.models import OfferCompetence

    given: dict[int, list[Found]] = defaultdict(list)
    rows = OfferCompetence.objects.order_by("-strength").values_list("offer", "competence", "strength")
    for offer, slug, strength in rows:
        given[offer].append(Found(slug, strength))
    return given
