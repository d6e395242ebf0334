"""Seats and what came of them: enrolling, follow-ups, noting how a course went, effect."""

from playwright.sync_api import Page

from brokering.models import CourseRun
from pooling.models import Enrolment, FollowUp, Outcome
from tests.browser.acts import sent_empty
from tests.browser.project_things import running
from tests.browser.sample import Sample
from tests.browser.things import COUNTY, LEADER, NOBODY, PROVIDER, nonsense


def project() -> list[object]:
    return [running().pk]


def run_to_note() -> list[object]:
    return [CourseRun.objects.filter(reservations__outcome__isnull=False, reservations__outcome__completed=None)[0].pk]


def run_noted() -> list[object]:
    return [CourseRun.objects.filter(reservations__outcome__completed__gt=0)[0].pk]


def seats_with_room() -> list[object]:
    return [Outcome.objects.filter(completed=None, enrolments=None).get().token]


def seats_taken() -> list[object]:
    return [Outcome.objects.filter(completed=None).exclude(enrolments=None)[0].token]


def enrolment() -> list[object]:
    return [Enrolment.objects.named()[0].token]


def asked() -> list[object]:
    return [FollowUp.objects.filter(answered_at=None)[0].token]


def answered() -> list[object]:
    return [FollowUp.objects.answered()[0].token]


def with_more_than_there_were(page: Page) -> None:
    """More started than had a seat, more completed than started."""
    numbers = page.locator("main input[type=number]")
    for number in range(numbers.count()):
        numbers.nth(number).fill(str(90 + number))
    page.locator("main form button[type=submit]").click()
    page.locator(".ds-validation-message").first.wait_for()


EFFECT_SAMPLES = [
    Sample("effect", LEADER),
    Sample("effect", NOBODY),
    Sample("project-effect", LEADER, of=project),
    Sample("project-effect", COUNTY, of=project),
    Sample("run-outcome", LEADER, of=run_to_note),
    Sample("run-outcome", LEADER, of=run_to_note, then=with_more_than_there_were),
    Sample("run-outcome", PROVIDER, of=run_noted),
    Sample("enrol", of=seats_with_room),
    Sample("enrol", of=seats_with_room, then=sent_empty),
    Sample("enrol", of=seats_taken),
    Sample("enrol", of=nonsense, status=404),
    Sample("enrolment", of=enrolment),
    Sample("follow-up", of=asked),
    Sample("follow-up", of=asked, then=sent_empty),
    Sample("follow-up", of=answered),
    Sample("follow-up-stop", of=asked),
]
EFFECT_NOT_PAGES = {"effect-csv": "a file", "enrolment-withdraw": "a POST"}
