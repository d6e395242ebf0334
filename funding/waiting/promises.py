"""What waits for those who work with an organisation's money: promises to confirm, conditions to assess."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from funding.models import Commitment, CommitmentState, Condition, ConditionState
from funding.models.commitments import CommitmentQuerySet
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES
from partners.waiting import MOST, Waiting
from projects.models import Project


def waiting(user: User, on: date) -> Iterator[Waiting]:
    """Of projects that somebody works on. Two queries, and none for those who work with nobody's money."""
    if not user.is_county_staff:
        return
    funders = Organisation.objects.with_role(user, *COUNTY_ROLES)
    paid = Commitment.objects.filter(funder__in=funders, project__in=Project.objects.active()).select_related("project")
    for commitment in paid.filter(state=CommitmentState.REPORTED).order_by("pk")[:MOST]:
        yield Waiting(
            title=commitment.title,
            url=commitment.get_absolute_url(),
            text=_("%(project)s says that you have promised this. Confirm it, or say what is wrong.")
            % {"project": commitment.project},
            tag=_("To confirm"),
            color="info",
        )
    yield from _to_assess(paid, on)


def _to_assess(paid: CommitmentQuerySet, on: date) -> Iterator[Waiting]:
    """Conditions on money of this year or earlier, or on all of it."""
    due = Q(tranche__year__lte=on.year) | Q(tranche__year=None)
    conditions = Condition.objects.filter(due, commitment__in=paid.current(), state=ConditionState.OPEN)
    for condition in conditions.select_related("commitment__project").order_by("pk")[:MOST]:
        yield Waiting(
            title=condition.text,
            url=condition.commitment.get_absolute_url(),
            text=str(condition.commitment.project),
            tag=_("To assess"),
            color="warning",
        )
