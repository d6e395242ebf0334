"""The front page of those who are logged in: what waits, and for those whose workplace it is what they work with."""

from datetime import date

from brokering import waiting as among_needs
from brokering.pipeline import summary
from funding import waiting as in_money
from partners.models import User
from partners.models.roles import MemberRole
from partners.waiting import Waiting, by_urgency, grouped
from pooling import outcome_waiting as after_courses
from pooling import proposal_waiting as of_proposals
from pooling import reminders as of_answers
from pooling import waiting as in_pools
from pooling.asking import waiting as among_requests
from projects import waiting as in_projects
from projects.models import Project

# So many cards stand on the front page; the rest is on a page of its own.
FIRST = 6
MOST_PROJECTS = 6


def everything(user: User, on: date) -> list[Waiting]:
    """What waits for the person, whatever it is about, the most urgent first."""
    of_pools = (of_proposals, in_pools, of_answers, among_requests, after_courses)
    sources = (among_needs, *of_pools, in_projects, in_money)
    return by_urgency([item for source in sources for item in source.waiting_for(user, on)], on)


def is_workplace(user: User) -> bool:
    """Whether the person comes here to work with other people's matters, and not only with their own firm's."""
    return user.is_broker or user.works_with_money or user.is_any(MemberRole.GUIDE)


def workplace(user: User, on: date) -> dict[str, object]:
    """What waits in groups; for brokers the pipeline in short; the projects one takes part in."""
    waiting = everything(user, on)
    return {
        "groups": grouped(waiting[:FIRST], on),
        "waiting_count": len(waiting),
        "has_more": len(waiting) > FIRST,
        "columns": summary(user) if user.is_broker else [],
        "projects": Project.objects.of(user).active()[: MOST_PROJECTS + 1],
    }
