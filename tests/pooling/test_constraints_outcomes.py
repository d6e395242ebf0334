"""What the database refuses about seats, enrolments and follow-ups."""

from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from pooling.models import Enrolment, FollowUp, Notice, Outcome
from tests.factories import CompetenceNeedFactory, OrganisationFactory, ProposalFactory
from tests.pooling.factories_outcomes import EnrolmentFactory, FollowUpFactory, OutcomeFactory, answered, noted

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)


def refused(name: str) -> Any:
    return pytest.raises(REFUSED, match=name)


class TestAnOutcome:
    def test_is_of_seats_or_of_a_proposal(self) -> None:
        firm = OrganisationFactory.create()
        with refused("an_outcome_is_of_seats_or_of_a_proposal"), transaction.atomic():
            Outcome.objects.create(firm=firm, seats=1)
        of_seats = OutcomeFactory.create()
        with refused("an_outcome_is_of_seats_or_of_a_proposal"):
            Outcome.objects.filter(pk=of_seats.pk).update(
                proposal=ProposalFactory.create(need=CompetenceNeedFactory.create())
            )

    @pytest.mark.parametrize(("started", "completed"), [(3, 1), (1, 2), (2, None)])
    def test_completed_is_no_more_than_started_and_seats(self, started: int, completed: int | None) -> None:
        with refused("completed_is_no_more_than_started_and_seats"):
            noted(seats=2, started=started, completed=completed)


class TestAnEnrolment:
    def test_is_on_a_seat_of_the_firm(self) -> None:
        outcome = OutcomeFactory.create(seats=2)
        EnrolmentFactory.create_batch(2, outcome=outcome)
        with refused("all seats of the firm have their people"):
            EnrolmentFactory.create(outcome=outcome)

    def test_a_person_enrols_once(self) -> None:
        first = EnrolmentFactory.create()
        with refused("a_person_enrols_once"):
            EnrolmentFactory.create(outcome=first.outcome, email=first.email.upper())

    @pytest.mark.parametrize("facts", [{"name": ""}, {"email": ""}, {"forgotten_at": timezone.now()}])
    def test_nothing_is_left_of_a_forgotten_name(self, facts: dict[str, Any]) -> None:
        with refused("nothing_is_left_of_a_forgotten_name"):
            EnrolmentFactory.create(**facts)


class TestAFollowUp:
    def test_a_firm_is_asked_once_a_time(self) -> None:
        first = FollowUpFactory.create()
        with refused("a_firm_is_asked_once_a_time"):
            FollowUpFactory.create(outcome=first.outcome)

    def test_a_person_is_asked_once_a_time(self) -> None:
        person = EnrolmentFactory.create()
        FollowUpFactory.create(outcome=person.outcome, enrolment=person)
        with refused("a_person_is_asked_once_a_time"):
            FollowUpFactory.create(outcome=person.outcome, enrolment=person)

    def test_a_follow_up_is_about_somebody(self) -> None:
        with refused("a_follow_up_is_about_somebody"), transaction.atomic():
            FollowUpFactory.create(seats=0)
        person = EnrolmentFactory.create()
        with refused("a_follow_up_is_about_somebody"):
            FollowUpFactory.create(outcome=person.outcome, enrolment=person, seats=2)

    def test_follow_up_time_is_known(self) -> None:
        with refused("follow_up_time_is_known"):
            FollowUpFactory.create(months=4)

    @pytest.mark.parametrize(
        "answer", [{"used": 2, "without": "not"}, {"used": 1, "without": ""}, {"used": None, "without": "not"}]
    )
    def test_an_answer_is_whole(self, answer: dict[str, Any]) -> None:
        with refused("an_answer_is_whole"):
            FollowUpFactory.create(answered_at=timezone.now(), **answer)

    def test_an_answer_stays(self) -> None:
        one = answered(noted())
        with refused("Cannot update rows"):
            FollowUp.objects.filter(pk=one.pk).update(used=0)


def test_a_notice_is_sent_or_given_up() -> None:
    now = timezone.now()
    with refused("a_notice_is_sent_or_given_up"):
        Notice.objects.create(name="twice", sent_at=now, given_up_at=now)


def test_a_notice_is_written_once() -> None:
    Notice.objects.create(name="once")
    with refused("unique"):
        Notice.objects.create(name="once")


def test_of_several_whose_names_are_deleted_nothing_is_left() -> None:
    people = EnrolmentFactory.create_batch(2, outcome=noted())
    Enrolment.objects.filter(pk__in=[one.pk for one in people]).forget(timezone.now())
    assert list(Enrolment.objects.values_list("name", "email")) == [("", ""), ("", "")]
