"""From an offer to the needs it could meet: the same answers as from the need, and only those that it touches."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from brokering.jobs import meet_needs
from brokering.matching import Wish, embedding, index, kept, match
from brokering.matching.candidates import fetch
from brokering.matching.facts import Way
from brokering.matching.reverse import Likely, Profile, likely, touched
from brokering.matching.shortlist import ALL
from brokering.models import CompetenceNeed, CourseOffer
from brokering.models.needs import NeedState
from partners.models import User
from partners.models.roles import MemberRole
from tests.brokering.wanted import WELDING, asked, welding_course
from tests.factories import CompetenceNeedFactory, MatchFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = date(2026, 3, 2)


@pytest.fixture
def offer() -> CourseOffer:
    return welding_course()


def found_by(offer: CourseOffer) -> list[Likely]:
    fetched = CourseOffer.objects.select_related("index").get(pk=offer.pk)
    return list(likely([fetched], CompetenceNeed.objects.all()))


class TestTheSameAnswers:
    @pytest.mark.parametrize("with_meaning", [False, pytest.param(True, marks=pytest.mark.language_model)])
    def test_signals_are_those_that_the_need_finds(self, offer: CourseOffer, with_meaning: bool) -> None:
        if with_meaning and not embedding.available():
            pytest.skip("the language model is not installed")
        while index.embed():
            pass
        need = asked("Vi trenger sveisere som kan aluminium, og regnskap")
        (read,) = kept.read([CompetenceNeed.objects.select_related("index").get(pk=need.pk)])
        profiles = Profile.of(CourseOffer.objects.all())
        found = fetch(Wish.of(need), TODAY, least=ALL)
        assert found.offers
        for one in found.offers:
            again = profiles[one.pk].signals(read.understood)
            assert again.words == pytest.approx(one.signals.words)
            assert again.competence == pytest.approx(one.signals.competence, rel=1e-4), "packed strengths are rounded"
            assert again.meaning == (one.signals.meaning and pytest.approx(one.signals.meaning, abs=2e-3))
            assert profiles[one.pk].shared(read.understood) == one.shared_competences
        assert read.background == found.background
        assert (read.understood.level, read.understood.terms) == (found.understood.level, found.understood.terms)

    def test_a_need_that_finds_the_offer_is_found_by_it(self, offer: CourseOffer) -> None:
        need = asked()
        (hit,) = match(need).hits
        (pair,) = found_by(offer)
        assert (pair.need, hit.offer_id) == (need, offer.pk)
        again = pair.judged(Wish.of(need), [Way()]).parts["subject"]
        assert again["value"] == pytest.approx(hit.parts["subject"]["value"], abs=1e-3)
        assert again["shared"] == pytest.approx(hit.parts["subject"]["shared"], abs=1e-3)

    def test_what_is_about_something_else_is_not_found(self, offer: CourseOffer) -> None:
        asked("Vi trenger hjelp med regnskapet")
        assert (
            list(likely([CourseOffer.objects.select_related("index").get(pk=offer.pk)], CompetenceNeed.objects.all()))
            == []
        )


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
