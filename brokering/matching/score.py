"""How the subject and the parts become one figure and a band.

    score = P(subject) × Π partᵢ ^ (wᵢ / Σw over the known parts)

The product keeps nearness from making up for the wrong subject; an unknown part takes nothing away and lends its weight
to the known ones.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from brokering.matching.facts import Offer, Signals
from brokering.matching.understanding import Understood
from brokering.models.choices import Level
from brokering.models.matches import Band

# Starting weights by judgement; brokering.matching.learning fits them to verdicts with reasons.
WEIGHTS = {"level": 0.30, "place": 0.25, "time": 0.15, "seats": 0.10, "price": 0.10, "mode": 0.05, "formal": 0.05}

# Logistic regression on the judged pairs of 152 needs (docs/matching.md): would a broker propose it, grade 2 or 3?
# Not judged counts as no; ridge 20 on features in units of their own spread. `make evaluate` computes them anew.
WITH_MEANING = {"bias": -0.53, "competence": 0.83, "words": 5.05, "meaning": 5.08, "demanding": -1.51}
WITHOUT_MEANING = {"bias": -0.19, "competence": 0.97, "words": 8.62, "demanding": -1.65}

FEATURES = 2
"""Raise it when a feature comes to mean something else: verdicts with features of another number teach nothing."""


@dataclass(frozen=True)
class Weights:
    """What a score is computed with: the program's own constants, or what was learnt from verdicts."""

    version: str
    with_meaning: Mapping[str, float]
    without_meaning: Mapping[str, float]
    parts: Mapping[str, float]

    @property
    def as_json(self) -> dict[str, dict[str, float]]:
        return {name: dict(found) for name, found in asdict(self).items() if name != "version"}

    @classmethod
    def of(cls, found: Mapping[str, Mapping[str, float]], version: str) -> "Weights":
        """ValueError unless they are numbers for exactly what the program weighs, above 0 for parts."""
        if {name: {*of} for name, of in found.items()} != {name: {*of} for name, of in OWN.as_json.items()}:
            raise ValueError("These are not the weights that this program knows.")
        if not all(math.isfinite(value) for of in found.values() for value in of.values()):
            raise ValueError("Weights are finite.")
        if min(found["parts"].values()) <= 0:
            raise ValueError("Weights of parts are above 0.")
        return cls(version, **found)


def _of_program() -> Weights:
    """Named by their content, so that another release's constants are another version."""
    own = Weights("", WITH_MEANING, WITHOUT_MEANING, WEIGHTS)
    content = json.dumps([FEATURES, own.as_json], sort_keys=True)
    return Weights(sha256(content.encode()).hexdigest()[:8], WITH_MEANING, WITHOUT_MEANING, WEIGHTS)


OWN = _of_program()

CHANCE = 0.01
"""Likelihood that need and offer share a competence though none was found."""
# Strong takes three: a likely subject; that need and offer share a competence almost beyond doubt, for one common word
# is not enough, nor one of two subjects that a need may be about; and that place, time and the other parts leave enough
# of it. Where the first begins is chosen by a rule (evaluation/bands.py).
STRONG = 0.7
SHARED = 0.8
ENOUGH = 0.4
CERTAIN = 0.9
NEARLY_ALL = 0.8
"""Share of what the need says that the offer says too, in its title: with a particular word it names the course."""
POSSIBLE = 0.1


def features(signals: Signals, background: Signals, offer: Offer, level: str) -> dict[str, float]:
    """What the probability is computed from: how far each signal stands out of the need's own background."""
    found = {
        "bias": 1.0,
        "words": signals.words - background.words,
        "competence": math.log(signals.competence + CHANCE),
        "demanding": demanding(offer, level),
    }
    if signals.meaning is None:
        return found
    return found | {"meaning": signals.meaning - (background.meaning or 0.0)}


def demanding(offer: Offer, level: str) -> float:
    """How much more an offer asks than people at work can usually give: 0..1.5; 0 when the need asks for it."""
    if level in (Level.MASTER, Level.DOCTORATE):
        return 0.0
    if offer.level == Level.DOCTORATE:
        return 1.5
    return 1.0 if offer.is_long else 0.5 if offer.level == Level.MASTER else 0.0


def subject(found: Mapping[str, float], weights: Weights = OWN) -> float:
    """The probability that a broker would propose the offer for its subject."""
    of = weights.with_meaning if "meaning" in found else weights.without_meaning
    return 1 / (1 + math.exp(-sum(of[name] * value for name, value in found.items())))


def total(subject: float, parts: Mapping[str, Mapping[str, Any]], weights: Weights = OWN) -> float:
    """
    >>> total(0.5, {}), total(0.5, {"place": {"value": 1.0}}), total(0.5, {"place": {"value": 0.5}})
    (0.5, 0.5, 0.25)
    """
    known = sum(weights.parts[name] for name in parts)
    factors = [math.pow(part["value"], weights.parts[name] / known) for name, part in parts.items()]
    return subject * math.prod(factors)


def in_common(signals: Signals, understood: Understood) -> float:
    """How likely need and offer are about the same; one word tells only where it leaves hardly any doubt of what."""
    if understood.is_particular and signals.words >= NEARLY_ALL:
        return 1.0
    if understood.is_one_word and signals.competence < CERTAIN:
        return 0.0
    return signals.competence


def band(total: float, subject: float, shared: float) -> str:
    """Strong, possible, or empty: not shown. `shared` is what `in_common` says."""
    if subject >= STRONG and shared >= SHARED and total >= ENOUGH:
        return str(Band.STRONG)
    return str(Band.POSSIBLE if total >= POSSIBLE else "")
