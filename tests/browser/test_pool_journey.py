"""From needs that lie scattered to what came of a course: broker, four firms, two providers and county staff."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from brokering.models import CourseRun
from pooling.models import CourseRequest, Outcome, Pool
from pooling.outcome_jobs import hourly
from pooling.proposing.jobs import keep_proposals
from projects.models.guidance import after_months
from tests.browser.conftest import Visitor
from tests.browser.test_project_journeys import follow, press, says
from tests.browser.things import COUNTY, LEADER

pytestmark = pytest.mark.browser

Work = Callable[[], int]
TITLE = "Sveising av aluminium for verft og verksted"


def mailed(work: Work, path: str) -> list[str]:
    """Links to this part of the site in what the worker mails now."""
    mail.outbox.clear()
    while work():
        """Jobs may lead to jobs."""
    hourly()
    texts = [str(message.body) for message in mail.outbox]
    return [found[1] for text in texts if (found := re.search(rf"https?://[^/\s]+({path}[^\s?]+)", text))]


def on(days: int) -> str:
    """As a field for a date takes it."""
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_a_pool_becomes_a_course_that_is_put_to_use(visitor: Visitor, work: Work) -> None:
    """Those who come by a link have no scripts."""
    keep_proposals()
    county = visitor(COUNTY).new_page()
    before = completed(county)
    broker = visitor(LEADER).new_page()
    pool = make_pool(broker)
    members, people = pool.members.count(), pool.members.aggregate(n=Sum("seats"))["n"]
    assert members == 4
    follow(broker, f"Ask {members} firms")
    press(broker, "Send")
    firms = mailed(work, "/pools/answer/")
    assert len(firms) == members
    for link in firms:
        sign_up(visitor(width=390, scripts=False).new_page(), link)

    broker.goto(pool.get_absolute_url())
    press(broker, "Freeze")
    request = ask_providers(broker)
    providers = mailed(work, "/bids/")
    assert len(providers) == 2
    for link, price in zip(providers, ("64000", "58000"), strict=True):
        bid(visitor(scripts=False).new_page(), link, price, people)
    choose(broker, request)
    seats = mailed(work, "/enrol/")
    assert len(seats) == members
    enrol(visitor(width=390, scripts=False).new_page(), seats[0])

    run = three_months_ago(pool)
    note_how_it_went(broker, run)
    links = mailed(work, "/follow-ups/")
    assert len(links) == members + 1, "the firms, and one person for themselves"
    for link in links:
        tell_of_use(visitor(width=390, scripts=False).new_page(), link)
    counted = Outcome.objects.filter(reservation__run=run).exclude(project=None).aggregate(n=Sum("completed"))["n"]
    assert counted
    assert completed(county) == before + counted


def completed(county: Page) -> int:
    """As the page of effect says."""
    county.goto("/effect/")
    return int(county.locator(".chain li").filter(has_text="Completed").locator(".chain-figure").inner_text())


def make_pool(broker: Page) -> Pool:
    """Of the first that is proposed."""
    broker.goto("/")
    broker.get_by_role("navigation", name="Main").get_by_role("link", name="Pools").click()
    follow(broker, "Proposed pools")
    broker.locator("ul.results a").first.click()
    broker.locator("[name$=title]").first.fill(TITLE)
    press(broker, "Make a pool of it")
    says(broker, TITLE, "Gathering firms")
    return Pool.objects.latest("pk")


def sign_up(firm: Page, link: str) -> None:
    firm.goto(link)
    says(firm, TITLE)
    press(firm, "Yes, we sign up bindingly")
    says(firm, "Your answer:", "Binding")


def ask_providers(broker: Page) -> CourseRequest:
    """The two that fit best."""
    follow(broker, "Ask providers for a course")
    broker.locator("[name=description]").fill("De skal kunne ta jobben selv etterpå.")
    broker.locator("[name=batch_size]").fill("2")
    press(broker, "Save and see who fits")
    press(broker, "Ask the providers")
    says(broker, "Asking providers")
    return CourseRequest.objects.latest("pk")


def bid(provider: Page, link: str, price: str, people: int) -> None:
    provider.goto(link)
    says(provider, TITLE, f"{people} people")
    provider.get_by_role("radio", name="Yes, this is our bid").check()
    answers = {
        "start": on(45),
        "end": on(48),
        "place": "Verkstedet",
        "fixed_price_nok": price,
        "seat_price_nok": "1500",
    }
    for name, answer in {**answers, "min_seats": "8", "max_seats": str(people + 1)}.items():
        provider.locator(f"[name={name}]").fill(answer)
    press(provider, "Send the answer")
    says(provider, "Has made a bid")


def choose(broker: Page, request: CourseRequest) -> None:
    """The cheaper of two."""
    broker.goto(request.get_absolute_url())
    says(broker, "2 bids side by side", "Lowest")
    broker.get_by_role("main").get_by_role("link", name=re.compile("^Choose this bid")).last.click()
    says(broker, "58 000")
    broker.locator("[name=why]").fill("Lavest pris.")
    press(broker, "Choose this bid")
    says(broker, "The seats are kept.", "The course is agreed")


def enrol(person: Page, link: str) -> None:
    person.goto(link)
    person.get_by_label("Your name").fill("Ola Sveiser")
    person.get_by_label("Your e-mail address").fill("ola@sveiser.example")
    for box in ("consent", "may_ask"):
        person.locator(f"[name={box}]").check()
    press(person, "Enrol")
    says(person, "You are enrolled.")


def three_months_ago(pool: Pool) -> CourseRun:
    """The course is over so long that it can be asked what it is used for."""
    last = after_months(timezone.localdate(), -3)
    CourseRun.objects.filter(pool=pool).update(start=last - timedelta(days=3), end=last)
    return CourseRun.objects.get(pool=pool)


def note_how_it_went(broker: Page, run: CourseRun) -> None:
    """Everybody completed."""
    broker.goto("/")
    broker.locator("main a[href='/waiting/']").first.click()
    broker.locator(f"main a[href='{reverse('run-outcome', args=[run.pk])}']").first.click()
    for field in broker.locator("[name$=started], [name$=completed]").all():
        field.fill(field.get_attribute("max") or "")
    broker.get_by_label("Ola Sveiser").check()
    press(broker, "Note how it went")
    says(broker, "It is noted how the course went.")


def tell_of_use(person: Page, link: str) -> None:
    """A person says yes; a firm, how many."""
    person.goto(link)
    used = person.locator("[name=used]")
    if used.first.get_attribute("type") == "radio":
        used.first.check()
    else:
        used.fill(used.get_attribute("max") or "")
    person.get_by_label("No, it would not have happened").check()
    press(person, "Send the answer")
    says(person, "Thank you for the answer")
