"""Weights from answers: what comes out with none, few and many, whatever they are."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokering.matching.fitting import Floats, exponent, probability, ridge_logistic

Answers = tuple[Floats, Floats, Floats, Floats, Floats]


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high)


@st.composite
def answers(draw: Any) -> Answers:
    """Features, labels, weights of samples, prior and precision: few or many, also contradicting and collinear."""

    def of(size: int, low: float, high: float) -> Floats:
        return np.array(draw(st.lists(numbers(low, high), min_size=size, max_size=size)))

    n, d = draw(st.integers(0, 12)), draw(st.integers(1, 4))
    return of(n * d, -5, 5).reshape(n, d), of(n, 0, 1), of(n, 0, 3), of(d, -4, 4), of(d, 0.01, 20)


def fitted(given: Answers) -> Floats:
    x, y, s, prior, precision = given
    return ridge_logistic(x, y, prior=prior, precision=precision, sample_weights=s)


@given(answers())
def test_at_the_optimum_nothing_pulls_any_more(given: Answers) -> None:
    x, y, s, prior, precision = given
    w = fitted(given)
    slope = x.T @ (s * (probability(x @ w) - y)) + precision * (w - prior)
    assert np.allclose(slope, 0, atol=1e-4)


@given(answers())
def test_the_same_answers_give_the_same_weights(given: Answers) -> None:
    assert np.array_equal(fitted(given), fitted(given))


@given(answers(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(given: Answers, chance: Any) -> None:
    x, y, s, prior, precision = given
    order = list(range(len(y)))
    chance.shuffle(order)
    assert np.allclose(fitted(given), fitted((x[order], y[order], s[order], prior, precision)), atol=1e-4)


@given(answers())
def test_without_answers_the_prior_stays(given: Answers) -> None:
    x, y, _, prior, precision = given
    assert np.allclose(fitted((x[:0], y[:0], y[:0], prior, precision)), prior)
    assert np.allclose(fitted((x, y, np.zeros(len(y)), prior, precision)), prior)


@given(answers(), st.integers(2, 50))
def test_more_of_the_same_answers_fit_them_better(given: Answers, times: int) -> None:
    x, y, s, prior, precision = given

    def surprise(w: Floats) -> float:
        z = x @ w
        return float(s @ (np.logaddexp(0, z) - y * z))

    few, many = fitted(given), fitted((x, y, s * times, prior, precision))
    assert surprise(many) <= surprise(few) + 1e-6
    assert surprise(few) <= surprise(prior) + 1e-6


@given(answers())
def test_an_answer_given_twice_is_one_of_double_weight(given: Answers) -> None:
    x, y, s, prior, precision = given
    twice = (np.vstack([x, x]), np.hstack([y, y]), np.hstack([s, s]), prior, precision)
    assert np.allclose(fitted(twice), fitted((x, y, 2 * s, prior, precision)), atol=1e-4)


def test_many_answers_give_back_the_weights_they_came_from() -> None:
    chance = np.random.default_rng(5)
    x, w = chance.normal(size=(4000, 3)), np.array([1.5, -0.7, 0.0])
    y = chance.random(4000) < probability(x @ w)
    assert ridge_logistic(x, y, prior=[0, 0, 0], precision=1) == pytest.approx(w, abs=0.15)


def test_shares_of_yes_are_labels_too() -> None:
    """A prior too weak to count, and one feature: the chance is the share."""
    w = ridge_logistic([[1.0], [1.0]], [0.6, 0.1], prior=[3], precision=1e-9)
    assert float(probability(w)[0]) == pytest.approx(0.35, abs=1e-6)


@pytest.mark.parametrize(
    ("labels", "weights", "precision"), [([2], [1], 1), ([1], [-1], 1), ([1], [1], 0), ([1, 0], [1], 1)]
)
def test_what_cannot_be_answers_is_refused(labels: list[float], weights: list[float], precision: float) -> None:
    with pytest.raises(ValueError, match="weights"):
        ridge_logistic([[1.0]], labels, prior=[0], precision=precision, sample_weights=weights)


def test_a_part_that_is_refused_more_often_than_it_says_counts_more() -> None:
    assert exponent([], [], precision=4) == pytest.approx(1)
    assert exponent([0.2] * 20, [1] * 20, precision=4) > 1.5
    assert exponent([0.2] * 20, [0] * 20, precision=4) < 1
    assert exponent([0.0] * 20, [1] * 20, precision=4) == pytest.approx(1), "a full part tells nothing of its weight"


@given(st.lists(st.tuples(numbers(0, 3), st.booleans()), max_size=20), numbers(0.1, 20))
def test_the_factor_of_a_part_is_the_likeliest(answers: list[tuple[float, bool]], precision: float) -> None:
    c, no = np.array([one[0] for one in answers]), np.array([one[1] for one in answers])
    c = np.where(c > 1e-3, c, 0.0)

    def loss(eta: float) -> float:
        x = c[c > 0] * np.exp(eta)
        return float(np.where(no[c > 0], -np.log(-np.expm1(-x)), x).sum() + precision * eta**2 / 2)

    best = float(np.log(exponent(c, no, precision=precision)))
    assert loss(best) <= min(loss(best - 0.01), loss(best + 0.01)) + 1e-9


def test_many_answers_give_back_the_factor_they_came_from() -> None:
    chance = np.random.default_rng(5)
    c = chance.random(3000)
    refused = chance.random(3000) < -np.expm1(-2.5 * c)
    assert exponent(c, refused, precision=4) == pytest.approx(2.5, rel=0.1)
