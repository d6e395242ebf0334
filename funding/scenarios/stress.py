"""A project's money under stress: what stands if everybody who pays had 0, 10, 20 or 50 per cent less."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.scenarios import words
from funding.scenarios.answers import Risk
from funding.scenarios.engine import evaluate
from funding.scenarios.facts import Facts, Inputs, Selection
from projects.money import percent

FALLS = (0, 10, 20, 50)


class Bar(NamedTuple):
    fall: int
    """In per cent."""
    standing: Risk
    share: Decimal | None
    """What stands of what is known, in per cent; None when no amount is known."""
    lost: Risk
    fallen: int
    """How many tranches fall."""

    @property
    def heading(self) -> str:
        return f"−{self.fall} %" if self.fall else _("Today")

    @property
    def width(self) -> str:
        """Of its part of the picture."""
        return f"{self.share or 0}%"

    @property
    def stands(self) -> str:
        """“80 %, NOK 240 000 and 2 unknown amounts”."""
        sum_ = words.risk(self.standing)
        return sum_ if self.share is None else f"{words.of_hundred(self.share)}: {sum_}"

    @property
    def falls(self) -> str:
        if not self.fallen:
            return _("nothing")
        count = ngettext("%(count)s tranche: %(risk)s", "%(count)s tranches: %(risk)s", self.fallen)
        return count % {"count": self.fallen, "risk": words.risk(self.lost)}


def bars(facts: Facts) -> list[Bar]:
    """Every source falls alike, and what has been paid does not. What hangs on what falls, falls with it.

    `facts` are those of one project (gather.of_project: two queries). No bars when nothing has been promised.
    """
    return [_bar(facts, fall) for fall in FALLS] if facts.tranches else []


def _bar(facts: Facts, fall: int) -> Bar:
    answer = evaluate(facts, Inputs(Selection(), Decimal(100 - fall) / 100))
    lost = {one.tranche: one for one in answer.fallen}
    whole = sum((one.amount or Decimal(0) for one in facts.tranches), Decimal(0))
    known = whole - answer.at_risk.known
    standing = Risk(known, sum(one.amount is None and one.key not in lost for one in facts.tranches))
    return Bar(fall, standing, percent(known, whole) if whole else None, answer.at_risk, len(lost))
