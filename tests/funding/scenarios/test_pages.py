"""The pages of scenarios: who may ask and read, what is answered first, and what is never shown."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.models import BudgetFrame, Commitment, FundingSource, Scenario
from funding.scenarios.facts import Inputs, Selection
from funding.scenarios.gather import askable, gather, of_project
from funding.scenarios.stress import Bar, bars
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import OrganisationFactory, ProjectFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST, NEW = reverse("scenario-list"), reverse("scenario-create")


@pytest.fixture
def source(county: Organisation) -> FundingSource:
    return FundingSource.objects.create(owner=county, name="Departementets bevilgninger")


@pytest.fixture
def held_out(commitment: Commitment, source: FundingSource) -> Commitment:
    """400 000 firm in 2026, and 2027 held out as long as the source stays at its level."""
    year = commitment.tranches.get(year=2027)
    condition = ConditionFactory.create(commitment=commitment, tranche=year, kind="allocation", text="Dagens nivå")
    type(condition).objects.filter(pk=condition.pk).update(source=source)
    return commitment


def question(**typed: Any) -> dict[str, Any]:
    return {"fall": "20", "fit": "priority", "costs": "keep", "name": "", **typed}


class TestAsking:
    @pytest.mark.usefixtures("officer", "held_out")
    def test_leads_to_the_answer(self, client: Client, source: FundingSource) -> None:
        response = client.post(NEW, question(sources=[source.pk]), follow=True)
        shown = response.content.decode()
        assert "20 % less: Departementets bevilgninger" in shown
        assert "1 tranche falls of 2, in 1 project: unknown amount at risk." in shown
        assert "The condition asks that “Departementets bevilgninger” stays at its level in 2027." in shown
        assert "100 %: it falls at any fall" in shown
        assert "NOK 400\u00a0000" in shown
        assert "stands whatever falls" in shown

    @pytest.mark.usefixtures("officer", "held_out")
    def test_with_nothing_chosen_says_so(self, client: Client) -> None:
        assert "Choose some money." in client.post(NEW, question()).content.decode()
        assert not Scenario.objects.exists()

    @pytest.mark.usefixtures("officer", "held_out")
    def test_of_money_that_is_not_in_all_lists_says_so(self, client: Client) -> None:
        other = CommitmentFactory.create(state="public", project=ProjectFactory.create(is_public=True))
        TrancheFactory.create(commitment=other, year=2031)
        shown = client.post(NEW, question(funders=[other.funder_id], years=["2026"])).content.decode()
        assert "No money is in all the lists that you chose from." in shown
        assert not Scenario.objects.exists()

    @pytest.mark.usefixtures("officer", "held_out")
    @pytest.mark.parametrize("fall", ["-1", "101", "0.001", "mye"])
    def test_takes_a_fall_from_0_to_100(self, client: Client, county: Organisation, fall: str) -> None:
        response = client.post(NEW, question(funders=[county.pk], fall=fall))
        assert response.status_code == 200
        assert not Scenario.objects.exists()

    @pytest.mark.usefixtures("officer", "held_out")
    def test_again_starts_from_what_was_asked(self, client: Client, source: FundingSource) -> None:
        client.post(NEW, question(sources=[source.pk], fall="12.5", costs="cut", name="Budsjettet"))
        again = client.get(f"{NEW}?again={Scenario.objects.get().pk}").content.decode()
        assert 'value="12.5"' in again
        assert 'value="Budsjettet"' in again
        assert client.get(f"{NEW}?again=mye&for=mye").status_code == 200


class TestWhoMay:
    def test_a_stranger_logs_in(self, client: Client) -> None:
        assert client.get(LIST).status_code == 302

    @pytest.mark.parametrize(
        ("role", "reads", "asks"),
        [
            (MemberRole.CASE_OFFICER, 200, 200),
            (MemberRole.DECIDER, 200, 200),
            (MemberRole.ATTESTER, 200, 403),
            (MemberRole.FINANCE, 403, 403),
            (MemberRole.LEADER, 403, 403),
        ],
    )
    def test_by_role(
        self, client: Client, member: Callable[..., User], county: Organisation, role: str, reads: int, asks: int
    ) -> None:
        made = ask(county)
        member(role, county)
        assert [client.get(url).status_code for url in (LIST, made.get_absolute_url(), NEW)] == [reads, reads, asks]

    def test_another_county_does_not_see_it(self, client: Client, member: Callable[..., User]) -> None:
        made = ask(OrganisationFactory.create(county_council=True, name="Nordland fylkeskommune"))
        member(MemberRole.DECIDER, OrganisationFactory.create(county_council=True))
        assert client.get(made.get_absolute_url()).status_code == 404
        assert "Nordland" not in client.get(LIST).content.decode()


def ask(owner: Organisation, **chosen: Any) -> Scenario:
    facts = gather(askable(owner), BudgetFrame.objects.none(), timezone.localdate())
    selection = Selection(**{name: frozenset(keys) for name, keys in chosen.items()})
    return Scenario.objects.ask(owner, Inputs(selection, Decimal("0.8")), facts, None)


class TestWhatCanBeAskedAbout:
    def test_is_ones_own_and_what_is_published_of_public_projects(self, county: Organisation) -> None:
        own = CommitmentFactory.create(funder=county)
        shown = {own.pk: True}
        for state, is_public in (("public", True), ("public", False), ("reported", True)):
            project = ProjectFactory.create(is_public=is_public)
            other = CommitmentFactory.create(project=project, state=state)
            shown[other.pk] = state == "public" and is_public
        assert {pk for pk, is_shown in shown.items() if is_shown} == set(askable(county).values_list("pk", flat=True))


class TestTheStoredAnswer:
    def test_never_changes(self, county: Organisation) -> None:
        made = ask(county)
        for change in (lambda: Scenario.objects.update(name="x"), lambda: made.delete(), lambda: _raw(made)):
            with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
                change()

    def test_stands_when_the_money_changes(self, commitment: Commitment, county: Organisation) -> None:
        made = ask(county, funders=[county.pk])
        commitment.tranches.get(year=2026).correct("conditional", None, "Skrevet for sterkt")
        again = ask(county, funders=[county.pk])
        found = Scenario.objects.get(pk=made.pk)
        assert found.answered == made.answered
        assert found.asked == made.asked
        assert again.facts_sha256 != found.facts_sha256

    def test_of_the_same_money_has_the_same_fingerprint(self, commitment: Commitment) -> None:
        first, second = ask(commitment.funder), ask(commitment.funder)
        assert first.facts_sha256 == second.facts_sha256
        assert first.answer == second.answer


def _raw(made: Scenario) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE funding_scenario SET name = 'x' WHERE id = %s", [made.pk])


class TestQueries:
    @pytest.mark.usefixtures("officer")
    def test_are_as_many_for_ten_projects_as_for_one(
        self, client: Client, commitment: Commitment, county: Organisation, queries: Callable[[str], int]
    ) -> None:
        one = [queries(url) for url in (ask(county, funders=[county.pk]).get_absolute_url(), LIST, NEW)]
        for _index in range(10):
            other = CommitmentFactory.create(funder=county)
            TrancheFactory.create(commitment=other)
            ConditionFactory.create(commitment=other)
            made = ask(county, funders=[county.pk])
        ten = [queries(url) for url in (made.get_absolute_url(), LIST, NEW)]
        assert one == ten

    def test_gathering_asks_at_most_seven(
        self, held_out: Commitment, county: Organisation, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(7):
            facts = gather(askable(county), BudgetFrame.objects.all(), timezone.localdate())
        assert len(facts.tranches) == 2


def strip(project: Project) -> list[Bar]:
    return bars(of_project(project.commitments.current()))


class TestTheStressStrip:
    def test_shows_what_stands_and_what_falls(self, held_out: Commitment) -> None:
        ConditionFactory.create(commitment=held_out)
        [today, ten, _twenty, half] = strip(held_out.project)
        assert (today.heading, today.stands, today.falls) == (
            "Today",
            "100 %: NOK 400\u00a0000 and unknown amount",
            "nothing",
        )
        assert ten.falls == "2 tranches: NOK 40\u00a0000 and unknown amount"
        assert (half.heading, half.width, half.stands) == ("−50 %", "50.00%", "50 %: NOK 200\u00a0000")

    def test_is_a_picture_and_a_table(self, held_out: Commitment) -> None:
        shown = render_to_string("funding/stress.html", {"bars": strip(held_out.project)})
        assert '<rect x="0" y="1" width="50.00%"' in shown
        assert "2 tranches: NOK 200\u00a0000 and unknown amount" in shown

    def test_of_no_money_is_nothing(self, project: Project) -> None:
        assert not strip(project)
        assert not render_to_string("funding/stress.html", {"bars": []}).strip()

    def test_asks_two_queries(self, held_out: Commitment, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(2):
            strip(held_out.project)


@pytest.mark.usefixtures("officer")
def test_only_projects_that_can_be_opened_are_links(client: Client, commitment: Commitment) -> None:
    hidden = CommitmentFactory.create(funder=commitment.funder, project=ProjectFactory.create(is_public=False))
    TrancheFactory.create(commitment=hidden)
    shown = client.get(ask(commitment.funder, funders=[commitment.funder_id]).get_absolute_url()).content.decode()
    for one, is_link in ((commitment.project, True), (hidden.project, False)):
        assert one.name in shown
        assert (f'href="{reverse("project", args=[one.pk])}"' in shown) == is_link
