"""What must not be cannot be stored of course requests, bids and answers to the board: each rule is broken once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import Error, IntegrityError, connection

from pooling.models import Bid, BidEvent, BidState, CouldRun, CourseRequest, CourseRequestEvent, RequestState
from pooling.models.bids import LIST
from pooling.models.requests import WRITE
from tests.factories import (
    CompetenceNeedFactory,
    CountyFactory,
    CourseRunFactory,
    MunicipalityFactory,
    OrganisationFactory,
)
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CouldRunFactory, CourseRequestFactory

pytestmark = pytest.mark.django_db
EARLY, LATE = date(2027, 3, 1), date(2027, 6, 1)


def of_a_need() -> CourseRequest:
    broker = OrganisationFactory.create()
    return CourseRequestFactory.create(pool=None, need=CompetenceNeedFactory.create(handled_by=broker))


def the_same_pool_twice() -> None:
    CourseRequestFactory.create(pool=CourseRequestFactory.create(state=RequestState.DRAFT).pool)


def the_same_need_twice() -> None:
    CourseRequestFactory.create(pool=None, need=of_a_need().need)


def the_same_provider_twice() -> None:
    first = BidFactory.create()
    BidFactory.create(request=first.request, provider=first.provider)


def two_chosen() -> None:
    BidFactory.create_batch(2, request=CourseRequestFactory.create(), made=True, state=BidState.CHOSEN)


def said_twice() -> None:
    first = CouldRunFactory.create()
    CouldRunFactory.create(provider=first.provider, competence=first.competence)


BREAKS: dict[str, Callable[[], object]] = {
    "a_request_is_of_a_pool_or_of_a_need": lambda: CourseRequestFactory.create(need=CompetenceNeedFactory.create()),
    "a_pool_is_asked_for_once_at_a_time": the_same_pool_twice,
    "a_need_is_asked_for_once_at_a_time": the_same_need_twice,
    "request_latest_start_is_not_before_earliest": lambda: CourseRequestFactory.create(
        earliest_start=LATE, latest_start=EARLY
    ),
    "request_is_for_somebody": lambda: CourseRequestFactory.create(seats=0),
    "request_asks_somebody_some_time": lambda: CourseRequestFactory.create(batch_size=0),
    "request_modes_are_known": lambda: CourseRequestFactory.create(modes=["by_post"]),
    "course_request_state_is_known": lambda: CourseRequestFactory.create(state="mislaid"),
    "a_chosen_bid_has_become_a_run": lambda: CourseRequestFactory.create(state=RequestState.CHOSEN),
    "a_provider_is_asked_once": the_same_provider_twice,
    "one_bid_is_chosen": two_chosen,
    "a_bid_says_when_for_how_many_and_what_it_costs": lambda: BidFactory.create(made=True, fixed_price_nok=None),
    "a_provider_that_says_no_says_why": lambda: BidFactory.create(state=BidState.DECLINED),
    "bid_ends_after_it_starts": lambda: BidFactory.create(start=LATE, end=EARLY),
    "bid_sizes_are_in_order": lambda: BidFactory.create(min_seats=9, max_seats=8),
    "bid_price_is_not_negative": lambda: BidFactory.create(seat_price_nok=Decimal(-1)),
    "bid_state_is_known": lambda: BidFactory.create(state="mislaid"),
    "a_provider_says_it_once": said_twice,
    "it_is_for_a_municipality_or_for_a_county": lambda: CouldRunFactory.create(
        municipality=MunicipalityFactory.create(), county=CountyFactory.create()
    ),
}


def test_every_rule_of_the_models_is_broken_here() -> None:
    models = (CourseRequest, CourseRequestEvent, Bid, BidEvent, CouldRun)
    assert {rule.name for model in models for rule in model._meta.constraints} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()


def test_the_database_takes_what_is_just_possible() -> None:
    first = CourseRequestFactory.create(state=RequestState.CANCELLED, earliest_start=EARLY, latest_start=EARLY)
    CourseRequestFactory.create(pool=first.pool)
    CourseRequestFactory.create(pool=PoolFactory.create(), state=RequestState.CHOSEN, run=CourseRunFactory.create())
    BidFactory.create(made=True, end=None, fixed_price_nok=None, seat_price_nok=Decimal(0), min_seats=1, max_seats=1)
    said = CouldRunFactory.create(withdrawn_at="2026-01-01T00:00Z")
    CouldRunFactory.create(provider=said.provider, competence=said.competence)


@pytest.mark.parametrize("sql", ["DELETE FROM pooling_bidevent", "UPDATE pooling_courserequestevent SET why = ''"])
def test_what_has_happened_stays(sql: str) -> None:
    bid = BidFactory.create()
    bid.events.create(act=LIST.name, to_state=LIST.target)
    bid.request.events.create(act=WRITE.name, to_state=WRITE.target)
    with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update or delete rows"):
        cursor.execute(sql)
