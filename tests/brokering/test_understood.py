"""What a need was taken to mean: shown in pieces, each of which can be taken away, put back or added."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from brokering.matching import Wish, chips, index, match, rematch
from brokering.matching.chips import Chip
from brokering.matching.understanding import understand
from brokering.matching.wish import known_keys, still_left_out
from brokering.models import Competence, CompetenceNeed
from brokering.models.choices import MOST_NOT_MEANT
from brokering.names import competence_names
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import CompetenceFactory, CompetenceNeedFactory, MunicipalityFactory, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
TEXT = "Vi må lære å sveise aluminium"


@pytest.fixture
def need(agency: Organisation, member: Member, accounting: Competence) -> CompetenceNeed:
    """Its broker is logged in."""
    searchable(title="Sveising i aluminium")
    member(MemberRole.BROKER, agency)
    need = CompetenceNeedFactory.create(handled_by=agency, text=TEXT)
    rematch(need)
    need.refresh_from_db()
    return need


def pieces(wish: Wish, place: str = "") -> list[Chip]:
    return chips.understood(wish, understand(wish).kept(), competence_names(), place)


def labels(found: list[Chip]) -> list[str]:
    return [chip.label for chip in found]


class TestUnderstanding:
    def test_is_told_in_pieces(self) -> None:
        searchable(title="Sveising i aluminium")
        MunicipalityFactory.create(number="5628", name="Tana", longitude=28.0)
        wish = Wish(text=f"{TEXT}, helst et nettkurs i Tana", language="nb")
        assert {"Welding", "aluminium"} <= set(labels(pieces(wish)))
        assert labels(pieces(wish))[-3:] == ["near Tana", "Short course", "Bokmål"]

    @pytest.mark.parametrize(
        ("title", "text", "words"), [("Sveising", "sveisekurs", []), ("Båtfører", "truckfører", ["fører"])]
    )
    def test_a_part_of_a_compound_is_covered_where_no_competence_is(
        self, title: str, text: str, words: list[str]
    ) -> None:
        offer = searchable(title=title, description="")
        (hit,) = [hit for hit in match(Wish(text=text), also=offer.pk).judged if hit.offer_id == offer.pk]
        assert hit.parts["subject"]["words"] == words

    def test_a_word_that_a_competence_says_already_is_not_said_twice(self) -> None:
        searchable(title="Sveising i aluminium")
        assert labels(pieces(Wish(text="welding"))) == ["Welding"]
        without = Wish(text="welding", without=frozenset({"competence:sveising"}))
        assert labels(pieces(without)) == ["welding"]

    def test_what_is_left_out_is_no_longer_read(self) -> None:
        welding = searchable(title="Sveising i aluminium", description="")
        wish = Wish(text="sveising", without=frozenset({"competence:sveising"}))
        assert understand(wish).subjects == ()
        assert match(wish).judged[0].score < match(Wish(text="sveising")).judged[0].score
        assert match(Wish(text="sveising", without=frozenset({"competence:sveising", "word:sveising"}))).judged == []
        assert match(Wish(text="sveising")).hits[0].offer_id == welding.pk

    def test_the_others_are_likelier_when_one_is_known_not_to_be_meant(self, accounting: Competence) -> None:
        searchable(title="Sveising i aluminium")
        text = "regnskap for sveising"
        before = {found.slug: found.strength for found in understand(Wish(text=text)).subjects}
        after = understand(Wish(text=text, without=frozenset({"competence:sveising"}))).subjects
        assert [found.slug for found in after] == ["regnskap"]
        assert 1 >= after[0].strength > before["regnskap"]

    def test_a_word_is_left_out_in_every_form(self) -> None:
        searchable(title="Sveising i aluminium")
        wish = Wish(text="aluminium, aluminiumet og stål", without=frozenset({"word:aluminium"}))
        assert "aluminium" not in understand(wish).words

    def test_a_word_is_read_as_it_is_written_when_somebody_says_so(self) -> None:
        searchable(title="Sveising i aluminium")
        assert understand(Wish(text="sveisng")).corrections == (("sveisng", "sveising"),)
        assert understand(Wish(text="sveisng", without=frozenset({"spelling:sveisng"}))).corrections == ()

    def test_a_fact_is_left_out_whether_it_was_stated_or_read(self) -> None:
        searchable(title="Sveising i aluminium")
        MunicipalityFactory.create(number="5628", name="Tana", longitude=28.0)
        without = frozenset({"fact:place", "fact:level", "fact:language"})
        read = understand(Wish(text="nettkurs i sveising i Tana", without=without))
        assert (read.place, read.level) == ("", "")
        stated = Wish(municipality="5628", level="master", language="nb", without=without).as_meant()
        assert (stated.municipality, stated.level, stated.language) == (None, "", "")

    def test_what_was_left_out_is_told_by_its_name(self) -> None:
        CompetenceFactory.create()
        without = frozenset({"competence:sveising", "fact:place", "word:stål", "spelling:sveisng"})
        left = chips.left_out(Wish(without=without), competence_names())
        assert labels(left) == ["Welding", "the place", "stål"]

    def test_only_keys_that_are_known_are_kept_and_not_too_many(self) -> None:
        assert known_keys(["word:stål", "word:stål", "word:", "fact:price", "x", "word:a b", "competence:A"]) == [
            "word:stål"
        ]
        assert len(known_keys(f"word:x{n}" for n in range(99))) == MOST_NOT_MEANT


class TestSaved:
    def put_right(self, client: Client, need: CompetenceNeed, **said: str) -> str:
        page = client.post(reverse("need-understood", args=[need.pk]), said, follow=True).content.decode()
        need.refresh_from_db()
        return page

    def test_shows_what_the_stored_matches_were_found_by(self, client: Client, need: CompetenceNeed) -> None:
        assert need.understood["competences"] == ["sveising"]
        page = client.get(reverse("need-matches", args=[need.pk])).content.decode()
        assert 'aria-label="Leave out Welding"' in page

    def test_what_is_left_out_stays_out_and_the_courses_are_found_anew(
        self, client: Client, need: CompetenceNeed
    ) -> None:
        before = need.matches.get().score
        page = self.put_right(client, need, leave_out="competence:sveising")
        assert need.without == ["competence:sveising"]
        assert 'aria-label="Put back Welding"' in page
        assert not need.matches.filter(score__gte=before).exists()
        rematch(need)
        need.refresh_from_db()
        assert need.understood["competences"] == []

    def test_what_was_chosen_is_no_longer_when_it_is_left_out(
        self, client: Client, need: CompetenceNeed, accounting: Competence
    ) -> None:
        need.competences.add(accounting)
        self.put_right(client, need, leave_out="competence:regnskap")
        assert not need.competences.exists()

    def test_it_can_be_put_back(self, client: Client, need: CompetenceNeed) -> None:
        self.put_right(client, need, leave_out="word:aluminium")
        self.put_right(client, need, put_back="word:aluminium")
        assert need.without == []

    def test_a_competence_is_added_by_any_of_its_names(self, client: Client, need: CompetenceNeed) -> None:
        self.put_right(client, need, leave_out="competence:regnskap")
        page = self.put_right(client, need, add="Bookkeeping")
        assert [one.pk for one in need.competences.all()] == ["regnskap"]
        assert need.without == []
        assert 'aria-label="Leave out Accounting"' in page

    def test_what_can_be_several_things_is_asked_about(self, client: Client, need: CompetenceNeed) -> None:
        CompetenceFactory.create(slug="regnestykker", name_nb="Regning", synonyms=["regnestykker"], jargon=[])
        caches["local"].clear()
        page = self.put_right(client, need, add="regn")
        assert "Do you mean one of these?" in page
        assert not need.competences.exists()

    def test_what_is_no_competence_is_said_to_be_none(self, client: Client, need: CompetenceNeed) -> None:
        assert "We know no competence called “xyzzy”" in self.put_right(client, need, add="xyzzy")

    def test_the_history_says_who_and_what(self, client: Client, need: CompetenceNeed) -> None:
        self.put_right(client, need, leave_out="competence:sveising")
        self.put_right(client, need, put_back="competence:sveising")
        self.put_right(client, need, add="regnskap")
        told = [(event.act, event.why, event.from_state == event.to_state) for event in need.events.all()]
        assert told == [
            ("leave_out", "Welding", True),
            ("put_back", "Welding", True),
            ("take_in", "Accounting", True),
        ]
        page = client.get(need.get_absolute_url()).content.decode()
        assert "Not meant" in page
        kept = apps.get_model("brokering", "CompetenceNeedHistory").objects.order_by("pgh_id")
        assert ["competence:sveising"] in list(kept.values_list("without", flat=True))

    def test_the_same_twice_is_once(self, client: Client, need: CompetenceNeed) -> None:
        for _time in range(2):
            self.put_right(client, need, leave_out="word:aluminium")
        assert need.without == ["word:aluminium"]
        assert need.events.count() == 1

    @pytest.mark.parametrize("said", [{}, {"leave_out": "x"}, {"put_back": "word:x"}, {"leave_out": "fact:price"}])
    def test_what_is_unknown_changes_nothing(self, client: Client, need: CompetenceNeed, said: dict[str, str]) -> None:
        self.put_right(client, need, **said)
        assert need.without == []
        assert not need.events.exists()

    def test_who_may_only_read_cannot_change_it(
        self, client: Client, need: CompetenceNeed, member: Member, agency: Organisation
    ) -> None:
        member(MemberRole.READER, need.employer)
        page = client.get(reverse("need-matches", args=[need.pk])).content.decode()
        assert "Welding" in page
        assert "Leave out" not in page
        answer = client.post(reverse("need-understood", args=[need.pk]), {"leave_out": "word:aluminium"})
        assert answer.status_code == 403

    def test_what_no_longer_applies_goes_when_the_need_is_written_anew(self, need: CompetenceNeed) -> None:
        need.without = ["word:aluminium", "word:stål", "spelling:sveisng", "competence:sveising", "fact:place"]
        assert still_left_out(need, set(), set()) == ["word:aluminium", "competence:sveising", "fact:place"]
        assert still_left_out(need, {"sveising"}, {"place"}) == ["word:aluminium"]

    def test_it_survives_an_edit_of_the_text(self, client: Client, need: CompetenceNeed) -> None:
        self.put_right(client, need, leave_out="competence:sveising")
        url = reverse("need-edit", args=[need.pk])
        form = client.get(url)
        typed = {"employer": need.employer_id, "text": f"{TEXT} nå", "headcount": 2, "source": "form"}
        client.post(url, typed | {"version": form.context["version"]})
        need.refresh_from_db()
        assert (need.text, need.without) == (f"{TEXT} nå", ["competence:sveising"])


class TestTyped:
    def address(self, client: Client, **query: Any) -> str:
        return str(client.get("/match/", {"q": TEXT} | query).headers["Location"])

    def test_what_is_put_right_stands_in_the_address(self, client: Client, accounting: Competence) -> None:
        searchable(title="Sveising i aluminium")
        assert "without=word%3Aaluminium" in self.address(client, leave_out="word:aluminium")
        assert "without" not in self.address(client, without="word:aluminium", put_back="word:aluminium")
        added = self.address(client, add="bokføring", without="competence:regnskap")
        assert "about=regnskap" in added
        assert "without" not in added
        left = self.address(client, about="regnskap", leave_out="competence:regnskap")
        assert "about" not in left
        assert "without=competence%3Aregnskap" in left

    def test_matching_follows(self, client: Client, accounting: Competence) -> None:
        searchable(title="Sveising i aluminium")
        books = searchable(title="Regnskap for små virksomheter", description="")
        page = client.get("/match/", {"q": "Vi vil lære noe nytt", "about": "regnskap"})
        assert [found.offer_id for found in page.context["page"]] == [books.pk]

    def test_what_was_put_right_comes_along_when_the_need_is_saved(
        self, client: Client, member: Member, agency: Organisation, accounting: Competence, firm: Organisation
    ) -> None:
        member(MemberRole.BROKER, agency)
        searchable(title="Sveising i aluminium")
        url = f"{reverse('need-create')}?q=x&about=regnskap&without=word:aluminium&without=nonsense"
        assert client.get(url).context["form"]["competences"].value() == ["regnskap"]
        client.post(
            url, {"employer": firm.pk, "text": TEXT, "headcount": 1, "competences": ["regnskap"], "source": "form"}
        )
        need = CompetenceNeed.objects.get()
        assert need.without == ["word:aluminium"]
        assert [one.pk for one in need.competences.all()] == ["regnskap"]

    def test_asks_as_many_queries_for_ten_courses_as_for_one(
        self, client: Client, queries: Callable[[str], int]
    ) -> None:
        searchable(title="Sveising i aluminium")
        MunicipalityFactory.create()
        address = "/match/?q=sveisng&municipality=S%C3%B8r-Varanger&without=word:aluminium"
        one = queries(address)
        for n in range(9):
            searchable(title=f"Sveising i aluminium {n}")
        # Seven to understand and match, six of the list and its filters; and the place.
        assert queries(address) == one <= 14

    def test_a_change_of_the_text_keeps_it_but_for_facts(self, client: Client) -> None:
        searchable(title="Sveising i aluminium")
        page = client.get("/match/", {"q": TEXT, "without": ["word:aluminium", "fact:place"]})
        assert page.context["form"].kept == [("without", "word:aluminium")]


@pytest.mark.language_model
def test_meaning_follows_what_is_left_out() -> None:
    searchable(title="Sveising i aluminium")
    index.embed()
    whole, less = understand(Wish(text=TEXT)), understand(Wish(text=TEXT, without=frozenset({"word:aluminium"})))
    assert whole.vector is not None
    assert less.vector is not None
    assert (whole.vector != less.vector).any()
