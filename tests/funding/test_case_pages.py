"""The pages of the funder's people: the case with all that it rests on, and all cases that wait."""

from collections.abc import Callable
from datetime import date

import pgtrigger
import pytest
from django.test import Client
from django.urls import reverse

from funding.impartiality import tie
from funding.models import Application, Recusal
from funding.waiting import waiting_for
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, ProjectPartnerFactory
from tests.funding.factories_cases import Case, case, house, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = date(2026, 3, 2)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def at(made: Case) -> str:
    return made.application.case_url


class TestTheCase:
    def test_shows_all_that_it_rests_on_and_what_is_next(self, client: Client) -> None:
        made = case("proposed")
        client.force_login(made.house.decider)
        shown = text(client, at(made))
        for told in (
            "A decider decides it, or sends it back.",
            "Tilfredsstillende framdrift",
            "NOK 400\u00a0000",
            "Earlier decisions for the same applicant",
            "no agreement",
            "Decision: For decision",
            "without a limit",
        ):
            assert told in shown

    def test_is_for_the_funders_case_people(self, client: Client) -> None:
        made = case("review")
        for user, status in (
            (made.house.officer, 200),
            (made.house.attester, 200),
            (made.house.finance, 404),
            (made.leader, 404),
            (person(house().funder, MemberRole.CASE_OFFICER), 404),
        ):
            client.force_login(user)
            assert client.get(at(made)).status_code == status

    def test_asks_at_most_ten_questions(self, client: Client, queries: Callable[[str], int]) -> None:
        made = case("drafted")
        client.force_login(made.house.officer)
        assert queries(at(made)) <= 10
        before = queries(at(made))
        for _number in range(9):
            ProjectPartnerFactory.create(project=made.project)
            made.decision.propose(made.house.officer)
            made.decision.send_back(made.house.decider, "Begrunn")
        assert queries(at(made)) == before

    def test_earlier_decisions_stand_beside_it(self, client: Client) -> None:
        first = case("granted")
        new = case("review", first.house).application
        with pgtrigger.ignore("funding.Application:application_is_fixed_once_sent"):
            Application.objects.filter(pk=new.pk).update(applicant=first.application.applicant)
        client.force_login(first.house.officer)
        shown = text(client, new.case_url)
        assert "Granted as applied for" in shown
        assert first.decision.get_absolute_url() in shown

    def test_is_taken_and_more_is_asked_for(self, client: Client) -> None:
        made = case("submitted")
        client.force_login(made.house.officer)
        client.post(reverse("case-act", args=[made.application.pk, "take"]))
        assert Application.objects.get().case_officer == made.house.officer
        client.post(reverse("case-act", args=[made.application.pk, "ask"]), {"why": "Hvor mange?"})
        assert Application.objects.get().state == "asked"
        assert client.post(reverse("case-act", args=[made.application.pk, "steal"])).status_code == 404

    @pytest.mark.parametrize(
        ("who", "sentence"),
        [
            ("attester", "Only case officers of the organisation that pays can do this."),
            ("officer", "Take the case first."),
        ],
    )
    def test_says_why_not(self, client: Client, who: str, sentence: str) -> None:
        made = case("submitted")
        client.force_login(getattr(made.house, who))
        assert sentence in text(client, at(made))

    def test_who_is_not_impartial_says_so_and_is_out(self, client: Client) -> None:
        made = case("review")
        client.force_login(made.house.officer)
        client.post(reverse("case-act", args=[made.application.pk, "recuse"]), {"why": "Svigersønn"})
        assert Recusal.objects.get().user == made.house.officer
        assert "You have a tie to those who get the money" in text(client, at(made))
        begin = reverse("decision-begin", args=[made.application.pk])
        assert client.post(begin, {"kind": "grant"}).status_code == 403


class TestImpartialityInPython:
    """As in test_limits_people; these are the ties that a page knows of."""

    def partial(self, made: Case) -> bool:
        return Application.objects.filter(pk=made.application.pk).filter(tie(made.house.officer)).exists()

    def test_is_that_of_the_database(self) -> None:
        made = case("review")
        assert not self.partial(made)
        applicant = made.application.applicant
        applicant.parent = made.house.funder
        applicant.save()
        assert not self.partial(made)
        MembershipFactory.create(user=made.house.officer, organisation=applicant, role=MemberRole.READER)
        assert self.partial(made)

    def test_a_recusal_counts(self) -> None:
        made = case("review")
        Recusal.objects.create(user=made.house.officer, organisation=made.application.applicant, why="Bror")
        assert self.partial(made)


class TestMyCases:
    @pytest.mark.parametrize(
        ("state", "who", "tag"),
        [
            ("submitted", "officer", "To take"),
            ("review", "officer", "To examine"),
            ("proposed", "decider", "To decide"),
        ],
    )
    def test_what_waits_for_whom(self, client: Client, state: str, who: str, tag: str) -> None:
        made = case(state)
        user = getattr(made.house, who)
        assert tag in [card.tag for card in waiting_for(user, TODAY)]
        client.force_login(user)
        shown = text(client, reverse("case-list"))
        assert tag in shown
        assert made.application.title in shown

    def test_the_applicant_hears_what_is_asked(self) -> None:
        made = case("review")
        made.application.ask(made.house.officer, "Hvor mange?")
        assert [card.tag for card in waiting_for(made.leader, TODAY)] == ["To answer"]

    def test_nobody_is_told_of_what_they_have_a_tie_to(self) -> None:
        made = case("submitted")
        Recusal.objects.create(user=made.house.officer, organisation=made.application.applicant, why="Bror")
        assert list(waiting_for(made.house.officer, TODAY)) == []

    def test_is_searched_and_is_for_those_who_work_with_money(self, client: Client) -> None:
        made = case("review")
        client.force_login(made.house.attester)
        url = reverse("case-list")
        assert made.application.title in text(client, f"{url}?q=kysten")
        assert made.application.title not in text(client, f"{url}?q=fjellet")
        client.force_login(made.house.finance)
        assert "Open cases" not in text(client, url)
        client.force_login(made.leader)
        assert client.get(url).status_code == 403

    def test_asks_as_many_questions_for_ten_as_for_one(self, client: Client, queries: Callable[[str], int]) -> None:
        made = case("review")
        client.force_login(made.house.officer)
        before = queries(reverse("case-list"))
        for _number in range(9):
            case("review", made.house)
        assert queries(reverse("case-list")) == before
