"""What a provider sees of the needs that its course could meet, and no word of whose they are."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from brokering.demand import Demand, demand, roughly
from brokering.matching import index, match
from brokering.models import CourseOffer
from brokering.models.choices import Mode
from brokering.models.matches import Band
from partners.models import Distance, Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.brokering.wanted import asked, welding_course
from tests.factories import (
    CountyFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MunicipalityFactory,
    OrganisationFactory,
    ProposalFactory,
    VerdictFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = date(2026, 3, 2)


@pytest.fixture
def offer() -> CourseOffer:
    return welding_course()


def of(offer: CourseOffer) -> Demand:
    return demand([CourseOffer.objects.select_related("index").get(pk=offer.pk)], TODAY)[offer.pk]


def elsewhere(number: str, name: str, county: str = "56") -> Municipality:
    return MunicipalityFactory.create(
        number=number, name=name, county=CountyFactory.create(number=county, name=f"Fylke {county}")
    )


class TestWhatAProviderSees:
    def test_no_need_whose_firm_has_not_agreed(self, offer: CourseOffer) -> None:
        asked(consent_to_share=False)
        assert of(offer).rows == []

    def test_no_need_that_shares_no_competence_however_alike_its_words(self, offer: CourseOffer) -> None:
        CourseOffer.objects.filter(pk=offer.pk).update(title="Fjordfisk Polarnatt AS")
        index.refresh([offer.pk])
        offer.competences.clear()
        asked("Fjordfisk Polarnatt AS")
        assert of(offer).rows == []

    def test_none_for_a_course_that_is_not_offered_any_more(self, offer: CourseOffer) -> None:
        asked()
        assert len(of(offer).rows) == 1
        offer.withdraw()
        assert of(offer).rows == []

    def test_a_municipality_is_named_where_three_firms_ask(self, offer: CourseOffer) -> None:
        for _firm in range(3):
            asked()
        assert {row.area for row in of(offer).rows} == {"Sør-Varanger"}

    def test_a_county_where_fewer_do_in_each_municipality(self, offer: CourseOffer) -> None:
        for number in ("5601", "5603", "5605"):
            asked(municipality=elsewhere(number, f"Kommune {number}"))
        assert {row.area for row in of(offer).rows} == {"Fylke 56"}

    def test_who_is_left_over_must_be_enough_by_themselves(self, offer: CourseOffer) -> None:
        """Else the county less its named municipality would tell where the last firm is."""
        for _firm in range(3):
            asked()
        asked(municipality=elsewhere("5601", "Alta"))
        areas = [row.area for row in of(offer).rows]
        assert sorted(areas) == ["Place not shown: fewer than three firms", *["Sør-Varanger"] * 3]

    def test_three_needs_of_one_firm_are_one_firm(self, offer: CourseOffer) -> None:
        firm = OrganisationFactory.create()
        unit = OrganisationFactory.create(parent=firm)
        for employer in (firm, firm, unit):
            asked(employer=employer)
        demand = of(offer)
        assert {row.area for row in demand.rows} == {"Place not shown: fewer than three firms"}
        assert demand.asked_by == "fewer than three firms"
        assert demand.seats == "6–10 people"

    def test_people_are_counted_in_steps_also_where_firms_are_enough(self, offer: CourseOffer) -> None:
        for headcount in (1, 2, 9):
            asked(headcount=headcount)
        assert (of(offer).seats, of(offer).asked_by) == ("11–20 people", "3 firms")

    @pytest.mark.parametrize(("people", "said"), [(1, "1–2"), (3, "3–5"), (21, "21–50"), (101, "more than 100")])
    def test_in_steps(self, people: int, said: str) -> None:
        assert roughly(people) == f"{said} people"

    def test_dates_are_months(self, offer: CourseOffer) -> None:
        asked(earliest_start=date(2026, 4, 13), latest_start=date(2026, 6, 17))
        (row,) = of(offer).rows
        assert row.window == "April 2026 to June 2026"
        assert (row.wish.earliest_start, row.wish.latest_start) == (date(2026, 4, 1), date(2026, 6, 30))

    def test_where_no_place_is_named_none_counts(self, offer: CourseOffer) -> None:
        """Neither how far it is, nor how far one would travel, moves the band or is said."""
        far = elsewhere("1804", "Bodø", "18")
        CourseRunFactory.create(offer=offer, municipality=far, start=None, end=None, deadline=None)
        need = asked(max_travel_km=10)
        Distance.objects.create(origin=MunicipalityFactory.create(), destination=far, km=900)
        assert match(need).near
        (row,) = of(offer).rows
        assert row.band != Band.NEAR
        assert not {"place", "reach"} & {reason.kind for reason in row.reasons}

    def test_price_and_seats_do_not_either(self, offer: CourseOffer) -> None:
        run = CourseRunFactory.create(offer=offer, seats=1, price_nok=50_000)
        asked(headcount=20, budget_nok=100)
        before = of(offer).rows[0].hit.score
        run.price_nok, run.seats = 1, 50
        run.save()
        (row,) = of(offer).rows
        assert row.hit.score == before
        assert not {"price", "seats"} & {reason.kind for reason in row.reasons}

    def test_a_named_place_counts_and_is_said(self, offer: CourseOffer) -> None:
        town = elsewhere("5601", "Alta")
        offer.municipalities.add(town)
        for _firm in range(3):
            asked()
        Distance.objects.create(origin=MunicipalityFactory.create(), destination=town, km=42)
        (sentence,) = {reason.sentence for reason in of(offer).rows[0].reasons if reason.kind == "place"}
        assert sentence == "about 42 km away (straight line)"

    def test_near_misses_come_last_with_what_stands_in_the_way(self, offer: CourseOffer) -> None:
        CourseRunFactory.create(offer=offer, mode=Mode.ON_SITE, start=None, end=None, deadline=None)
        asked(modes=[Mode.ONLINE])
        asked(modes=[Mode.ON_SITE])
        fits, near = of(offer).rows
        assert fits.band != Band.NEAR
        assert near.band == Band.NEAR
        assert near.reasons[0].sentence == "They cannot take part the way it is held."
        assert near.modes == "Online"

    def test_a_planned_course_has_its_needs_before_anyone_sees_it(self, offer: CourseOffer) -> None:
        CourseOffer.objects.filter(pk=offer.pk).update(is_published=False)
        asked()
        assert len(of(offer).rows) == 1

    def test_an_offer_that_is_not_in_the_index_has_none(self) -> None:
        assert of(CourseOfferFactory.create()).rows == []


class TestPage:
    @pytest.fixture
    def keeper(self, member: Callable[..., User], offer: CourseOffer) -> User:
        return member(MemberRole.EMPLOYEE, offer.provider)

    def test_tells_the_provider_what_is_asked_for_and_not_by_whom(
        self, client: Client, offer: CourseOffer, keeper: User
    ) -> None:
        need = asked("Vi i Nordlysvik vil lære å sveise aluminium", headcount=7, max_travel_km=3377, budget_nok=4321)
        for url in (f"/offers/{offer.pk}/demand/", f"/offers/{offer.pk}/", "/offers/own/"):
            page = client.get(url).content.decode()
            assert "6–10 people" in page
            for secret in (
                "Nordlysvik",
                need.employer.name,
                str(need.municipality),
                "3377",
                "4321",
                "4 321",
                f"/needs/{need.pk}",
            ):
                assert secret not in page, (url, secret)
        page = client.get(f"/offers/{offer.pk}/demand/").content.decode()
        assert f"/offers/{offer.pk}/runs/" in page
        assert len(re.findall(r'<a href="[^"]*"\s+aria-current="true"', page)) == 1, "one place in the navigation"

    def test_shows_a_broker_their_own_needs_with_the_act(
        self, client: Client, offer: CourseOffer, broker: User, agency: Organisation
    ) -> None:
        need = asked(handled_by=agency, consent_to_share=False)
        others = asked("Andre vil sveise aluminium")
        page = client.get(f"/offers/{offer.pk}/demand/").content.decode()
        assert need.employer.name in page
        assert f"/needs/{need.pk}/matches/{offer.pk}/propose/" in page
        assert f"/needs/{need.pk}/matches/#offer-{offer.pk}" in page
        assert others.employer.name not in page
        assert "Reach these firms" not in page
        assert need.employer.name in client.get(f"/offers/{offer.pk}/").content.decode()

    def test_what_was_refused_is_left_out_and_what_was_proposed_says_so(
        self, client: Client, offer: CourseOffer, broker: User, agency: Organisation
    ) -> None:
        refused, proposed = asked(handled_by=agency), asked(handled_by=agency)
        VerdictFactory.create(need=refused, offer=offer, fits=False, reason="far")
        ProposalFactory.create(need=proposed, offer=offer, state="sent")
        page = client.get(f"/offers/{offer.pk}/demand/").content.decode()
        assert refused.employer.name not in page
        assert "Proposed to the employer: Sent" in page

    def test_says_so_when_there_is_nothing(self, client: Client, offer: CourseOffer, keeper: User) -> None:
        assert "No firm has shared a need for this now." in client.get(f"/offers/{offer.pk}/demand/").content.decode()
        page = client.get(f"/offers/{offer.pk}/").content.decode()
        assert "How firms hear of the course" in page
        assert "See the needs" not in page

    def test_tells_a_broker_so_too(self, client: Client, offer: CourseOffer, broker: User) -> None:
        assert "None of your open needs fits" in client.get(f"/offers/{offer.pk}/demand/").content.decode()

    def test_is_not_for_firms(self, client: Client, offer: CourseOffer, member: Callable[..., User]) -> None:
        member(MemberRole.LEADER)
        assert client.get(f"/offers/{offer.pk}/demand/").status_code == 403
        assert "Needs it could meet" not in client.get(f"/offers/{offer.pk}/").content.decode()

    @pytest.mark.parametrize("page", ["/offers/{}/demand/", "/offers/{}/", "/offers/own/"])
    def test_asks_as_much_of_three_needs_as_of_twelve(
        self, offer: CourseOffer, keeper: User, agency: Organisation, queries: Callable[[str], int], page: str
    ) -> None:
        keeper.memberships.create(organisation=agency, role=MemberRole.BROKER)
        CourseRunFactory.create(offer=offer)
        for _firm in range(3):  # enough to name a place, which is what a query more is asked for
            asked(handled_by=agency)
        few = queries(page.format(offer.pk))
        for _firm in range(9):
            asked(handled_by=agency)
            CourseRunFactory.create(offer=offer)
        assert queries(page.format(offer.pk)) == few
