"""The effect chain, what is shown of answers, and that nothing about few people can be found by comparing figures."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from brokering.models.matches import ACCEPT, AGREE, COMPLETE, SEND
from brokering.models.needs import SUBMIT
from partners.models import User
from pooling import effect
from pooling.effect import LEAST, Answer, Effect, effects, released, total
from pooling.models import Outcome
from projects.knowledge import knowledge
from projects.models import Indicator, Project
from tests.factories import (
    CompetenceNeedFactory,
    MembershipFactory,
    ProjectFactory,
    ProjectPartnerFactory,
    ProposalFactory,
)
from tests.pooling.factories import ReservationFactory
from tests.pooling.factories_outcomes import FollowUpFactory, OutcomeFactory, answered, give_back, noted

TODAY = timezone.localdate
ANSWERS = st.lists(
    st.integers(1, 9).flatmap(lambda n: st.builds(Answer, st.just(n), st.integers(0, n), st.just("not"))), max_size=25
)


@pytest.fixture
def project(db: None) -> Project:
    project: Project = ProjectFactory.create()
    return project


def of(project: Project) -> Effect:
    return effects([project], TODAY())[0]


class TestAnswersAreReleasedInBlocks:
    @given(ANSWERS)
    def test_what_comes_later_adds_nobody_or_five_people(self, answers: list[Answer]) -> None:
        shown = [sum(one.people for one in released(answers[:n])) for n in range(len(answers) + 1)]
        added = [later - earlier for earlier, later in pairwise(shown)]
        assert all(n == 0 or n >= LEAST for n in added)

    @given(ANSWERS)
    def test_no_more_than_a_block_is_held_back(self, answers: list[Answer]) -> None:
        assert sum(one.people for one in answers) - sum(one.people for one in released(answers)) < LEAST

    @given(st.lists(ANSWERS, min_size=2, max_size=4), st.data())
    def test_figures_of_any_two_choices_of_projects_and_days_differ_by_nobody_or_by_five(
        self, projects: list[list[Answer]], data: st.DataObject
    ) -> None:
        """Projects can be left out of a sum by who looks, and answers by when: for each project the difference is of
        whole blocks."""
        seen = [data.draw(st.integers(0, len(answers))) for answers in projects]
        later = [data.draw(st.integers(n, len(answers))) for n, answers in zip(seen, projects, strict=True)]
        for answers, one, other in zip(projects, seen, later, strict=True):
            before, after = released(answers[:one]), released(answers[:other])
            assert after[: len(before)] == before
            hidden = sum(answer.people for answer in after[len(before) :])
            assert hidden == 0 or hidden >= LEAST


@pytest.mark.usefixtures("english")
class TestTheChain:
    def test_counts_needs_seats_started_and_completed(self, project: Project) -> None:
        need = CompetenceNeedFactory.create(project=project, headcount=4, state="draft")
        need.carry_out(SUBMIT, None)
        CompetenceNeedFactory.create(project=project, headcount=2, state="draft").carry_out(SUBMIT, None)
        kept = ReservationFactory.create(need=need, seats=3)
        OutcomeFactory.create(reservation=kept, project=project).note(3, 2, TODAY(), None)
        found = of(project)
        assert (found.needs, found.people, found.matched) == (2, 6, 4)
        assert (found.kept, found.started, found.completed) == (3, 3, 2)

    def test_says_of_seats_and_completed_what_the_reports_say(self, project: Project) -> None:
        need = CompetenceNeedFactory.create(project=project, headcount=4)
        proposal = ProposalFactory.create(need=need)
        for act in (SEND, ACCEPT, AGREE, COMPLETE):
            proposal.carry_out(act, None)
        noted(project=project, seats=3, completed=2)
        Outcome.objects.gather()
        figures = {one.key: one.value for one in knowledge().figures(project, date(2000, 1, 1), date(2999, 1, 1))}
        found = of(project)
        assert (found.kept, found.completed) == (7, 6)
        assert (figures[Indicator.AGREED], figures[Indicator.PEOPLE]) == (7, 6)

    def test_seats_given_back_are_not_there(self, project: Project) -> None:
        outcome = OutcomeFactory.create(project=project)
        give_back(outcome)
        assert of(project).kept == 0

    def test_counts_no_other_projects_seats(self, project: Project) -> None:
        answered(noted(project=ProjectFactory.create(), seats=6), used=6)
        found = of(project)
        assert (found.completed, found.waves[0].answered) == (0, 0)

    def test_tells_who_answered_and_who_did_not(self, project: Project) -> None:
        answered(noted(project=project, seats=6), used=4, without="not")
        noted(project=project, seats=3)
        wave = of(project).waves[0]
        assert (wave.people, wave.answered, wave.silent) == (9, 6, 3)
        assert (wave.used, wave.shown, wave.used_percent) == (4, 6, 67)
        assert [(n, percent) for _label, n, percent in wave.reasons] == [(6, 100), (0, 0), (0, 0), (0, 0)]

    def test_shows_nothing_of_fewer_than_five(self, project: Project) -> None:
        answered(noted(project=project, seats=4), used=4)
        wave = of(project).waves[0]
        assert (wave.answered, wave.shown, wave.used, wave.reasons) == (4, 0, 0, [])

    def test_two_projects_of_four_do_not_add_up_to_eight(self, project: Project) -> None:
        other = ProjectFactory.create()
        for each in (project, other):
            answered(noted(project=each, seats=4), used=4)
        assert total(effects([project, other], TODAY())).waves[0].shown == 0

    def test_those_who_completed_lately_are_not_counted_as_silent(self, project: Project) -> None:
        noted(ago=20, project=project)
        assert [wave.people for wave in of(project).waves] == [0, 0, 0]

    def test_a_seat_costs_nothing_known_without_accounts(self, project: Project) -> None:
        noted(project=project)
        assert of(project).cost_per_seat is None

    def test_a_seat_costs_the_approved_costs_shared(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        noted(project=project, seats=3)
        monkeypatch.setattr(effect, "_costs", lambda _keys: {project.pk: Decimal(100_000)})
        assert of(project).cost_per_seat == Decimal(33_333)


@pytest.mark.usefixtures("english")
class TestThePages:
    @pytest.fixture
    def leader(self, client: Client, project: Project) -> User:
        membership = MembershipFactory.create(role="leader")
        ProjectPartnerFactory.create(project=project, organisation=membership.organisation, running=True)
        client.force_login(membership.user)
        leader: User = membership.user
        return leader

    def test_a_projects_page_shows_chain_answers_and_silence(
        self, client: Client, leader: User, project: Project
    ) -> None:
        answered(noted(project=project, seats=6), used=3)
        noted(project=project, seats=2)
        page = client.get(reverse("project-effect", args=[project.pk])).content.decode()
        assert "50 %" in page
        assert "use it at work: 3 of 6 who answered" in page
        assert "Of 8 people who completed, 6 answered; of 2 nothing is known." in page
        assert "No accounts of the project have been approved." in page

    def test_few_answers_are_nowhere(self, client: Client, leader: User, project: Project) -> None:
        answered(noted(project=project, seats=3), used=3)
        pages = [reverse("project-effect", args=[project.pk]), reverse("effect")]
        for page in (client.get(url).content.decode() for url in pages):
            assert "Too few have answered to be shown" in page
            assert "use it at work:" not in page
        row = client.get(reverse("effect-csv")).content.decode("utf-8-sig").splitlines()[1]
        assert row.endswith(";3;3;0;;;0;0;0;;;0;0;0;;")

    def test_other_peoples_projects_are_not_in_the_table(self, client: Client, leader: User, project: Project) -> None:
        other = ProjectFactory.create(name="En annens prosjekt")
        page = client.get(reverse("effect")).content.decode()
        assert str(project) in page
        assert str(other) not in page
        assert client.get(reverse("project-effect", args=[other.pk])).status_code in {403, 404}

    def test_ask_as_many_queries_for_ten_projects_as_for_one(
        self, leader: User, project: Project, queries: Callable[[str], int]
    ) -> None:
        def fill(one: Project) -> None:
            answered(noted(project=one, seats=6))
            FollowUpFactory.create(outcome=noted(ago=200, project=one), months=6)

        fill(project)
        url = reverse("effect")
        one = queries(url)
        house = leader.memberships.get().organisation
        for _project in range(4):
            fill(ProjectPartnerFactory.create(organisation=house, running=True).project)
        assert queries(url) == one <= 16


def test_of_several_projects_the_answers_are_added() -> None:
    mine = Effect(None, people=2)
    mine.waves[0].without = Counter({"not": 5})
    theirs = Effect(None, people=3)
    theirs.waves[0].without = Counter({"not": 6, "same": 5})
    mine.add(theirs)
    assert (mine.people, mine.waves[0].without) == (5, Counter({"not": 11, "same": 5}))
