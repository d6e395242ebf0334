"""What the matching has learnt, as brokers see it, and as those who run the site take it into use and back."""

from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from brokering.matching import versions
from brokering.matching.score import OWN
from brokering.models import Impression, Match, ScoreVersion
from brokering.models.learning import ScoreState
from brokering.models.matches import Band
from partners.models import User
from tests.brokering import brokers
from tests.factories import CompetenceNeedFactory, MatchFactory, ScoreVersionFactory, UserFactory, VerdictFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/scores/"


@pytest.fixture
def staff(client: Client) -> User:
    """Logged in."""
    user = UserFactory.create(is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def learnt() -> ScoreVersion:
    return ScoreVersionFactory.create(weights=brokers.other(place=0.5).as_json)


def test_says_what_is_in_use_and_how_much_is_lacking(client: Client, broker: User) -> None:
    brokers.kept(brokers.answers(2, OWN))
    shown = client.get(LIST).content.decode()
    for said in ("own weights", "There are 20 answers", "about 2 needs.", "at least: 100 answers, 30 needs"):
        assert said in shown


def test_says_of_a_version_what_it_changes_and_how_it_does(client: Client, broker: User, learnt: ScoreVersion) -> None:
    shown = client.get(LIST).content.decode()
    for said in (f"Version {learnt.name}", "The distance counts much more than before.", "80 %", "85 %"):
        assert said in shown
    assert "Only those who run the site can do this." in shown
    assert 'name="why"' not in shown


def test_says_what_was_shown_and_what_got_a_yes(client: Client, broker: User) -> None:
    matches = MatchFactory.create_batch(3, need=CompetenceNeedFactory.create())
    Impression.objects.log(matches)
    Match.objects.update(engine="another")
    Impression.objects.log(Match.objects.all())
    VerdictFactory.create(need=matches[0].need, offer=matches[0].offer)
    VerdictFactory.create(need=matches[0].need, offer=matches[1].offer, fits=False, reason="far")
    assert client.get(LIST).context["bands"] == [("Fits well", 3, 1, 1)]


@pytest.mark.parametrize("language", ["en", "nb"])
def test_bands_are_called_as_where_courses_are_shown(language: str) -> None:
    with translation.override(language):
        for band in Band:
            assert str(band.label) in render_to_string("components/band.html", {"band": band.value})


def test_those_who_run_the_site_take_it_into_use_and_go_back(client: Client, staff: User, learnt: ScoreVersion) -> None:
    use, retire = (reverse("score-act", args=[learnt.pk, act]) for act in ("use", "retire"))
    assert f'action="{use}"' in client.get(LIST).content.decode()
    assert "Done." in client.post(use, {"why": "Agreed with the brokers."}, follow=True).content.decode()
    assert versions.current().version == learnt.name
    shown = client.get(LIST).content.decode()
    for said in (f"Version {learnt.name}, since", "Agreed with the brokers.", str(staff), f'action="{retire}"'):
        assert said in shown
    client.post(retire, {"why": "The brokers see worse matches."})
    assert versions.current() is OWN
    assert "Go back to this version" in client.get(LIST).content.decode()


def test_not_without_a_reason(client: Client, staff: User, learnt: ScoreVersion) -> None:
    answer = client.post(reverse("score-act", args=[learnt.pk, "use"]), {"why": " "}, follow=True)
    assert "Say why." in answer.content.decode()
    assert versions.current() is OWN


def test_not_what_did_not_pass(client: Client, staff: User) -> None:
    refused = ScoreVersionFactory.create(state=ScoreState.REFUSED, after=worse())
    assert "Not used: on needs it had not seen" in client.get(LIST).content.decode()
    assert client.post(reverse("score-act", args=[refused.pk, "use"]), {"why": "x"}).status_code == 403


def test_nor_one_of_another_release(client: Client, staff: User) -> None:
    old = ScoreVersionFactory.create(program="earlier1", weights=brokers.other(words=5).as_json)
    assert "another release" in client.get(LIST).content.decode()
    assert client.post(reverse("score-act", args=[old.pk, "use"]), {"why": "x"}).status_code == 403


def test_asks_as_many_queries_for_ten_versions_as_for_one(
    client: Client, staff: User, learnt: ScoreVersion, queries: Callable[[str], int]
) -> None:
    one = queries(LIST)
    ScoreVersionFactory.create_batch(9)
    assert queries(LIST) == one <= 10


def worse() -> dict[str, float]:
    return {"loss": 0.9, "ranked": 0.6, "unsure": 0.02, "strong": 40, "strong_yes": 0.7}
