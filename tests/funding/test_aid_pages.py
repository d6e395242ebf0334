"""The page of state aid: the meter, what counts, earlier aid that is told, and rates."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.meter import aid_meter
from funding.models import AidAward, AidCeiling, EuroRate, Undertaking
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def ceiling() -> None:
    AidCeiling.objects.get_or_create(valid_from=date(2024, 11, 11), defaults={"amount_eur": 300_000})


@pytest.fixture
def firm() -> Organisation:
    return OrganisationFactory.create(name="Kyst AS")


@pytest.fixture
def officer(member: Callable[..., User], county: Organisation) -> User:
    return member(MemberRole.CASE_OFFICER, county)


def told(firm: Organisation, amount: int, on: date = DAY) -> AidAward:
    undertaking = Undertaking.objects.of(firm)
    facts = {"given_by": "Innovasjon Norge", "amount_nok": Decimal(amount), "nok_per_eur": Decimal(10)}
    return undertaking.awards.create(declared=True, awarded_on=on, **facts)


class TestTheMeter:
    def test_counts_three_years_in_euro(self, firm: Organisation) -> None:
        told(firm, 1_000_000)
        told(firm, 500_000, date(2023, 3, 1))
        meter = aid_meter(Undertaking.objects.known(firm), DAY)
        assert [meter.used_eur, meter.ceiling_eur, meter.left_eur] == [100_000, 300_000, 200_000]
        assert meter.share == "33.33"

    def test_of_somebody_of_whom_nothing_is_known_is_empty(self, firm: Organisation) -> None:
        assert Undertaking.objects.known(firm) is None
        assert aid_meter(None, DAY).used_eur == 0

    def test_does_not_know_a_ceiling_before_the_first(self, firm: Organisation) -> None:
        meter = aid_meter(None, date(2020, 1, 1))
        assert (meter.ceiling_eur, meter.left_eur, meter.share) == (None, None, "0")


class TestThePage:
    @pytest.mark.usefixtures("officer")
    def test_shows_used_ceiling_and_left(self, client: Client, firm: Organisation) -> None:
        told(firm, 1_000_000, timezone.localdate())
        shown = client.get(reverse("aid", args=[firm.pk])).content.decode()
        assert all(f"EUR {amount}" in shown for amount in ("100\u00a0000", "300\u00a0000", "200\u00a0000"))
        assert "Innovasjon Norge" in shown
        assert "Told by the applicant" in shown

    @pytest.mark.usefixtures("officer")
    def test_says_when_it_is_over(self, client: Client, firm: Organisation) -> None:
        told(firm, 3_000_001, timezone.localdate())
        assert "More than is allowed" in client.get(reverse("aid", args=[firm.pk])).content.decode()

    @pytest.mark.usefixtures("officer")
    def test_of_one_without_aid_says_so(self, client: Client, firm: Organisation) -> None:
        shown = client.get(reverse("aid", args=[firm.pk])).content.decode()
        assert "No aid of the last three years is known here." in shown
        assert "not stated" in shown

    def test_is_not_for_strangers_nor_finance(
        self, client: Client, firm: Organisation, member: Callable[..., User], county: Organisation
    ) -> None:
        url = reverse("aid", args=[firm.pk])
        member(MemberRole.LEADER, firm)
        assert client.get(url).status_code == 404
        member(MemberRole.FINANCE, county)
        assert client.get(url).status_code == 404
        member(MemberRole.ATTESTER, county)
        assert client.get(url).status_code == 200
        assert client.get(reverse("aid-declare", args=[firm.pk])).status_code == 403

    @pytest.mark.usefixtures("officer")
    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, firm: Organisation, queries: Callable[[str], int]
    ) -> None:
        told(firm, 1)
        one = queries(reverse("aid", args=[firm.pk]))
        for _time in range(9):
            told(firm, 1)
        assert queries(reverse("aid", args=[firm.pk])) == one


@pytest.mark.usefixtures("officer")
class TestWritingDown:
    def facts(self, **changes: str) -> dict[str, str]:
        facts = {"given_by": "Innovasjon Norge", "awarded_on": "2026-02-03", "amount_nok": "100 000"}
        return {**facts, "nok_per_eur": "", **changes}

    def test_earlier_aid_at_a_rate_that_is_typed(self, client: Client, firm: Organisation) -> None:
        url = reverse("aid-declare", args=[firm.pk])
        assert client.post(url, self.facts(nok_per_eur="11.5")).status_code == 302
        assert AidAward.objects.get().amount_eur == Decimal("8695.66")

    def test_or_recorded(self, client: Client, firm: Organisation) -> None:
        url = reverse("aid-declare", args=[firm.pk])
        response = client.post(url, self.facts())
        assert "No rate is recorded for that day" in response.content.decode()
        rate = reverse("euro-rate-create", args=[firm.pk])
        assert client.post(rate, {"on": "2026-02-03", "nok_per_eur": "11.6"}).status_code == 302
        assert client.post(url, self.facts()).status_code == 302
        assert AidAward.objects.get().nok_per_eur == Decimal("11.6")

    def test_a_rate_once_a_day_and_not_of_tomorrow(self, client: Client, firm: Organisation) -> None:
        EuroRate.objects.create(on=DAY, nok_per_eur=11)
        url = reverse("euro-rate-create", args=[firm.pk])
        again = client.post(url, {"on": DAY.isoformat(), "nok_per_eur": "11.6"})
        assert "recorded already" in again.content.decode()
        tomorrow = timezone.localdate() + timedelta(days=1)
        later = client.post(url, {"on": tomorrow.isoformat(), "nok_per_eur": "11.6"})
        assert "The day has not come yet." in later.content.decode()
        aid = client.post(reverse("aid-declare", args=[firm.pk]), self.facts(awarded_on=tomorrow.isoformat()))
        assert "The day has not come yet." in aid.content.decode()
