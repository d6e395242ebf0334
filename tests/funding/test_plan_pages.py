"""The pages of a plan: who may, what they show, and that nothing that was typed is lost."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Contents, Cost, Financing, PlanVersion
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.funding.factories import CommitmentFactory, TrancheFactory
from tests.funding.factories_plans import contents, payer, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MILLION = Decimal(1_000_000)


def at(name: str, *thing: int | str) -> str:
    return reverse(name, args=thing)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def draft(project: Project, leader: User) -> PlanVersion:
    """Of the project of the one who is logged in."""
    version = PlanVersion.objects.begin(project, leader)
    version.write(contents(Decimal("400000.50"), 2026, 2027))
    return version


def posted(version: PlanVersion, **more: Any) -> dict[str, Any]:
    """What the browser sends of the grid as it stands."""
    what = version.contents()
    data: dict[str, Any] = {
        "version": version.updated_at.isoformat(),
        "year": list(map(str, what.years)),
        "cost": [str(line.key) for line in what.costs],
        "financing": [str(line.key) for line in what.financing],
    }
    for letter, lines in (("c", what.costs), ("f", what.financing)):
        for line in lines:
            data |= {f"{letter}-{line.key}-kind": line.kind, f"{letter}-{line.key}-text": line.text}
            data |= {f"{letter}-{line.key}-{year}": str(value) for year, value in line.years.items()}
    return {**data, **more}


class TestThePlanOfAProject:
    @pytest.mark.usefixtures("leader")
    def test_says_that_there_is_none(self, client: Client, project: Project) -> None:
        shown = text(client, at("project-plan", project.pk))
        assert "There is no plan yet" in shown
        assert "Write a plan" in shown

    @pytest.mark.usefixtures("draft")
    def test_shows_costs_financing_and_how_sure_it_is(self, client: Client, project: Project) -> None:
        shown = text(client, at("project-plan", project.pk))
        assert "400\u00a0000.50" in shown
        assert "Not confirmed" in shown
        assert "Change the draft" in shown

    def test_shows_the_approved_one_while_another_is_written(
        self, client: Client, project: Project, leader: User
    ) -> None:
        plan(project, what=contents(MILLION))
        later = PlanVersion.objects.begin(project, leader)
        later.write(contents(2 * MILLION))
        shown = text(client, at("project-plan", project.pk))
        assert "1\u00a0000\u00a0000" in shown
        assert "2\u00a0000\u00a0000" not in shown

    def test_is_for_those_who_take_part_and_those_who_pay(
        self, client: Client, project: Project, member: Callable[..., User]
    ) -> None:
        version = plan(project)
        addresses = [at("project-plan", project.pk), at("plan", version.pk), at("plan-file", version.pk)]
        assert [client.get(url).status_code for url in addresses] == [302, 302, 302]
        member()
        assert [client.get(url).status_code for url in addresses] == [403, 404, 404]
        client.force_login(payer(project, MemberRole.FINANCE))
        assert [client.get(url).status_code for url in addresses[1:]] == [200, 200]
        client.force_login(payer(project))
        assert [client.get(url).status_code for url in addresses] == [200, 200, 200]

    def test_keeps_drafts_from_those_who_only_pay(self, client: Client, draft: PlanVersion, project: Project) -> None:
        client.force_login(payer(project))
        assert client.get(at("plan", draft.pk)).status_code == 404
        assert "Plan, version 1" not in text(client, at("project-plan", project.pk))

    def test_asks_as_many_questions_for_ten_lines_as_for_one(
        self, client: Client, draft: PlanVersion, project: Project, queries: Callable[[str], int]
    ) -> None:
        commitment = TrancheFactory.create(commitment__project=project).commitment
        addresses = [at("project-plan", project.pk), at("plan", draft.pk), at("plan-edit", draft.pk)]
        draft.write(lines(1, commitment.pk))
        for url in addresses:
            draft.write(lines(1, commitment.pk))
            one = queries(url)
            draft.write(lines(10, commitment.pk))
            assert queries(url) == one


def lines(number: int, commitment: int) -> Contents:
    each = {2026: Decimal(100)}
    return Contents(
        [Cost(f"Reise {place}", years=each) for place in range(number)],
        [Financing(f"Tilskudd {place}", commitment=commitment, years=each) for place in range(number)],
    )


class TestTheGrid:
    def test_is_saved_as_typed(self, client: Client, draft: PlanVersion) -> None:
        cost, financing = draft.contents().costs[0], draft.contents().financing[0]
        sent = posted(draft, do="save")
        sent |= {f"c-{cost.key}-2026": "1.234.567,89", f"c-{cost.key}-2027": "", f"f-{financing.key}-2027": "0"}
        sent |= {f"c-{cost.key}-eligible": "on"}
        answer = client.post(at("plan-edit", draft.pk), sent)
        assert answer.status_code == 302
        stored = draft.contents()
        assert stored.costs[0].years == {2026: Decimal("1234567.89")}
        assert stored.costs[0].key == cost.key
        assert stored.financing[0].years == {2026: Decimal("400000.50"), 2027: Decimal(0)}

    def test_counts_hours_by_their_rate(self, client: Client, draft: PlanVersion) -> None:
        key = draft.contents().costs[0].key
        sent = posted(draft, do="count") | {f"c-{key}-rate": "500,50", f"c-{key}-2026": "10,5", f"c-{key}-2027": "1"}
        shown = client.post(at("plan-edit", draft.pk), sent).content.decode()
        assert "5\u00a0255.25" in shown
        assert 'value="10,5"' in shown
        client.post(at("plan-edit", draft.pk), sent | {"do": "save"})
        stored = draft.contents().costs[0]
        assert stored.years == {2026: Decimal("10.5"), 2027: Decimal(1)}
        assert stored.values[2026] == Decimal("5255.25")

    @pytest.mark.parametrize(
        "act", ["add-cost", "add-financing", "add-year", "count", "remove-nothing", "fill-gap", "?"]
    )
    def test_keeps_what_was_typed_whatever_is_pressed(self, client: Client, draft: PlanVersion, act: str) -> None:
        key, new = draft.contents().costs[0].key, str(uuid4())
        sent = posted(draft, do=act) | {f"c-{key}-2026": "12 tusen", f"c-{new}-kind": "travel", f"c-{new}-text": "Fly"}
        sent["cost"] = [*sent["cost"], new]
        shown = client.post(at("plan-edit", draft.pk), sent).content.decode()
        assert "12 tusen" in shown
        assert "Fly" in shown
        assert draft.contents().costs[0].years[2026] == Decimal("400000.50")

    def test_says_what_cannot_be_read_and_saves_nothing(self, client: Client, draft: PlanVersion) -> None:
        key = draft.contents().costs[0].key
        sent = posted(draft, do="save") | {f"c-{key}-2026": "1,400", f"c-{key}-text": ""}
        shown = client.post(at("plan-edit", draft.pk), sent).content.decode()
        assert "is not an amount" in shown
        assert "Say in words what this is." in shown
        assert f'href="#id_c-{key}-2026"' in shown
        assert draft.contents().costs[0].text == "Prosjektleder"

    def test_adds_and_takes_away_rows_and_years(self, client: Client, draft: PlanVersion) -> None:
        url, key = at("plan-edit", draft.pk), str(draft.contents().costs[0].key)
        assert client.get(url).context["form"].years == [2026, 2027, 2028]
        added = client.post(url, posted(draft, do="add-year")).context["form"]
        assert added.years == [2026, 2027, 2028]
        assert len(client.post(url, posted(draft, do="add-cost")).context["form"].costs) == 2
        assert client.post(url, posted(draft, do=f"remove-{key}")).context["form"].costs == []
        client.post(url, posted(draft, do="save", cost=[]))
        assert draft.contents().costs == []

    def test_makes_what_is_missing_a_line(self, client: Client, draft: PlanVersion) -> None:
        url, key = at("plan-edit", draft.pk), draft.contents().financing[0].key
        sent = posted(draft, do="fill-gap") | {f"f-{key}-2026": "300 000"}
        form = client.post(url, sent).context["form"]
        assert form.contents.financing[-1].kind == "gap"
        assert form.contents.financing[-1].years == {2026: Decimal("100000.50")}
        assert draft.contents().financing[0].years[2026] == Decimal("400000.50")

    def test_shows_both_when_somebody_else_saved_meanwhile(self, client: Client, draft: PlanVersion) -> None:
        sent, key = posted(draft, do="save"), draft.contents().costs[0].key
        draft.write(draft.contents())
        answer = client.post(at("plan-edit", draft.pk), sent | {f"c-{key}-2026": "7"})
        assert answer.status_code == 409
        shown = answer.content.decode()
        assert "Somebody else changed the plan" in shown
        assert "NOK 400\u00a0000.50" in shown
        assert 'value="7"' in shown

    def test_is_for_those_who_keep_the_project_and_drafts_only(
        self, client: Client, leader: User, draft: PlanVersion, county: Organisation, member: Callable[..., User]
    ) -> None:
        member(MemberRole.CASE_OFFICER, county)
        assert client.get(at("plan-edit", draft.pk)).status_code == 403
        draft.submit(draft.created_by)
        client.force_login(leader)
        assert client.get(at("plan-edit", draft.pk)).status_code == 403

    def test_does_not_take_another_projects_commitment(self, client: Client, draft: PlanVersion) -> None:
        other, key = CommitmentFactory.create(), draft.contents().financing[0].key
        sent = posted(draft, do="save") | {f"f-{key}-link": f"commitment-{other.pk}"}
        assert client.post(at("plan-edit", draft.pk), sent).status_code == 200
        assert draft.contents().financing[0].commitment is None

    @pytest.mark.parametrize("junk", [{"cost": ["x", ""]}, {"year": ["x", "99999", "٢٠٢٦"]}, {"do": "remove-"}])
    def test_survives_junk(self, client: Client, draft: PlanVersion, junk: dict[str, Any]) -> None:
        assert client.post(at("plan-edit", draft.pk), posted(draft, do="count") | junk).status_code == 200


class TestActs:
    def test_lead_from_a_draft_to_an_approved_plan(self, client: Client, project: Project, draft: PlanVersion) -> None:
        client.post(at("plan-act", draft.pk, "submit"))
        draft.refresh_from_db()
        assert draft.state == "submitted"
        assert client.post(at("plan-act", draft.pk, "approve")).status_code == 403
        client.force_login(payer(project))
        client.post(at("plan-act", draft.pk, "approve"))
        draft.refresh_from_db()
        assert draft.state == "approved"

    def test_say_why_not(self, client: Client, draft: PlanVersion) -> None:
        draft.write(Contents([Cost("Reise", years={2026: Decimal(5)})]))
        assert "2026 lacks financing: NOK 5." in text(client, at("plan", draft.pk))
        assert client.post(at("plan-act", draft.pk, "submit")).status_code == 403
        assert client.post(at("plan-act", draft.pk, "explode")).status_code == 404

    def test_a_new_version_begins_with_what_is_in_force(self, client: Client, project: Project, leader: User) -> None:
        before = plan(project)
        answer = client.post(at("plan-begin", project.pk))
        later = PlanVersion.objects.of(project).drafts().get()
        assert answer["Location"] == at("plan-edit", later.pk)
        assert later.contents() == before.contents()
        assert later.created_by == leader


class TestComparing:
    def test_shows_what_is_otherwise(self, client: Client, project: Project, leader: User) -> None:
        before = plan(project)
        later = PlanVersion.objects.begin(project, leader)
        later.write(contents(MILLION + 1))
        shown = text(client, at("plan-compare", later.pk, before.pk))
        assert "New" in shown
        assert "Taken out" in shown
        assert "1\u00a0000\u00a0001" in shown

    def test_is_within_a_project(self, client: Client, draft: PlanVersion) -> None:
        assert client.get(at("plan-compare", draft.pk, plan().pk)).status_code == 404
