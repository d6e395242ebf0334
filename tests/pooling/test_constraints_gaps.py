"""What must not be published cannot be stored: each rule that the database holds about gaps is broken once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

from partners.models import Region
from pooling.models import Balance, Gap, GapNeed, NeedStanding
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    CountyFactory,
    MunicipalityFactory,
)
from tests.pooling.lacking import TODAY

pytestmark = pytest.mark.django_db


def gap(**facts: Any) -> Gap:
    usual: dict[str, Any] = {"county": CountyFactory.create(), "is_met": False, "firms": 3, "people": 3, "reach_km": 50}
    return Gap.objects.create(takes_on_site=True, takes_online=True, **usual | facts)


def in_two_places() -> None:
    place = MunicipalityFactory.create()
    gap(municipality=place, region=Region.objects.create(slug="ost", name="Øst", county=place.county))


def of_two_subjects() -> None:
    leaf = CompetenceFactory.create()
    gap(competence=leaf, area=leaf.area)


def twice() -> None:
    one, need = gap(), CompetenceNeedFactory.create()
    for _time in range(2):
        GapNeed.objects.create(gap=one, need=need, people=1)


def balances(**facts: Any) -> None:
    for _time in range(2):
        Balance.objects.create(on=TODAY, county=CountyFactory.create(), **{"wanted": 3, "met": 1} | facts)


BREAKS: dict[str, Callable[[], object]] = {
    "a_gap_is_of_three_firms_or_more": lambda: gap(firms=2),
    "every_firm_of_a_gap_has_somebody": lambda: gap(people=2),
    "a_gap_has_one_place": in_two_places,
    "a_gap_has_one_subject": of_two_subjects,
    "a_need_is_in_a_gap_once": twice,
    "a_need_in_a_gap_is_of_somebody": lambda: GapNeed.objects.create(
        gap=gap(), need=CompetenceNeedFactory.create(), people=0
    ),
    "one_balance_a_day_and_subject": balances,
    "no_more_are_met_than_want": lambda: balances(met=4),
}


def test_every_rule_about_gaps_is_broken_here() -> None:
    rules = {rule.name for model in (Gap, GapNeed, NeedStanding, Balance) for rule in model._meta.constraints}
    assert rules == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()
