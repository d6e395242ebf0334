"""Brokers that judge as somebody wrote: by weights that are known, or by chance."""

import math
from datetime import UTC, datetime

import numpy as np

from brokering.matching import learning, score
from brokering.matching.learning import Answer
from brokering.matching.score import OWN, Weights
from brokering.models import Verdict
from brokering.models.matches import Reason
from tests.factories import CompetenceNeedFactory, CourseOfferFactory, OrganisationFactory, UserFactory

WHEN = datetime(2026, 3, 2, tzinfo=UTC)
REASONS = {part: reason for reason, part in learning.PART_OF.items()}


def stranger(seed: int) -> Answer:
    """A match about which nothing is said yet: any signals, any known parts."""
    chance = np.random.default_rng(seed)
    competence = float(chance.choice([0.0, 0.0, 0.3, 0.7, 0.95]))
    known = [name for name in OWN.parts if chance.random() < 0.6]
    return Answer(
        need=seed // 10,
        by=seed // 10 % 4,
        at=WHEN,
        fits=True,
        reason="",
        features={
            "bias": 1.0,
            "words": float(chance.uniform(-0.02, 0.6)),
            "competence": math.log(competence + score.CHANCE),
            "demanding": float(chance.choice([0, 0, 0, 0, 0.5, 1.0])),
            "meaning": float(chance.uniform(-0.1, 0.5)),
        },
        shared=competence,
        parts={name: float(chance.choice([1.0, 0.8, 0.5, 0.3])) for name in known},
    )


def judged(answer: Answer, weights: Weights, chance: np.random.Generator) -> Answer:
    """As a broker does to whom these weights are the truth: the subject first, then part by part."""
    if chance.random() > score.subject(answer.features, weights):
        return said(answer, Reason.SUBJECT)
    for part, takes in learning.shortfall(answer, weights.parts).items():
        if part in REASONS and chance.random() > math.exp(-takes):
            return said(answer, REASONS[part])
    return said(answer)


def said(answer: Answer, reason: str = "") -> Answer:
    return Answer(**{**answer.__dict__, "fits": not reason, "reason": str(reason)})


def answers(needs: int, weights: Weights, *, seed: int = 1) -> list[Answer]:
    """Ten verdicts on each need."""
    chance = np.random.default_rng(seed)
    return [judged(stranger(seed * 100_000 + n), weights, chance) for n in range(10 * needs)]


def random(needs: int, *, seed: int = 1) -> list[Answer]:
    """Of brokers who do not look."""
    chance = np.random.default_rng(seed)
    reasons = ["", "", "", str(Reason.SUBJECT), str(Reason.FAR)]
    return [said(stranger(seed * 100_000 + n), str(chance.choice(reasons))) for n in range(10 * needs)]


def other(**changes: float) -> Weights:
    """The program's own weights, but for these: of features, or of parts."""
    of = {name: {**found, **{k: v for k, v in changes.items() if k in found}} for name, found in OWN.as_json.items()}
    return Weights.of(of, "truth")


def kept(given: list[Answer]) -> None:
    """As verdicts that were given on the pages."""
    firm, people = OrganisationFactory.create(), UserFactory.create_batch(4)
    numbers = {answer.need for answer in given}
    needs = CompetenceNeedFactory.create_batch(len(numbers), employer=firm, municipality=firm.municipality)
    need_of = dict(zip(sorted(numbers), needs, strict=True))
    offers = CourseOfferFactory.create_batch(10, provider=firm)
    Verdict.objects.bulk_create(
        Verdict(
            need=need_of[answer.need],
            offer=offers[number % 10],
            by=people[answer.by or 0],
            fits=answer.fits,
            reason=answer.reason,
            seen={
                "features": dict(answer.features),
                "features_version": score.FEATURES,
                "shared": answer.shared,
                "parts": dict(answer.parts),
            },
        )
        for number, answer in enumerate(given)
    )
