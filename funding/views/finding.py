"""Fetches a project's money for the one who asks, with what they may do: the first lines of every view of money."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404

from funding.models import Commitment
from funding.models.commitments import CommitmentQuerySet
from funding.permissions import Purse, commitment_actions, money_actions
from partners.requests import Request
from projects.models import Project


def find_purse(request: Request, pk: int, act: str = "see") -> Purse:
    """404 when the person may not see the project, 403 with the reason when they may not do this with its money."""
    paid = Commitment.objects.visible_to(request.user).order_by().values("project")
    seen = Q(pk__in=Project.objects.visible_to(request.user).order_by().values("pk")) | Q(pk__in=paid)
    project = get_object_or_404(Project.objects.filter(seen).for_listing(), pk=pk)
    purse = Purse.of(request.user, project)
    if purse is None:
        raise PermissionDenied
    if why_not := money_actions(purse)[act]:
        raise PermissionDenied(why_not)
    return purse


def find_commitment(request: Request, pk: int, commitment_pk: int, act: str) -> tuple[Purse, Commitment]:
    purse = find_purse(request, pk)
    visible = Commitment.objects.visible_to(request.user).filter(project=pk)
    commitments = visible.select_related("funder", "recipient", "project")
    commitment = get_object_or_404(commitments, pk=commitment_pk)
    if why_not := commitment_actions(purse, commitment)[act]:
        raise PermissionDenied(why_not)
    return purse, commitment


def find_promise(request: Request, commitments: CommitmentQuerySet, **key: int) -> tuple[Purse, Commitment]:
    """404 when the person may not see it. The project is not asked: it may be hidden from those who pay for it."""
    commitment = get_object_or_404(commitments.visible_to(request.user), **key)
    purse = Purse.of(request.user, commitment.project)
    if purse is None:
        raise PermissionDenied
    return purse, commitment
