"""From a need to ranked offers: what is found, what is barred, what is kept."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from brokering.matching import Matching, Wish, competences, index, match, rematch, score, search, store
from brokering.matching.shortlist import ALL
from brokering.models import CompetenceNeed, CourseOffer, Match, Verdict
from brokering.models.choices import Level, Mode
from partners.models import Distance, Municipality
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MunicipalityFactory,
    ProposalFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def indexed(*offers: CourseOffer) -> None:
    competences.refresh()
    index.refresh([offer.pk for offer in offers])


@pytest.fixture
def catalogue() -> dict[str, CourseOffer]:
    """Four courses about different things, of which nothing is known but words."""
    texts = {
        "welding": ("Sveising av aluminium", "Lær å sveise med TIG og MIG."),
        "accounting": ("Regnskap for små virksomheter", "Bokføring, merverdiavgift og årsoppgjør."),
        "care": ("Veiledning i sykepleie", "For sykepleiere som veileder studenter."),
        "cooking": ("Restaurantkokkfaget", "Mat av lokale råvarer."),
    }
    offers = {name: CourseOfferFactory.create(title=title, description=text) for name, (title, text) in texts.items()}
    indexed(*offers.values())
    return offers


def first(matching: Matching) -> int | None:
    return matching.hits[0].offer_id if matching.hits else None


def ids(hits: Iterable[Any]) -> list[int]:
    return [hit.offer_id for hit in hits]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Vi trenger folk som kan sveise i aluminium", "welding"),
        ("sveisekurs", "welding"),
        ("svesing", "welding"),
        ("regnskapskurs", "accounting"),
        ("rekneskap", "accounting"),
        ("rettleiing av sjukepleiarar", "care"),
        ("kokkefag", "cooking"),
    ],
)
def test_a_need_finds_its_course(catalogue: dict[str, CourseOffer], text: str, name: str) -> None:
    assert first(match(Wish(text=text))) == catalogue[name].pk


def test_a_word_of_the_trade_leads_to_the_course(catalogue: dict[str, CourseOffer]) -> None:
    CompetenceFactory.create(
        slug="regnskap",
        name_nb="Regnskap",
        name_nn="Rekneskap",
        name_en="Accounting",
        name_se="Rehketdoallu",
        description="Føre regnskap.",
        jargon=["bilagshaugen"],
    )
    CompetenceFactory.create(jargon=["pinnesveis"])
    indexed(*catalogue.values())
    matching = match(Wish(text="Bilagshaugen vokser oss over hodet"))
    assert [found.slug for found in matching.understood.competences] == ["regnskap"]
    assert first(matching) == catalogue["accounting"].pk
    assert matching.hits[0].parts["subject"]["competences"] == ["regnskap"]


def test_a_chosen_competence_is_enough(catalogue: dict[str, CourseOffer]) -> None:
    CompetenceFactory.create(jargon=["pinnesveis"])
    indexed(*catalogue.values())
    assert first(match(Wish(competences=("sveising",)))) == catalogue["welding"].pk


def test_what_a_provider_says_it_teaches_counts(catalogue: dict[str, CourseOffer]) -> None:
    leaf = CompetenceFactory.create(
        slug="lokalmat", name_nb="Gårdsost", name_nn="Gardsost", name_en="Cheese", name_se="Vuostá", description=""
    )
    catalogue["cooking"].competences.add(leaf)
    indexed(*catalogue.values())
    assert first(match(Wish(text="gårdsost"))) == catalogue["cooking"].pk


def test_a_misspelt_word_is_put_right_and_said(catalogue: dict[str, CourseOffer]) -> None:
    assert match(Wish(text="kurs i svesing")).understood.corrections == (("svesing", "sveising"),)


def test_a_word_that_the_index_knows_is_not_put_right() -> None:
    """No dictionary has it, but a course is called that."""
    indexed(CourseOfferFactory.create(title="Zyrvikmålar", description=""))
    assert match(Wish(text="zyrvikmålar")).understood.corrections == ()
    assert match(Wish(text="zyrvikmålr")).understood.corrections == (("zyrvikmålr", "zyrvikmålar"),)


def test_nonsense_fits_nothing(catalogue: dict[str, CourseOffer]) -> None:
    assert match(Wish(text="xqzv wprtk")).hits == []
    assert match(Wish()).hits == []


def test_an_empty_catalogue_is_no_error() -> None:
    matching = match(Wish(text="sveising"))
    assert (matching.hits, matching.near, matching.semantic) == ([], [], False)


@pytest.mark.parametrize(
    "hidden", [{"is_published": False}, {"withdrawn_at": timezone.now()}, {"stale_on": date(2020, 1, 1)}]
)
def test_what_nobody_may_see_is_not_even_a_near_miss(hidden: dict[str, Any]) -> None:
    indexed(CourseOfferFactory.create(title="Sveising", **hidden))
    matching = match(Wish(text="sveising"))
    assert (matching.hits, matching.near) == ([], [])


def held(**run: Any) -> CourseOffer:
    offer = CourseOfferFactory.create(title="Sveising")
    CourseRunFactory.create(offer=offer, **{"start": TODAY + timedelta(days=30)} | run)
    indexed(offer)
    return offer


def apart(km: float) -> Municipality:
    """A municipality so far from Sør-Varanger."""
    here, there = MunicipalityFactory.create(), MunicipalityFactory.create(number="5601", name="Alta")
    Distance.objects.create(origin=here, destination=there, km=km)
    Distance.objects.create(origin=here, destination=here, km=0)
    return there


def test_a_course_too_far_away_is_a_near_miss_that_says_so() -> None:
    offer = held(municipality=apart(80))
    matching = match(Wish(text="sveising", municipality="5605", max_travel_km=50), on=TODAY)
    assert matching.hits == []
    (near,) = matching.near
    assert (near.offer_id, near.band) == (offer.pk, "near")
    assert near.gates == [{"gate": "reach", "km": 80, "limit": 50, "place": "Alta"}]


def test_the_nearest_run_that_one_can_attend_is_the_one_that_counts() -> None:
    offer = held(municipality=apart(80))
    near = CourseRunFactory.create(offer=offer, municipality_id="5605", start=TODAY + timedelta(days=40))
    CourseRunFactory.create(
        offer=offer, municipality_id="5605", start=TODAY + timedelta(days=40), seats=2, seats_taken=2
    )
    (hit,) = match(Wish(text="sveising", municipality="5605", max_travel_km=50), on=TODAY).hits
    assert (hit.run_id, hit.parts["place"]["km"]) == (near.pk, 0)


def test_of_runs_too_far_away_the_nearest_is_told_of_though_another_has_more_seats() -> None:
    near, far = apart(80), MunicipalityFactory.create(number="5001")
    Distance.objects.create(origin_id="5605", destination=far, km=600)
    offer = held(municipality=far)
    run = CourseRunFactory.create(offer=offer, municipality=near, start=TODAY + timedelta(days=40), seats=2)
    indexed(offer)
    (found,) = match(Wish(text="sveising", municipality="5605", max_travel_km=50, headcount=9), on=TODAY).near
    assert (found.run_id, [bar["km"] for bar in found.gates if bar["gate"] == "reach"]) == (run.pk, [80])


@pytest.mark.parametrize(("headcount", "band"), [(None, "strong"), (2, "strong"), (3, "possible")])
def test_a_strong_match_has_seats_for_all(headcount: int | None, band: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score, "band", lambda *_figures: "strong")
    held(seats=2)
    assert [hit.band for hit in match(Wish(text="sveising", headcount=headcount), on=TODAY).hits] == [band]


def test_the_place_of_the_course_counts_where_no_run_says_more() -> None:
    offer = CourseOfferFactory.create(title="Sveising", places=[apart(80)])
    indexed(offer)
    matching = match(Wish(text="sveising", municipality="5605", max_travel_km=50), on=TODAY)
    assert (matching.hits, ids(matching.near)) == ([], [offer.pk])


def test_full_and_past_runs_bar_the_course() -> None:
    held(seats=2, seats_taken=2)
    held(start=TODAY - timedelta(days=60), end=TODAY - timedelta(days=50))
    matching = match(Wish(text="sveising"), on=TODAY)
    assert matching.hits == []
    assert {bar["state"] for near in matching.near for bar in near.gates} == {"full", "ended"}


def test_unknown_facts_bar_nothing(catalogue: dict[str, CourseOffer]) -> None:
    strict = Wish(
        text="sveising",
        municipality=MunicipalityFactory.create().pk,
        max_travel_km=1,
        modes=("online",),
        language="nb",
        latest_start=TODAY,
        headcount=5,
        level=Level.SHORT_COURSE,
    )
    (hit,) = match(strict, on=TODAY).hits
    assert hit.offer_id == catalogue["welding"].pk
    assert {"place", "time", "mode"} <= set(hit.parts["unknown"])


def test_a_nearer_course_comes_first_among_equals() -> None:
    far, near = held(municipality=apart(80)), held(municipality_id="5605")
    assert ids(match(Wish(text="sveising", municipality="5605"), on=TODAY).hits) == [near.pk, far.pk]


def test_reachable_courses_are_found_behind_a_hundred_better_ones_out_of_reach() -> None:
    there = apart(500)
    far = [CourseOfferFactory.create(title="Sveising", places=[there]) for _ in range(120)]
    near = CourseOfferFactory.create(
        title="Håndverk for alle", description="Litt om sveising og annet.", places=["5605"]
    )
    indexed(*far, near)
    matching = match(Wish(text="sveising", municipality="5605", max_travel_km=50), on=TODAY, least=ALL)
    assert near.pk in ids([*matching.hits, *matching.rest])


def test_a_saved_need_is_matched_with_all_it_says() -> None:
    there = apart(80)
    offer = held(municipality=there, mode=Mode.ON_SITE)
    need = CompetenceNeedFactory.create(text="sveising", max_travel_km=100, latest_start=TODAY + timedelta(days=10))
    (hit,) = match(need, on=TODAY).hits
    assert (hit.offer_id, hit.parts["place"]["km"], hit.parts["time"]["days"]) == (offer.pk, 80, 20)


def test_an_unsaved_need_can_be_matched(catalogue: dict[str, CourseOffer]) -> None:
    assert first(match(CompetenceNeed(text="sveising", headcount=1))) == catalogue["welding"].pk


def test_what_is_found_is_kept_and_what_no_longer_fits_goes(catalogue: dict[str, CourseOffer]) -> None:
    need = CompetenceNeedFactory.create(text="sveising")
    rematch(need)
    assert [found.offer for found in need.matches.order_by("rank")] == [catalogue["welding"]]
    need.text = "regnskap"
    need.save()
    rematch(need)
    assert [found.offer for found in need.matches.order_by("rank")] == [catalogue["accounting"]]
    need.refresh_from_db()
    assert need.matched_at is not None


def test_what_was_judged_or_proposed_stays(catalogue: dict[str, CourseOffer]) -> None:
    need = CompetenceNeedFactory.create(text="sveising og regnskap")
    rematch(need)
    Verdict.objects.create(need=need, offer=catalogue["welding"], by=UserFactory.create(), fits=True)
    ProposalFactory.create(need=need, offer=catalogue["accounting"])
    need.text = "kokkefag"
    need.save()
    rematch(need)
    assert {found.offer for found in need.matches.all()} == {
        catalogue[name] for name in ("welding", "accounting", "cooking")
    }


def test_keeping_twice_changes_nothing(catalogue: dict[str, CourseOffer]) -> None:
    need = CompetenceNeedFactory.create(text="sveising og regnskap")
    matching = rematch(need)
    before = list(Match.objects.order_by("pk").values_list("pk", "offer", "rank", "score"))
    store(need, matching)
    assert list(Match.objects.order_by("pk").values_list("pk", "offer", "rank", "score")) == before


@pytest.mark.parametrize("text", ["sveisekurs", "svesing", "Aluminium"])
def test_browsing_forgives_as_matching_does(catalogue: dict[str, CourseOffer], text: str) -> None:
    assert search(text)[:1] == [catalogue["welding"].pk]


def test_browsing_finds_a_providers_courses_by_its_name(catalogue: dict[str, CourseOffer]) -> None:
    assert catalogue["care"].pk in search(catalogue["care"].provider.name)


def test_browsing_for_nothing_finds_nothing(catalogue: dict[str, CourseOffer]) -> None:
    assert search("") == search("  ") == search("xqzv") == []


@pytest.mark.parametrize("text", ["100 % sveising", "'; DROP TABLE x; --", "æøå " * 2000, "\x00sveising", "(("])
def test_no_text_breaks_the_matching(catalogue: dict[str, CourseOffer], text: str) -> None:
    assert isinstance(match(Wish(text=text)), Matching)
    assert isinstance(search(text), list)


def test_browsing_for_words_of_asking_finds_what_has_them() -> None:
    offer = CourseOfferFactory.create(title="Innføringskurs", description="")
    indexed(offer)
    assert search("kurs") == [offer.pk]
