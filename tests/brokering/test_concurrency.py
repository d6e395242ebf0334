"""What several people, or one person pressing twice, do at the same moment."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from brokering.matching import versions
from brokering.models import CompetenceNeed, Match, NeedRequest, Proposal, ScoreVersion, Verdict, Visit
from brokering.models.learning import ScoreState
from partners.models import Municipality, Organisation, User
from tests.brokering import brokers
from tests.factories import CompetenceNeedFactory, MatchFactory, NeedRequestFactory, ScoreVersionFactory

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 6


def together(act: Callable[[int], int]) -> Counter[int]:
    """How often each status came back."""
    ready = Barrier(TIMES)

    def run(number: int) -> int:
        ready.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return Counter(pool.map(run, range(TIMES)))


@pytest.fixture
def need(agency: Organisation) -> CompetenceNeed:
    return CompetenceNeedFactory.create(handled_by=agency, employer__email="post@firma.example")


@pytest.fixture
def match(need: CompetenceNeed) -> Match:
    return MatchFactory.create(need=need)


@pytest.fixture
def post(broker: User) -> Callable[..., int]:
    """As the broker, from a browser of its own each time."""

    def send(url: str, **typed: Any) -> int:
        client = Client()
        client.force_login(broker)
        return int(client.post(url, typed).status_code)

    return send


def test_of_those_who_change_a_need_at_once_one_saves_and_the_others_see_it(
    client: Client, need: CompetenceNeed, post: Callable[..., int]
) -> None:
    url = reverse("need-edit", args=[need.pk])
    typed = {"employer": need.employer_id, "headcount": 2, "source": "visit"}
    version = client.get(url).context["version"]
    answers = together(lambda number: post(url, **typed, version=version, text=f"Tekst {number}"))
    assert answers == {302: 1, 409: TIMES - 1}


def test_a_need_that_is_sent_many_times_at_once_is_one_need(firm: Organisation, post: Callable[..., int]) -> None:
    typed = {"employer": firm.pk, "text": "Tre må lære å sveise aluminium", "headcount": 3, "source": "visit"}
    answers = together(lambda _number: post(reverse("need-create"), **typed))
    assert answers == {302: TIMES}
    assert CompetenceNeed.objects.count() == 1


def test_an_act_that_many_press_happens_once(need: CompetenceNeed, post: Callable[..., int]) -> None:
    answers = together(lambda _number: post(reverse("need-act", args=[need.pk, "cover"])))
    assert set(answers) <= {302, 403}
    assert need.events.count() == 1


def test_a_course_is_proposed_once_and_one_mail_goes_out(match: Match, post: Callable[..., int]) -> None:
    answers = together(lambda _number: post(reverse("propose", args=[match.need_id, match.offer_id]), message="Hei"))
    assert answers == {302: TIMES}
    assert (Proposal.objects.count(), OrmQ.objects.count()) == (1, 1)


def test_of_many_answers_one_is_kept(match: Match, post: Callable[..., int]) -> None:
    answers = together(lambda _number: post(reverse("verdict", args=[match.need_id, match.offer_id]), fits="True"))
    assert answers == {302: TIMES}
    assert Verdict.objects.count() == 1


@pytest.fixture
def counted_anew() -> Iterator[None]:
    """How often an address sends is counted in a table that is not emptied with those of the models."""
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.mark.usefixtures("counted_anew")
def test_a_need_that_many_presses_send_is_sent_once(place: Municipality) -> None:
    said = {"text": "Sveising", "municipality": place.pk, "headcount": 2, "firm": "Kirkenes Rør AS", "consent": "on"}
    by = {"contact_name": "Kari Hansen", "contact_email": "kari@rør.no"}
    answers = together(lambda _number: int(Client().post(reverse("need-send"), said | by).status_code))
    assert answers == {302: TIMES}
    assert NeedRequest.objects.count() == OrmQ.objects.count() == 1


def test_a_request_that_many_confirm_becomes_one_need() -> None:
    asked = NeedRequestFactory.create(number="974760673")
    url = reverse("need-request-confirm", args=[asked.token])
    assert together(lambda _number: int(Client().post(url).status_code)) == {302: TIMES}
    assert CompetenceNeed.objects.count() == Organisation.objects.employers().count() == 1


def test_a_visit_that_is_sent_twice_is_logged_once_with_its_needs(post: Callable[..., int], firm: Organisation) -> None:
    typed = {"firm": firm.name, "on": "2026-01-02", "notes": "Travelt", "found": ["Krankurs"], "found_people": ["2"]}
    assert together(lambda _number: post(reverse("visit-create"), **typed)) == {302: TIMES}
    assert (Visit.objects.count(), CompetenceNeed.objects.count()) == (1, 1)


def test_those_who_learn_at_once_learn_one_version() -> None:
    brokers.kept(brokers.answers(40, brokers.other(words=0.5, meaning=12.0)))
    answers = together(lambda _number: int(versions.learn(deploy=True).is_new))
    assert answers == {1: 1, 0: TIMES - 1}
    assert ScoreVersion.objects.get().state == ScoreState.CURRENT
    assert OrmQ.objects.count() == 1, "the needs are matched anew once"


def test_of_versions_taken_into_use_at_once_one_is() -> None:
    learnt = ScoreVersionFactory.create_batch(TIMES)
    together(lambda number: int(versions.use(learnt[number], None, "tried") is None))
    assert ScoreVersion.objects.current().count() == 1
    assert ScoreVersion.objects.filter(state=ScoreState.EARLIER).count() == TIMES - 1
