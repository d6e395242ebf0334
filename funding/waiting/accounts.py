"""Plans and accounts that wait: for those who pay to approve them, and for those who sent them to change them."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from funding.models import CostStatement, PlanVersion
from funding.models.commitment_states import CURRENT
from funding.models.limits.plans import APPROVES_PLANS, REVIEWS_ACCOUNTS
from partners.models import Organisation, User
from partners.waiting import MOST, Waiting
from projects.models import Project, ProjectPartner
from projects.models.finding import ProjectQuerySet


def waiting(user: User, on: date) -> Iterator[Waiting]:
    """Up to three queries."""
    if user.is_any(*APPROVES_PLANS):
        yield from _plans(user)
    if user.is_any(*REVIEWS_ACCOUNTS):
        yield from _accounts(user)
    for one in (
        CostStatement.objects.filter(state="returned", sent_by=user).select_related("project").order_by("pk")[:MOST]
    ):
        text = _("%(project)s: changes are asked for. Change the accounts, and send them again.")
        yield _card(one, text % {"project": one.project}, _("To change"), "warning")


def _paid(user: User, *roles: str) -> ProjectQuerySet:
    """Projects that the person's organisation pays for, but those that another one of theirs carries out."""
    houses = Organisation.objects.with_role(user, *roles).order_by().values("pk")
    others = Organisation.objects.filter(pk__in={one.organisation_id for one in user.standings}).exclude(pk__in=houses)
    own = ProjectPartner.objects.filter(runs=True, organisation__in=others.order_by().values("pk")).order_by()
    paid = Project.objects.active().filter(commitments__funder__in=houses, commitments__state__in=CURRENT)
    return paid.exclude(pk__in=own.values("project")).order_by()


def _plans(user: User) -> Iterator[Waiting]:
    """Those that no application brings along; with one the decision approves the plan."""
    versions = PlanVersion.objects.filter(state="submitted", plan__in=_paid(user, *APPROVES_PLANS).values("pk"))
    apart = versions.exclude(applications__state__in=["submitted", "review", "asked"])
    for one in apart.exclude(events__by=user).for_listing().order_by("pk")[:MOST]:
        text = _("%(project)s has submitted a plan. Approve it, or say what is wrong.") % {"project": one.project}
        yield _card(one, text, _("To approve"), "info")


def _accounts(user: User) -> Iterator[Waiting]:
    sent = CostStatement.objects.filter(state="sent", project__in=_paid(user, *REVIEWS_ACCOUNTS).values("pk"))
    for one in sent.exclude(sent_by=user).select_related("project").order_by("pk")[:MOST]:
        text = _("%(project)s has sent accounts. Approve them line by line, or give them back.")
        yield _card(one, text % {"project": one.project}, _("To approve"), "info")


def _card(thing: PlanVersion | CostStatement, text: str, tag: str, color: str) -> Waiting:
    return Waiting(title=str(thing), url=thing.get_absolute_url(), text=text, tag=tag, color=color)
