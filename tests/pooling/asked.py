"""Needs as pooling reads them, for tests of the engine: no database."""

from itertools import count
from typing import Any

from pooling.proposing.asking import Asking
from pooling.proposing.bars import Places

NUMBERS = ("0001", "0002", "0003", "0004")
"""Places in a row, 60 km from one to the next."""
IN_A_ROW = Places.of(NUMBERS, {(a, b): 60.0 * abs(i - j) for i, a in enumerate(NUMBERS) for j, b in enumerate(NUMBERS)})
SHORE = tuple(f"100{n}" for n in range(6))
"""Places around a fjord, 60 km from one to the next: three that meet two by two need not meet all three."""
AROUND = Places.of(
    SHORE, {(a, b): 60.0 * min((i - j) % 6, (j - i) % 6) for i, a in enumerate(SHORE) for j, b in enumerate(SHORE)}
)
WELDING = {"subjects": {"sveising": 0.9}, "terms": {"sveis": 4.0, "alu": 5.0}}
CARE = {"subjects": {"demens": 0.9}, "terms": {"demens": 5.0}}
_numbers = count(1)


def asking(**facts: Any) -> Asking:
    number = next(_numbers)
    usual: dict[str, Any] = {"need": number, "firm": number, "broker": 1, "seats": 3, "home": "0001", **WELDING}
    return Asking(**usual | facts)
