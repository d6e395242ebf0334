"""From an offer to the needs it could meet: the same answers as from the need, and no word of whose they are."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from brokering.demand import Demand, demand, roughly
from brokering.jobs import meet_needs
from brokering.matching import Wish, embedding, index, kept, match, rematch
from brokering.matching.candidates import fetch
from brokering.matching.reverse import Profile, likely, touched
from brokering.matching.understanding import understand
from brokering.models import Competence, CompetenceNeed, CourseOffer
from brokering.models.choices import Mode
from brokering.models.matches import Band
from brokering.models.needs import NeedState
from partners.models import Distance, Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceNeedFactory,
    CountyFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MatchFactory,
    MunicipalityFactory,
    OrganisationFactory,
    ProposalFactory,
    VerdictFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = date(2026, 3, 2)
WELDING = "Vi vil lære å sveise aluminium"


@pytest.fixture
def offer() -> CourseOffer:
    CourseOfferFactory.create_batch(3, title="Regnskap", description="Bokføring")
    offer = searchable(title="Sveising av aluminium", is_published=True)
    offer.competences.set(Competence.objects.filter(pk="sveising"))
    index.refresh(list(CourseOffer.objects.values_list("pk", flat=True)))
    return offer


def asked(text: str = WELDING, **facts: Any) -> CompetenceNeed:
    need = CompetenceNeedFactory.create(**{"text": text, "consent_to_share": True, **facts})
    rematch(need)
    return need


def of(offer: CourseOffer) -> Demand:
    return demand([CourseOffer.objects.select_related("index").get(pk=offer.pk)], TODAY)[offer.pk]


def elsewhere(number: str, name: str, county: str = "56") -> Municipality:
    return MunicipalityFactory.create(
        number=number, name=name, county=CountyFactory.create(number=county, name=f"Fylke {county}")
    )


class TestTheSameAnswers:
    @pytest.mark.parametrize("with_meaning", [False, pytest.param(True, marks=pytest.mark.language_model)])
    def test_signals_are_those_that_the_need_finds(self, offer: CourseOffer, with_meaning: bool) -> None:
        if with_meaning and not embedding.available():
            pytest.skip("the language model is not installed")
        while index.embed():
            pass
        need = asked("Vi trenger sveisere som kan aluminium, og regnskap")
        understood = understand(Wish.of(need))
        (read,) = kept.read([CompetenceNeed.objects.select_related("index").get(pk=need.pk)])
        profiles = Profile.of(CourseOffer.objects.all())
        found = fetch(Wish.of(need), understood, TODAY)
        assert found.offers
        for one in found.offers:
            again = profiles[one.pk].signals(read.understood)
            assert again.words == pytest.approx(one.signals.words)
            assert again.competence == pytest.approx(one.signals.competence)
            assert again.meaning == (one.signals.meaning and pytest.approx(one.signals.meaning, abs=2e-3))
            assert profiles[one.pk].shared(read.understood) == one.shared_competences
        assert read.background == found.background
        assert (read.understood.level, read.understood.terms) == (understood.level, understood.terms)

    def test_a_need_that_finds_the_offer_is_found_by_it(self, offer: CourseOffer) -> None:
        need = asked()
        (hit,) = match(need).hits
        (pair,) = likely([CourseOffer.objects.select_related("index").get(pk=offer.pk)], CompetenceNeed.objects.all())
        assert (pair.need, hit.offer_id) == (need, offer.pk)
        again = of(offer).rows[0].hit.parts["subject"]
        assert again["value"] == pytest.approx(hit.parts["subject"]["value"], abs=1e-3)
        assert again["shared"] == pytest.approx(hit.parts["subject"]["shared"], abs=1e-3)

    def test_what_is_about_something_else_is_not_found(self, offer: CourseOffer) -> None:
        asked("Vi trenger hjelp med regnskapet")
        assert of(offer).rows == []


class TestTouched:
    def test_only_the_needs_that_an_offer_could_meet(self, offer: CourseOffer) -> None:
        near, other = asked(), asked("regnskap og bokføring")
        assert list(touched([offer.pk])) == [near]
        MatchFactory.create(need=other, offer=offer)
        assert set(touched([offer.pk])) == {near, other}

    def test_a_need_of_which_nothing_is_kept_is_always_one(self, offer: CourseOffer) -> None:
        need = CompetenceNeedFactory.create(text="romfart")
        assert list(touched([offer.pk])) == [need]

    def test_closed_needs_never(self, offer: CourseOffer) -> None:
        asked(state=NeedState.COVERED)
        assert not touched([offer.pk])

    def test_after_an_import_every_open_need(self, offer: CourseOffer) -> None:
        need = asked("romfart")
        assert list(touched(range(1000))) == [need]


class TestAfterwards:
    """A course that is entered, changed or taken away is held against the needs by the worker."""

    @pytest.fixture
    def keeper(self, member: Callable[..., User], offer: CourseOffer) -> User:
        return member(MemberRole.EMPLOYEE, offer.provider)

    def test_a_new_course_meets_the_needs_that_wait(
        self, offer: CourseOffer, keeper: User, client: Client, work: Callable[[], int]
    ) -> None:
        need = asked()
        typed = {"provider": offer.provider_id, "title": "Sveising av stål og aluminium", "is_published": "on"}
        runs = {"runs-TOTAL_FORMS": 0, "runs-INITIAL_FORMS": 0}
        assert client.post("/offers/new/", typed | runs).status_code == 302
        assert work() == 1
        assert {found.offer.title for found in need.matches.all()} == {offer.title, "Sveising av stål og aluminium"}

    def test_one_that_is_withdrawn_leaves_them(
        self, offer: CourseOffer, keeper: User, client: Client, work: Callable[[], int]
    ) -> None:
        need = asked()
        client.post(f"/offers/{offer.pk}/withdraw/")
        work()
        assert not need.matches.exists()
        client.post(f"/offers/{offer.pk}/publish/")
        work()
        assert need.matches.get().offer == offer

    def test_a_need_it_does_not_touch_is_left_alone(
        self, offer: CourseOffer, keeper: User, client: Client, work: Callable[[], int]
    ) -> None:
        need = asked("regnskap")
        before = CompetenceNeed.objects.get(pk=need.pk).matched_at
        client.post(f"/offers/{offer.pk}/withdraw/")
        work()
        assert CompetenceNeed.objects.get(pk=need.pk).matched_at == before

    def test_the_job_may_be_done_again(self, offer: CourseOffer) -> None:
        need = CompetenceNeedFactory.create(text=WELDING)
        for _time in range(2):
            meet_needs([offer.pk])
        assert need.matches.get().offer == offer


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

    def test_people_are_counted_to_the_nearest_five(self, offer: CourseOffer) -> None:
        for headcount in (1, 2, 9):
            asked(headcount=headcount)
        assert (of(offer).seats, of(offer).asked_by) == ("about 10 people", "3 firms")

    @pytest.mark.parametrize(("people", "said"), [(1, "1–2"), (3, "3–5"), (20, "11–20"), (21, "more than 20")])
    def test_those_of_one_need_in_steps(self, people: int, said: str) -> None:
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
        need = asked("Vi i Nordlysvik vil lære å sveise aluminium", headcount=7, max_travel_km=33, budget_nok=4321)
        for url in (f"/offers/{offer.pk}/needs/", f"/offers/{offer.pk}/", "/offers/own/"):
            page = client.get(url).content.decode()
            assert "6–10 people" in page
            for secret in (
                "Nordlysvik",
                need.employer.name,
                str(need.municipality),
                "33",
                "4321",
                "4 321",
                f"/needs/{need.pk}",
            ):
                assert secret not in page, (url, secret)
        assert f"/offers/{offer.pk}/runs/" in client.get(f"/offers/{offer.pk}/needs/").content.decode()

    def test_shows_a_broker_their_own_needs_with_the_act(
        self, client: Client, offer: CourseOffer, broker: User, agency: Organisation
    ) -> None:
        need = asked(handled_by=agency, consent_to_share=False)
        others = asked("Andre vil sveise aluminium")
        page = client.get(f"/offers/{offer.pk}/needs/").content.decode()
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
        page = client.get(f"/offers/{offer.pk}/needs/").content.decode()
        assert refused.employer.name not in page
        assert "Proposed to the employer: Sent" in page

    def test_says_so_when_there_is_nothing(self, client: Client, offer: CourseOffer, keeper: User) -> None:
        assert "Nobody asks for this now" in client.get(f"/offers/{offer.pk}/needs/").content.decode()

    def test_tells_a_broker_so_too(self, client: Client, offer: CourseOffer, broker: User) -> None:
        assert "None of your open needs fits" in client.get(f"/offers/{offer.pk}/needs/").content.decode()

    def test_is_not_for_firms(self, client: Client, offer: CourseOffer, member: Callable[..., User]) -> None:
        member(MemberRole.LEADER)
        assert client.get(f"/offers/{offer.pk}/needs/").status_code == 403
        assert "Needs it could meet" not in client.get(f"/offers/{offer.pk}/").content.decode()

    @pytest.mark.parametrize("page", ["/offers/{}/needs/", "/offers/{}/", "/offers/own/"])
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
