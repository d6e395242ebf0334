"""What must not be cannot be stored, whoever writes it: each rule that the database holds is broken once."""

from collections.abc import Callable
from datetime import date

import pytest
from django.apps import apps
from django.db import Error, IntegrityError, connection
from django.db.models import F
from django.utils import timezone

from brokering.models import (
    CompetenceNeed,
    CourseOffer,
    CourseRun,
    ImportRun,
    Impression,
    Match,
    NeedEvent,
    NeedRequest,
    Proposal,
    ProposalEvent,
    SavedSearch,
    ScoreVersion,
    Verdict,
    Visit,
)
from brokering.models.matches import PROPOSAL_ACTS
from brokering.models.needs import OPEN, NeedState
from tests.factories import (
    CompetenceNeedFactory,
    CourseOfferFactory,
    CourseRunFactory,
    ImportRunFactory,
    MatchFactory,
    NeedRequestFactory,
    ProposalFactory,
    ScoreVersionFactory,
    UserFactory,
    VerdictFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
LATE, EARLY = date(2026, 5, 2), date(2026, 5, 1)


def saved_twice() -> None:
    user = UserFactory.create()
    for name in ("a", "b"):
        SavedSearch.objects.create(user=user, query="q=x", name=name)


def same(factory: type[MatchFactory | VerdictFactory | ProposalFactory]) -> None:
    first = factory.create()
    factory.create(need=first.need, offer=first.offer)


def shown(times: int) -> list[Impression]:
    match = MatchFactory.create()
    facts = {"engine": "x", "rank": 1, "band": "near", "score": 0.5}
    return [Impression(need=match.need, offer=match.offer, **facts) for _ in range(times)]


BREAKS: dict[str, Callable[[], object]] = {
    "import_state_is_known": lambda: (ImportRunFactory.create(), ImportRun.objects.update(state="lost")),
    "run_ends_after_it_starts": lambda: (
        CourseRunFactory.create(),
        CourseRun.objects.update(start=LATE, end=EARLY),
    ),
    "run_takes_no_more_than_its_seats": lambda: (
        CourseRunFactory.create(),
        CourseRun.objects.update(seats_taken=F("seats") + 1),
    ),
    "one_offer_an_id_at_its_source": lambda: CourseOfferFactory.create_batch(2, source="feed", source_id="1"),
    "offer_modes_are_known": lambda: (CourseOfferFactory.create(), CourseOffer.objects.update(modes=["teleport"])),
    "offer_level_is_known": lambda: (CourseOfferFactory.create(), CourseOffer.objects.update(level="genius")),
    "offer_price_is_not_negative": lambda: (CourseOfferFactory.create(), CourseOffer.objects.update(price_nok=-1)),
    "need_latest_start_is_not_before_earliest": lambda: (
        CompetenceNeedFactory.create(),
        CompetenceNeed.objects.update(earliest_start=LATE, latest_start=EARLY),
    ),
    "need_is_for_somebody": lambda: (CompetenceNeedFactory.create(), CompetenceNeed.objects.update(headcount=0)),
    "need_budget_is_not_negative": lambda: (
        CompetenceNeedFactory.create(),
        CompetenceNeed.objects.update(budget_nok=-1),
    ),
    "need_modes_are_known": lambda: (CompetenceNeedFactory.create(), CompetenceNeed.objects.update(modes=["x"])),
    "what_a_need_does_not_mean_is_of_known_kinds": lambda: (
        CompetenceNeedFactory.create(without=["word:stål", "competence:sveising", "fact:place", "spelling:c++"]),
        CompetenceNeed.objects.update(without=["word:stål", "fact:price"]),
    ),
    "need_state_is_known": lambda: (CompetenceNeedFactory.create(), CompetenceNeed.objects.update(state="lost")),
    "the_same_need_waits_once": lambda: NeedRequestFactory.create_batch(2, fingerprint="same"),
    "a_confirmed_request_keeps_nothing": lambda: (
        NeedRequestFactory.create(),
        NeedRequest.objects.update(confirmed_at=timezone.now()),
    ),
    "a_need_meets_an_offer_once": lambda: same(MatchFactory),
    "one_verdict_a_match": lambda: same(VerdictFactory),
    "a_no_has_a_reason": lambda: (VerdictFactory.create(), Verdict.objects.update(fits=False)),
    "an_offer_is_proposed_once": lambda: same(ProposalFactory),
    "proposal_state_is_known": lambda: (ProposalFactory.create(), Proposal.objects.update(state="lost")),
    "a_search_is_saved_once": saved_twice,
    "score_state_is_known": lambda: (ScoreVersionFactory.create(), ScoreVersion.objects.update(state="lost")),
    "one_score_is_in_use": lambda: (
        ScoreVersionFactory.create_batch(2, active_from=timezone.now()),
        ScoreVersion.objects.update(state="current"),
    ),
    "a_score_in_use_says_since_when": lambda: ScoreVersionFactory.create(state="current"),
    "the_same_verdicts_teach_once": lambda: ScoreVersionFactory.create_batch(2, learnt_from="same"),
    "a_score_has_all_its_weights": lambda: ScoreVersionFactory.create(weights={"parts": {}}),
    "scores_move_by_their_acts": lambda: ScoreVersionFactory.create().events.create(act="use", to_state="current"),
    "shown_once_a_version": lambda: Impression.objects.bulk_create(shown(2)),
    "visit_is_followed_up_afterwards": lambda: (
        VisitFactory.create(),
        Visit.objects.update(on=LATE, next_follow_up=EARLY),
    ),
}


def test_every_rule_of_the_models_is_broken_here() -> None:
    models = apps.get_app_config("brokering").get_models()
    assert {rule.name for model in models for rule in model._meta.constraints} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()


@pytest.mark.parametrize(
    "possible",
    [
        {"start": EARLY, "end": EARLY},
        {"start": None, "end": EARLY},
        {"seats": None, "seats_taken": 99},
        {"seats": 3, "seats_taken": 3},
    ],
)
def test_the_database_takes_what_is_just_possible(possible: dict[str, object]) -> None:
    CourseRunFactory.create()
    assert CourseRun.objects.update(**possible) == 1


def test_offers_without_an_id_at_their_source_are_many() -> None:
    assert len(CourseOfferFactory.create_batch(2, source="form", source_id="")) == 2


class TestWhatHappenedStays:
    @pytest.fixture(autouse=True)
    def events(self) -> None:
        need = CompetenceNeedFactory.create(state=NeedState.SUBMITTED)
        need.carry_out(OPEN, None)
        ProposalFactory.create(need=need).carry_out(PROPOSAL_ACTS["send"], None)

    @pytest.mark.parametrize("table", ["brokering_needevent", "brokering_proposalevent"])
    @pytest.mark.parametrize("change", ["UPDATE {} SET why = 'another'", "DELETE FROM {}"])
    def test_an_event_is_never_changed_even_past_django(self, table: str, change: str) -> None:
        with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update or delete rows"):
            cursor.execute(change.format(table))

    @pytest.mark.parametrize("kind", [NeedEvent, ProposalEvent])
    def test_nor_through_django(self, kind: type[NeedEvent | ProposalEvent]) -> None:
        with pytest.raises(Error, match="Cannot update or delete rows"):
            kind.objects.all().delete()

    def test_a_need_with_a_history_is_not_deleted(self) -> None:
        with pytest.raises(Error, match="Cannot update or delete rows"):
            CompetenceNeed.objects.all().delete()

    @pytest.mark.parametrize("kept", [CompetenceNeed, CourseOffer, CourseRun, Verdict, Visit])
    def test_every_version_is_kept_and_kept_as_it_was(self, kept: type[CompetenceNeed]) -> None:
        CourseRunFactory.create()
        VerdictFactory.create()
        VisitFactory.create()
        history = apps.get_model("brokering", f"{kept.__name__}History")
        before = history.objects.count()
        assert before > 0
        kept.objects.update(id=F("id"))
        assert history.objects.count() == before
        with pytest.raises(Error, match="Cannot update or delete rows"):
            history.objects.all().delete()


def test_a_change_that_passes_django_by_is_in_the_history_too() -> None:
    need = CompetenceNeedFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE brokering_competenceneed SET headcount = 5")
    assert [row.headcount for row in need.history.order_by("pgh_id")] == [2, 5]


def test_what_was_proposed_keeps_its_course() -> None:
    proposal = ProposalFactory.create()
    with pytest.raises(IntegrityError):
        proposal.offer.delete()
    assert Match.objects.count() == 0
