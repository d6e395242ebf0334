"""What the funder's people assess on the pages of money."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Commitment, Condition, FundingSource
from partners.models import Organisation, User
from projects.models import Project
from tests.funding.factories import ConditionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def at(name: str, *thing: int) -> str:
    return reverse(name, args=thing)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


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

    @pytest.mark.usefixtures("officer")
    def test_say_what_the_system_is_to_look_at_as_far_as_it_fits_their_kind(
        self, client: Client, commitment: Commitment, county: Organisation
    ) -> None:
        source = FundingSource.objects.create(name="Midlene", owner=county)
        typed = {"binds": "reservation", "text": "Som i år", "source": source.pk, "baseline_amount": "3 000 000"}
        url = at("condition-create", commitment.project_id, commitment.pk)
        for kind in ("allocation", "other"):
            client.post(url, typed | {"kind": kind, "tolerance": "0.05", "due_on": "2026-12-01"})
        first, second = Condition.objects.order_by("pk")
        assert (first.source, first.baseline_amount, first.tolerance) == (source, Decimal(3_000_000), Decimal("0.05"))
        assert (second.source, second.baseline_amount, second.tolerance) == (None, None, Decimal(0))
        assert not first.is_precondition

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
        assert client.get(at("commitment-edit", project.pk, other.commitment_id)).status_code == 404
