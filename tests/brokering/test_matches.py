"""What fits a need, typed or saved: the reasons that were stored, near misses apart, verdicts that are kept."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from brokering import matching
from brokering.matching import Wish, index, rematch
from brokering.matching.shortlist import ALL
from brokering.models import CompetenceNeed, CourseOffer, Match, Verdict
from brokering.models.choices import Mode
from brokering.models.matches import Band
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceNeedFactory,
    CourseRunFactory,
    MatchFactory,
    MunicipalityFactory,
    ProposalFactory,
    UserFactory,
    VerdictFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
SUBJECT = {"subject": {"value": 0.7, "words": ["sveise", "aluminium"], "competences": []}}
FAR = {"gate": "reach", "km": 230, "limit": 50, "place": "Alta"}


@pytest.fixture
def need(agency: Organisation, member: Member) -> CompetenceNeed:
    """Its broker is logged in."""
    member(MemberRole.BROKER, agency)
    return CompetenceNeedFactory.create(handled_by=agency, employer__email="post@firma.example")


@pytest.fixture
def match(need: CompetenceNeed) -> Match:
    return MatchFactory.create(need=need, offer__title="Sveising i aluminium", parts=SUBJECT)


def url(need: CompetenceNeed) -> str:
    return reverse("need-matches", args=[need.pk])


def page(client: Client, need: CompetenceNeed, **query: Any) -> str:
    return client.get(url(need), query).content.decode()


class TestTyped:
    def test_a_stranger_sees_what_fits_and_why_and_nothing_is_stored(self, client: Client) -> None:
        searchable(title="Sveising i aluminium")
        response = client.get("/match/", {"q": "Vi må lære å sveise aluminium"})
        assert [found.offer.title for found in response.context["page"]] == ["Sveising i aluminium"]
        assert "Covers" in response.content.decode()
        assert not Match.objects.exists()
        assert not CompetenceNeed.objects.exists()

    def test_without_the_language_model_the_page_says_so(self, client: Client) -> None:
        assert "Search by meaning is off here" in client.get("/match/", {"q": "sveising"}).content.decode()

    def test_says_how_a_word_was_read(self, client: Client) -> None:
        searchable(title="Sveising i aluminium")
        assert "We read “sveisng” as “sveising”" in client.get("/match/", {"q": "sveisng i stål"}).content.decode()

    def test_a_long_one_is_cut_between_words(self, client: Client) -> None:
        searchable(title="Sveising i aluminium")
        text = (
            "Vi må lære å sveise aluminium fordi vi bygger båter av det nå og ikke lenger bare av stål slik vi gjorde"
        )
        assert "av det nå og ikke …</summary>" in client.get("/match/", {"q": text}).content.decode()
        assert str(CompetenceNeed(text=text)).endswith(" av det nå og ikke lenger…")

    def test_those_logged_in_are_led_on_to_save_it(self, client: Client, member: Member) -> None:
        member()
        shown = client.get("/match/", {"q": "Sveising & lodding"}).content.decode()
        assert f"{reverse('need-create')}?q=Sveising+%26amp%3B+lodding" not in shown
        assert f"{reverse('need-create')}?q=Sveising+%26+lodding" in shown

    @pytest.mark.parametrize(
        "query",
        ["", "q=", "q=%00", "q=" + "a" * 5000, "q=x&headcount=0", "q=x&municipality=Atlantis", "q=x&latest_start=y"],
    )
    def test_what_cannot_be_read_is_asked_again(self, client: Client, query: str) -> None:
        response = client.get(f"/match/?{query}")
        assert response.status_code == 200
        assert "matching" not in response.context

    @examples(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        typed=st.dictionaries(
            st.sampled_from(["q", "municipality", "max_travel_km", "headcount", "latest_start", "mode", "page"]),
            st.text(max_size=80) | st.integers().map(str) | st.dates().map(str),
        )
    )
    def test_whatever_is_typed_is_no_error_of_ours(self, client: Client, typed: dict[str, str]) -> None:
        assert client.get(f"/match/?{urlencode(typed, errors='replace')}").status_code == 200

    @pytest.mark.language_model
    def test_by_meaning_it_is_found_without_a_word_in_common(self) -> None:
        books, welding = searchable(title="Regnskap", description=""), searchable(title="Sveising", description="")
        index.embed()
        found = matching.match(Wish(text="Folk som kan føye sammen metalldeler så de holder"), least=ALL)
        assert found.semantic
        assert [hit.offer_id for hit in [*found.hits, *found.rest]] == [welding.pk, books.pk]


class TestSaved:
    def test_shows_the_reasons_that_were_stored(self, client: Client, need: CompetenceNeed, match: Match) -> None:
        shown = page(client, need)
        assert "Covers sveise and aluminium" in shown
        assert "Fits well" in shown

    def test_near_misses_stand_apart_and_say_what_would_change_it(
        self, client: Client, need: CompetenceNeed, match: Match
    ) -> None:
        near = MatchFactory.create(need=need, band=Band.NEAR, parts=SUBJECT, gates=[FAR])
        response = client.get(url(need))
        assert list(response.context["page"]) == [match]
        assert response.context["near"] == [near]
        assert "More travel would do." in response.content.decode()

    def test_the_best_comes_first(self, client: Client, need: CompetenceNeed) -> None:
        third, first, second = (MatchFactory.create(need=need, rank=rank) for rank in (3, 1, 2))
        assert list(client.get(url(need)).context["page"]) == [first, second, third]

    def test_is_narrowed_by_the_filters_of_the_courses(
        self, client: Client, need: CompetenceNeed, match: Match
    ) -> None:
        online = MatchFactory.create(need=need, offer__modes=[Mode.ONLINE])
        response = client.get(url(need), {"mode": "online"})
        assert list(response.context["page"]) == [online]

    def test_a_course_that_was_withdrawn_is_not_shown(self, client: Client, need: CompetenceNeed, match: Match) -> None:
        match.offer.withdraw()
        assert "Sveising i aluminium" not in page(client, need)

    def test_says_what_to_do_when_nothing_fits(self, client: Client, need: CompetenceNeed) -> None:
        assert "leave out what was not meant" in page(client, need)
        assert "Take away a filter" in page(client, need, mode="online")

    def test_how_many_fit_well_is_told_from_how_many_may(self, client: Client, need: CompetenceNeed) -> None:
        MatchFactory.create(need=need, band=Band.POSSIBLE, offer__title="Lodding")
        assert "1 course may fit" in page(client, need)
        MatchFactory.create_batch(2, need=need, band=Band.STRONG)
        assert "2 courses fit well" in page(client, need)
        assert ", and 1 that may" in page(client, need)

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, need: CompetenceNeed, queries: Queries
    ) -> None:
        place = MunicipalityFactory.create()
        CourseRunFactory.create(offer=MatchFactory.create(need=need).offer, municipality=place)
        one = queries(url(need))
        for match in MatchFactory.create_batch(9, need=need):
            CourseRunFactory.create(offer=match.offer, municipality=place)
            VerdictFactory.create(need=need, offer=match.offer)
        ProposalFactory.create(need=need, offer=match.offer)
        # Six of the list, two of who I am, the need and my roles, and what was said and proposed.
        assert queries(url(need)) == one <= 12


class TestVerdicts:
    def judge(self, client: Client, match: Match, **said: str) -> Any:
        return client.post(reverse("verdict", args=[match.need_id, match.offer_id]), said, follow=True)

    def test_a_yes_is_kept_and_shown_next_time(self, client: Client, need: CompetenceNeed, match: Match) -> None:
        self.judge(client, match, fits="True", reason="subject")
        verdict = Verdict.objects.get()
        assert (verdict.fits, verdict.reason, verdict.offer) == (True, "", match.offer)
        assert f"{verdict.by} said on" in page(client, need)

    def test_a_no_needs_a_reason(self, client: Client, need: CompetenceNeed, match: Match) -> None:
        assert "Say why" in self.judge(client, match).content.decode()
        assert not Verdict.objects.exists()

    def test_a_no_is_shown_with_its_reason_and_comment(
        self, client: Client, need: CompetenceNeed, match: Match
    ) -> None:
        self.judge(client, match, reason="far", comment="Fergen går ikke om vinteren.")
        shown = page(client, need)
        assert "does not fit (Too far away)" in shown
        assert "Fergen går ikke om vinteren." in shown

    def test_the_last_word_counts_and_the_first_is_in_the_history(self, client: Client, match: Match) -> None:
        self.judge(client, match, fits="True")
        self.judge(client, match, reason="level")
        verdict = Verdict.objects.get()
        assert (verdict.fits, verdict.reason) == (False, "level")
        history = apps.get_model("brokering", "VerdictHistory").objects.order_by("pgh_id")
        assert list(history.values_list("fits", flat=True)) == [True, False]

    def test_it_survives_a_new_matching_that_does_not_find_the_course(
        self, client: Client, need: CompetenceNeed, match: Match
    ) -> None:
        self.judge(client, match, reason="subject")
        rematch(need)
        assert Match.objects.filter(pk=match.pk).exists()
        assert "does not fit (Wrong subject)" in page(client, need)

    def test_it_can_be_taken_back(self, client: Client, need: CompetenceNeed, match: Match) -> None:
        VerdictFactory.create(need=need, offer=match.offer)
        client.post(reverse("verdict-withdraw", args=[need.pk, match.offer_id]))
        assert not Verdict.objects.exists()

    @pytest.mark.parametrize("said", [{"reason": "unknown"}, {"reason": "far", "comment": "x" * 301}])
    def test_what_is_no_answer_is_not_kept(self, client: Client, match: Match, said: dict[str, str]) -> None:
        self.judge(client, match, **said)
        assert not Verdict.objects.exists()

    def test_it_leads_back_to_the_same_place_on_the_same_page_of_ours(self, client: Client, match: Match) -> None:
        response = client.post(
            reverse("verdict", args=[match.need_id, match.offer_id]), {"fits": "True", "back": "//evil.example"}
        )
        assert response.headers["Location"].startswith(url(match.need))


class TestMatchingAnew:
    def test_what_no_longer_fits_goes_and_what_was_proposed_stays(self, need: CompetenceNeed) -> None:
        gone, proposed = MatchFactory.create_batch(2, need=need)
        ProposalFactory.create(need=need, offer=proposed.offer)
        rematch(need)
        assert list(need.matches.all()) == [proposed]
        assert not Match.objects.filter(pk=gone.pk).exists()

    def test_twice_is_the_same_as_once(self, need: CompetenceNeed) -> None:
        offer = searchable(title="Sveising i aluminium")
        rematch(need)
        first = list(need.matches.values_list("pk", "offer", "score"))
        rematch(need)
        assert list(need.matches.values_list("pk", "offer", "score")) == first
        assert [offer_id for _pk, offer_id, _score in first] == [offer.pk]


def test_a_verdict_on_a_course_that_is_not_there_is_404(client: Client, need: CompetenceNeed) -> None:
    assert client.post(reverse("verdict", args=[need.pk, 0]), {"fits": "True"}).status_code == 404
    assert not CourseOffer.objects.exists()


def test_a_person_who_is_gone_leaves_the_verdict(need: CompetenceNeed) -> None:
    judge = UserFactory.create()
    verdict = VerdictFactory.create(need=need, by=judge)
    judge.delete()
    verdict.refresh_from_db()
    assert verdict.by is None


def test_after_an_answer_the_list_is_filtered_as_before(client: Client, broker: User, agency: Organisation) -> None:
    match = MatchFactory.create(need__handled_by=agency)
    url = reverse("verdict", args=[match.need_id, match.offer_id])
    answer = client.post(url, {"fits": "True", "back": "mode=online&level=short_course"})
    assert answer.headers["Location"].endswith(f"/matches/?mode=online&level=short_course#offer-{match.offer_id}")
    hostile = client.post(url, {"fits": "True", "back": "\r\nSet-Cookie: a=b"})
    assert "\n" not in hostile.headers["Location"]


def test_what_was_refused_comes_last_and_is_not_proposed(client: Client, broker: User, agency: Organisation) -> None:
    first = MatchFactory.create(need__handled_by=agency, rank=1)
    second = MatchFactory.create(need=first.need, rank=2)
    client.post(reverse("verdict", args=[first.need_id, first.offer_id]), {"reason": "subject"})
    page = client.get(reverse("need-matches", args=[first.need_id]))
    assert [found.offer_id for found in page.context["page"]] == [second.offer_id, first.offer_id]
    assert reverse("propose", args=[first.need_id, first.offer_id]) not in page.content.decode()
    best = client.get(first.need.get_absolute_url()).context["matches"]
    assert [found.offer_id for found in best] == [second.offer_id]


def test_a_place_alone_is_asked_what_it_is_about(client: Client) -> None:
    MunicipalityFactory.create(number="5628", name="Tana", longitude=28.0)
    page = client.get(reverse("match"), {"q": "kurs i Tana"}).content.decode()
    assert "What do they need to learn?" in page
