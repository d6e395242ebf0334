"""Makes the plainest seats of a firm, the people on them, and what came of them."""

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from pooling.models import Enrolment, FollowUp, Outcome, Reservation
from tests.pooling.factories import ReservationFactory


class OutcomeFactory(factory.django.DjangoModelFactory[Outcome]):
    class Meta:
        model = Outcome

    reservation = factory.SubFactory(ReservationFactory)
    firm = factory.SelfAttribute("reservation.firm")
    seats = factory.SelfAttribute("reservation.seats")


class EnrolmentFactory(factory.django.DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    outcome = factory.SubFactory(OutcomeFactory)
    name = "Kari Nordmann"
    email = factory.Sequence(lambda n: f"deltaker{n}@example.no")


class FollowUpFactory(factory.django.DjangoModelFactory[FollowUp]):
    """A firm was asked about one of its people."""

    class Meta:
        model = FollowUp

    outcome = factory.SubFactory(OutcomeFactory)
    months = 3
    due_on = factory.LazyFunction(timezone.localdate)
    seats = 1
    sent_at = factory.LazyFunction(timezone.now)


def give_back(outcome: Outcome) -> None:
    """The firm's seats, which the factory took from nobody."""
    Reservation.objects.filter(outcome=outcome).update(released_at=timezone.now())


def noted(ago: int = 100, **facts: Any) -> Outcome:
    """Seats on a course that ended so many days ago; two of two people completed it when nothing else is said."""
    ended: date = timezone.localdate() - timedelta(days=ago)
    came = facts.setdefault("seats", 2)
    outcome: Outcome = OutcomeFactory.create(
        **{"started": came, "completed": came, "ended_on": ended, "noted_at": timezone.now(), **facts}
    )
    return outcome


def answered(outcome: Outcome, used: int = 1, **facts: Any) -> FollowUp:
    said = {"used": used, "without": "not", "answered_at": timezone.now()}
    answer: FollowUp = FollowUpFactory.create(outcome=outcome, **{**said, "seats": outcome.seats, **facts})
    return answer
