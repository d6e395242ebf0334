"""The pipeline: where firms stand, what to do next, and what one takes away as a table."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brokering.exchange.tables import as_csv, cell
from brokering.models import CompetenceNeed
from brokering.models.matches import Band, ProposalState
from brokering.models.needs import NeedState
from brokering.pipeline import Choice, Row, Stage, columns, rows, summary
from partners.models import Municipality, Organisation, User
from partners.models.roles import MemberRole
from projects.models import ProjectState
from tests.brokering.test_visits_projects import project_of
from tests.factories import (
    CompetenceNeedFactory,
    MatchFactory,
    MembershipFactory,
    MunicipalityFactory,
    OrganisationFactory,
    ProposalFactory,
    VerdictFactory,
    VisitFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
URL = "/pipeline/"


@pytest.fixture
def need(agency: Organisation, firm: Organisation) -> CompetenceNeed:
    made: CompetenceNeed = CompetenceNeedFactory.create(employer=firm, handled_by=agency, headcount=3)
    return made


def stages(user: User, choice: Choice | None = None) -> list[str]:
    return [row.stage for row in rows(user, choice or Choice())]


class TestStages:
    def test_an_employer_here_without_a_need_is_in_the_first(self, broker: User, firm: Organisation) -> None:
        OrganisationFactory.create()
        (row,) = rows(broker, Choice())
        assert (row.firm, row.stage, row.act.url) == (firm, Stage.NONE, f"/visits/new/?firm={firm.pk}")
        assert (row.people, row.since, row.last_visit, row.next_follow_up) == (0, None, None, None)

    @pytest.mark.parametrize(
        ("state", "stage"),
        [
            (NeedState.OPEN, Stage.SEARCHING),
            (NeedState.SUBMITTED, Stage.SEARCHING),
            (NeedState.COVERED, Stage.DONE),
            (NeedState.UNCOVERED, Stage.NOT_COVERED),
            (NeedState.EXPIRED, Stage.NOT_COVERED),
            (NeedState.WITHDRAWN, Stage.NONE),
        ],
    )
    def test_a_need_alone(self, broker: User, need: CompetenceNeed, state: str, stage: str) -> None:
        CompetenceNeed.objects.update(state=state)
        assert stages(broker) == [stage]

    @pytest.mark.parametrize(
        ("proposals", "stage"),
        [
            ([ProposalState.PROPOSED], Stage.PROPOSED),
            ([ProposalState.SENT, ProposalState.DECLINED], Stage.PROPOSED),
            ([ProposalState.SEEN, ProposalState.INTERESTED], Stage.INTERESTED),
            ([ProposalState.INTERESTED, ProposalState.AGREED], Stage.AGREED),
            ([ProposalState.AGREED, ProposalState.COMPLETED], Stage.DONE),
            ([ProposalState.DECLINED], Stage.SEARCHING),
            ([ProposalState.ABSENT], Stage.SEARCHING),
        ],
    )
    def test_is_where_its_furthest_proposal_is(
        self, broker: User, need: CompetenceNeed, proposals: list[str], stage: str
    ) -> None:
        for state in proposals:
            MatchFactory.create(need=need, offer=ProposalFactory.create(need=need, state=state).offer)
        assert stages(broker) == [stage]

    def test_a_course_is_found_when_it_fits_and_nobody_refused_or_proposed_it(
        self, broker: User, need: CompetenceNeed
    ) -> None:
        MatchFactory.create(need=need, band=Band.NEAR)
        refused = MatchFactory.create(need=need)
        VerdictFactory.create(need=need, offer=refused.offer, fits=False, reason="far")
        assert stages(broker) == [Stage.SEARCHING]
        found = MatchFactory.create(need=need, band=Band.POSSIBLE)
        assert stages(broker) == [Stage.FOUND]
        ProposalFactory.create(need=need, offer=found.offer, state=ProposalState.DECLINED)
        assert stages(broker) == [Stage.SEARCHING]

    def test_a_firm_stands_wherever_it_has_a_need(self, broker: User, need: CompetenceNeed) -> None:
        other = CompetenceNeedFactory.create(employer=need.employer, handled_by=need.handled_by)
        MatchFactory.create(need=other)
        CompetenceNeedFactory.create(employer=need.employer, handled_by=need.handled_by, headcount=4)
        found = rows(broker, Choice())
        assert [(row.stage, row.people, len(row.needs)) for row in found] == [
            (Stage.SEARCHING, 7, 2),
            (Stage.FOUND, 2, 1),
        ]
        counts = {column.stage: column[1:] for column in columns(found)}
        assert (counts[Stage.SEARCHING], counts[Stage.FOUND], counts[Stage.NONE]) == ((1, 2, 7), (1, 1, 2), (0, 0, 0))
        assert {column.stage: column[1:] for column in summary(broker)}[Stage.SEARCHING] == (1, 2, 7)

    def test_who_has_waited_longest_comes_first(self, broker: User, agency: Organisation) -> None:
        late, early = CompetenceNeedFactory.create_batch(2, handled_by=agency)
        CompetenceNeed.objects.filter(pk=early.pk).update(created_at=timezone.now() - timedelta(days=9))
        assert [row.needs[0] for row in rows(broker, Choice())] == [early, late]

    def test_knows_the_last_visit_and_the_next_follow_up(
        self, broker: User, need: CompetenceNeed, agency: Organisation
    ) -> None:
        today = timezone.localdate()
        VisitFactory.create(firm=need.employer, handled_by=agency, on=today - timedelta(days=9), next_follow_up=today)
        last = VisitFactory.create(firm=need.employer, handled_by=agency, on=today - timedelta(days=2))
        VisitFactory.create(firm=need.employer, on=today)
        (row,) = rows(broker, Choice())
        assert (row.last_visit, row.next_follow_up) == (last.on, None)
        CompetenceNeed.objects.update(next_follow_up=today)
        assert rows(broker, Choice())[0].next_follow_up == today


class TestActs:
    def act(self, user: User) -> tuple[str, bool]:
        (row,) = rows(user, Choice())
        return row.act.url, row.act.is_post

    def test_of_each_stage_leads_on(self, broker: User, need: CompetenceNeed) -> None:
        matches = reverse("need-matches", args=[need.pk])
        assert self.act(broker) == (matches, False)
        CompetenceNeed.objects.update(state=NeedState.SUBMITTED)
        assert self.act(broker) == (reverse("need-act", args=[need.pk, "open"]), True)
        CompetenceNeed.objects.update(state=NeedState.OPEN)
        MatchFactory.create(need=need)
        assert self.act(broker) == (matches, False)
        proposal = ProposalFactory.create(need=need, state=ProposalState.SENT)
        assert self.act(broker) == (need.get_absolute_url(), False)
        proposal.__class__.objects.update(state=ProposalState.INTERESTED)
        assert self.act(broker) == (reverse("proposal-act", args=[proposal.pk, "agree"]), True)
        proposal.__class__.objects.update(state=ProposalState.AGREED)
        assert self.act(broker) == (need.get_absolute_url(), False)

    def test_is_done_from_the_row(self, client: Client, broker: User, need: CompetenceNeed) -> None:
        ProposalFactory.create(need=need, state=ProposalState.INTERESTED)
        url, _is_post = self.act(broker)
        assert f'action="{url}"' in client.get(URL).content.decode()
        client.post(url)
        assert stages(broker) == [Stage.AGREED]


class TestPage:
    def test_shows_who_is_under_way_and_the_rest_when_asked(
        self, client: Client, broker: User, need: CompetenceNeed
    ) -> None:
        CompetenceNeed.objects.update(state=NeedState.COVERED)
        assert list(client.get(URL).context["page"]) == []
        assert 'class="empty"' in client.get(URL).content.decode()
        page = client.get(URL, {"stage": "done"}).content.decode()
        assert need.employer.name in page
        assert 'aria-current="true"' in page

    def test_is_narrowed_to_a_project_and_a_place(
        self, client: Client, broker: User, agency: Organisation, need: CompetenceNeed, place: Municipality
    ) -> None:
        project = project_of(agency)
        away = MunicipalityFactory.create(number="5603", name="Hammerfest")
        agency.serves.add(away)
        inside = CompetenceNeedFactory.create(
            employer=OrganisationFactory.create(municipality=away), handled_by=agency, project=project
        )
        assert self.firms(client, project=project.pk) == self.firms(client, place=away.pk) == [inside.employer]
        assert self.firms(client, place=place.pk) == [need.employer]
        visited = VisitFactory.create(handled_by=agency, project=project).firm
        assert set(self.firms(client, project=project.pk)) == {inside.employer, visited}

    def firms(self, client: Client, **query: str | int) -> list[Organisation]:
        return [row.firm for row in client.get(URL, query).context["page"]]

    @pytest.mark.parametrize("query", ["stage=x", "project=x", "place=%00", "page=x", "project=999999"])
    def test_what_nobody_would_type_is_no_error_of_ours(self, client: Client, broker: User, query: str) -> None:
        assert client.get(f"{URL}?{query}").status_code == 200

    def test_another_persons_project_narrows_nothing(self, client: Client, broker: User, need: CompetenceNeed) -> None:
        foreign = project_of(OrganisationFactory.create())
        assert foreign.state == ProjectState.RUNNING
        assert self.firms(client, project=foreign.pk) == [need.employer]

    @pytest.mark.parametrize("url", [URL, f"{URL}csv/"])
    def test_is_for_brokers(self, client: Client, member: Member, url: str) -> None:
        member("employee")
        assert client.get(url).status_code == 403
        member(MemberRole.CASE_OFFICER, OrganisationFactory.create(county_council=True))
        assert client.get(url).status_code == 403

    def test_others_firms_and_visits_are_theirs(self, client: Client, broker: User) -> None:
        CompetenceNeedFactory.create()
        VisitFactory.create()
        assert self.firms(client) == []

    def test_asks_as_many_queries_for_a_hundred_firms_as_for_one(
        self, client: Client, broker: User, agency: Organisation, queries: Queries
    ) -> None:
        fill(agency, 1)
        one = queries(URL)
        with CaptureQueriesContext(connection) as asked:
            rows(broker, Choice())
        assert len(asked) == 3
        fill(agency, 33)
        # Firms, needs, visits; projects and places to choose from; who I am and in what: session, person, roles.
        assert queries(URL) == one <= 8


def fill(agency: Organisation, times: int) -> None:
    for _time in range(times):
        VisitFactory.create(handled_by=agency)
        MatchFactory.create(need=CompetenceNeedFactory.create(handled_by=agency))
        ProposalFactory.create(need=CompetenceNeedFactory.create(handled_by=agency), state=ProposalState.INTERESTED)


class TestTable:
    def test_holds_the_rows_of_the_page(self, client: Client, broker: User, need: CompetenceNeed) -> None:
        response = client.get(f"{URL}csv/")
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in response.headers["Content-Disposition"]
        heading, row = csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";")
        assert heading[:2] == ["Stage", "Firm"]
        today = timezone.localdate().isoformat()
        assert row == ["No course that fits", need.employer.name, "", "Sør-Varanger", "1", "3", today, "", ""]

    @pytest.mark.parametrize("name", ["=1+1", "+47", "-2", "@SUM(A1)", "\t=1", " =1", "＝1"])
    def test_a_name_is_never_a_formula(self, client: Client, broker: User, firm: Organisation, name: str) -> None:
        Organisation.objects.filter(pk=firm.pk).update(name=name)
        text = client.get(f"{URL}csv/").content.decode("utf-8-sig")
        row = list(csv.reader(StringIO(text), delimiter=";"))[1]
        assert row[1] == f"'{name}"

    def test_numbers_days_and_nothing_are_themselves(self) -> None:
        assert [cell(one) for one in (-3, None, timezone.localdate(), "3-4")] == [
            "-3",
            "",
            timezone.localdate().isoformat(),
            "3-4",
        ]
        assert as_csv(["a"], [["b;c"]]) == '\ufeffa\r\n"b;c"\r\n'


def test_a_person_who_leads_elsewhere_sees_no_others(agency: Organisation, need: CompetenceNeed) -> None:
    person = MembershipFactory.create(role=MemberRole.LEADER).user
    assert rows(person, Choice()) == []


def test_a_row_says_when_nothing_waits_any_more(firm: Organisation) -> None:
    assert Row(Stage.DONE, firm, [CompetenceNeedFactory.create()]).since is None
