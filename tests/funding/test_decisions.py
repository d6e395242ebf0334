"""What the funder's people decide and assess on the pages of money."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Commitment, Condition, Tranche
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import MembershipFactory
from tests.funding.factories import ConditionFactory, TrancheFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def at(name: str, *thing: int) -> str:
    return reverse(name, args=thing)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


class TestDeciding:
    DECISION = {"strength": "firm", "amount": "250 000", "decided_on": "2026-06-01", "decided_by": "Fylkesrådet"}

    def url(self, commitment: Commitment) -> str:
        return at("tranche-decide", commitment.project_id, commitment.tranches.get(year=2027).pk)

    def test_held_out_money_becomes_firm(self, client: Client, commitment: Commitment, decider: User) -> None:
        assert "Held out" in text(client, self.url(commitment))
        client.post(self.url(commitment), self.DECISION | {"why": "Bevilget"})
        tranche = Tranche.objects.get(year=2027)
        assert (tranche.strength, tranche.amount, tranche.decided_by) == ("firm", Decimal(250_000), "Fylkesrådet")
        event = tranche.events.latest("pk")
        assert (event.act, event.by, event.why) == ("decide", decider, "Bevilget")
        assert "Decided 1 June 2026 by Fylkesrådet" in text(client, at("project-money", commitment.project_id))

    @pytest.mark.usefixtures("decider")
    def test_not_beyond_the_whole(self, client: Client, commitment: Commitment) -> None:
        shown = client.post(self.url(commitment), self.DECISION | {"why": "Bevilget", "amount": "900 000"})
        assert "The years sum to more than the amount in all." in shown.content.decode()
        assert Tranche.objects.get(year=2027).strength == "held_out"

    @pytest.mark.usefixtures("decider")
    def test_what_is_firm_is_not_decided_again(self, client: Client, commitment: Commitment) -> None:
        firm = commitment.tranches.get(year=2026)
        assert client.get(at("tranche-decide", commitment.project_id, firm.pk)).status_code == 403

    @pytest.mark.parametrize("who", ["leader", "officer"])
    def test_is_for_deciders(
        self, client: Client, commitment: Commitment, request: pytest.FixtureRequest, who: str
    ) -> None:
        request.getfixturevalue(who)
        assert client.get(self.url(commitment)).status_code == 403

    def test_nobody_decides_for_their_own(
        self, client: Client, commitment: Commitment, decider: User, agency: Organisation
    ) -> None:
        MembershipFactory.create(user=decider, organisation=agency, role=MemberRole.READER)
        assert client.post(self.url(commitment), self.DECISION | {"why": "Bevilget"}).status_code == 403
        assert "You have a role in the organisation that gets the money" in text(
            client, at("project-money", commitment.project_id)
        )


class TestConditions:
    @pytest.mark.usefixtures("leader")
    def test_are_written_down(self, client: Client, commitment: Commitment) -> None:
        url = at("condition-create", commitment.project_id, commitment.pk)
        assert "split on years not stated" not in text(client, url)
        year = commitment.tranches.get(year=2027)
        typed = {"binds": "reservation", "kind": "allocation", "text": "Som i år", "tranche": year.pk}
        client.post(url, typed)
        condition = Condition.objects.get()
        assert (condition.tranche, condition.binds, condition.state) == (year, "reservation", "open")

    def test_are_assessed_by_the_funders_staff(self, client: Client, commitment: Commitment, officer: User) -> None:
        condition = ConditionFactory.create(commitment=commitment)
        url = at("condition-assess", commitment.project_id, condition.pk)
        assert "Not met" in text(client, url)
        assert client.post(url, {"act": "meet", "evidence": ""}).status_code == 200
        client.post(url, {"act": "meet", "evidence": "Rapport 1"})
        assert Condition.objects.get().state == "met"
        assert f"{officer}: Rapport 1" in text(client, at("project-money", commitment.project_id))

    @pytest.mark.usefixtures("leader")
    def test_and_by_nobody_else(self, client: Client, commitment: Commitment) -> None:
        condition = ConditionFactory.create(commitment=commitment)
        assert client.get(at("condition-assess", commitment.project_id, condition.pk)).status_code == 403

    @pytest.mark.usefixtures("decider")
    def test_of_another_project_are_not_found(self, client: Client, project: Project) -> None:
        other = ConditionFactory.create()
        assert client.get(at("condition-assess", project.pk, other.pk)).status_code == 404
        elsewhere = TrancheFactory.create(commitment=other.commitment)
        assert client.get(at("tranche-decide", project.pk, elsewhere.pk)).status_code == 404
        assert client.get(at("commitment-edit", project.pk, other.commitment_id)).status_code == 404
