"""Half a year of the match of supply and demand in the demonstration, so that it has a history to look at. Invented."""

from datetime import date, timedelta

from pooling.models import Balance

WEEKS = 26
SWING = (0, 2, -1, 3, 1, -2)
"""Per cent that a week lies off the way up."""


def load(today: date) -> None:
    """Once: up to what was reckoned today, which is not invented."""
    if not Balance.objects.filter(is_demo=True).exists():
        reckoned = Balance.objects.filter(on=today, is_demo=False)
        Balance.objects.bulk_create([_then(now, weeks) for now in reckoned for weeks in range(1, WEEKS + 1)])


def _then(now: Balance, weeks: int) -> Balance:
    """Fewer asked, and fewer of them found a course, the longer ago it was."""
    wanted = round(now.wanted * (1 - weeks / 3 / WEEKS))
    share = (now.met / now.wanted) * (1 - weeks / 2 / WEEKS) + SWING[weeks % len(SWING)] / 100
    return Balance(
        on=now.on - timedelta(weeks=weeks),
        county_id=now.county_id,
        competence_id=now.competence_id,
        wanted=wanted,
        met=min(wanted, max(0, round(wanted * share))),
        is_demo=True,
    )
