"""Weights from answers: regressions with a prior around the weights one starts from. Pure functions over arrays.

With no answers the prior comes out, with many the answers decide, and the optimum is unique: both problems are convex.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

STEPS = 100
"""Newton needs about ten; so many only where answers contradict the prior wildly."""
PRECISE = 1e-10
ALMOST_NONE = 1e-9
"""A smaller shortfall is none."""


def ridge_logistic(
    features: ArrayLike,
    labels: ArrayLike,
    *,
    prior: ArrayLike,
    precision: ArrayLike,
    sample_weights: ArrayLike | None = None,
) -> Floats:
    """The weights w (d,) that are likeliest after the answers: P(yes) = 1 / (1 + exp(−x·w)), w ~ N(prior, 1/precision).

        minimise  Σₙ sₙ [log(1 + exp(xₙ·w)) − yₙ xₙ·w] + ½ Σⱼ λⱼ (wⱼ − priorⱼ)²

    features (n, d), without a column of ones unless a bias is wanted; n may be 0. labels (n,): 0..1, a share of yes.
    prior (d,). precision λ: one for all or (d,), above 0; 1 / variance of the prior, so the larger the slower a weight
    learns. sample_weights s (n,): at least 0, 1 when left out.

    Newton's method with halved steps (iteratively reweighted least squares: Bishop, Pattern Recognition and Machine
    Learning, 2006, 4.3.3 and 4.5.1). Cost: n·d² a step.
    """
    centre = np.asarray(prior, float)
    x = np.asarray(features, float).reshape(-1, len(centre))
    y = np.asarray(labels, float)
    s = np.ones(len(x)) if sample_weights is None else np.asarray(sample_weights, float)
    strength = np.broadcast_to(np.asarray(precision, float), centre.shape)
    _check(x, y, s, strength)

    def loss(w: Floats) -> float:
        z = x @ w
        return float(s @ (np.logaddexp(0, z) - y * z) + strength @ (w - centre) ** 2 / 2)

    w = centre.copy()
    for _ in range(STEPS):
        chance = probability(x @ w)
        slope = x.T @ (s * (chance - y)) + strength * (w - centre)
        bend = (x * (s * chance * (1 - chance))[:, None]).T @ x + np.diag(strength)
        step = np.linalg.solve(bend, slope)
        if float(slope @ step) < PRECISE:
            return w - step
        now, size = loss(w), 1.0
        while loss(w - size * step) > now - size / 4 * float(slope @ step) and size > PRECISE:
            size /= 2
        w = w - size * step
    return w


def probability(z: Floats) -> Floats:
    """1 / (1 + exp(−z)), without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0, -z)))


def _check(x: Floats, y: Floats, s: Floats, strength: Floats) -> None:
    if not len(x) == len(y) == len(s):
        raise ValueError(f"{len(x)} rows of features, {len(y)} labels, {len(s)} weights.")
    if not (np.all(np.isfinite(x)) and np.all((y >= 0) & (y <= 1)) and np.all(s >= 0) and np.all(strength > 0)):
        raise ValueError("Features are finite, labels 0..1, weights at least 0 and precisions above 0.")


def exponent(
    shortfalls: ArrayLike, refused: ArrayLike, *, precision: float, sample_weights: ArrayLike | None = None
) -> float:
    """By what factor a part of the score should count more (above 1) or less: exp(η), η ~ N(0, 1/precision).

    A part of value v with exponent a is accepted with the chance vᵃ; its shortfall is c = −a log v. With the factor:

        P(refused) = 1 − exp(−c exp η)

    shortfalls c (n,), refused (n,) 0 or 1; where c is 0 a refusal tells nothing of the weight and is passed over.
    Complementary log-log regression with offset log c (McCullagh & Nelder, Generalized Linear Models, 1989, 4.3),
    whose loss is convex in η; the root of its slope is found by bisection.
    """
    c, no = np.asarray(shortfalls, float), np.asarray(refused, float)
    s = np.ones(len(c)) if sample_weights is None else np.asarray(sample_weights, float)
    known = c > ALMOST_NONE
    c, no, s = c[known], no[known], s[known]

    def slope(eta: float) -> float:
        x = c * np.exp(eta)
        with np.errstate(over="ignore"):
            return float(s @ np.where(no > 0, -x / np.expm1(x), x) + precision * eta)

    low, high = -10.0, 10.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return float(np.exp((low + high) / 2))
