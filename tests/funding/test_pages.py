"""A project's page of money, and the pages that change it: who may, what they show, what they store."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from funding.models import Commitment, SchemeCeiling, Strength
from funding.models.commitment_states import CONFIRM
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
)
from tests.funding.factories import CommitmentFactory, ConditionFactory, SchemeCeilingFactory, TrancheFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def at(name: str, *thing: int) -> str:
    return reverse(name, args=thing)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


class TestThePage:
    @pytest.mark.usefixtures("leader", "commitment")
    def test_shows_years_strength_and_what_is_unknown(self, client: Client, project: Project) -> None:
        shown = text(client, at("project-money", project.pk))
        assert "NOK 400\u00a0000" in shown
        assert "unknown amount" in shown
        assert "Held out" in shown
        assert "not stated" in shown
        assert "Registered by the project" in shown

    @pytest.mark.usefixtures("leader")
    def test_shows_on_what_the_money_hangs_and_how_that_stands(
        self, client: Client, project: Project, commitment: Commitment
    ) -> None:
        held_out = commitment.tranches.get(year=2027)
        ConditionFactory.create(commitment=commitment, tranche=held_out, binds="reservation", text="Dagens nivå")
        shown = text(client, at("project-money", project.pk))
        assert "Dagens nivå" in shown
        assert "The funder’s reservation" in shown
        assert "Not assessed" in shown

    @pytest.mark.usefixtures("leader")
    def test_says_what_is_missing(self, client: Client, project: Project) -> None:
        shown = text(client, at("project-money", project.pk))
        assert "No commitment of money is registered." in shown
        assert "Register a commitment" in shown

    @pytest.mark.usefixtures("commitment")
    def test_is_for_those_who_take_part_and_those_who_pay(
        self, client: Client, project: Project, member: Callable[..., User]
    ) -> None:
        url = at("project-money", project.pk)
        assert client.get(url).status_code == 302
        member()
        assert client.get(url).status_code == 403
        funder = OrganisationFactory.create(roles=["funder"])
        CommitmentFactory.create(project=project, funder=funder)
        member(MemberRole.CASE_OFFICER, funder)
        assert client.get(url).status_code == 200
        Project.objects.update(is_public=False)
        member()
        assert client.get(url).status_code == 404

    @pytest.mark.usefixtures("leader")
    def test_asks_as_many_questions_for_ten_as_for_one(
        self, client: Client, project: Project, commitment: Commitment, queries: Callable[[str], int]
    ) -> None:
        url = at("project-money", project.pk)
        ConditionFactory.create(commitment=commitment, tranche=commitment.tranches.get(year=2027))
        before = queries(url)
        for _number in range(9):
            more = TrancheFactory.create(commitment__project=project, state=Strength.CONDITIONAL)
            ConditionFactory.create_batch(2, commitment=more.commitment, tranche=more)
        assert queries(url) == before
        assert before <= 23


class TestRegistering:
    def typed(self, county: Organisation, **more: object) -> dict[str, object]:
        facts = {"title": "Tilskudd", "funder": county.pk, "amount": "1 000 000,00"}
        years = {"amount_2026": "400 000", "strength_2026": "firm", "strength_2027": "held_out"}
        return facts | years | more

    def test_the_leader_writes_down_what_was_promised(
        self, client: Client, project: Project, county: Organisation, leader: User
    ) -> None:
        response = client.post(at("commitment-create", project.pk), self.typed(county))
        commitment = Commitment.objects.get()
        assert response["Location"] == commitment.get_absolute_url()
        assert (commitment.state, commitment.created_by, commitment.amount) == ("reported", leader, Decimal(1_000_000))
        told = [(one.year, one.amount, one.state) for one in commitment.tranches.all()]
        assert told == [(2026, Decimal(400_000), "firm"), (2027, None, "held_out")]
        connection.check_constraints()

    @pytest.mark.usefixtures("decider")
    def test_what_the_funder_writes_down_is_confirmed(
        self, client: Client, project: Project, county: Organisation
    ) -> None:
        client.post(at("commitment-create", project.pk), self.typed(county))
        assert Commitment.objects.get().state == "confirmed"

    @pytest.mark.usefixtures("leader")
    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"amount": "mye"}, "is not an amount"),
            ({"strength_2026": ""}, "Say how sure this money is."),
            ({"amount": "300 000"}, "The years sum to more than the amount in all."),
            ({"amount_2027": "100 000"}, "how sure the rest is"),
            ({"amount_2026": "", "strength_2026": "", "strength_2027": ""}, "Say for one year at least"),
            ({"amount_2026": "0"}, "An amount is more than 0."),
        ],
    )
    def test_what_does_not_add_up_is_said(
        self, client: Client, project: Project, county: Organisation, wrong: dict[str, str], told: str
    ) -> None:
        response = client.post(at("commitment-create", project.pk), self.typed(county, **wrong))
        assert told in response.content.decode()
        assert not Commitment.objects.exists()

    @pytest.mark.usefixtures("leader")
    def test_the_ceiling_of_the_scheme_is_said(self, client: Client, project: Project, county: Organisation) -> None:
        ceiling: SchemeCeiling = SchemeCeilingFactory.create(amount=Decimal(300_000))
        response = client.post(at("commitment-create", project.pk), self.typed(county, scheme=ceiling.scheme_id))
        assert "The scheme gives less than that" in response.content.decode()
        assert not Commitment.objects.exists()

    def test_is_for_those_who_lead_and_those_who_pay(
        self, client: Client, project: Project, member: Callable[..., User], agency: Organisation
    ) -> None:
        member(MemberRole.READER, agency)
        assert client.get(at("commitment-create", project.pk)).status_code == 403


class TestChanging:
    def typed(self, commitment: Commitment, **more: str) -> dict[str, object]:
        facts = {"title": "Nytt navn", "funder": commitment.funder_id, "amount": ""}
        years = {"amount_2026": "350 000", "strength_2026": "firm", "strength_2027": "held_out"}
        return facts | years | more

    @pytest.mark.usefixtures("leader")
    def test_amounts_are_put_right_and_a_year_is_added(self, client: Client, commitment: Commitment) -> None:
        url = at("commitment-edit", commitment.project_id, commitment.pk)
        assert "400\u00a0000" in text(client, url)
        client.post(url, self.typed(commitment, amount_2028="10", strength_2028="conditional"))
        assert [(one.year, one.amount) for one in commitment.tranches.all()] == [
            (2026, Decimal(350_000)),
            (2027, None),
            (2028, Decimal(10)),
        ]
        connection.check_constraints()

    @pytest.mark.usefixtures("leader")
    def test_a_year_gets_weaker_with_a_reason_and_never_surer(self, client: Client, commitment: Commitment) -> None:
        url = at("commitment-edit", commitment.project_id, commitment.pk)
        assert "Say why." in client.post(url, self.typed(commitment, strength_2026="held_out")).content.decode()
        client.post(url, self.typed(commitment, strength_2027="firm"))
        assert commitment.tranches.get(year=2027).state == Strength.HELD_OUT
        client.post(url, self.typed(commitment, strength_2026="conditional", why="Brevet sier betinget"))
        assert commitment.tranches.get(year=2026).state == Strength.CONDITIONAL

    @pytest.mark.usefixtures("leader")
    def test_what_the_funder_has_confirmed_is_the_funders(
        self, client: Client, commitment: Commitment, county: Organisation
    ) -> None:
        commitment.carry_out(CONFIRM, MembershipFactory.create(organisation=county, role=MemberRole.DECIDER).user)
        assert client.get(at("commitment-edit", commitment.project_id, commitment.pk)).status_code == 403
        assert "The funder has confirmed it" in text(client, at("project-money", commitment.project_id))

    @pytest.mark.usefixtures("leader")
    def test_it_is_withdrawn_with_a_reason(self, client: Client, commitment: Commitment) -> None:
        url = reverse("commitment-act", args=[commitment.project_id, commitment.pk, "withdraw"])
        client.post(url)
        assert Commitment.objects.get().state == "reported"
        client.post(url, {"why": "Ført to ganger"})
        assert Commitment.objects.get().state == "withdrawn"
        assert "Withdrawn" in text(client, at("project-money", commitment.project_id))

    @pytest.mark.usefixtures("officer")
    def test_the_funders_staff_confirm_it(self, client: Client, commitment: Commitment) -> None:
        client.post(reverse("commitment-act", args=[commitment.project_id, commitment.pk, "confirm"]))
        assert Commitment.objects.get().state == "confirmed"

    @pytest.mark.usefixtures("leader")
    def test_the_leader_does_not(self, client: Client, commitment: Commitment) -> None:
        url = reverse("commitment-act", args=[commitment.project_id, commitment.pk, "confirm"])
        assert client.post(url).status_code == 403
        unknown = reverse("commitment-act", args=[commitment.project_id, commitment.pk, "steal"])
        assert client.post(unknown).status_code == 404
