"""From needs that lie scattered to what came of a course: broker, four firms, two providers and county staff."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from brokering.models import CourseRun
from pooling.models import Outcome, Pool, PoolMember
from pooling.outcome_jobs import hourly
from pooling.proposing.jobs import keep_proposals
from tests.browser.conftest import Visitor
from tests.browser.test_project_journeys import follow, press, says
from tests.browser.things import COUNTY, LEADER

pytestmark = pytest.mark.browser

Work = Callable[[], int]
TITLE = "Aluminiumssveising for verft og verksted"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def letters(work: Work, path: str) -> list[str]:
    """Links to this part of the site in what is mailed now."""
    mail.outbox.clear()
    work()
    hourly()
    texts = [str(message.body) for message in mail.outbox]
    return [found[1] for text in texts if (found := re.search(rf"https?://[^/\s]+({path}[^\s?]+)", text))]


def on(day: int) -> str:
    """So many days from now, as a date field takes it."""
    return (timezone.localdate() + timedelta(days=day)).isoformat()


def propose(broker: Page) -> Pool:
    keep_proposals()
    broker.goto("/")
    broker.get_by_role("navigation", name="Main").get_by_role("link", name="Pools").click()
    broker.get_by_role("navigation", name="Pools").get_by_role("link", name="Proposed pools").click()
    broker.get_by_role("main").get_by_role("link", name=re.compile("^Welding")).first.click()
    broker.locator("[name$=title]").first.fill(TITLE)
    press(broker, "Make a pool")
    says(broker, TITLE, "Gathering firms")
    return Pool.objects.latest("pk")


def ask_firms(broker: Page, pool: Pool, work: Work) -> None:
    """Those that have no e-mail address are rung."""
    broker.goto(pool.get_absolute_url())
    follow(broker, "Ask the firms")
    press(broker, "Send")
    links = letters(work, "/pools/answer/")
    assert len(links) == pool.members.present().count() == 4
    return links


def test_a_pool_becomes_a_course_and_the_course_is_put_to_use(visitor: Visitor, scripts: bool, work: Work) -> None:
    broker = visitor(LEADER, scripts=scripts).new_page()
    pool = propose(broker)
    links = ask_firms(broker, pool, work)
    print(links)
