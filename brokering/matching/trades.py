"""What is done in a trade, for offers that say little more than its name: "leads to a trade certificate".

Many vocational offers have no other text than a sentence they all share, so that nothing but the title could find them.
Where an offer says next to nothing, it is read together with a line on its trade from lexicon/trades.txt.
"""

import re
from collections.abc import Mapping
from functools import cache

from brokering.matching import analysis

SAYS_ENOUGH = 25
"""Words of an offer's own text from which on it is left to speak for itself."""
TRADE = re.compile(r"fag(?:et|a)\b")


def work(title: str, text: str) -> str:
    """What is done in the trade that the title names, if the text does not tell; else nothing.

    >>> work("Låsesmedfaget", "Fører fram til fagbrev.").split()[:2]
    ['montere,', 'reparere,']
    """
    if len(text.split()) > SAYS_ENOUGH:
        return ""
    said = TRADE.sub("fag", title.lower()).strip()
    named = _pattern().search(said)
    return _known().get(said) or (_known()[named[0]] if named else "")


@cache
def _known() -> Mapping[str, str]:
    """By each trade's names, in lower case."""
    lines = (line.split(":", 1) for line in analysis.lines("trades.txt"))
    return {name.strip().lower(): text.strip() for names, text in lines for name in names.split(" / ")}


@cache
def _pattern() -> re.Pattern[str]:
    """Any name that cannot be another word; the longest first, "brønnfag, sementering" before "brønnfag"."""
    names = sorted((name for name in _known() if "fag" in name), key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names))
