"""A project's calendar: what stands in it, as a program reads it, and who may."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import get_language
from icalendar import Calendar

from partners.models import Membership, User
from projects.models import CalendarKey, Milestone, Project
from projects.models.activities import DROP
from projects.models.milestones import REACH, REMOVE
from tests.factories import OrganisationFactory
from tests.projects.factories_activities import ActivityFactory, CalendarKeyFactory, MilestoneFactory
from tests.projects.factories_agreements import drafted, signed
from tests.projects.factories_reports import ReportingRequirementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Events = Callable[[], dict[str, Any]]
DAY = date(2026, 5, 4)
HARD = "Møte; med “NAV”, Kirkenes\\nord – og mange flere ord enn det er plass til på en linje av 75 tegn"


@pytest.fixture
def key(project: Project, partner: User) -> CalendarKey:
    User.objects.filter(pk=partner.pk).update(language="en")
    return CalendarKeyFactory.create(project=project, user=partner)


@pytest.fixture
def events(key: CalendarKey) -> Events:
    """What a program finds at the address, without being logged in."""

    def found() -> dict[str, Any]:
        answer = Client().get(key.get_absolute_url())
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        feed = Calendar.from_ical(answer.content)
        assert feed["X-WR-CALNAME"] == key.project.name
        return {str(one["SUMMARY"]): one for one in feed.walk("VEVENT")}

    return found


class TestContent:
    def test_a_milestone_is_a_whole_day_whose_end_is_the_next(self, key: CalendarKey, events: Events) -> None:
        milestone = MilestoneFactory.create(project=key.project, title=HARD, due_on=DAY, note="Husk;\nkaffe, te")
        (event,) = events().values()
        assert event["SUMMARY"] == f"Milestone: {HARD}"
        assert event["DESCRIPTION"] == "Husk;\nkaffe, te"
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (DAY, DAY + timedelta(days=1))
        assert event["DTSTART"].params["VALUE"] == "DATE"
        assert event["UID"].startswith(f"milestone-{milestone.pk}@")

    def test_an_activity_lasts_as_long_as_it_lasts(self, key: CalendarKey, events: Events) -> None:
        ActivityFactory.create(project=key.project, title="Kurs", starts_on=DAY, ends_on=DAY + timedelta(days=9))
        ActivityFactory.create(project=key.project, title="Uten dager")
        ActivityFactory.create(project=key.project, title="Åpen", starts_on=DAY)
        ActivityFactory.create(project=key.project, title="Slutt", ends_on=DAY)
        found = events()
        assert found["Kurs"]["DTEND"].dt == DAY + timedelta(days=10)
        assert set(found) == {"Kurs", "Åpen begins", "Slutt ends"}

    def test_what_falls_away_is_cancelled_and_what_is_reached_says_so(self, key: CalendarKey, events: Events) -> None:
        MilestoneFactory.create(project=key.project, title="borte").carry_out(REMOVE, None)
        MilestoneFactory.create(project=key.project, title="nådd").carry_out(REACH, None)
        ActivityFactory.create(project=key.project, title="Kurs", starts_on=DAY).carry_out(DROP, None, why="Ingen")
        states = {title: str(event["STATUS"]) for title, event in events().items()}
        assert states == {
            "Milestone: borte": "CANCELLED",
            "Milestone, reached: nådd": "CONFIRMED",
            "Kurs begins": "CANCELLED",
        }

    def test_a_change_keeps_the_uid_and_counts_up(self, key: CalendarKey, events: Events) -> None:
        milestone = MilestoneFactory.create(project=key.project)
        (before,) = events().values()
        Milestone.objects.update(title="Nytt", updated_at=milestone.updated_at + timedelta(minutes=5))
        (after,) = events().values()
        assert after["UID"] == before["UID"]
        assert after["SEQUENCE"] == before["SEQUENCE"] + 300
        assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt

    def test_no_line_is_longer_than_75_bytes_and_all_end_as_they_must(self, key: CalendarKey) -> None:
        MilestoneFactory.create(project=key.project, title=HARD)
        lines = Client().get(key.get_absolute_url()).content.split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert not any(b"\n" in line for line in lines)

    def test_speaks_the_persons_language_whatever_the_program_says(
        self, key: CalendarKey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        User.objects.filter(pk=key.user_id).update(language="nn")
        monkeypatch.setattr("projects.views.calendar.calendar", lambda project, user: str(get_language()).encode())
        assert Client().get(key.get_absolute_url(), headers={"Accept-Language": "en"}).content == b"nn"

    def test_reports_and_ones_own_agreements_stand_in_it_when_their_day_is_known(
        self, key: CalendarKey, events: Events
    ) -> None:
        asked = ReportingRequirementFactory.create(project=key.project)
        houses = [key.user.memberships.get().organisation, OrganisationFactory.create()]
        agreements = {"Avtalen": DAY, "Uten dag": None}
        for title, day in agreements.items():
            signed(*houses, by=key.user, project=key.project, title=title, valid_to=day)
        signed(by=key.user, project=key.project, title="Andres", valid_to=DAY)
        drafted(project=key.project, title="Utkast", valid_to=DAY)
        found = events()
        assert found["Agreement ends: Avtalen"]["DTSTART"].dt == DAY
        assert found[f"Report due: {asked.title}"]["DTSTART"].dt == asked.due_on
        assert len(found) == 2


class TestAddress:
    def test_has_it_not_changed_it_is_not_sent_again(self, key: CalendarKey) -> None:
        MilestoneFactory.create(project=key.project)
        first = Client().get(key.get_absolute_url())
        again = Client().get(key.get_absolute_url(), headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        MilestoneFactory.create(project=key.project)
        assert Client().get(key.get_absolute_url(), headers={"If-None-Match": first["ETag"]}).status_code == 200

    def test_it_closes_when_the_person_leaves(self, key: CalendarKey) -> None:
        Membership.objects.filter(user=key.user).delete()
        assert Client().get(key.get_absolute_url()).status_code == 404

    def test_and_when_the_account_is_closed(self, key: CalendarKey) -> None:
        User.objects.filter(pk=key.user_id).update(is_active=False)
        assert Client().get(key.get_absolute_url()).status_code == 404

    def test_a_new_one_closes_the_old(self, client: Client, key: CalendarKey) -> None:
        client.post(f"/projects/{key.project_id}/calendar/renew/")
        assert Client().get(key.get_absolute_url()).status_code == 404
        key.refresh_from_db()
        assert Client().get(key.get_absolute_url()).status_code == 200

    def test_it_can_be_closed(self, client: Client, key: CalendarKey) -> None:
        client.post(f"/projects/{key.project_id}/calendar/revoke/")
        assert Client().get(key.get_absolute_url()).status_code == 404

    def test_nobody_guesses_one(self) -> None:
        assert Client().get("/calendar/nothing.ics").status_code == 404

    def test_each_has_their_own(self, client: Client, keeper: User, key: CalendarKey) -> None:
        client.force_login(keeper)
        page = f"/projects/{key.project_id}/calendar/"
        client.post(f"{page}renew/")
        own = CalendarKey.objects.get(user=keeper)
        shown = client.get(page).content.decode()
        assert own.token in shown
        assert key.token not in shown


def test_those_who_are_logged_in_take_a_copy(client: Client, partner: User, project: Project) -> None:
    MilestoneFactory.create(project=project)
    copy = Calendar.from_ical(client.get(f"/projects/{project.pk}/calendar.ics").content)
    assert len(copy.walk("VEVENT")) == 1


def test_the_calendar_asks_as_many_queries_for_ten_as_for_one(
    client: Client, partner: User, project: Project, queries: Callable[[str], int]
) -> None:
    url = f"/projects/{project.pk}/calendar.ics"
    MilestoneFactory.create(project=project)
    ActivityFactory.create(project=project, starts_on=DAY)
    one = queries(url)
    MilestoneFactory.create_batch(9, project=project)
    ActivityFactory.create_batch(9, project=project, starts_on=DAY)
    assert queries(url) == one


def test_others_get_no_copy(client: Client, member: Callable[..., User], project: Project) -> None:
    Project.objects.update(state="running")
    member()
    for path in ("calendar/", "calendar.ics"):
        assert client.get(f"/projects/{project.pk}/{path}").status_code == 403
