"""The pages of accounts: written, sent, given back, approved line by line; the budget beside what was spent."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from funding.models import Contents, Cost, CostStatement, Financing, PlanVersion
from partners.models import User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.funding.factories_plans import contents, payer, plan, statement
from tests.projects.files import png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def at(name: str, *thing: int) -> str:
    return reverse(name, args=thing)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def version(project: Project) -> PlanVersion:
    return plan(project)


@pytest.fixture
def accounts(version: PlanVersion) -> CostStatement:
    return statement(version, "draft")


def posted(accounts: CostStatement, amount: str, **more: Any) -> dict[str, Any]:
    field = f"spent_{accounts.version.costs.get().pk}"
    return {"version": accounts.updated_at.isoformat(), "title": "Regnskap 2026", field: amount, **more}


class TestWriting:
    @pytest.mark.usefixtures("leader", "version")
    def test_begins_with_a_year_of_the_plan_in_force(self, client: Client, project: Project) -> None:
        assert "Write accounts" in text(client, at("project-statements", project.pk))
        answer = client.post(at("statement-create", project.pk), {"year": "2026", "title": "Regnskap"})
        made = CostStatement.objects.get()
        assert answer["Location"] == at("statement-edit", made.pk)
        assert (made.year, made.state) == (2026, "draft")

    @pytest.mark.usefixtures("leader")
    def test_says_that_there_is_no_plan(self, client: Client, project: Project) -> None:
        assert "There is no approved plan" in text(client, at("project-statements", project.pk))
        shown = client.post(at("statement-create", project.pk), {"year": "2026", "title": "Regnskap"})
        assert "There is no approved plan" in shown.content.decode()

    @pytest.mark.usefixtures("leader")
    def test_saves_what_was_spent_and_its_document(self, client: Client, accounts: CostStatement) -> None:
        file = SimpleUploadedFile("regnskap.png", png())
        answer = client.post(at("statement-edit", accounts.pk), posted(accounts, "-1 234,50", document=file))
        assert answer.status_code == 302
        assert accounts.lines.get().claimed == Decimal("-1234.50")
        assert accounts.documents.count() == 2
        shown = text(client, at("statement-edit", accounts.pk))
        assert 'value="−1\u00a0234.50"' in shown or 'value="−1\u00a0234,50"' in shown
        assert "Planned this year: NOK 1\u00a0000\u00a0000" in shown
        uploaded = accounts.documents.get(name="regnskap.png")
        found = client.get(at("statement-document", accounts.pk, uploaded.pk))
        assert found.getvalue() == png()

    @pytest.mark.usefixtures("leader")
    def test_leaves_out_what_is_empty(self, client: Client, accounts: CostStatement) -> None:
        client.post(at("statement-edit", accounts.pk), posted(accounts, ""))
        assert not accounts.lines.exists()

    @pytest.mark.usefixtures("leader")
    def test_shows_both_when_somebody_else_saved_meanwhile(self, client: Client, accounts: CostStatement) -> None:
        sent = posted(accounts, "77")
        accounts.save()
        answer = client.post(at("statement-edit", accounts.pk), sent)
        assert answer.status_code == 409
        assert "Somebody else changed the accounts" in answer.content.decode()
        assert accounts.lines.get().claimed == Decimal(400_000)


class TestReviewing:
    def test_goes_from_sent_to_given_back_to_approved(
        self, client: Client, project: Project, leader: User, accounts: CostStatement
    ) -> None:
        client.post(at("statement-send", accounts.pk))
        accounts.refresh_from_db()
        assert (accounts.state, accounts.sent_by) == ("sent", leader)
        assert client.get(at("statement-edit", accounts.pk)).status_code == 403
        assert client.get(at("statement-review", accounts.pk)).status_code == 403
        officer = payer(project)
        client.force_login(officer)
        client.post(at("statement-return", accounts.pk), {"why": "Bilag mangler"})
        client.force_login(leader)
        assert "Bilag mangler" in text(client, at("statement", accounts.pk))
        client.post(at("statement-send", accounts.pk))
        client.force_login(officer)
        line = accounts.lines.get()
        review = at("statement-review", accounts.pk)
        shown = client.post(review, {f"approved_{line.pk}": "300000", f"why_{line.pk}": " "}).content.decode()
        assert "Say why less is approved." in shown
        shown = client.post(review, {f"approved_{line.pk}": "400000,01", f"why_{line.pk}": "Mer"}).content.decode()
        assert "No more can be approved than was spent." in shown
        client.post(review, {f"approved_{line.pk}": "300000", f"why_{line.pk}": "Utenfor planen"})
        accounts.refresh_from_db()
        assert (accounts.state, accounts.approved_by) == ("approved", officer)
        assert "Utenfor planen" in text(client, at("statement", accounts.pk))

    def test_needs_a_reason_to_give_back(self, client: Client, project: Project, version: PlanVersion) -> None:
        accounts = statement(version, "sent")
        client.force_login(payer(project))
        client.post(at("statement-return", accounts.pk), {"why": " "})
        accounts.refresh_from_db()
        assert accounts.state == "sent"

    @pytest.mark.parametrize("role", [MemberRole.DECIDER, MemberRole.FINANCE])
    def test_is_for_case_officers(self, client: Client, project: Project, version: PlanVersion, role: str) -> None:
        accounts = statement(version, "sent")
        client.force_login(payer(project, role))
        assert "Only case officers" in text(client, at("statement", accounts.pk))
        assert client.post(at("statement-return", accounts.pk), {"why": "Fordi"}).status_code == 403

    def test_drafts_and_strangers(
        self, client: Client, project: Project, accounts: CostStatement, member: Callable[..., User]
    ) -> None:
        client.force_login(payer(project))
        assert client.get(at("statement", accounts.pk)).status_code == 404
        member()
        assert client.get(at("statement", accounts.pk)).status_code == 404
        document = accounts.documents.get()
        assert client.get(at("statement-document", accounts.pk, document.pk)).status_code == 404


class TestBudgetAndAccounts:
    def test_stand_beside_each_other_by_line_and_year(self, client: Client, project: Project, leader: User) -> None:
        first = plan(project, what=contents(Decimal(1000), 2026, 2027))
        statement(first, Prosjektleder=Decimal(250))
        later = PlanVersion.objects.begin(project, leader)
        later.write(later.contents())
        assert later.contents().costs[0].key == first.contents().costs[0].key
        client.force_login(leader)
        shown = client.get(at("project-statements", project.pk)).context["spending"]
        assert [(part.year, part.total.budget, part.total.approved, part.total.left) for part in shown] == [
            (2026, Decimal(1000), Decimal(250), Decimal(750)),
            (2027, Decimal(1000), Decimal(0), Decimal(1000)),
        ]

    def test_tells_of_what_the_plan_has_no_more(self, client: Client, project: Project, leader: User) -> None:
        statement(plan(project), Prosjektleder=Decimal(250))
        later = PlanVersion.objects.begin(project, leader)
        each = {2026: Decimal(9)}
        later.write(Contents([Cost("Reise", years=each)], [Financing("Egne", years=each)]))
        later.submit(leader)
        later.approve(payer(project))
        client.force_login(leader)
        rows = client.get(at("project-statements", project.pk)).context["spending"][0].rows
        assert [(row.text, row.budget, row.claimed) for row in rows] == [
            ("Reise", Decimal(9), Decimal(0)),
            ("Prosjektleder", Decimal(0), Decimal(250)),
        ]

    @pytest.mark.usefixtures("leader")
    def test_ask_as_many_questions_for_ten_as_for_one(
        self, client: Client, project: Project, version: PlanVersion, queries: Callable[[str], int]
    ) -> None:
        accounts = statement(version)
        addresses = [at("project-statements", project.pk), at("statement", accounts.pk)]
        before = [queries(url) for url in addresses]
        for _time in range(9):
            statement(version)
        assert [queries(url) for url in addresses] == before
