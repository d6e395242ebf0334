"""Agreements as people meet them: who sees them, what they show, how they are written and moved on."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from partners.models import User
from projects.agreement_permissions import agreement_actions
from projects.models import Agreement, AgreementEvent, Project
from projects.models.agreements import ACTS, READY, SEND, TERMINATE, WITHDRAW, AgreementState, Standing
from projects.permissions import Participation
from tests.factories import (
    OrganisationFactory,
)
from tests.projects.factories_agreements import Case, drafted, sent, sign, signed, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
TODAY = date(2026, 6, 1)


@pytest.fixture
def case() -> Case:
    return Case()


SEES = {
    "leader": {"draft", "sent"},
    "officer": {"draft", "sent"},
    "signer": {"sent"},
    "reader": {"sent"},
    "outsider": {"sent"},
    "onlooker": set(),
    "stranger": set(),
}


@pytest.mark.parametrize("who", SEES)
def test_who_sees_an_agreement(client: Client, case: Case, who: str) -> None:
    made = {"draft": drafted, "sent": sent}
    client.force_login(getattr(case, who))
    for state, make in made.items():
        page = client.get(make(*case.parties, project=case.project).get_absolute_url())
        assert page.status_code == (200 if state in SEES[who] else 404), state


def test_strangers_log_in_first(client: Client, case: Case) -> None:
    url = sent(*case.parties, project=case.project).get_absolute_url()
    assert client.get(url).status_code == 302
    assert not Agreement.objects.visible_to(None).exists()


def test_a_unit_of_a_party_sees_it(case: Case) -> None:
    agreement = sent(*case.parties, project=case.project)
    unit = OrganisationFactory.create(parent=case.partner)
    assert list(Agreement.objects.visible_to(somebody("guide", unit))) == [agreement]


def test_what_is_rewritten_is_shown_to_the_parties_when_it_is_sent_again(case: Case) -> None:
    agreement = sent(*case.parties, project=case.project)
    agreement.carry_out(WITHDRAW, case.leader, "Feil")
    assert not Agreement.objects.visible_to(case.signer).exists()
    assert Agreement.objects.visible_to(case.leader).exists()


TAB = {"leader": 200, "officer": 200, "signer": 200, "onlooker": 200, "outsider": 200, "stranger": 403}


@pytest.mark.parametrize("who", TAB)
def test_the_tab_of_the_project(client: Client, case: Case, who: str) -> None:
    agreement = sent(*case.parties, project=case.project)
    client.force_login(getattr(case, who))
    page = client.get(reverse("project-agreements", args=[case.project.pk]))
    assert page.status_code == TAB[who]
    if page.status_code == 200:
        assert (agreement.title in page.content.decode()) == bool(SEES[who])
        assert ("New agreement" in page.content.decode()) == (who == "leader")


def actions(user: User, agreement: Agreement) -> dict[str, str]:
    participation = Participation.of(user, agreement.project)
    assert participation
    return agreement_actions(participation, agreement)


MAY = {
    "leader": {
        "draft": {"keep", "edit", "version", "ready"},
        "ready": {"keep", "edit", "version", "send", "withdraw", "paper"},
        "sent": {"keep", "version", "withdraw", "paper", "sign"},
        "signed": {"keep", "terminate", "renew"},
    },
    "signer": {"sent": {"sign"}},
    "outsider": {"sent": {"sign"}},
    "reader": {},
    "officer": {},
    "onlooker": {},
}


@pytest.mark.parametrize("who", MAY)
def test_who_may_do_what(case: Case, who: str) -> None:
    ready = drafted(*case.parties, project=case.project)
    ready.carry_out(READY, None)
    made = {
        "draft": drafted(*case.parties, project=case.project),
        "ready": ready,
        "sent": sent(*case.parties, project=case.project),
        "signed": signed(*case.parties, project=case.project, by=case.leader),
    }
    for state, agreement in made.items():
        told = actions(getattr(case, who), agreement)
        assert {name for name, why_not in told.items() if not why_not} == MAY[who].get(state, set()), state


SIGNS = {"leader": True, "decider": True, "broker": False, "employee": False, "reader": False, "case_officer": False}


@pytest.mark.parametrize("role", SIGNS)
def test_who_may_bind_a_party(case: Case, role: str) -> None:
    agreement = sent(*case.parties, project=case.project)
    assert (not actions(somebody(role, case.partner), agreement)["sign"]) == SIGNS[role]


def test_a_unit_is_bound_by_those_it_is_a_unit_of_but_not_the_other_way(case: Case) -> None:
    unit = OrganisationFactory.create(parent=case.partner)
    agreement = sent(case.owner, unit, project=case.project)
    assert not actions(case.signer, agreement)["sign"]
    whole = sent(case.owner, case.partner, project=case.project)
    assert actions(somebody("leader", unit), whole)["sign"]


def test_who_has_answered_does_not_answer_again(case: Case) -> None:
    agreement = sent(*case.parties, project=case.project)
    sign(agreement, agreement.parties.get(organisation=case.partner), case.signer)
    fresh = Agreement.objects.get(pk=agreement.pk)
    assert "has answered" in actions(case.signer, fresh)["sign"]


class TestPage:
    def test_shows_what_is_known_and_says_what_is_not(self, client: Client, case: Case) -> None:
        agreement = sent(*case.parties, project=case.project, decided_on=date(2026, 4, 1))
        client.force_login(case.leader)
        page = client.get(agreement.get_absolute_url()).content.decode()
        for shown in (agreement.title, *(str(one) for one in case.parties), "Version 1", "not signed yet", "Sent"):
            assert shown in page
        assert "not stated" in page

    def test_of_a_signed_one(self, client: Client, case: Case) -> None:
        agreement = signed(*case.parties, project=case.project, by=case.leader, decided_on=date(2026, 4, 1))
        client.force_login(case.officer)
        page = client.get(agreement.get_absolute_url())
        assert "30" in dict(page.context["facts"]).values() or 30 in dict(page.context["facts"]).values()
        assert "In force" in page.content.decode()
        assert "Kari Nordmann, Daglig leder" in page.content.decode()
        assert "What now?" in page.content.decode()
        assert "Terminate" not in page.content.decode()

    def test_shows_what_was_changed_and_whose_answer_does_not_count(self, client: Client, case: Case) -> None:
        agreement = sent(*case.parties, project=case.project)
        sign(agreement, agreement.parties.get(organisation=case.partner), case.signer)
        agreement.revise(case.leader, "Partene samarbeider om kompetanse i Vest-Finnmark.")
        client.force_login(case.leader)
        page = client.get(agreement.get_absolute_url()).content.decode()
        assert "Øst</del>" in page
        assert "Vest</ins>" in page
        assert "does not count any more" in page

    def test_for_a_party_that_does_not_see_the_project(self, client: Client, case: Case) -> None:
        Project.objects.update(is_public=False)
        client.force_login(case.outsider)
        page = client.get(sent(*case.parties, project=case.project).get_absolute_url())
        assert page.status_code == 200
        assert case.project.get_absolute_url() not in page.content.decode()

    def test_what_people_write_is_text(self, client: Client, case: Case) -> None:
        agreement = drafted(*case.parties, project=case.project, title="<script>alert(1)</script>")
        agreement.revise(case.leader, "<img src=x onerror=alert(2)>")
        client.force_login(case.leader)
        for url in (agreement.get_absolute_url(), reverse("project-agreements", args=[case.project.pk])):
            page = client.get(url).content.decode()
            assert "<script>alert" not in page
            assert "<img src=x" not in page

    def test_the_number_of_queries_does_not_grow(self, client: Client, case: Case, queries: Any) -> None:
        client.force_login(case.leader)
        one = signed(*case.parties, project=case.project, by=case.leader)
        tab = reverse("project-agreements", args=[case.project.pk])
        few = queries(one.get_absolute_url()), queries(tab)
        more = drafted(*case.parties, *OrganisationFactory.create_batch(9), project=case.project)
        for number in range(9):
            more.revise(case.leader, f"Tekst {number}")
            drafted(*case.parties, project=case.project)
        more.carry_out(READY, case.leader)
        more.carry_out(SEND, case.leader)
        for party in more.parties.all()[:9]:
            sign(more, party, case.leader)
        assert queries(more.get_absolute_url()) <= few[0]
        assert queries(tab) <= few[1]


class TestActs:
    def post(self, client: Client, agreement: Agreement, act: str, **typed: str) -> int:
        return client.post(reverse("agreement-act", args=[agreement.pk, act]), typed).status_code

    def test_from_a_draft_to_the_parties(self, client: Client, case: Case) -> None:
        agreement = drafted(*case.parties, project=case.project)
        client.force_login(case.leader)
        for act in ("ready", "send"):
            assert self.post(client, agreement, act) == 302
        agreement.refresh_from_db()
        assert agreement.state == "sent"
        assert list(agreement.events.values_list("act", "by")) == [("ready", case.leader.pk), ("send", case.leader.pk)]

    @pytest.mark.parametrize("who", ["officer", "signer", "outsider"])
    def test_are_not_for_others(self, client: Client, case: Case, who: str) -> None:
        agreement = sent(*case.parties, project=case.project)
        client.force_login(getattr(case, who))
        assert self.post(client, agreement, "withdraw", why="x") == 403

    def test_that_are_none(self, client: Client, case: Case) -> None:
        agreement = sent(*case.parties, project=case.project)
        client.force_login(case.leader)
        for act in ("complete", "sign", "decline", "paper", "revise", "explode"):
            assert self.post(client, agreement, act) == 404

    @pytest.mark.parametrize("act", [TERMINATE, WITHDRAW])
    def test_that_need_a_reason(self, case: Case, act: Any) -> None:
        agreement = (signed if act is TERMINATE else sent)(
            *case.parties, project=case.project, **({"by": case.leader} if act is TERMINATE else {})
        )
        with pytest.raises(ValidationError, match="Say why"):
            agreement.carry_out(act, case.leader)
        agreement.carry_out(act, case.leader, "Prosjektet er slutt.")
        assert agreement.events.last().why == "Prosjektet er slutt."  # type: ignore[union-attr]

    def test_what_is_missing_is_said(self, client: Client, case: Case) -> None:
        agreement = drafted(case.owner, None, project=case.project)
        agreement.carry_out(READY, case.leader)
        client.force_login(case.leader)
        assert "It is not stated who all the parties are." in client.get(agreement.get_absolute_url()).content.decode()
        assert self.post(client, agreement, "send") == 403

    def test_replaying_the_events_gives_the_state(self, case: Case) -> None:
        agreement = signed(*case.parties, project=case.project, by=case.leader)
        agreement.carry_out(TERMINATE, case.leader, "Slutt.")
        state: str = AgreementState.DRAFT
        for event in AgreementEvent.objects.filter(agreement=agreement):
            assert event.from_state == state
            assert state in ACTS[event.act].sources
            state = event.to_state
        assert state == agreement.state == "terminated"


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "standing"),
    [
        (None, None, Standing.IN_FORCE),
        (TODAY, TODAY, Standing.IN_FORCE),
        (TODAY + timedelta(1), None, AgreementState.SIGNED),
        (None, TODAY - timedelta(1), Standing.EXPIRED),
    ],
)
def test_in_force_and_expired_follow_from_the_days(valid_from: date, valid_to: date, standing: str) -> None:
    agreement = Agreement(state=AgreementState.SIGNED, valid_from=valid_from, valid_to=valid_to)
    assert agreement.standing(TODAY) == standing
    assert Agreement(state=AgreementState.SENT, valid_from=valid_from, valid_to=valid_to).standing(TODAY) == "sent"


def test_days_are_not_known_when_a_day_is_not(case: Case) -> None:
    assert signed(*case.parties, project=case.project, by=case.leader).days_to_signed is None
    agreement = sent(*case.parties, project=case.project, decided_on=TODAY)
    assert agreement.days_to_signed is None
    assert agreement.signed_on is None


def test_an_agreement_that_many_send_at_once_is_sent_once(case: Case) -> None:
    agreement = drafted(*case.parties, project=case.project)
    agreement.carry_out(READY, None)
    other = Agreement.objects.get(pk=agreement.pk)
    agreement.carry_out(SEND, case.leader)
    with pytest.raises(ValidationError):
        other.carry_out(SEND, case.leader)
