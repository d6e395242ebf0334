"""The money of commitments as lines that anybody can sum up: one a year and source (projects.knowledge.MoneyLine)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from funding.models import Commitment, Condition, Strength, Tranche
from projects.knowledge import MoneyLine

STRENGTHS = list(Strength)


def lines_of(commitments: Iterable[Commitment]) -> list[MoneyLine]:
    """The firm first, then by year; what is not split on years comes last.

    A commitment of which nothing but its existence is known has no years, and so no line.
    """
    lines = [_line(one, tranche) for one in commitments for tranche in one.tranches.all() if tranche.strength]
    return sorted(lines, key=lambda line: (STRENGTHS.index(Strength(line.strength)), line.year or 9999, line.source))


def _line(commitment: Commitment, tranche: Tranche) -> MoneyLine:
    return MoneyLine(
        source=commitment.funder.name,
        year=tranche.year,
        amount=tranche.amount,
        strength=str(tranche.strength),
        strength_label=str(tranche.strength.label) if tranche.strength else "",
        conditions=tuple(_in_words(one) for one in commitment.conditions_on(tranche)),
    )


def _in_words(condition: Condition) -> str:
    whom, state = condition.get_binds_display(), condition.get_state_display()
    told = _("%(whom)s: %(text)s (%(state)s)")
    return told % {"whom": whom, "text": condition.text, "state": state.lower()}
