"""A project's figures equal what one counts by hand, also after corrections."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from brokering.models import CompetenceNeed, CourseRun, NeedEvent, Proposal, ProposalEvent, Visit
from brokering.models.choices import Mode
from brokering.models.matches import Band, ProposalState
from brokering.models.needs import NeedState
from config.knowledge.figures import DEFINITIONS, figures
from partners.models import Municipality
from projects.knowledge import knowledge
from projects.models import Indicator, Project
from tests.factories import (
    CompetenceNeedFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MatchFactory,
    MunicipalityFactory,
    OrganisationFactory,
    ProjectFactory,
    ProposalFactory,
    VerdictFactory,
    VisitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
FIRST, LAST = date(2026, 3, 1), date(2026, 6, 30)
BEFORE, INSIDE, AFTER = date(2026, 2, 28), date(2026, 4, 15), date(2026, 7, 1)
DAYS = [BEFORE, FIRST, INSIDE, LAST, AFTER]


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def counted(project: Project, first: date = FIRST, last: date = LAST) -> dict[str, int]:
    return {figure.key: figure.value for figure in figures(project, first, last)}


def submitted(on: date, **facts: Any) -> CompetenceNeed:
    need: CompetenceNeed = CompetenceNeedFactory.create(**facts)
    NeedEvent.objects.create(need=need, act="submit", from_state="draft", to_state="submitted", at=at_noon(on))
    return need


def agreed(need: CompetenceNeed, on: date, state: str = ProposalState.AGREED, **facts: Any) -> Proposal:
    """A proposal that was agreed that day and, when its state says so, completed the day after."""
    proposal: Proposal = ProposalFactory.create(need=need, state=state, **facts)
    note(proposal, "agree", on)
    if state == ProposalState.COMPLETED:
        note(proposal, "complete", on + timedelta(days=1))
    return proposal


def note(proposal: Proposal, act: str, on: date) -> None:
    ProposalEvent.objects.create(proposal=proposal, act=act, from_state="", to_state=act, at=at_noon(on))


@pytest.fixture
def project() -> Project:
    made: Project = ProjectFactory.create()
    made.municipalities.add(MunicipalityFactory.create())
    return made


def test_each_figure_says_what_it_is_in_the_order_of_the_indicators(project: Project) -> None:
    found = knowledge().figures(project, FIRST, LAST)
    assert [figure.key for figure in found] == list(Indicator)
    assert [figure.definition for figure in found] == [str(DEFINITIONS[key]) for key in Indicator]
    assert {figure.value for figure in found} == {0}
    assert found[0].label == "Firms reached"


def test_a_firm_is_reached_once_by_visit_or_need(project: Project) -> None:
    firm = OrganisationFactory.create()
    VisitFactory.create_batch(2, firm=firm, project=project, on=INSIDE)
    submitted(INSIDE, employer=firm, project=project)
    submitted(INSIDE, project=project)
    VisitFactory.create(on=INSIDE)
    assert (counted(project)["firms"], counted(project)["needs"]) == (2, 2)


def test_a_need_is_of_the_day_it_was_submitted_until_it_is_withdrawn(project: Project) -> None:
    need = submitted(FIRST, project=project)
    CompetenceNeedFactory.create(project=project, state=NeedState.DRAFT)
    assert counted(project)["needs"] == 1
    assert counted(project, FIRST + timedelta(days=1))["needs"] == 0
    CompetenceNeed.objects.filter(pk=need.pk).update(state=NeedState.WITHDRAWN)
    assert (counted(project)["needs"], counted(project)["firms"]) == (0, 0)


def test_midnight_is_that_of_norway(project: Project) -> None:
    need = CompetenceNeedFactory.create(project=project)
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    NeedEvent.objects.create(need=need, act="submit", to_state="submitted", at=late)
    assert counted(project)["needs"] == 0
    assert counted(project, LAST, AFTER)["needs"] == 1


def test_a_near_miss_and_a_refused_course_do_not_fit_and_a_proposed_one_does(project: Project) -> None:
    MatchFactory.create(need=submitted(INSIDE, project=project), band=Band.NEAR)
    refused = MatchFactory.create(need=submitted(INSIDE, project=project))
    VerdictFactory.create(need=refused.need, offer=refused.offer, fits=False, reason="far")
    MatchFactory.create(need=submitted(INSIDE, project=project), band=Band.POSSIBLE)
    ProposalFactory.create(need=submitted(INSIDE, project=project), state=ProposalState.DECLINED)
    assert (counted(project)["needs"], counted(project)["matches"]) == (4, 2)


def test_places_are_agreed_and_completed_when_it_is_noted(project: Project) -> None:
    need = submitted(BEFORE, project=project, headcount=4)
    agreed(need, LAST, ProposalState.COMPLETED)
    assert (counted(project)["agreed"], counted(project)["people"]) == (4, 0)
    assert (counted(project, AFTER, AFTER)["agreed"], counted(project, AFTER, AFTER)["people"]) == (0, 4)
    CompetenceNeed.objects.filter(pk=need.pk).update(headcount=3)
    assert counted(project)["agreed"] == 3


def test_a_run_starts_once_for_all_its_firms(project: Project) -> None:
    run = CourseRunFactory.create(start=INSIDE)
    for _firm in range(2):
        agreed(submitted(BEFORE, project=project), BEFORE, offer=run.offer, run=run)
    assert counted(project)["courses"] == 1
    CourseRun.objects.update(cancelled_at=at_noon(LAST))
    assert (counted(project)["courses"], counted(project)["new_offers"]) == (0, 0)


def test_what_starts_tomorrow_has_not_started(project: Project) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    run = CourseRunFactory.create(start=tomorrow)
    agreed(submitted(INSIDE, project=project), INSIDE, offer=run.offer, run=run)
    found = counted(project, FIRST, tomorrow + timedelta(days=99))
    assert (found["courses"], found["new_offers"]) == (0, 0)


def test_a_course_is_new_here_when_it_was_never_held_here(project: Project) -> None:
    run = CourseRunFactory.create(start=INSIDE)
    agreed(submitted(INSIDE, project=project), INSIDE, offer=run.offer, run=run)
    elsewhere = MunicipalityFactory.create(number="5603", name="Hammerfest")
    CourseRunFactory.create(offer=run.offer, start=BEFORE, municipality=elsewhere)
    CourseRunFactory.create(offer=run.offer, start=BEFORE, mode=Mode.ONLINE)
    assert counted(project)["new_offers"] == 1
    CourseRunFactory.create(offer=run.offer, start=BEFORE)
    assert counted(project)["new_offers"] == 0


def test_asks_as_many_queries_for_ten_as_for_one(project: Project) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            counted(project)
        return len(queries)

    fill(project)
    one = asked()
    for _time in range(9):
        fill(project)
    assert asked() == one == 6


def fill(project: Project) -> None:
    run = CourseRunFactory.create(start=INSIDE)
    agreed(submitted(INSIDE, project=project), INSIDE, ProposalState.COMPLETED, offer=run.offer, run=run)
    VisitFactory.create(project=project, on=INSIDE)


class Seen(NamedTuple):
    """A need with a proposal as a random world draws them."""

    firm: int
    ours: bool
    day: date
    withdrawn: bool
    people: int
    band: str
    refused: bool
    proposal: str
    agreed_on: date
    offer: int
    run: int


needs = st.builds(
    Seen,
    firm=st.integers(0, 2),
    ours=st.booleans(),
    day=st.sampled_from(DAYS),
    withdrawn=st.booleans(),
    people=st.integers(1, 5),
    band=st.sampled_from(["", *Band.values]),
    refused=st.booleans(),
    proposal=st.sampled_from(["", *ProposalState.values]),
    agreed_on=st.sampled_from(DAYS),
    offer=st.integers(0, 1),
    run=st.integers(0, 1),
)
# Day, whether it is held here, whether it was called off.
runs = st.lists(st.tuples(st.sampled_from(DAYS), st.booleans(), st.booleans()), min_size=4, max_size=4)
visits = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.sampled_from(DAYS)), max_size=3)


@given(st.lists(needs, max_size=4), runs, visits)
@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_world_they_are_what_one_counts(project: Project, needs: Any, runs: Any, visits: Any) -> None:
    with transaction.atomic():
        build(project, needs, runs, visits)
        assert counted(project) == by_hand(project)
        transaction.set_rollback(True)


def build(project: Project, needs: list[Seen], runs: Any, visits: Any) -> None:
    firms, offers = OrganisationFactory.create_batch(3), CourseOfferFactory.create_batch(2)
    away = MunicipalityFactory.create(number="5603", name="Hammerfest")
    here = MunicipalityFactory.create()
    made = [
        CourseRunFactory.create(
            offer=offers[number % 2],
            start=day,
            municipality=here if is_here else away,
            cancelled_at=at_noon(BEFORE) if called_off else None,
        )
        for number, (day, is_here, called_off) in enumerate(runs)
    ]
    for seen in needs:
        state = NeedState.WITHDRAWN if seen.withdrawn else NeedState.OPEN
        ours = project if seen.ours else None
        need = submitted(seen.day, employer=firms[seen.firm], project=ours, headcount=seen.people, state=state)
        offer = offers[seen.offer]
        if seen.band:
            MatchFactory.create(need=need, offer=offer, band=seen.band)
        if seen.refused:
            VerdictFactory.create(need=need, offer=offer, fits=False, reason="far")
        if seen.proposal:
            run = made[seen.offer + 2 * seen.run]
            proposal = ProposalFactory.create(need=need, offer=offer, run=run, state=seen.proposal)
            if seen.proposal in {"agreed", "completed", "absent"}:
                note(proposal, "agree", seen.agreed_on)
            if seen.proposal == "completed":
                note(proposal, "complete", seen.agreed_on + timedelta(days=1))
    for firm, ours, day in visits:
        VisitFactory.create(firm=firms[firm], project=project if ours else None, on=day)


def by_hand(project: Project) -> dict[str, int]:
    """The definitions once more, row by row."""
    needs = [need for need in CompetenceNeed.objects.filter(project=project) if need.state != NeedState.WITHDRAWN]
    mapped = [need for need in needs if any(within(e.at) for e in need.events.all() if e.act == "submit")]
    visited = {visit.firm_id for visit in Visit.objects.filter(project=project) if FIRST <= visit.on <= LAST}
    proposals = list(Proposal.objects.filter(need__project=project).select_related("run", "need", "offer"))
    placed = [one for one in proposals if one.state in {"agreed", "completed", "absent"}]
    started = {one.run_id for one in placed if one.run and counts(one.run)}
    firsts = {offer: first_here(project, offer) for offer in {one.offer_id for one in placed}}
    return {
        "firms": len({need.employer_id for need in mapped} | visited),
        "needs": len(mapped),
        "matches": sum(map(fits, mapped)),
        "agreed": people(proposals, "agree"),
        "courses": len(started),
        "people": people(proposals, "complete"),
        "new_offers": sum(bool(day and FIRST <= day <= LAST) for day in firsts.values()),
    }


def within(at: datetime) -> bool:
    return FIRST <= at.date() <= LAST


def counts(run: CourseRun) -> bool:
    return run.cancelled_at is None and bool(run.start and FIRST <= run.start <= LAST)


def fits(need: CompetenceNeed) -> bool:
    refused = {verdict.offer_id for verdict in need.verdicts.all() if not verdict.fits}
    good = [one for one in need.matches.all() if one.band != Band.NEAR and one.offer_id not in refused]
    return bool(good or need.proposals.all())


def people(proposals: list[Proposal], act: str) -> int:
    events: Callable[[Proposal], list[Any]] = lambda one: [e for e in one.events.all() if e.act == act and within(e.at)]  # noqa: E731
    return sum(one.need.headcount * len(events(one)) for one in proposals)


def first_here(project: Project, offer: int) -> date | None:
    here = set(Municipality.objects.filter(projects=project))
    held = [run for run in CourseRun.objects.filter(offer=offer) if run.municipality in here and not run.cancelled_at]
    return min((run.start for run in held if run.start and run.mode != Mode.ONLINE), default=None)
