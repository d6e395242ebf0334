"""A project's money as projects/ shows and checks it (projects.knowledge), answered from funding/."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from funding.models import Commitment, Condition, Strength, Tranche
from projects.knowledge import MoneyLine
from projects.models import Project

STRENGTHS = list(Strength)


def money(project: Project) -> list[MoneyLine]:
    """One line for each year of each commitment that counts, the firm first, then by year; unsplit money last.

    A commitment of which nothing but its existence is known has no years, and so no line.
    """
    commitments = Commitment.objects.filter(project=project).current().for_listing()
    lines = [_line(one, tranche) for one in commitments for tranche in one.tranches.all()]
    return sorted(lines, key=lambda line: (STRENGTHS.index(Strength(line.strength)), line.year or 9999, line.source))


def _line(commitment: Commitment, tranche: Tranche) -> MoneyLine:
    conditions = [one for one in commitment.conditions.all() if one.tranche_id in (None, tranche.pk)]
    return MoneyLine(
        source=commitment.funder.name,
        year=tranche.year,
        amount=tranche.amount,
        strength=tranche.strength,
        strength_label=tranche.get_strength_display(),
        conditions=tuple(_in_words(condition) for condition in conditions),
    )


def _in_words(condition: Condition) -> str:
    told = _("%(whom)s: %(text)s (%(state)s)")
    whom, state = condition.get_binds_display(), condition.get_state_display()
    return told % {"whom": whom, "text": condition.text, "state": state.lower()}


def missing_money(project: Project) -> list[str]:
    """What stands between the project and being financed, a sentence each.

    Its first year must have firm or conditional money of a known amount. Money that is not split on years counts for
    the first year too: it is promised for the whole period, and the first year is part of it. Held out money binds
    nobody, and counts for nothing. That all years are covered is not asked: later years may be decided later.
    """
    return list(_lacking(project))


def _lacking(project: Project) -> Iterator[str]:
    if not Commitment.objects.filter(project=project).current().exists():
        yield _("No commitment of money is registered.")
        return
    first = project.first_year
    binding = [line for line in money(project) if line.strength != Strength.HELD_OUT and line.year in (None, first)]
    if not binding:
        yield _("The first year has no firm or conditional money, only what is held out or falls later.")
    elif all(line.amount is None for line in binding):
        yield _("How much money the first year has is not known.")
