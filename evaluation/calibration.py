"""Whether a score of 0.4 means what it says: predicted against observed shares, as a table and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from evaluation.figures import Numbers

EDGES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
FEWEST = 5
"""Pairs; of fewer nothing is said."""


@dataclass(frozen=True)
class Bin:
    low: float
    high: float
    pairs: int
    predicted: float
    observed: float
    interval: tuple[float, float]
    """Where the true share lies in 95 of 100 cases, were the pairs independent (Wilson 1927)."""


def bins(predicted: Numbers, relevant: Numbers) -> list[Bin]:
    """Judged pairs by their predicted share; `relevant` is 0 or 1."""
    place = np.clip(np.digitize(predicted, EDGES) - 1, 0, len(EDGES) - 2)
    return [
        Bin(EDGES[i], EDGES[i + 1], n, float(predicted[here].mean()), share, wilson(share, n))
        for i in range(len(EDGES) - 1)
        if (n := int((here := place == i).sum())) >= FEWEST and (share := float(relevant[here].mean())) >= 0
    ]


def wilson(share: float, n: int) -> tuple[float, float]:
    """
    >>> [round(end, 2) for end in wilson(0.5, 10)]
    [0.24, 0.76]
    """
    z = 1.96
    middle = (share + z * z / 2 / n) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / 4 / n / n))
    return max(0.0, middle - half), min(1.0, middle + half)


def error(found: Sequence[Bin]) -> float:
    """Expected calibration error: how far observed shares are from predicted ones, on average over the pairs."""
    total = sum(one.pairs for one in found)
    return sum(one.pairs * abs(one.observed - one.predicted) for one in found) / total


SIZE, LEFT, TOP, SIDE = 440, 70, 20, 340


def picture(found: Sequence[Bin]) -> str:
    """SVG: a point a bin, with its interval; on the diagonal predictions come true."""
    title = "What scores promise, and what they keep"
    description = "; ".join(f"score {one.predicted:.2f}: {one.observed:.0%} of {one.pairs}" for one in found)
    marks = "\n".join(_mark(one) for one in found)
    ticks = "\n".join(_tick(tenth / 10) for tenth in range(0, 11, 2))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img" \
aria-labelledby="title desc" font-family="sans-serif" font-size="13" fill="#1e2b3c">
<title id="title">{escape(title)}</title>
<desc id="desc">{escape(description)}</desc>
<rect width="{SIZE}" height="{SIZE}" fill="#fff"/>
<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#68707c"/>
<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#68707c" stroke-dasharray="5 5"/>
{ticks}
{marks}
<text x="{LEFT + SIDE / 2}" y="{SIZE - 28}" text-anchor="middle">score that the engine gives</text>
<text transform="translate(22 {TOP + SIDE / 2}) rotate(-90)" text-anchor="middle">\
share a broker would propose (grade 2 or 3)</text>
</svg>
"""


def _mark(one: Bin) -> str:
    x, low, high = _x(one.predicted), _y(one.interval[0]), _y(one.interval[1])
    return (
        f'<path d="M{x} {low}V{high}" stroke="#0062ba" stroke-width="2"/>'
        f'<circle cx="{x}" cy="{_y(one.observed)}" r="5" fill="#0062ba"/>'
    )


def _tick(value: float) -> str:
    return (
        f'<text x="{_x(value)}" y="{TOP + SIDE + 18}" text-anchor="middle">{value:.1f}</text>'
        f'<text x="{LEFT - 8}" y="{_y(value) + 4}" text-anchor="end">{value:.1f}</text>'
    )


def _x(value: float) -> float:
    return round(LEFT + SIDE * value, 1)


def _y(value: float) -> float:
    return round(TOP + SIDE * (1 - value), 1)
