"""What a seat costs, and who pays what: pure arithmetic, to the øre."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pooling.costs import Costs

amounts = st.decimals(min_value=0, max_value=10**7, places=2)
grants = st.none() | amounts
percents = st.none() | st.decimals(min_value=0, max_value=100, places=2)
all_costs = st.builds(Costs, amounts, amounts, grants, percents)
classes = st.lists(st.integers(1, 40), min_size=1, max_size=30)

WELDING = Costs(Decimal(60_000), Decimal(2_000), most=Decimal(50_000), percent=Decimal(50))


@pytest.mark.parametrize(
    ("seats", "total", "grant", "price"),
    [
        # Half of the costs is less than the grant at most: the share caps it.
        (8, Decimal(76_000), Decimal(38_000), Decimal("4750.00")),
        # Half is more: the grant at most does.
        (30, Decimal(120_000), Decimal(50_000), Decimal("2333.33")),
    ],
)
def test_a_grant_is_capped_by_its_share_and_by_its_amount(
    seats: int, total: Decimal, grant: Decimal, price: Decimal
) -> None:
    assert (WELDING.total(seats), WELDING.grant(seats), WELDING.price(seats)) == (total, grant, price)


def test_unknown_costs_are_not_nothing() -> None:
    assert Costs.known(None, None, Decimal(1000), None) is None
    assert Costs.known(Decimal(0), None, None, None) == Costs(Decimal(0), Decimal("0.00"))


def test_without_a_grant_the_firms_pay_all() -> None:
    assert Costs(Decimal(10_000), Decimal(500)).net(10) == 15_000


def test_the_course_pays_for_itself_from_the_fewest_seats_that_cover_it() -> None:
    assert WELDING.pays_from(Decimal(4750), up_to=16) == 8
    assert WELDING.pays_from(Decimal("4749.99"), up_to=16) == 9
    assert WELDING.pays_from(Decimal(100), up_to=16) is None


@given(all_costs, classes)
def test_what_the_firms_pay_sums_to_the_ore(costs: Costs, seats: list[int]) -> None:
    shares = costs.shares(seats)
    assert sum(shares) == costs.net(sum(seats))
    assert all(share == share.quantize(Decimal("0.01")) and share >= 0 for share in shares)


@given(all_costs, classes)
def test_nobody_pays_an_ore_more_than_a_seat_costs(costs: Costs, seats: list[int]) -> None:
    exact = costs.net(sum(seats)) / sum(seats)
    for number, share in zip(seats, costs.shares(seats), strict=True):
        assert abs(share - exact * number) < Decimal("0.01") + Decimal("1e-15")


@given(all_costs, st.integers(1, 200))
def test_a_grant_never_exceeds_its_share_its_amount_or_the_costs(costs: Costs, seats: int) -> None:
    grant, total = costs.grant(seats), costs.total(seats)
    assert 0 <= grant <= total
    assert costs.most is None or grant <= costs.most
    assert costs.percent is None or grant * 100 <= total * costs.percent


@given(all_costs, amounts, st.integers(1, 60))
def test_break_even_is_the_first_class_that_pays(costs: Costs, price: Decimal, up_to: int) -> None:
    found = costs.pays_from(price, up_to)
    pays = [seats for seats in range(1, up_to + 1) if price * seats >= costs.net(seats)]
    assert found == (pays[0] if pays else None)
