"""Asking for reports, giving more time, reminding, and what waits for whom."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.jobs import nightly
from projects.models import Project, ReportingRequirement
from projects.waiting import reports
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.projects.factories_reports import ReportingRequirementFactory, begun, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
Outbox = list[EmailMultiAlternatives]
DUE = date(2026, 1, 31)
ASKED = {"kind": "progress", "title": "Of 2025", "first_day": "2025-01-01", "last_day": "2025-12-31"}


class TestAsking:
    def test_for_one_report(self, client: Client, project: Project, officer: User, council: Organisation) -> None:
        url = reverse("report-require", args=[project.pk])
        assert client.get(url).context["form"].initial["asked_by"] == council.pk
        answer = client.post(url, {**ASKED, "due_on": "2026-01-31", "asked_by": council.pk})
        assert answer.status_code == 302
        requirement = ReportingRequirement.objects.get()
        assert (requirement.project, requirement.created_by, requirement.report.state) == (project, officer, "planned")

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"due_on": "2025-12-01"}, "cannot be due before its period has ended"),
            ({"due_on": "2026-01-31", "first_day": "2026-01-01"}, "last day cannot be before the first"),
            ({"due_on": "2026-01-31", "kind": "final"}, "A final report is asked for already"),
        ],
    )
    def test_says_what_is_wrong(
        self, client: Client, project: Project, officer: User, typed: dict[str, str], told: str
    ) -> None:
        ReportingRequirementFactory.create(project=project, final=True)
        answer = client.post(reverse("report-require", args=[project.pk]), {**ASKED, **typed})
        assert told in answer.content.decode()
        assert ReportingRequirement.objects.count() == 1

    def test_for_one_a_year_twice_asks_once(self, client: Client, project: Project, officer: User) -> None:
        url = reverse("report-require-yearly", args=[project.pk])
        for _time in range(2):
            assert client.post(url, {"days": "31", "ends_with_final": "on"}).status_code == 302
        found = ReportingRequirement.objects.values_list("kind", "first_day", "last_day", "due_on").order_by("due_on")
        assert list(found) == [
            ("progress", date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 31)),
            ("progress", date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 31)),
            ("final", date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 31)),
        ]

    def test_one_a_year_needs_years(self, client: Client, project: Project, officer: User) -> None:
        Project.objects.update(first_year=None)
        assert client.get(reverse("report-require-yearly", args=[project.pk])).status_code == 302

    @pytest.mark.parametrize("name", ["report-require", "report-require-yearly"])
    def test_is_for_those_who_review(self, client: Client, project: Project, leader: User, name: str) -> None:
        assert client.get(reverse(name, args=[project.pk])).status_code == 403
        assert client.post(reverse(name, args=[project.pk]), ASKED).status_code == 403

    def test_stops_when_the_project_has_ended(self, client: Client, project: Project, officer: User) -> None:
        Project.objects.update(state="closed")
        assert client.get(reverse("report-require", args=[project.pk])).status_code == 403

    def test_what_nobody_has_begun_can_be_taken_back(self, client: Client, project: Project, officer: User) -> None:
        planned = ReportingRequirementFactory.create(project=project)
        assert client.post(reverse("report-remove", args=[planned.report.pk])).status_code == 302
        assert not ReportingRequirement.objects.exists()
        report = begun(project=project)
        assert client.post(reverse("report-remove", args=[report.pk])).status_code == 403


class TestMoreTime:
    def url(self, requirement: ReportingRequirement) -> str:
        return reverse("report-more-time", args=[requirement.report.pk])

    @pytest.fixture
    def requirement(self, project: Project) -> ReportingRequirement:
        return ReportingRequirementFactory.create(project=project)

    def test_is_asked_for_by_those_who_write_and_given_by_those_who_review(
        self, client: Client, requirement: ReportingRequirement, leader: User, member: Member, council: Organisation
    ) -> None:
        url = self.url(requirement)
        client.post(url, {"to_on": "2026-03-01", "reason": "The leader is ill."})
        assert requirement.due == DUE
        assert client.post(url, {"to_on": "2026-04-01", "reason": "Again"}).status_code == 403
        officer = member(MemberRole.DECIDER, council)
        answer = client.get(url)
        assert "The leader is ill." in answer.content.decode()
        assert answer.context["form"].initial["to_on"] == date(2026, 3, 1)
        client.post(url, {"to_on": "2026-02-15", "reason": "Half of it."})
        assert ReportingRequirement.objects.get().due == date(2026, 2, 15)
        steps = list(requirement.extensions.values_list("step", "from_on", "to_on", "by"))
        assert steps == [
            ("asked", DUE, date(2026, 3, 1), leader.pk),
            ("granted", DUE, date(2026, 2, 15), officer.pk),
        ]

    def test_may_be_refused(
        self, client: Client, requirement: ReportingRequirement, leader: User, member: Member, council: Organisation
    ) -> None:
        client.post(self.url(requirement), {"to_on": "2026-03-01", "reason": "The leader is ill."})
        member(MemberRole.CASE_OFFICER, council)
        client.post(self.url(requirement), {"to_on": "2026-03-01", "reason": "The money ends.", "refuse": "1"})
        stored = ReportingRequirement.objects.get()
        assert (stored.due, stored.wished) == (DUE, None)
        shown = client.get(stored.get_absolute_url()).content.decode()
        for told in ("More time asked for", "More time refused", "The money ends."):
            assert told in shown

    @pytest.mark.parametrize("day", ["2026-01-31", "2025-01-01", ""])
    def test_is_a_later_day(self, client: Client, requirement: ReportingRequirement, officer: User, day: str) -> None:
        answer = client.post(self.url(requirement), {"to_on": day, "reason": "x"})
        assert "Choose a later day than 31 January 2026" in answer.content.decode()
        assert not requirement.extensions.exists()

    def test_there_is_none_for_what_is_sent(self, client: Client, project: Project, officer: User) -> None:
        report = sent(project=project)
        assert client.get(self.url(report.requirement)).status_code == 403

    def test_others_neither_ask_nor_give(
        self, client: Client, requirement: ReportingRequirement, member: Member, council: Organisation
    ) -> None:
        member(MemberRole.READER, council)
        assert client.get(self.url(requirement)).status_code == 403


class TestReminders:
    @pytest.fixture(autouse=True)
    def requirement(self, project: Project, leader: User) -> ReportingRequirement:
        User.objects.update(language="en")
        return ReportingRequirementFactory.create(project=project)

    def test_come_thirty_and_seven_days_before_and_when_it_is_late(self, mailoutbox: Outbox) -> None:
        for days in (31, 30, 29, 8, 7, 1, 0, -1, -2, -100):
            nightly(DUE - timedelta(days=days))
        assert [mail.subject.split(":")[0] for mail in mailoutbox] == ["Due 31 January 2026"] * 2 + ["Overdue"]
        assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 3

    def test_come_once_a_night_however_often_it_runs(self, mailoutbox: Outbox, leader: User) -> None:
        for _time in range(3):
            nightly(DUE)
        (mail,) = mailoutbox
        assert mail.to == [leader.email]
        assert "/reports/" in mail.body

    def test_begin_anew_with_a_new_due_date(self, mailoutbox: Outbox, requirement: ReportingRequirement) -> None:
        nightly(DUE)
        requirement.extensions.create(step="granted", from_on=DUE, to_on=date(2026, 3, 1), reason="Illness")
        nightly(DUE)
        assert len(mailoutbox) == 2

    def test_one_that_did_not_go_out_goes_out_the_next_night(
        self, mailoutbox: Outbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(_mail: EmailMultiAlternatives) -> int:
            raise ConnectionRefusedError

        with monkeypatch.context() as patch:
            patch.setattr(EmailMultiAlternatives, "send", refused)
            with pytest.raises(ConnectionRefusedError):
                nightly(DUE)
        nightly(DUE)
        assert len(mailoutbox) == 1

    def test_are_in_the_receivers_language(self, mailoutbox: Outbox, leader: User) -> None:
        with translation.override("nb"):
            nightly(DUE + timedelta(days=1))
        assert mailoutbox[0].subject == "Overdue: Framdriftsrapport 2025, Kompetanseløftet"

    def test_go_to_all_who_carry_the_project_out_and_to_nobody_else(
        self, mailoutbox: Outbox, leader: User, agency: Organisation, project: Project
    ) -> None:
        unit = OrganisationFactory.create(parent=agency)
        broker = MembershipFactory.create(organisation=unit, role=MemberRole.BROKER).user
        MembershipFactory.create(organisation=agency, role=MemberRole.READER)
        MembershipFactory.create(organisation=agency, role=MemberRole.LEADER, user__is_active=False)
        named = UserFactory.create()
        Project.objects.update(leader=named)
        nightly(DUE)
        assert {mail.to[0] for mail in mailoutbox} == {leader.email, broker.email, named.email}

    @pytest.mark.parametrize("state", ["cancelled", "closed"])
    def test_stop_when_the_project_has_ended(self, mailoutbox: Outbox, state: str) -> None:
        Project.objects.update(state=state)
        nightly(DUE)
        assert mailoutbox == []

    def test_stop_when_it_is_sent(self, mailoutbox: Outbox) -> None:
        ReportingRequirement.objects.all().delete()
        sent()
        nightly(DUE)
        assert mailoutbox == []


class TestWaiting:
    def tags(self, user: User, on: date = DUE) -> list[str]:
        return [card.tag for card in reports.waiting(user, on)]

    def test_what_is_due_within_thirty_days_or_late(self, project: Project, leader: User) -> None:
        ReportingRequirementFactory.create(project=project)
        for days, tags in (
            (31, []),
            (30, ["Report due 31 January 2026"]),
            (-1, ["Report overdue since 31 January 2026"]),
        ):
            assert self.tags(leader, DUE - timedelta(days=days)) == tags

    def test_what_is_to_be_changed_however_long_there_is(self, project: Project, leader: User) -> None:
        sent(project=project, due_on=DUE + timedelta(days=300)).ask_for_changes(UserFactory.create(), "Look again.")
        assert self.tags(leader) == ["Changes asked for"]

    def test_what_was_sent_waits_for_those_who_review(self, project: Project, leader: User, officer: User) -> None:
        report = sent(project=project)
        assert self.tags(leader) == []
        assert self.tags(officer) == ["Approve it or ask for changes"]
        (card,) = reports.waiting(officer, DUE)
        assert card.url == report.get_absolute_url()

    def test_a_wish_for_more_time_waits_for_them_too(self, project: Project, officer: User) -> None:
        requirement = ReportingRequirementFactory.create(project=project)
        requirement.extensions.create(step="asked", from_on=DUE, to_on=date(2026, 3, 1), reason="Illness")
        assert self.tags(officer) == ["More time is asked for"]
        requirement.extensions.create(step="refused", from_on=DUE, reason="No")
        assert self.tags(officer) == []

    def test_the_reports_of_others_wait_for_others(self, officer: User, leader: User) -> None:
        sent()
        ReportingRequirementFactory.create()
        assert [*self.tags(officer), *self.tags(leader)] == []

    def test_nobody_reviews_what_they_lead(self, project: Project, officer: User) -> None:
        Project.objects.update(leader=officer)
        sent(project=project)
        assert self.tags(officer) == []

    def test_the_front_page_shows_it(self, client: Client, project: Project, officer: User) -> None:
        sent(project=project)
        assert "Framdriftsrapport 2025" in client.get("/").content.decode()


def test_the_day_is_today_when_none_is_given(project: Project, leader: User, mailoutbox: Outbox) -> None:
    day = timezone.localdate()
    ReportingRequirementFactory.create(project=project, last_day=day, due_on=day)
    nightly()
    assert len(mailoutbox) == 1
