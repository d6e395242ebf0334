"""The figure as a number, a line and a history."""

from datetime import timedelta

import pytest

from pooling.gaps.charts import line
from pooling.gaps.figure import Point, Share, history
from pooling.models import Balance
from tests.factories import CountyFactory
from tests.pooling.lacking import TODAY


def test_a_line_needs_two_days() -> None:
    assert line([Point(TODAY, 40, 15, 10)]) is None
    drawn = line([Point(TODAY, 40, 15, 10), Point(TODAY + timedelta(days=1), 100, 15, 0)])
    assert drawn
    assert drawn.points == "0,96 640,0"


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        (Share(), None),
        (Share(3, 0), 0),
        (Share(3, 3), 100),
        (Share(1000, 999), 99),
        (Share(1000, 1), 1),
        (Share(3, 2), 67),
    ],
)
def test_a_whole_share_is_whole(share: Share, percent: int | None) -> None:
    assert share.percent == percent


def test_the_history_ends_today(db: None) -> None:
    county = CountyFactory.create()
    Balance.objects.create(on=TODAY - timedelta(days=800), county=county, wanted=3, met=1)
    Balance.objects.create(on=TODAY, county=county, wanted=3, met=1)
    Balance.objects.create(on=TODAY + timedelta(days=1), county=county, wanted=3, met=1)
    assert [point.on for point in history(county, TODAY)] == [TODAY]
