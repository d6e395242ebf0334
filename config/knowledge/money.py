"""A project's money as projects/ shows and checks it (projects.knowledge), answered from funding/."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from funding.lines import lines_of
from funding.models import Commitment, Strength
from projects.knowledge import MoneyLine
from projects.models import Project


def money(project: Project) -> list[MoneyLine]:
    return lines_of(Commitment.objects.filter(project=project).current().for_listing())


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
