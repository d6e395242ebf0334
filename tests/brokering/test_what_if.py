"""What would give more courses, why a course is not there, and near-identical ones as one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brokering.matching import Wish, alike, index, match, rematch, whatif
from brokering.matching.why import why
from brokering.models import CompetenceNeed, CourseOffer
from brokering.models.choices import Mode
from partners.models import Distance, Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MatchFactory,
    MunicipalityFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
TODAY = timezone.localdate()
TEXT = "Vi må lære å sveise"
KM = {("5601", "5605"): 300.0, ("5601", "5628"): 150.0, ("5628", "5605"): 120.0, ("5601", "5601"): 0.0}


@pytest.fixture(autouse=True)
def map_of_the_north() -> None:
    """Alta, Tana at 150 km, and Sør-Varanger, 300 km from Alta and 120 km from Tana; all in one county."""
    for number, name in (("5601", "Alta"), ("5628", "Tana"), ("5605", "Sør-Varanger")):
        MunicipalityFactory.create(number=number, name=name)
    for (one, other), km in KM.items():
        Distance.objects.get_or_create(origin_id=one, destination_id=other, defaults={"km": km})
        Distance.objects.get_or_create(origin_id=other, destination_id=one, defaults={"km": km})
    for number in ("5605", "5628"):
        Distance.objects.create(origin_id=number, destination_id=number, km=0)


def course(title: str = "Sveising", place: str = "5605", days: int = 60, mode: str = Mode.ON_SITE) -> CourseOffer:
    offer = searchable(title=title, description=f"{title} for folk i arbeid.")
    start = TODAY + timedelta(days=days)
    CourseRunFactory.create(offer=offer, municipality_id=place, mode=mode, start=start, deadline=None)
    return offer


def wish(**facts: Any) -> Wish:
    return replace(Wish(text=TEXT, municipality="5601", headcount=1), **facts)


def gains(wish: Wish, elsewhere: str = "") -> dict[str, tuple[dict[str, Any], int]]:
    """Of each kind the first."""
    found = reversed(whatif.what_if(wish, elsewhere))
    return {gain.change.kind: (gain.change.facts, gain.shown) for gain in found}


class TestWhatIf:
    def test_online_would_give_more(self) -> None:
        course(mode=Mode.ONLINE)
        found = gains(wish(modes=(str(Mode.ON_SITE),)))
        assert found["online"] == ({"modes": ("on_site", "online")}, 1)

    def test_a_later_start_would(self) -> None:
        course(place="5601", days=180)
        assert gains(wish(latest_start=TODAY))["later"][1] == 1

    def test_the_shortest_longer_travel_that_helps_is_named(self) -> None:
        course(place="5628")
        assert gains(wish(max_travel_km=100))["farther"] == ({"max_travel_km": 150}, 1)

    def test_the_whole_county_would(self) -> None:
        course()
        found = gains(wish(max_travel_km=20))
        assert found["county"] == ({"max_travel_km": 301}, 1)
        assert "farther" not in found

    def test_the_best_neighbour_is_found_by_itself(self) -> None:
        course()
        assert gains(wish(max_travel_km=130))["neighbour"] == ({"municipality": "5628"}, 1)

    def test_a_place_that_one_asks_for_is_answered_even_when_it_gives_nothing(self) -> None:
        course()
        assert gains(wish(max_travel_km=20), elsewhere="5605")["chosen"] == ({"municipality": "5605"}, 1)
        assert gains(wish(max_travel_km=20), elsewhere="5628")["chosen"][1] == 0

    def test_what_gives_nothing_is_not_named(self) -> None:
        course(place="5601")
        assert gains(wish(max_travel_km=20, latest_start=TODAY + timedelta(days=90))) == {}

    def test_near_identical_courses_count_as_one(self) -> None:
        for _time in range(3):
            course()
        assert gains(wish(max_travel_km=20))["county"][1] == 1

    def test_is_what_the_changed_need_would_find(self) -> None:
        """No second logic: every change, made, gives what was promised."""
        for place, days, mode in (("5605", 60, Mode.ON_SITE), ("5628", 200, Mode.ON_SITE), ("5605", 60, Mode.ONLINE)):
            course(f"Sveising {place} {days}", place, days, mode)
        asked = wish(max_travel_km=80, latest_start=TODAY + timedelta(days=30), modes=(str(Mode.ON_SITE),))
        before = {hit.offer_id for hit in match(asked).hits}
        found = whatif.what_if(asked, "5628")
        assert found
        for gain in found:
            changed = replace(asked, **gain.change.facts)
            assert len({hit.offer_id for hit in match(changed).hits} - before) == gain.shown, gain

    def test_costs_one_matching_and_a_few_queries_whatever_is_found(self) -> None:
        course()
        asked = wish(max_travel_km=20, latest_start=TODAY, modes=(str(Mode.ON_SITE),))
        match(asked)
        with CaptureQueriesContext(connection) as of_match:
            match(asked)
        with CaptureQueriesContext(connection) as of_one:
            whatif.what_if(asked, "5605")
        for n in range(5):
            course(f"Sveising {n}")
        match(asked)
        with CaptureQueriesContext(connection) as of_many:
            whatif.what_if(asked, "5605")
        assert len(of_many) == len(of_one) <= len(of_match) + 7

    def test_the_page_leads_a_typed_need_to_the_change(self, client: Client) -> None:
        course()
        typed = {"q": TEXT, "municipality": "Alta", "max_travel_km": "20"}
        page = client.get(reverse("match-what-if"), typed | {"instead": "Tana"}).content.decode()
        assert "Travel within the whole county (up to 301 km)" in page
        assert "max_travel_km=301" in page
        assert "1 more that" in page
        assert ">From Tana</a>" in page
        assert "instead=" not in page.split("<form", 1)[0]
        assert (
            "We know no place" in client.get(reverse("match-what-if"), typed | {"instead": "Atlantis"}).content.decode()
        )

    def test_the_page_leads_a_saved_need_to_its_form_filled_in(
        self, client: Client, agency: Organisation, member: Member
    ) -> None:
        course()
        member(MemberRole.BROKER, agency)
        need = CompetenceNeedFactory.create(
            text=TEXT, handled_by=agency, municipality=Municipality.objects.get(pk="5601"), max_travel_km=20
        )
        page = client.get(reverse("need-what-if", args=[need.pk])).content.decode()
        edit = f"{reverse('need-edit', args=[need.pk])}?max_travel_km=301"
        assert edit in page
        form = client.get(edit)
        assert form.context["form"]["max_travel_km"].value() == "301"
        assert "filled in below" in form.content.decode()
        member(MemberRole.READER, need.employer)
        assert edit not in client.get(reverse("need-what-if", args=[need.pk])).content.decode()

    def test_what_lies_at_the_end_of_time_or_of_the_country_is_no_error(self, client: Client) -> None:
        course()
        typed = {"q": TEXT, "municipality": "Alta", "max_travel_km": "5000", "latest_start": "9999-06-01"}
        assert client.get(reverse("match-what-if"), typed | {"latest_start": "9999-12-01"}).status_code == 200
        assert client.get(reverse("match-what-if"), typed).status_code == 200

    def test_says_so_when_nothing_would(self, client: Client) -> None:
        page = client.get(reverse("match-what-if"), {"q": TEXT}).content.decode()
        assert "would give more." in page


class TestWhyNot:
    def test_a_course_that_is_there_has_its_number(self) -> None:
        offer = course(place="5601")
        answer = why(wish(), offer)
        assert (answer.rank, answer.of) == (1, 1)
        assert answer.sentence == "It is there: number 1 of the 1 that fit."
        assert answer.hit == match(wish()).hits[0]

    def test_a_bar_is_said_with_what_would_change_it(self) -> None:
        offer = course()
        answer = why(wish(max_travel_km=20), offer)
        assert answer.sentence == "It would fit, but for what stands in the way."
        assert [change.kind for change in answer.changes] == ["county"]
        assert answer.hit
        assert answer.hit == match(wish(max_travel_km=20)).near[0]

    def test_a_course_about_something_else_is_said_to_be(self) -> None:
        course()
        books = searchable(title="Regnskap", description="Bilag og årsoppgjør.")
        assert match(wish()).judged[0].offer_id != books.pk
        answer = why(wish(), books)
        assert answer.sentence == "It is about something else than the need, as far as its text tells."
        assert answer.hit
        assert answer.hit.offer_id not in {hit.offer_id for hit in match(wish()).hits}

    def test_one_that_was_withdrawn_or_is_stale_is_said_to_be(self) -> None:
        gone, stale = course("Sveising A"), course("Sveising B")
        gone.withdraw()
        gone.refresh_from_db()
        stale.stale_on = date(2025, 1, 1)
        stale.save()
        assert "taken it off" in why(wish(), gone).sentence
        assert "since 1 January 2025" in why(wish(), stale).sentence

    def test_a_new_one_has_not_been_read_yet(self) -> None:
        CompetenceFactory.create()
        assert "has not been read yet" in why(wish(), CourseOfferFactory.create()).sentence

    def test_the_page_answers_by_title_or_by_number(self, client: Client) -> None:
        offer = course("Sveising av rør")
        course("Sveising av plater")
        url, typed = reverse("match-why"), {"q": TEXT, "municipality": "Alta", "max_travel_km": "20"}
        assert "It would fit, but for" in client.get(url, typed | {"title": "sveising AV rør"}).content.decode()
        assert "It would fit, but for" in client.get(url, typed | {"title": "sveising av rø"}).content.decode()
        assert "It would fit, but for" in client.get(url, typed | {"offer": str(offer.pk)}).content.decode()
        page = client.get(url, typed | {"title": "sveising"}).content.decode()
        assert "Which one do you mean?" in page
        assert f"offer={offer.pk}" in page
        assert "We know no course called “romfart”" in client.get(url, typed | {"title": "romfart"}).content.decode()

    @pytest.mark.parametrize("number", ["0", "x", "9" * 30, "²"])
    def test_what_is_no_course_is_404(self, client: Client, number: str) -> None:
        assert client.get(reverse("match-why"), {"q": TEXT, "offer": number}).status_code == 404

    def test_without_a_need_one_is_led_to_write_it(self, client: Client) -> None:
        assert client.get(reverse("match-why"), {"title": "x"}).headers["Location"].startswith(reverse("match"))

    def test_what_the_course_is_about_can_be_added_to_the_need(
        self, client: Client, agency: Organisation, member: Member
    ) -> None:
        member(MemberRole.BROKER, agency)
        books = searchable(title="Regnskap", description="Bilag og årsoppgjør.")
        books.competences.add(CompetenceFactory.create(slug="regnskap", name_en="Accounting"))
        index.refresh([books.pk])
        need = CompetenceNeedFactory.create(text=TEXT, handled_by=agency)
        page = client.get(reverse("need-why", args=[need.pk]), {"offer": books.pk}).content.decode()
        assert "If this is what they need, say so:" in page
        assert 'value="regnskap"' in page
        client.post(reverse("need-understood", args=[need.pk]), {"add": "regnskap"})
        assert books.pk in need.matches.values_list("offer", flat=True)

    def test_the_page_of_a_course_leads_to_it_when_one_comes_from_a_need(
        self, client: Client, agency: Organisation, member: Member
    ) -> None:
        offer = course()
        told = "See how the course fits the need"
        assert told not in client.get(offer.get_absolute_url()).content.decode()
        assert told in client.get(offer.get_absolute_url(), {"q": TEXT}).content.decode()
        assert told not in client.get(offer.get_absolute_url(), {"need": "1"}).content.decode()
        member(MemberRole.BROKER, agency)
        need = CompetenceNeedFactory.create(handled_by=agency, text=TEXT)
        rematch(need)
        page = client.get(reverse("need-matches", args=[need.pk])).content.decode()
        assert f"{offer.get_absolute_url()}?need={need.pk}" in page
        told_at = client.get(offer.get_absolute_url(), {"need": str(need.pk)}).content.decode()
        assert f"{reverse('need-why', args=[need.pk])}?offer={offer.pk}" in told_at


class TestNearIdentical:
    def offers(self, *facts: dict[str, Any]) -> list[CourseOffer]:
        same = {"title": "Sveising", "description": "Lær å sveise stål og aluminium med TIG og MIG i verkstedet vårt."}
        return [CourseOfferFactory.create(**same | one) for one in facts]

    def test_one_title_and_text_is_one_course_whoever_gives_it(self) -> None:
        one, other = self.offers(
            {}, {"title": "SVEISING!", "description": "Lær å sveise stål og aluminium med TIG i verkstedet vårt."}
        )
        assert alike.grouped([one, other], lambda offer: offer) == [[one, other]]

    @pytest.mark.parametrize(
        "facts", [{"title": "Sveising 2"}, {"description": "Noe helt annet."}, {"level": "master"}, {"description": ""}]
    )
    def test_another_title_text_or_level_is_another(self, facts: dict[str, Any]) -> None:
        one, other = self.offers({}, facts)
        assert len(alike.grouped([one, other], lambda offer: offer)) == 2

    def test_without_a_text_the_provider_decides(self) -> None:
        one, other, third = self.offers({"description": ""}, {"description": ""}, {"description": ""})
        third.provider = one.provider
        assert alike.grouped([one, other, third], lambda offer: offer) == [[one, third], [other]]

    def test_the_page_shows_them_as_one_with_the_others_behind(
        self, client: Client, agency: Organisation, member: Member
    ) -> None:
        member(MemberRole.BROKER, agency)
        need: CompetenceNeed = CompetenceNeedFactory.create(handled_by=agency)
        first, second, third = self.offers({}, {"title": "Regnskap"}, {})
        for rank, offer in enumerate((first, second, third), 1):
            MatchFactory.create(need=need, offer=offer, rank=rank)
        response = client.get(reverse("need-matches", args=[need.pk]))
        page = response.content.decode()
        assert [found.offer for found in response.context["page"]] == [first, second]
        assert [found.offer for found in response.context["page"][0].others] == [third]
        assert "2 courses fit" in page
        assert "counted by themselves there are 3" in page
        assert "The same course once more" in page
        assert f'id="offer-{third.pk}"' in page
