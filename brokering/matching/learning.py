"""What verdicts teach the score, and whether that holds on needs it has not seen. Pure functions.

The reason of a verdict decides what learns:

    yes                          the subject was right, and every known part was good enough
    no: wrong subject            the subject was wrong; nothing is known of the parts
    no: far, time, level, …      the subject was right; that part was not good enough, of the others nothing is known
    no: something else           nothing

The subject's weights are a logistic regression, and what each part counts is one factor (fitting), with the weights one
starts from as prior. What is learnt is held against needs that it was not learnt from before it may be used.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import product
from statistics import fmean, stdev
from typing import NamedTuple

import numpy as np

from brokering.matching import score
from brokering.matching.fitting import exponent, ridge_logistic
from brokering.matching.score import OWN, Weights
from brokering.models.matches import Band, Reason

PART_OF = {
    Reason.FAR: "place",
    Reason.TIME: "time",
    Reason.LEVEL: "level",
    Reason.MODE: "mode",
    Reason.PRICE: "price",
    Reason.FULL: "seats",
}
# How far from where it starts a weight is believed to be: its standard deviation as a share of itself. The bias is
# believed more: brokers judge what they were shown and what they care to judge, which tells which offer is better
# rather than how many are good.
BELIEF = 0.5
BELIEF_IN_BIAS = 0.25
LEAST_SIZE = 0.1
FACTOR_PRECISION = 4.0
"""Of the logarithm of a part's factor: two thirds of the prior lie within 0.6 and 1.65."""
# How alike verdicts about one need, and by one person, are: n of them count as n / (1 + (n − 1) r), which is the design
# effect of clustered samples (Kish, Survey Sampling, 1965). A need counts as four verdicts at most, a person as fifty
# needs.
ALIKE_IN_NEED = 0.25
ALIKE_IN_PERSON = 0.02
# From how few nothing is learnt.
LEAST_VERDICTS = 100
LEAST_NEEDS = 30
LEAST_OF_EACH = 20
FOLDS = 10
LEAST_CHANCE = 1e-4
NO_BETTER_THAN_CHANCE = 0.5
SURE = 3
"""Standard errors. Answers without sense pass once in a thousand times, which matters to a job of every week."""
# Bands keep their promise: of what is called strong, at least so many are a yes, or as many as before.
STRONG_ENOUGH = 0.8
STRONG_TO_TELL = 20


@dataclass(frozen=True)
class Answer:
    """A verdict, with what the score saw when it was given."""

    need: int
    by: int | None
    at: datetime
    fits: bool
    reason: str
    features: Mapping[str, float]
    shared: float
    parts: Mapping[str, float]
    """The values of the known parts, but those that a gate barred."""

    @property
    def part(self) -> str:
        """The part that was not good enough; empty for a yes, and for a no that is about none."""
        return "" if self.fits else PART_OF.get(Reason(self.reason), "")

    @property
    def subject(self) -> float | None:
        """Whether the subject was right: 1 or 0; None when the verdict does not say."""
        if self.fits or self.part:
            return 1.0
        return 0.0 if self.reason == Reason.SUBJECT else None

    @property
    def told(self) -> Mapping[str, float]:
        """The features that it speaks of. A no for its level does not say that it may demand as much as it does."""
        return {**self.features, "demanding": 0.0} if self.part == "level" else self.features

    @property
    def is_seen(self) -> bool:
        """Whether the score could know better: it knew the subject, and the part that the verdict is about."""
        return self.fits or self.subject == 0 or self.part in self.parts


class Figures(NamedTuple):
    """How a score does on verdicts about needs that it was not learnt from."""

    loss: float
    """How surprising a verdict is, in nats: −log of the probability that the score gave it."""
    ranked: float
    """How often, of a yes and a no about the same need, the yes has the higher score; mean over the needs."""
    unsure: float
    """Standard error of `ranked`."""
    strong: int
    """How many of the offers judged the score calls strong."""
    strong_yes: float
    """How many of these, as a share, got a yes."""


@dataclass(frozen=True)
class Lesson:
    weights: Weights
    before: Figures
    after: Figures

    @property
    def refusal(self) -> str:
        """Why it must not be used: loss, ranking, chance or strong; empty when it may."""
        if self.after.loss > self.before.loss:
            return "loss"
        if self.after.ranked < self.before.ranked:
            return "ranking"
        if self.after.ranked - SURE * self.after.unsure <= NO_BETTER_THAN_CHANCE:
            return "chance"
        promise = min(self.before.strong_yes, STRONG_ENOUGH)
        return "strong" if self.after.strong >= STRONG_TO_TELL and self.after.strong_yes < promise else ""


def counts(answers: Iterable[Answer]) -> dict[str, int]:
    """How much there is to learn from."""
    telling = [answer for answer in answers if answer.subject is not None]
    return {
        "verdicts": len(telling),
        "needs": len({answer.need for answer in telling}),
        "people": len({answer.by for answer in telling}),
        "yes": sum(answer.fits for answer in telling),
        "no": sum(not answer.fits for answer in telling),
    }


def lacking(counted: Mapping[str, int]) -> dict[str, int]:
    """What there must be more of before anything is learnt, and how much there must be."""
    least = {"verdicts": LEAST_VERDICTS, "needs": LEAST_NEEDS, "yes": LEAST_OF_EACH, "no": LEAST_OF_EACH}
    return {name: number for name, number in least.items() if counted[name] < number}


def learn(answers: Sequence[Answer], since: datetime | None = None) -> Lesson:
    """Weights from all answers, with figures for needs held out, before and after. About two seconds for 1 000 answers.

    `since`: when the score in use was learnt. It has learnt from some of these needs itself; so that it is not judged
    on what it has seen, it stands there as it would be without them. None: the program's own weights are in use.
    """
    before: list[tuple[Answer, Weights]] = []
    after: list[tuple[Answer, Weights]] = []
    for held, others in folds(answers):
        known = fit([answer for answer in others if since and answer.at <= since])
        learnt = fit(others)
        before += [(answer, known) for answer in held]
        after += [(answer, learnt) for answer in held]
    return Lesson(fit(answers), figures(before), figures(after))


def folds(answers: Sequence[Answer]) -> Iterable[tuple[list[Answer], list[Answer]]]:
    """All answers about a need are held out together; which needs go together does not depend on the others."""
    fold = {answer.need: int(sha256(str(answer.need).encode()).hexdigest(), 16) % FOLDS for answer in answers}
    for number in sorted({*fold.values()}):
        held = [answer for answer in answers if fold[answer.need] == number]
        yield held, [answer for answer in answers if fold[answer.need] != number]


def fit(answers: Sequence[Answer], start: Weights = OWN) -> Weights:
    """The weights that are likeliest after the answers; without any those one starts from."""
    telling = [answer for answer in answers if answer.subject is not None]
    shares = worth(telling)
    with_meaning = [n for n, answer in enumerate(telling) if "meaning" in answer.features]
    return Weights(
        version="",
        with_meaning=_subject(
            [telling[n] for n in with_meaning], [shares[n] for n in with_meaning], start.with_meaning
        ),
        without_meaning=_subject(telling, shares, start.without_meaning),
        parts=_parts(telling, shares, start.parts),
    )


def worth(answers: Sequence[Answer]) -> list[float]:
    """What each answer counts: less where many are about one need, or about needs that one person judged."""
    of_need = Counter(answer.need for answer in answers)
    needs_of = Counter(by for _need, by in {(answer.need, answer.by) for answer in answers})
    return [
        1 / (1 + (of_need[answer.need] - 1) * ALIKE_IN_NEED) / (1 + (needs_of[answer.by] - 1) * ALIKE_IN_PERSON)
        for answer in answers
    ]


def _subject(answers: Sequence[Answer], shares: Sequence[float], start: Mapping[str, float]) -> dict[str, float]:
    beliefs = {name: BELIEF_IN_BIAS if name == "bias" else BELIEF for name in start}
    spread = np.array([beliefs[name] * max(abs(weight), LEAST_SIZE) for name, weight in start.items()])
    found = ridge_logistic(
        [[answer.told[name] for name in start] for answer in answers],
        [answer.subject or 0.0 for answer in answers],
        prior=[*start.values()],
        precision=1 / spread**2,
        sample_weights=shares,
    )
    return {name: round(float(weight), 4) for name, weight in zip(start, found, strict=True)}


def _parts(answers: Sequence[Answer], shares: Sequence[float], start: Mapping[str, float]) -> dict[str, float]:
    """Each by its own evidence alone; their sum stays, since only their proportions count."""
    grown = {name: weight * _factor(name, answers, shares, start) for name, weight in start.items()}
    scale = sum(start.values()) / sum(grown.values())
    return {name: round(weight * scale, 4) for name, weight in grown.items()}


def _factor(name: str, answers: Sequence[Answer], shares: Sequence[float], start: Mapping[str, float]) -> float:
    rows = [
        (shortfall(answer, start)[name], answer.part == name, share)
        for answer, share in zip(answers, shares, strict=True)
        if name in answer.parts and (answer.fits or answer.part == name)
    ]
    found, refused, weights = zip(*rows, strict=True) if rows else ((), (), ())
    return exponent(found, refused, precision=FACTOR_PRECISION, sample_weights=weights)


def shortfall(answer: Answer, parts: Mapping[str, float]) -> dict[str, float]:
    """What each known part takes from the logarithm of the score."""
    known = sum(parts[name] for name in answer.parts)
    return {
        name: -parts[name] / known * math.log(min(1.0, max(LEAST_CHANCE, value)))
        for name, value in answer.parts.items()
    }


def figures(judged: Sequence[tuple[Answer, Weights]]) -> Figures:
    """Of answers that were held out, each with the weights that were learnt without it."""
    shares = worth([answer for answer, _ in judged])
    surprises = [(surprise(answer, weights), share) for (answer, weights), share in zip(judged, shares, strict=True)]
    told = [(found, share) for found, share in surprises if found is not None]
    by_need: dict[int, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    strong = []
    for answer, weights in judged:
        if answer.is_seen:
            points = total(answer, weights)
            by_need[answer.need][answer.fits].append(points)
            strong += [answer.fits] if score.band(points, answer.shared) == Band.STRONG else []
    ranked = [in_order(yes, no) for no, yes in by_need.values() if yes and no]
    return Figures(
        loss=sum(found * share for found, share in told) / (sum(share for _, share in told) or 1),
        ranked=fmean(ranked or [NO_BETTER_THAN_CHANCE]),
        unsure=stdev(ranked) / math.sqrt(len(ranked)) if len(ranked) > 1 else 1.0,
        strong=len(strong),
        strong_yes=fmean(strong or [0.0]),
    )


def in_order(yes: Sequence[float], no: Sequence[float]) -> float:
    """
    >>> in_order([0.9, 0.4], [0.5]), in_order([0.5], [0.5])
    (0.5, 0.5)
    """
    return fmean(1.0 if good > bad else 0.5 if good == bad else 0.0 for good, bad in product(yes, no))


def total(answer: Answer, weights: Weights) -> float:
    parts = {name: {"value": value} for name, value in answer.parts.items()}
    return score.total(score.subject(answer.features, weights), parts, weights)


def surprise(answer: Answer, weights: Weights) -> float | None:
    """−log of the probability of the verdict with its reason; None where it tells nothing."""
    if answer.subject is None:
        return None
    right = score.subject(answer.told, weights)
    if answer.subject == 0:
        return -_log(1 - right)
    takes = shortfall(answer, weights.parts)
    if answer.fits:
        return -_log(right) + sum(takes.values())
    return -_log(right) - (_log(-math.expm1(-takes[answer.part])) if takes.get(answer.part) else 0.0)


def _log(chance: float) -> float:
    return math.log(max(LEAST_CHANCE, chance))
