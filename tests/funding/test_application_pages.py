"""The pages of those who apply: what is missing, what is fixed, who sends."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Application
from partners.models import Organisation
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory
from tests.funding.factories_cases import Case, applied, case, house, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def act(made: Case, name: str) -> str:
    return reverse("application-act", args=[made.application.pk, name])


class TestWriting:
    @pytest.fixture
    def made(self, client: Client) -> Case:
        """Its leader logged in."""
        made = applied(house(share_cap="0.7"))
        client.force_login(made.leader)
        return made

    def test_a_draft_of_nothing_but_a_name_is_saved(self, client: Client, made: Case) -> None:
        url = reverse("application-create", args=[made.project.pk])
        typed = {"of": f"scheme-{made.house.scheme.pk}", "applicant": made.application.applicant_id, "language": "nn"}
        answer = client.post(url, typed | {"title": "Ny søknad", "year_2027": "250 000"})
        new = Application.objects.latest("pk")
        assert answer.headers["Location"] == new.get_absolute_url()
        assert (new.state, new.funder, new.language) == ("draft", made.house.funder, "nn")
        assert [(one.year, int(one.amount)) for one in new.years.all()] == [(2027, 250_000)]
        shown = text(client, new.get_absolute_url())
        assert "Missing before it can be sent" in shown
        assert "No version of the plan of costs and financing is chosen." in shown

    def test_of_a_scheme_that_is_open_only(self, client: Client, made: Case) -> None:
        house(is_open=False)
        shown = text(client, reverse("application-create", args=[made.project.pk]))
        assert shown.count('<option value="scheme-') == 1

    def typed(self, made: Case) -> dict[str, object]:
        version = made.application.updated_at.isoformat()
        texts = {"title": "Kysten", "summary": "Kurs", "need": "Sveisere", "effect": "Flere"}
        return {"version": version, "language": "nb", "plan_version": made.application.plan_version_id, **texts}

    def test_years_are_changed_and_taken_away(self, client: Client, made: Case) -> None:
        url = reverse("application-edit", args=[made.application.pk])
        client.post(url, self.typed(made) | {"year_2026": "1 000,50"})
        assert [(one.year, str(one.amount)) for one in made.application.years.all()] == [(2026, "1000.50")]

    def test_somebody_else_saved_meanwhile(self, client: Client, made: Case) -> None:
        url = reverse("application-edit", args=[made.application.pk])
        answer = client.post(url, self.typed(made) | {"version": "old"})
        assert answer.status_code == 409
        assert "Somebody else changed the application" in answer.content.decode()

    def test_what_is_sent_is_fixed(self, client: Client, made: Case) -> None:
        client.post(act(made, "submit"))
        assert Application.objects.get().state == "submitted"
        assert client.get(reverse("application-edit", args=[made.application.pk])).status_code == 403

    def test_who_only_takes_part_reads_it(self, client: Client, made: Case) -> None:
        client.force_login(person(made.application.applicant, MemberRole.EMPLOYEE))
        shown = text(client, made.application.get_absolute_url())
        assert "Only leaders and brokers of the applicant can do this." in shown
        assert client.post(act(made, "submit")).status_code == 403

    def test_the_funder_sees_nothing_before_it_is_sent(self, client: Client, made: Case) -> None:
        made.project.partners.filter(organisation=made.house.funder).delete()
        url = made.application.get_absolute_url()
        client.force_login(made.house.officer)
        assert client.get(url).status_code == 404
        made.application.submit(made.leader)
        assert "Open the case" in text(client, url)
        client.force_login(made.house.finance)
        assert client.get(url).status_code == 404

    def test_unknown_acts_are_not_found(self, client: Client, made: Case) -> None:
        assert client.post(act(made, "steal")).status_code == 404


class TestTheList:
    def test_is_for_those_inside(self, client: Client) -> None:
        made = case("granted")
        url = reverse("project-applications", args=[made.project.pk])
        client.force_login(made.leader)
        shown = text(client, url)
        assert "NOK 900\u00a0000" in shown
        assert "In review" in shown
        client.force_login(person(Organisation.objects.create(name="Andre"), MemberRole.LEADER))
        assert client.get(url).status_code == 404

    @pytest.mark.parametrize(("step", "known"), [("granted", "review"), ("letter_sent", "granted")])
    def test_the_answer_is_known_when_the_letter_is_sent(self, client: Client, step: str, known: str) -> None:
        made = case(step)
        client.force_login(made.leader)
        listed = client.get(reverse("project-applications", args=[made.project.pk])).context["applications"]
        response = client.get(made.application.get_absolute_url())
        assert [one.known_state for one in listed] == [response.context["application"].known_state] == [known]
        assert [event.to_state for event in response.context["events"]][-1] == known
        history = client.get(reverse("project-history", args=[made.project.pk])).context["entries"]
        assert ("grant" in [entry.act["act"] for entry in history if entry.act]) == (known == "granted")
        client.force_login(made.house.officer)
        assert client.get(made.application.get_absolute_url()).context["application"].known_state == "granted"

    def test_asks_as_many_questions_for_ten_as_for_one(self, client: Client, queries: Callable[[str], int]) -> None:
        made = applied()
        client.force_login(made.leader)
        url = reverse("project-applications", args=[made.project.pk])
        before = queries(url)
        facts = {"scheme": made.house.scheme, "funder": made.house.funder, "applicant": made.application.applicant}
        for number in range(9):
            Application.objects.begin(made.leader, project=made.project, title=f"Nr. {number}", **facts)
        assert queries(url) == before


class TestAsking:
    def test_the_applicant_answers_and_withdraws(self, client: Client) -> None:
        made = case("review")
        made.application.ask(made.house.officer, "Hvor mange deltakere?")
        client.force_login(made.leader)
        shown = text(client, made.application.get_absolute_url())
        assert "Hvor mange deltakere?" in shown
        client.post(act(made, "answer"), {"why": ""})
        assert Application.objects.get().state == "asked"
        client.post(act(made, "answer"), {"why": "Tolv"})
        assert Application.objects.get().state == "review"
        client.post(act(made, "withdraw"), {"why": "Avlyst"})
        assert Application.objects.get().state == "withdrawn"

    def test_withdrawing_drops_what_was_prepared(self) -> None:
        made = case("proposed")
        decision = made.decision
        made.application.withdraw(made.leader, "Avlyst")
        decision.refresh_from_db()
        assert decision.state == "dropped"

    def test_another_unit_of_the_applicant_does_not_sign(self, client: Client) -> None:
        made = case("review")
        unit = Organisation.objects.create(name="Avdeling", parent=made.application.applicant)
        client.force_login(MembershipFactory.create(organisation=unit, role=MemberRole.LEADER).user)
        assert client.post(act(made, "withdraw"), {"why": "Avlyst"}).status_code == 403
