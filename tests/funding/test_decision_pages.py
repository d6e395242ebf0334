"""Decisions as the funder's people meet them: drafted, decided, and why not."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.models import Application, Commitment, Decision, Delegation, Tranche
from funding.models.commitment_states import CONFIRM
from tests.factories import MembershipFactory
from tests.funding.factories_cases import Case, applied, case, decide, house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = date(2026, 3, 2)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def at(made: Case) -> str:
    return made.application.case_url


class TestDrafting:
    def typed(self, decision: Decision, years: Mapping[int, tuple[str, str, object]], **facts: Any) -> dict[str, Any]:
        typed: dict[str, Any] = {
            "version": decision.updated_at.isoformat(),
            "reasoning": "Godt",
            "aid_basis": "none",
            "language": "nb",
            "conditions-TOTAL_FORMS": 1,
            "conditions-INITIAL_FORMS": 0,
            "conditions-0-text": "",
            "conditions-0-kind": "other" if facts.get("conditions-0-text") else "",
            "conditions-0-binds": "condition",
            "conditions-0-is_precondition": "on",
        }
        for tranche in decision.the_commitment.tranches.all():
            amount, sure, frame = years[tranche.year or 0]
            of = {"amount": amount, "sure": sure, "frame": getattr(frame, "pk", "")}
            typed |= {f"{name}_{tranche.pk}": value for name, value in of.items()}
        return typed | facts

    def test_a_grant_is_written_put_forward_and_decided(self, client: Client) -> None:
        made = case("review")
        client.force_login(made.house.officer)
        client.post(reverse("decision-begin", args=[made.application.pk]), {"kind": "grant"})
        decision = made.decision
        url = reverse("decision-edit", args=[decision.pk])
        assert "NOK 10\u00a0000\u00a0000 left" in text(client, url)
        frames = made.house.frames
        years = {
            2026: ("400 000", "firm", frames[2026]),
            2027: ("250 000", "conditional", frames[2027]),
            2028: ("", "lapsed", ""),
        }
        wanted = {"conditions-0-text": "Rapport er godkjent"}
        assert (
            client.post(url, self.typed(decision, years, **wanted)).headers["Location"] == decision.get_absolute_url()
        )
        decision = made.decision
        assert (decision.result, made.commitment.amount) == ("partly", Decimal(650_000))
        assert decision.missing() == []
        client.post(reverse("decision-act", args=[decision.pk, "propose"]))
        client.force_login(made.house.decider)
        typed = {"delegation": Delegation.objects.get().pk, "on": timezone.localdate().isoformat()}
        client.post(reverse("decision-act", args=[decision.pk, "decide"]), typed)
        assert dict(Tranche.objects.values_list("year", "state")) == {2026: "firm", 2027: "conditional", 2028: "lapsed"}
        assert Application.objects.get().state == "partly"

    def test_the_draft_can_be_changed_back_and_forth(self, client: Client) -> None:
        made = case("drafted")
        client.force_login(made.house.officer)
        url = reverse("decision-edit", args=[made.decision.pk])
        nothing = dict.fromkeys((2026, 2027, 2028), ("", "lapsed", ""))
        client.post(url, self.typed(made.decision, nothing))
        again = {year: ("100", "held_out", made.house.frames[year]) for year in (2026, 2027, 2028)}
        client.post(url, self.typed(made.decision, again))
        assert made.commitment.amount == 300
        assert not made.decision.items.exists()

    def test_somebody_else_saved_meanwhile(self, client: Client) -> None:
        made = case("drafted")
        client.force_login(made.house.officer)
        years = dict.fromkeys((2026, 2027, 2028), ("100", "held_out", ""))
        url = reverse("decision-edit", args=[made.decision.pk])
        assert client.post(url, self.typed(made.decision, years, version="old")).status_code == 409

    def test_beyond_the_ceiling_is_told_when_it_is_put_forward(self, client: Client) -> None:
        made = case("drafted")
        made.house.scheme.ceilings.create(year=2026, amount=399_999)
        client.force_login(made.house.officer)
        answer = client.post(reverse("decision-act", args=[made.decision.pk, "propose"]), follow=True)
        assert "The scheme gives less than that" in answer.content.decode()
        assert made.decision.state == "draft"

    def test_what_is_put_forward_is_not_edited(self, client: Client) -> None:
        made = case("proposed")
        client.force_login(made.house.officer)
        assert client.get(reverse("decision-edit", args=[made.decision.pk])).status_code == 403
        assert "Only deciders of the organisation that pays" in text(client, made.decision.get_absolute_url())

    def test_unknown_kinds_and_acts_are_not_found(self, client: Client) -> None:
        made = case("review")
        client.force_login(made.house.officer)
        assert client.post(reverse("decision-begin", args=[made.application.pk]), {"kind": "x"}).status_code == 404
        made = case("drafted")
        client.force_login(made.house.officer)
        assert client.post(reverse("decision-act", args=[made.decision.pk, "x"])).status_code == 404


class TestWhyNotDecide:
    def shown(self, client: Client, made: Case) -> str:
        client.force_login(made.house.decider)
        return text(client, at(made))

    def test_no_delegation(self, client: Client) -> None:
        made = case("proposed", house(up_to=1))  # type: ignore[arg-type]
        assert "No delegation lets you decide on this: 900\u00a0000 NOK." in self.shown(client, made)
        url = reverse("decision-act", args=[made.decision.pk, "decide"])
        assert client.post(url).status_code == 403

    def test_more_is_asked_for(self, client: Client) -> None:
        made = case("proposed")
        made.application.ask(made.house.officer, "Hvor mange?")
        assert "The application is “More is asked for”." in self.shown(client, made)

    def test_a_draft_says_what_is_missing(self, client: Client) -> None:
        made = case("drafted")
        Decision.objects.update(reasoning="")
        client.force_login(made.house.officer)
        assert "No reasons are given." in text(client, at(made))

    def test_a_tie(self, client: Client) -> None:
        made = case("proposed")
        MembershipFactory.create(user=made.house.decider, organisation=made.application.applicant, role="reader")
        assert "You have a tie to those who get the money" in self.shown(client, made)

    def test_it_is_sent_back(self, client: Client) -> None:
        made = case("proposed")
        client.force_login(made.house.decider)
        client.post(reverse("decision-act", args=[made.decision.pk, "send_back"]), {"why": "Begrunn"})
        assert made.decision.state == "draft"


class TestAFurtherDecision:
    def test_is_drafted_from_the_commitment(self, client: Client) -> None:
        made = case("granted")
        url = reverse("commitment-strengthen", args=[made.commitment.pk])
        client.force_login(made.house.officer)
        assert "2028" in text(client, url)
        client.post(url, {"kind": "strengthen"})
        decision = Decision.objects.get(kind="strengthen")
        held_out = Tranche.objects.get(year=2028)
        typed = {
            "version": decision.updated_at.isoformat(),
            "reasoning": "Vedtatt budsjett",
            "aid_basis": "none",
            "language": "nb",
            "conditions-TOTAL_FORMS": 0,
            "conditions-INITIAL_FORMS": 0,
            f"amount_{held_out.pk}": "150 000",
            f"sure_{held_out.pk}": "firm",
            f"frame_{held_out.pk}": made.house.frames[2028].pk,
        }
        conditional = Tranche.objects.get(year=2027)
        typed |= {f"amount_{conditional.pk}": "300 000", f"sure_{conditional.pk}": ""}
        client.post(reverse("decision-edit", args=[decision.pk]), typed)
        assert [(one.tranche, one.to_state) for one in decision.items.all()] == [(held_out, "firm")]
        decision = Decision.objects.get(pk=decision.pk)
        decision.propose(made.house.officer)
        decide(decision, made.house.decider)
        held_out.refresh_from_db()
        assert (held_out.state, held_out.amount) == ("firm", Decimal(150_000))

    def test_says_why_not(self, client: Client) -> None:
        made = case("drafted")
        url = reverse("commitment-strengthen", args=[made.commitment.pk])
        client.force_login(made.house.officer)
        assert "Not possible while the commitment is “Draft”." in text(client, url)
        assert client.post(url, {"kind": "annul"}).status_code == 403
        client.force_login(made.leader)
        assert client.get(url).status_code == 404

    def test_told_and_confirmed_money_becomes_surer_too(self, client: Client) -> None:
        made = applied()
        told = Commitment.objects.register(
            None, project=made.project, funder=made.house.funder, title="Brev", amount=None
        )
        tranche = told.add(2027, None, "held_out", None)
        told.carry_out(CONFIRM, made.house.decider)
        decision = Decision.objects.begin(made.house.officer, "strengthen", commitment=told, reasoning="Vedtatt")
        decision.items.create(tranche=tranche, to_state="conditional")
        decision.propose(made.house.officer)
        decide(decision, made.house.decider)
        tranche.refresh_from_db()
        assert (tranche.state, tranche.frame) == ("conditional", None)
