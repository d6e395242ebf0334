"""Which weights the score is computed with, what of verdicts is kept for learning, and how a version comes into use."""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django_q.tasks import async_task

from brokering.matching import gates, learning, score
from brokering.matching.learning import Answer, Lesson
from brokering.matching.score import OWN, Weights
from brokering.models import CompetenceNeed, CourseOffer, Match, ScoreVersion, Verdict
from brokering.models.learning import LEARN, REFUSE, RETIRE, USE, ScoreState
from brokering.models.matches import Reason
from partners.models import User


def current() -> Weights:
    """Those of the version in use, by one small query, so that every process follows at once when it is another.

    A version that was learnt with another release's own weights is not used: it has learnt to correct those.
    """
    found = ScoreVersion.objects.current().filter(program=OWN.version).first()
    return weights_of(found) if found else OWN


def weights_of(version: ScoreVersion) -> Weights:
    return Weights.of(version.weights, version.name)


def seen(need: CompetenceNeed, offer: CourseOffer) -> dict[str, Any]:
    """What the score saw of the two, to be kept with a verdict; empty where they were not matched."""
    match = Match.objects.filter(need=need, offer=offer).first()
    if match is None or "features" not in match.parts.get("subject", {}):
        return {}
    subject = match.parts["subject"]
    known = {name: match.parts[name]["value"] for name in OWN.parts if name in match.parts}
    return {
        "features": subject["features"],
        "features_version": score.FEATURES,
        "shared": subject["shared"],
        "parts": gates.unbarred(known, match.gates),
        "gates": [bar["gate"] for bar in match.gates],
        "rank": match.rank,
        "score": match.score,
        "band": match.band,
        "engine": match.engine,
    }


def gather() -> list[Answer]:
    """All verdicts that say something about the score as it is now."""
    told = Verdict.objects.filter(seen__features_version=score.FEATURES).exclude(reason=Reason.OTHER)
    return [
        Answer(
            need=verdict.need_id,
            by=verdict.by_id,
            at=verdict.at,
            fits=verdict.fits,
            reason=verdict.reason,
            features=verdict.seen["features"],
            shared=verdict.seen["shared"],
            parts=verdict.seen["parts"],
        )
        for verdict in told.order_by("need_id", "offer_id")
    ]


@dataclass(frozen=True)
class Outcome:
    """What came of learning, or would come of it."""

    counts: dict[str, int]
    lacking: dict[str, int]
    """What there is too little of, and how much there must be; then nothing was learnt."""
    lesson: Lesson | None = None
    version: ScoreVersion | None = None
    is_new: bool = False


def consider() -> Outcome:
    """What would be learnt now; nothing is kept."""
    return _outcome(gather())


def _outcome(answers: list[Answer]) -> Outcome:
    counts = learning.counts(answers)
    lacking = learning.lacking(counts)
    return Outcome(counts, lacking, None if lacking else learning.learn(answers, _learnt_at()))


def _learnt_at() -> Any:
    in_use = ScoreVersion.objects.current().filter(program=OWN.version)
    return in_use.values_list("learnt_at", flat=True).first()


@transaction.atomic
def learn(*, deploy: bool, by: User | None = None, note: str = "") -> Outcome:
    """Learn from the verdicts and keep what was learnt; with `deploy` take it into use if it passed the check.

    The same verdicts teach once: who comes second finds what the first one has learnt.
    """
    _alone()
    answers = gather()
    learnt_from = fingerprint(answers)
    if known := ScoreVersion.objects.filter(learnt_from=learnt_from, program=OWN.version).first():
        outcome = Outcome(learning.counts(answers), {}, version=known)
    else:
        outcome = _outcome(answers)
        if outcome.lesson:
            outcome = replace(outcome, version=_keep(outcome.lesson, learnt_from, outcome.counts, note), is_new=True)
    if deploy and outcome.version and outcome.version.state == ScoreState.LEARNT:
        use(outcome.version, by, note or "passed the check on held-out needs")
    return outcome


def fingerprint(answers: list[Answer]) -> str:
    """Of what was said, and of what the score saw."""
    return sha256(json.dumps([asdict(answer) for answer in answers], default=str, sort_keys=True).encode()).hexdigest()


def _keep(lesson: Lesson, learnt_from: str, counts: dict[str, int], note: str) -> ScoreVersion:
    act = REFUSE if lesson.refusal else LEARN
    version = ScoreVersion.objects.create(
        state=act.target,
        weights=lesson.weights.as_json,
        instead_of=current().as_json,
        program=OWN.version,
        learnt_from=learnt_from,
        counts=counts,
        before=lesson.before._asdict(),
        after=lesson.after._asdict(),
        note=note,
    )
    version.events.create(act=act.name, to_state=act.target)
    return version


@transaction.atomic
def use(version: ScoreVersion, by: User | None, why: str) -> None:
    """Take a version into use, one that was in use before as well; the open needs are matched with it."""
    _alone()
    for other in ScoreVersion.objects.current().exclude(pk=version.pk):
        other.carry_out(RETIRE, by, why)
    version.carry_out(USE, by, why)
    async_task("brokering.jobs.rematch_open")


@transaction.atomic
def retire(version: ScoreVersion, by: User | None, why: str) -> None:
    """Go back to the program's own weights."""
    _alone()
    version.carry_out(RETIRE, by, why)
    async_task("brokering.jobs.rematch_open")


def _alone() -> None:
    """Until the transaction ends, nobody else learns or takes a version into use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('brokering.matching.versions'))")
