"""A project's money as projects/ shows and checks it (projects.knowledge), answered from funding/."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from funding.lines import lines_of
from funding.models import Commitment, Tranche, TrancheState
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
    commitments = Commitment.objects.filter(project=project).current()
    if not commitments.exists():
        yield _("No commitment of money is registered.")
        return
    first = Q(year=project.first_year) | Q(year=None)
    binding = Tranche.objects.filter(first, commitment__in=commitments).exclude(
        state__in=[TrancheState.HELD_OUT, TrancheState.LAPSED]
    )
    amounts = list(binding.order_by("pk").values_list("amount", flat=True))
    if not amounts:
        yield _("The first year has no firm or conditional money, only what is held out or falls later.")
    elif not any(amounts):
        yield _("How much money the first year has is not known.")
