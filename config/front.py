"""The front page of those who are logged in: what waits, and for those whose workplace it is what they work with."""

from datetime import date

from brokering import waiting as among_needs
from brokering.pipeline import summary
from funding import waiting as in_money
from partners.models import User
from partners.models.roles import MemberRole
from partners.waiting import Waiting, by_urgency, grouped
from pooling import waiting as in_pools
from pooling.asking import waiting as among_requests
from pooling import outcome_waiting as after_courses
from pooling import reminders as of_pools
from pooling import proposal_waiting as of_proposals
from projects import waiting as in_projects
from projects.models import Project

# So many cards stand on the front page; the rest is on a page of its own.
FIRST = 6
MOST_PROJECTS = 6


def everything(user: User, on: date) -> list[Waiting]:
    """What waits for the person, in needs and pools, in projects and in their money, the most urgent first."""
    sources = (among_needs.waiting_for, in_pools.waiting_for, in_projects.waiting_for, in_money.waiting_for)
    """What waits for the person, in needs, requests, projects and their money, the most urgent first."""
    sources = (among_needs.waiting_for, among_requests.waiting_for, in_projects.waiting_for, in_money.waiting_for)
    """What waits for the person, in needs, proposed pools, projects and their money, the most urgent first."""
    sources = (among_needs.waiting_for, of_proposals.waiting_for, in_projects.waiting_for, in_money.waiting_for)
    return by_urgency([item for source in sources for item in source(user, on)], on)
    """What waits for the person, whatever it is about, the most urgent first."""
    sources = (among_needs, in_projects, in_money, of_pools, after_courses)
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
