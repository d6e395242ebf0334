"""What holds of every scenario, whatever money there is: a smaller fall never fails more, and no øre appears."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from funding.scenarios.answers import as_json, from_json
from funding.scenarios.caps import bound
from funding.scenarios.engine import evaluate
from funding.scenarios.facts import GRID, Costs, Facts, Inputs, ore
from funding.scenarios.fitting import in_order, places
from tests.funding.scenarios.strategies import FACTORS, STEP, questions, tight_worlds, worlds

MANY = settings(max_examples=75, deadline=None)


def fallen(facts: Facts, inputs: Inputs) -> set[int]:
    return {one.tranche for one in evaluate(facts, inputs).fallen}


@MANY
@given(facts=worlds() | tight_worlds(), inputs=questions(), other=FACTORS)
def test_a_smaller_fall_never_fails_more(facts: Facts, inputs: Inputs, other: Decimal) -> None:
    smaller, larger = (replace(inputs, factor=one) for one in sorted([inputs.factor, other], reverse=True))
    assert fallen(facts, smaller) <= fallen(facts, larger)


@MANY
@given(facts=worlds() | tight_worlds(), inputs=questions())
def test_each_stands_at_its_break_even_and_falls_a_step_below(facts: Facts, inputs: Inputs) -> None:
    for one in evaluate(facts, inputs).outcomes:
        point = one.break_even
        if point is None or point > 1:
            assert one.falls
            assert one.tranche in fallen(facts, replace(inputs, factor=Decimal(1)))
        else:
            assert one.tranche not in fallen(facts, replace(inputs, factor=point))
        if point is not None and 0 < point <= 1:
            assert one.tranche in fallen(facts, replace(inputs, factor=point - STEP))


@MANY
@given(facts=worlds(), inputs=questions())
def test_none_gets_more_than_promised_or_less_than_paid(facts: Facts, inputs: Inputs) -> None:
    paid = {one.key: one.paid for one in facts.tranches}
    for one in evaluate(facts, inputs).outcomes:
        assert bool(one.causes) == one.falls
        if one.before is None or one.after is None:
            assert one.before is one.after is None
        else:
            assert paid[one.tranche] <= one.after <= one.before
            assert one.falls or one.after == one.before


@MANY
@given(facts=tight_worlds(), inputs=questions(Costs.CUT))
def test_a_cap_that_held_still_holds_when_costs_are_cut(facts: Facts, inputs: Inputs) -> None:
    for project in evaluate(facts, inputs).projects:
        for share in project.shares:
            assert share.is_over_today or share.share is None or share.share <= share.cap * 100 + Decimal("0.005")


@MANY
@given(facts=worlds(), inputs=questions())
def test_the_answer_survives_being_stored(facts: Facts, inputs: Inputs) -> None:
    answer = evaluate(facts, inputs)
    assert from_json(as_json(answer)) == answer


@MANY
@given(facts=worlds(), inputs=questions())
def test_a_pot_is_never_overdrawn(facts: Facts, inputs: Inputs) -> None:
    found = places(in_order(facts.tranches, inputs.fit))
    size = sum(ore(one.amount) for one in facts.tranches) // 2
    given_out = {key: place.given(size, inputs.left) for key, place in found.items()}
    paid = sum(ore(one.paid) for one in facts.tranches)
    assert sum(given_out.values()) <= max(size * inputs.left // GRID, paid)
    for one in facts.tranches:
        is_whole = given_out[one.key] == ore(one.amount)
        assert one.amount is None or is_whole == (size * inputs.left >= found[one.key].need * GRID)


ORE = st.integers(0, 10**9)


@MANY
@given(
    granted=st.lists(ORE, min_size=1, max_size=4),
    shares=st.lists(st.integers(1, GRID), min_size=4, max_size=4),
    other=ORE,
)
def test_caps_take_no_more_than_they_must(granted: list[int], shares: list[int], other: int) -> None:
    by_funder = dict(enumerate(granted))
    caps = dict(enumerate(shares[: len(granted)]))
    paid = bound(by_funder, other, caps)
    whole = other + sum(paid.values())
    for one, amount in paid.items():
        assert amount <= by_funder[one]
        assert amount * GRID <= caps[one] * whole
        assert amount == by_funder[one] or (amount + 1) * GRID > caps[one] * whole
