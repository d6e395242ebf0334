"""Whom the worker tells, asks and reminds about a course, when, how often, and what it forgets."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from brokering.models.matches import ProposalState
from partners.models import Organisation
from pooling import outcome_jobs
from pooling.models import Enrolment, FollowUp, Notice, Outcome
from pooling.models.enrolments import KEPT, KEPT_WITHOUT_FOLLOW_UP
from pooling.models.followups import GIVEN_UP_AFTER, LONGEST, REMINDED_AFTER, Months
from projects.models.guidance import after_months
from tests.factories import (
    CompetenceNeedFactory,
    CourseRunFactory,
    MembershipFactory,
    OrganisationFactory,
    ProjectFactory,
    ProposalFactory,
    UserFactory,
)
from tests.pooling.factories import PoolFactory, ReservationFactory
from tests.pooling.factories_outcomes import EnrolmentFactory, FollowUpFactory, OutcomeFactory, give_back, noted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DAY = timedelta(days=1)


@pytest.fixture
def firm() -> Organisation:
    return OrganisationFactory.create(name="Sveis AS", email="post@sveis.example")


@pytest.fixture(autouse=True)
def in_english(firm: Organisation) -> None:
    MembershipFactory.create(organisation=firm, user=UserFactory.create(language="en"))


def at(days: int = 0) -> datetime:
    return timezone.now() + timedelta(days=days)


def subjects() -> list[str]:
    return [str(one.subject) for one in mail.outbox]


class TestGather:
    def test_each_firms_seats_become_one_outcome_of_the_needs_project(self, firm: Organisation) -> None:
        project = ProjectFactory.create()
        kept = ReservationFactory.create(
            firm=firm, seats=3, need=CompetenceNeedFactory.create(employer=firm, project=project)
        )
        for _time in range(2):
            Outcome.objects.gather()
        outcome = Outcome.objects.get()
        assert (outcome.reservation, outcome.firm, outcome.seats) == (kept, firm, 3)
        assert (outcome.project, outcome.completed) == (project, None)

    def test_without_a_need_it_is_the_pools_project(self, firm: Organisation) -> None:
        pool = PoolFactory.create(project=ProjectFactory.create(), run=CourseRunFactory.create())
        ReservationFactory.create(firm=firm, run=pool.run)
        Outcome.objects.gather()
        assert Outcome.objects.get().project == pool.project

    @pytest.mark.parametrize(("state", "came"), [(ProposalState.COMPLETED, 4), (ProposalState.ABSENT, 0)])
    def test_a_proposal_that_was_attended_or_missed_is_noted_already(self, state: str, came: int) -> None:
        need = CompetenceNeedFactory.create(headcount=4)
        ProposalFactory.create(need=need, state=state)
        Outcome.objects.gather()
        outcome = Outcome.objects.get()
        assert (outcome.firm, outcome.seats) == (need.employer, 4)
        assert (outcome.started, outcome.completed) == (came, came)

    def test_seats_on_the_proposed_course_count_once(self, firm: Organisation) -> None:
        need = CompetenceNeedFactory.create(employer=firm)
        run = CourseRunFactory.create()
        ReservationFactory.create(firm=firm, need=need, run=run)
        ProposalFactory.create(need=need, offer=run.offer, state=ProposalState.COMPLETED)
        Outcome.objects.gather()
        assert Outcome.objects.get().proposal is None


class TestAFirmIsTold:
    def test_once_that_it_has_seats_and_how_people_enrol(self, firm: Organisation) -> None:
        ReservationFactory.create(firm=firm, seats=2)
        for _time in range(2):
            outcome_jobs.hourly()
        outcome = Outcome.objects.get()
        (told,) = mail.outbox
        assert (told.to, told.subject) == (["post@sveis.example"], f"2 seats are kept for you: {outcome.course.title}")
        assert outcome.get_absolute_url() in told.body
        assert "html" in told.alternatives[0][1]  # type: ignore[attr-defined]

    def test_of_the_price_too_and_its_answer_goes_to_the_broker(self, firm: Organisation) -> None:
        by, run = UserFactory.create(), CourseRunFactory.create(price_nok=1500)
        ReservationFactory.create(firm=firm, run=run, by=by)
        outcome_jobs.hourly()
        (told,) = mail.outbox
        assert "1,500 a person, before any grant" in told.body.replace("\u00a0", ",")
        assert str(run.offer.provider) in told.body
        assert told.reply_to == [by.email]

    def test_even_when_another_firms_seats_make_trouble(
        self, firm: Organisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bad, _good = ReservationFactory.create(seats=7), ReservationFactory.create(firm=firm, seats=2)
        new_for = Outcome.new_for
        monkeypatch.setattr(Outcome, "new_for", lambda kept: new_for(kept) if kept != bad else 1 / 0)
        outcome_jobs.hourly()
        assert [one.to for one in mail.outbox] == [["post@sveis.example"]]

    def test_not_of_seats_that_were_given_back(self, firm: Organisation) -> None:
        OutcomeFactory.create(reservation=ReservationFactory.create(firm=firm, released_at=timezone.now()))
        outcome_jobs.hourly()
        assert mail.outbox == []

    def test_not_when_the_course_is_over(self, firm: Organisation) -> None:
        past = timezone.localdate() - 2 * DAY
        ReservationFactory.create(firm=firm, run=CourseRunFactory.create(start=past, end=past))
        outcome_jobs.hourly()
        assert mail.outbox == []


class TestAsking:
    @pytest.mark.parametrize("months", Months)
    def test_is_done_after_three_six_and_twelve_months(self, firm: Organisation, months: int) -> None:
        ended = after_months(timezone.localdate(), -months)
        noted(firm=firm, ended_on=ended)
        outcome_jobs.hourly()
        assert list(FollowUp.objects.values_list("months", "due_on")) == [(months, after_months(ended, months))]
        assert len(mail.outbox) == 1

    def test_is_done_once(self, firm: Organisation) -> None:
        noted(firm=firm)
        for _time in range(3):
            outcome_jobs.hourly()
        assert subjects() == [f"What came of the course “{Outcome.objects.get().course.title}”?"]

    def test_is_not_done_before_nor_long_after(self, firm: Organisation) -> None:
        noted(ago=80, firm=firm)
        noted(ago=100 + LONGEST.days, firm=firm)
        outcome_jobs.hourly()
        assert mail.outbox == []

    def test_of_nobody_when_nobody_completed(self, firm: Organisation) -> None:
        noted(firm=firm, completed=0)
        outcome_jobs.hourly()
        assert mail.outbox == []

    def test_goes_to_each_who_agreed_and_to_the_firm_about_the_others(self, firm: Organisation) -> None:
        outcome = noted(firm=firm, seats=4, completed=3)
        asked = EnrolmentFactory.create(outcome=outcome, may_ask=True, completed=True, email="kari@example.no")
        EnrolmentFactory.create(outcome=outcome, may_ask=False, completed=True)
        EnrolmentFactory.create(outcome=outcome, may_ask=True, completed=False)
        outcome_jobs.hourly()
        assert {(one.enrolment, one.seats) for one in FollowUp.objects.all()} == {(asked, 1), (None, 2)}
        assert {tuple(one.to) for one in mail.outbox} == {("kari@example.no",), ("post@sveis.example",)}

    def test_a_firm_that_said_no_is_left_in_peace(self, firm: Organisation) -> None:
        noted(firm=firm, asks_no_more=True)
        outcome_jobs.hourly()
        assert mail.outbox == []

    def test_is_done_in_the_persons_own_language(self, firm: Organisation) -> None:
        outcome = noted(firm=firm, seats=1)
        EnrolmentFactory.create(outcome=outcome, may_ask=True, completed=True, language="en")
        outcome_jobs.hourly()
        assert "Do you use it at work?" in mail.outbox[0].body

    def test_tells_how_to_say_no_in_one_click(self, firm: Organisation) -> None:
        noted(firm=firm)
        outcome_jobs.hourly()
        stop = f"/follow-ups/{FollowUp.objects.get().token}/stop/"
        assert stop in mail.outbox[0].extra_headers["List-Unsubscribe"]
        assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


class TestReminding:
    def test_is_done_once_of_what_is_not_answered(self, firm: Organisation) -> None:
        noted(firm=firm)
        outcome_jobs.hourly(at())
        outcome_jobs.hourly(at(REMINDED_AFTER.days - 1))
        assert len(mail.outbox) == 1
        for _time in range(2):
            outcome_jobs.hourly(at(REMINDED_AFTER.days + 1))
        assert [one.partition(":")[0] for one in subjects()][1:] == ["Reminder"]

    def test_is_silent_to_those_who_answered(self, firm: Organisation) -> None:
        noted(firm=firm)
        outcome_jobs.hourly(at())
        FollowUp.objects.get().answer(1, "not", None)
        outcome_jobs.hourly(at(REMINDED_AFTER.days + 1))
        assert len(mail.outbox) == 1

    def test_what_is_written_and_not_sent_is_withdrawn_by_the_answer(self, firm: Organisation) -> None:
        follow_up = FollowUpFactory.create(outcome=noted(firm=firm))
        outcome_jobs.write_to(follow_up)
        follow_up.answer(1, "not", None)
        outcome_jobs.hourly()
        assert mail.outbox == []
        assert Notice.objects.get().to == ""

    def test_is_silent_to_those_who_said_no(self, firm: Organisation) -> None:
        noted(firm=firm)
        outcome_jobs.hourly(at())
        FollowUp.objects.get().ask_no_more()
        outcome_jobs.hourly(at(REMINDED_AFTER.days + 1))
        assert len(mail.outbox) == 1

    def test_escalates_to_the_broker_afterwards(self, firm: Organisation) -> None:
        noted(firm=firm)
        outcome_jobs.hourly(at())
        outcome_jobs.hourly(at(REMINDED_AFTER.days + 1))
        assert not FollowUp.objects.given_up(at(GIVEN_UP_AFTER.days - 1))
        assert FollowUp.objects.given_up(at(GIVEN_UP_AFTER.days + 1)).get() == FollowUp.objects.get()

    def test_of_a_person_who_does_not_answer_the_broker_is_not_told(self, firm: Organisation) -> None:
        person = EnrolmentFactory.create(outcome=noted(firm=firm), may_ask=True, completed=True)
        long_ago = at(-GIVEN_UP_AFTER.days - 1)
        FollowUpFactory.create(outcome=person.outcome, enrolment=person, sent_at=long_ago, reminded_at=long_ago)
        assert not FollowUp.objects.given_up(timezone.now())


class TestNamesAreDeleted:
    def ended(self, days: timedelta, **facts: object) -> Enrolment:
        ended: date = timezone.localdate() - days - DAY
        person: Enrolment = EnrolmentFactory.create(outcome=noted(ended_on=ended), completed=True, **facts)
        return person

    def test_three_months_after_the_course_when_nobody_will_ask(self) -> None:
        kept = self.ended(KEPT_WITHOUT_FOLLOW_UP - 2 * DAY)
        gone = self.ended(KEPT_WITHOUT_FOLLOW_UP)
        outcome_jobs.forget(timezone.now())
        assert Enrolment.objects.named().get() == kept
        gone.refresh_from_db()
        assert (gone.name, gone.email, gone.completed) == ("", "", True)

    def test_two_months_after_the_last_question_when_they_may_be_asked(self) -> None:
        kept = self.ended(KEPT_WITHOUT_FOLLOW_UP, may_ask=True)
        self.ended(KEPT, may_ask=True)
        outcome_jobs.forget(timezone.now())
        assert Enrolment.objects.named().get() == kept

    def test_when_the_seats_are_given_back(self) -> None:
        person = EnrolmentFactory.create()
        give_back(person.outcome)
        outcome_jobs.forget(timezone.now())
        assert not Enrolment.objects.named()

    def test_what_they_answered_stays(self) -> None:
        person = self.ended(KEPT, may_ask=True)
        FollowUpFactory.create(outcome=person.outcome, enrolment=person).answer(1, "not", None)
        outcome_jobs.forget(timezone.now())
        assert FollowUp.objects.answered().get().used == 1


def test_a_month_without_the_day_ends_on_its_last() -> None:
    assert after_months(date(2026, 11, 30), Months.THREE) == date(2027, 2, 28)
