"""What waits on the front page for those who work with an organisation's money."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Commitment, FundingScheme
from funding.waiting import waiting_for
from partners.models import Organisation, User
from projects.models import Project, ProjectState
from tests.factories import UserFactory
from tests.funding.factories import ConditionFactory, FundingSchemeFactory
from tests.funding.factories_cases import case
from tests.funding.factories_frames import frame

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = date(2026, 3, 2)


def test_what_the_project_says_is_to_be_confirmed(client: Client, officer: User, commitment: Commitment) -> None:
    assert [(card.tag, card.title) for card in waiting_for(officer, TODAY)] == [("To confirm", commitment.title)]
    assert commitment.title in client.get("/").content.decode()


def test_conditions_wait_from_the_year_of_their_money(officer: User, commitment: Commitment) -> None:
    ConditionFactory.create(commitment=commitment, tranche=commitment.tranches.get(year=2026), text="Nå")
    ConditionFactory.create(commitment=commitment, text="Alt")
    ConditionFactory.create(commitment=commitment, tranche=commitment.tranches.get(year=2027), text="Neste år")
    assert [card.title for card in waiting_for(officer, TODAY)][1:] == ["Nå", "Alt"]


def test_what_was_not_accepted_in_time_is_told_to_the_case_officer() -> None:
    made = case("letter_sent")
    last = made.commitment.accept_by
    assert last
    assert [card.tag for card in waiting_for(made.house.officer, last)] == []
    (card,) = waiting_for(made.house.officer, last + timedelta(days=1))
    assert (card.tag, card.url) == ("Not accepted in time", made.commitment.get_absolute_url())
    assert "so it lapses tonight" in card.text
    assert list(waiting_for(made.house.finance, last + timedelta(days=1))) == []


@pytest.mark.usefixtures("commitment")
def test_nothing_waits_of_projects_that_have_ended_nor_for_others(
    officer: User, leader: User, member: Callable[..., User], agency: Organisation
) -> None:
    assert list(waiting_for(leader, TODAY)) == list(waiting_for(member("case_officer", agency), TODAY)) == []
    Project.objects.update(state=ProjectState.CANCELLED)
    assert list(waiting_for(officer, TODAY)) == []


class TestAdministration:
    @pytest.fixture(autouse=True)
    def administrator(self, client: Client) -> None:
        client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    def test_schemes_and_their_ceilings_are_kept_there(self, client: Client) -> None:
        scheme: FundingScheme = FundingSchemeFactory.create()
        url = reverse("admin:funding_fundingscheme_change", args=[scheme.pk])
        facts = {"name": "Ny ordning", "manager": scheme.manager_id, "share_cap": "0.5"}
        facts |= {"firm_by_month": 12, "firm_by_day": 31}
        ceilings = {
            "ceilings-TOTAL_FORMS": 1,
            "ceilings-INITIAL_FORMS": 0,
            "ceilings-0-year": 2026,
            "ceilings-0-counts": "project",
            "ceilings-0-amount": "1000",
        }
        assert client.post(url, facts | ceilings).status_code == 302
        assert list(FundingScheme.objects.get().ceilings.values_list("year")) == [(2026,)]

    def test_promises_are_seen_there_and_not_changed(self, client: Client, commitment: Commitment) -> None:
        url = reverse("admin:funding_commitment_change", args=[commitment.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, {"title": "X"}).status_code == 403
        assert client.get(reverse("admin:funding_commitment_changelist")).status_code == 200

    def test_frames_are_seen_there_and_not_changed(self, client: Client) -> None:
        made = frame()
        url = reverse("admin:funding_budgetframe_change", args=[made.pk])
        assert "Vedtatt budsjett" in client.get(url).content.decode()
        assert client.post(url, {"year": 2030}).status_code == 403
        assert client.get(reverse("admin:funding_budgetframe_changelist")).status_code == 200
