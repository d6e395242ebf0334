"""Verdicts become versions of the score: kept with what was seen, learnt once, taken into use, and back."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import Error
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from brokering import jobs
from brokering.matching import Wish, match, rematch, score, versions
from brokering.matching.score import OWN, Weights
from brokering.models import CompetenceNeed, CourseOffer, Impression, Match, ScoreVersion, Verdict
from brokering.models.learning import ScoreState
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.brokering import brokers
from tests.factories import (
    CompetenceNeedFactory,
    MatchFactory,
    ScoreVersionFactory,
    UserFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TRUTH = brokers.other(words=1.0, meaning=8.5, place=1.2)


@pytest.fixture
def welding() -> CourseOffer:
    return searchable(title="Sveising av aluminium", description="Lær å sveise.")


@pytest.fixture
def version() -> ScoreVersion:
    """One that passed its check, in which words count more."""
    return ScoreVersionFactory.create(weights=brokers.other(words=9.0).as_json)


def command(*args: str) -> str:
    out = StringIO()
    call_command("learn_scores", *args, stdout=out)
    return out.getvalue()


class TestKept:
    @pytest.fixture
    def need(self, agency: Organisation, broker: User) -> CompetenceNeed:
        return CompetenceNeedFactory.create(handled_by=agency, text="sveise aluminium", employer__email="p@f.example")

    def judge(self, client: Client, need: CompetenceNeed, offer: CourseOffer, **said: str) -> Verdict:
        client.post(reverse("verdict", args=[need.pk, offer.pk]), said)
        return Verdict.objects.get()

    def test_a_verdict_keeps_what_the_score_saw(
        self, client: Client, need: CompetenceNeed, welding: CourseOffer
    ) -> None:
        rematch(need)
        found = need.matches.get()
        seen = self.judge(client, need, welding, fits="True").seen
        assert seen["features"] == found.parts["subject"]["features"]
        assert score.subject(seen["features"]) == pytest.approx(found.parts["subject"]["value"], abs=0.002)
        assert (seen["rank"], seen["band"], seen["score"]) == (1, found.band, found.score)
        assert OWN.version in seen["engine"]
        need.matches.update(parts={}, score=0)
        assert Verdict.objects.get().seen == seen, "as it was when it was given"

    def test_parts_that_a_gate_bars_are_not_learnt_from(
        self, client: Client, need: CompetenceNeed, welding: CourseOffer
    ) -> None:
        subject = {"value": 0.5, "shared": 0.9, "features": {"bias": 1.0, "words": 0.4}}
        parts = {"subject": subject, "place": {"value": 0.1, "km": 300}, "level": {"value": 0.7}, "unknown": ["price"]}
        MatchFactory.create(need=need, offer=welding, parts=parts, gates=[{"gate": "reach", "km": 300, "limit": 50}])
        assert self.judge(client, need, welding, reason="far").seen["parts"] == {"level": 0.7}

    def test_without_a_match_a_verdict_teaches_nothing(
        self, client: Client, need: CompetenceNeed, welding: CourseOffer
    ) -> None:
        assert self.judge(client, need, welding, fits="True").seen == {}
        assert versions.gather() == []

    def test_what_was_shown_is_noted_once_a_version(
        self, client: Client, need: CompetenceNeed, welding: CourseOffer
    ) -> None:
        rematch(need)
        for _ in range(3):
            client.get(reverse("need-matches", args=[need.pk]))
        shown = Impression.objects.get()
        assert (shown.need, shown.offer, shown.rank, shown.band) == (need, welding, 1, need.matches.get().band)
        need.matches.update(engine="another")
        client.get(reverse("need-matches", args=[need.pk]))
        assert Impression.objects.count() == 2

    def test_not_for_those_who_may_only_read(
        self, client: Client, need: CompetenceNeed, welding: CourseOffer, member: Callable[..., User]
    ) -> None:
        rematch(need)
        member(MemberRole.READER, need.employer)
        assert client.get(reverse("need-matches", args=[need.pk])).status_code == 200
        assert not Impression.objects.exists()

    def test_nor_of_what_the_public_types(self, client: Client, welding: CourseOffer) -> None:
        client.logout()
        assert b"Sveising av aluminium" in client.get("/match/?q=sveise").content
        assert not Impression.objects.exists()

    def test_what_was_shown_is_forgotten(self, need: CompetenceNeed, settings: Any) -> None:
        settings.KEEP_IMPRESSIONS_DAYS = 30
        MatchFactory.create(need=need)
        Impression.objects.log(need.matches.all())
        jobs.nightly()
        assert Impression.objects.count() == 1
        Impression.objects.update(at=timezone.now() - timedelta(days=31))
        jobs.nightly()
        assert not Impression.objects.exists()


class TestInUse:
    def test_without_a_version_the_programs_own_weights_are(self, welding: CourseOffer) -> None:
        assert versions.current() is OWN
        assert match(Wish(text="sveise")).engine.endswith(f"score {OWN.version}")

    def test_a_version_in_use_scores_and_is_named(self, version: ScoreVersion, welding: CourseOffer) -> None:
        before = match(Wish(text="sveise aluminium og bygge hytte")).hits[0]
        versions.use(version, None, "tried")
        after = match(Wish(text="sveise aluminium og bygge hytte"))
        assert after.hits[0].score != before.score
        assert after.engine.endswith(f"score {version.name}")

    def test_going_back_gives_the_same_scores_again(self, version: ScoreVersion, welding: CourseOffer) -> None:
        need = CompetenceNeedFactory.create(text="sveise aluminium")
        other = ScoreVersionFactory.create(weights=brokers.other(words=2.0).as_json)

        def found() -> list[Any]:
            rematch(need)
            return list(Match.objects.values_list("offer", "score", "band", "parts", "engine"))

        own = found()
        versions.use(version, None, "better")
        first = found()
        versions.use(other, None, "newer")
        assert found() != first
        versions.use(version, None, "the newer one was worse")
        assert found() == first
        versions.retire(version, None, "back to the start")
        assert found() == own

    def test_the_open_needs_are_matched_with_it(
        self, version: ScoreVersion, welding: CourseOffer, work: Callable[[], int]
    ) -> None:
        need = CompetenceNeedFactory.create(text="sveise aluminium")
        rematch(need)
        versions.use(version, None, "tried")
        assert work() == 1
        assert need.matches.get().engine.endswith(version.name)
        versions.retire(version, None, "worse")
        assert work() == 1
        assert need.matches.get().engine.endswith(OWN.version)

    def test_one_version_is_in_use_and_each_change_is_an_event(self, version: ScoreVersion) -> None:
        other, who = ScoreVersionFactory.create(), UserFactory.create()
        versions.use(version, None, "first")
        versions.use(other, who, "second")
        version.refresh_from_db()
        assert (version.state, other.state) == (ScoreState.EARLIER, ScoreState.CURRENT)
        assert other.active_from is not None
        told = version.events.values_list("act", "to_state", "why", "by")
        assert list(told)[1:] == [("use", "current", "first", None), ("retire", "earlier", "second", who.pk)]

    @pytest.mark.parametrize("state", [ScoreState.REFUSED, ScoreState.CURRENT])
    def test_what_did_not_pass_is_never_used(self, state: ScoreState) -> None:
        version = ScoreVersionFactory.create(state=state, active_from=timezone.now())
        with pytest.raises(ValidationError):
            versions.use(version, None, "I want it")

    def test_a_reason_is_asked_for(self, version: ScoreVersion) -> None:
        with pytest.raises(ValidationError, match="Say why"):
            versions.use(version, None, " ")
        assert versions.current() is OWN

    def test_one_of_another_release_is_not_used(self) -> None:
        ScoreVersionFactory.create(state=ScoreState.CURRENT, active_from=timezone.now(), program="earlier1")
        assert versions.current() is OWN

    @pytest.mark.parametrize("change", [{"note": "other"}, {"weights": OWN.as_json | {"parts": {}}}])
    def test_what_was_learnt_is_never_changed(self, version: ScoreVersion, change: dict[str, Any]) -> None:
        with pytest.raises(Error, match="Cannot update"):
            ScoreVersion.objects.filter(pk=version.pk).update(**change)

    def test_nor_deleted(self, version: ScoreVersion) -> None:
        with pytest.raises(Error, match="Cannot delete"):
            ScoreVersion.objects.all().delete()

    @pytest.mark.parametrize(
        "change", [{"parts": {}}, {"with_meaning": {"bias": float("nan")}}, {"parts": dict.fromkeys(OWN.parts, 0.0)}]
    )
    def test_weights_are_what_the_program_knows(self, change: dict[str, dict[str, float]]) -> None:
        with pytest.raises(ValueError, match="eights"):
            Weights.of(OWN.as_json | change, "v1")

    def test_weights_are_finite(self) -> None:
        with pytest.raises(ValueError, match="finite"):
            Weights.of(OWN.as_json | {"parts": dict.fromkeys(OWN.parts, float("nan"))}, "v1")


class TestLearning:
    @pytest.fixture
    def judged(self) -> None:
        brokers.kept(brokers.answers(40, TRUTH))

    def test_few_verdicts_change_nothing(self) -> None:
        brokers.kept(brokers.answers(9, TRUTH))
        assert "Too few to learn from; there must be at least 100 verdicts" in command("--deploy")
        assert not ScoreVersion.objects.exists()

    @pytest.mark.usefixtures("judged")
    def test_says_first_what_would_come_of_it(self) -> None:
        said = command()
        for part in ("400 verdicts on 40 needs by 4 people", "It passes the check.", "counts more", "Nothing is kept."):
            assert part in said
        assert not ScoreVersion.objects.exists()

    @pytest.mark.usefixtures("judged")
    def test_what_passes_is_kept_until_somebody_takes_it_into_use(self) -> None:
        jobs.learn_scores()
        version = ScoreVersion.objects.get()
        assert (version.state, version.active_from, versions.current()) == (ScoreState.LEARNT, None, OWN)
        assert version.counts["needs"] == 40
        assert version.after["loss"] < version.before["loss"]

    @pytest.mark.usefixtures("judged")
    def test_or_is_used_at_once_where_the_site_says_so(self, settings: Any) -> None:
        settings.DEPLOY_LEARNT_SCORES = True
        jobs.learn_scores()
        jobs.learn_scores()
        version = ScoreVersion.objects.get()
        assert versions.current() == versions.weights_of(version)
        assert abs(versions.current().with_meaning["meaning"] - 8) < abs(OWN.with_meaning["meaning"] - 8)
        assert OrmQ.objects.count() == 1

    @pytest.mark.usefixtures("judged")
    def test_the_same_verdicts_teach_once(self) -> None:
        assert "Kept as v" in command("--keep")
        assert "already: Passed the check" in command("--keep")
        assert "already: In use" in command("--deploy", "--note", "agreed with the brokers")
        version = ScoreVersion.objects.get()
        assert version.events.last().why == "agreed with the brokers"  # type: ignore[union-attr]

    def test_noise_is_refused_and_says_why(self) -> None:
        brokers.kept(brokers.random(40))
        assert "Not used: on needs it had not seen" in command("--deploy")
        assert ScoreVersion.objects.get().state == ScoreState.REFUSED
        assert versions.current() is OWN

    def test_a_verdict_of_other_features_or_for_something_else_teaches_nothing(self) -> None:
        brokers.kept(brokers.answers(1, OWN))
        assert len(versions.gather()) == 10
        told = Verdict.objects.order_by("pk")
        Verdict.objects.filter(pk=told[0].pk).update(fits=False, reason="other")
        Verdict.objects.filter(pk=told[1].pk).update(seen=told[1].seen | {"features_version": -1})
        assert len(versions.gather()) == 8

    def test_it_is_done_every_week(self) -> None:
        Schedule.objects.all().delete()
        import_module("brokering.migrations.0006_learning").plan(apps, None)
        planned = Schedule.objects.get()
        assert (planned.func, planned.schedule_type) == ("brokering.jobs.learn_scores", Schedule.WEEKLY)
