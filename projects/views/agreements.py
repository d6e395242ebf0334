"""Agreements of a project: those there are, one of them, its documents, and what those who keep it do with it."""

from itertools import zip_longest
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_q.tasks import async_task

from partners.requests import Request
from projects.agreement_permissions import KEEPERS_ACTS, agreement_actions, may_create
from projects.differences import Passage, differences
from projects.models import Agreement, AgreementParty, AgreementVersion, Document, Project, Signature
from projects.models.agreements import ACTS, SEND, WITH_REASON
from projects.permissions import Actions, Participation
from projects.views.comments import thread_inside
from projects.views.documents import deliver
from projects.views.finding import find_project


def find_agreement(request: Request, pk: int) -> tuple[Agreement, Actions]:
    """404 when the person may not see it at all."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).for_listing(), pk=pk)
    participation = Participation.of(request.user, agreement.project)
    return agreement, agreement_actions(participation, agreement) if participation else {}


def find_to(request: Request, pk: int, act: str) -> Agreement:
    """403 with the reason when the person may not do this now."""
    agreement, actions = find_agreement(request, pk)
    if why_not := actions[act]:
        raise PermissionDenied(why_not)
    return agreement


@require_safe
def project_agreements(request: Request, pk: int) -> HttpResponse:
    """Those the person may see; 403 for who only reads about the project."""
    project, actions = find_project(request, pk)
    agreements = list(Agreement.objects.visible_to(request.user).filter(project=project).for_listing())
    if actions["see_inside"] and not agreements:
        raise PermissionDenied(actions["see_inside"])
    participation = Participation.of(request.user, project)
    context = {
        "project": project,
        "actions": actions,
        "agreements": agreements,
        "may_create": participation is not None and not may_create(participation),
    }
    return render(request, "projects/agreement_list.html", context)


@require_safe
def agreement(request: Request, pk: int) -> HttpResponse:
    agreement, actions = find_agreement(request, pk)
    versions = list(agreement.versions.select_related("document", "by").order_by("-number"))
    possible = [act for act in KEEPERS_ACTS if act.possible_from(agreement.state)]
    context = {
        "agreement": agreement,
        "project_url": project_url(request, agreement.project),
        "actions": actions,
        "acts": [(act, actions[act.name]) for act in possible if act.name not in WITH_REASON],
        "reasoned": [(act, actions[act.name]) for act in possible if act.name in WITH_REASON],
        "earlier": Agreement.objects.visible_to(request.user).filter(replacements=agreement).first(),
        "parties": party_lines(agreement, versions),
        "versions": version_lines(versions),
        "events": agreement.events.select_related("by"),
        "replacements": Agreement.objects.visible_to(request.user).filter(replaces=agreement),
        "facts": facts(agreement),
        **thread_inside(request.user, agreement.project, agreement),
    }
    return render(request, "projects/agreement.html", context)


def project_url(request: HttpRequest, project: Project) -> str:
    """A party that does not take part sees its agreement, but maybe not the project."""
    return project.get_absolute_url() if Project.objects.visible_to(request.user).filter(pk=project.pk).exists() else ""


class PartyLine(NamedTuple):
    """A party, its answer to the latest version, and those to earlier ones."""

    party: AgreementParty
    answer: Signature | None
    earlier: list[Signature]


def party_lines(agreement: Agreement, versions: list[AgreementVersion]) -> list[PartyLine]:
    given = Signature.objects.filter(version__agreement=agreement).select_related("version", "document", "by")
    lines = []
    for party in agreement.parties.all():
        own = [one for one in given if one.party_id == party.pk]
        latest = [one for one in own if versions and one.version_id == versions[0].pk]
        lines.append(PartyLine(party, latest[0] if latest else None, [one for one in own if one not in latest]))
    return lines


class VersionLine(NamedTuple):
    version: AgreementVersion
    changes: list[Passage]
    """Against the version before; empty when there is nothing to compare."""


def version_lines(versions: list[AgreementVersion]) -> list[VersionLine]:
    """The newest first, as they come in."""
    lines = []
    for version, before in zip_longest(versions, versions[1:]):
        comparable = before is not None and before.text and version.text and before.text != version.text
        lines.append(VersionLine(version, differences(before.text, version.text) if before and comparable else []))
    return lines


def facts(agreement: Agreement) -> list[tuple[str, object]]:
    """What is not known says so."""
    unknown, days = _("not stated"), agreement.days_to_signed
    unsigned = unknown if agreement.is_signed else _("not signed yet")
    return [
        (_("Decided on"), agreement.decided_on or unknown),
        (_("Signed on"), agreement.signed_on or unsigned),
        (_("Days from decision to signed"), unsigned if days is None else days),
        (_("Valid from"), agreement.valid_from or unknown),
        (_("Valid to"), agreement.valid_to or unknown),
    ]


@require_POST
def agreement_act(request: Request, pk: int, act: str) -> HttpResponse:
    """One act on an agreement by those who keep the project; the parties hear by e-mail when it is sent."""
    if act not in {one.name for one in KEEPERS_ACTS}:
        raise Http404
    agreement = find_to(request, pk, act)
    try:
        agreement.carry_out(ACTS[act], request.user, why=request.POST.get("why", "").replace("\0", "")[:500])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if act == SEND.name:
            async_task("projects.agreement_mail.send_agreement", agreement.pk)
        messages.success(request, _("The agreement is now “%(state)s”.") % {"state": agreement.state_label})
    return redirect(agreement)


@require_safe
def agreement_document(request: Request, pk: int, document: int) -> FileResponse:
    """A file of one of its versions or signatures, for those who see the agreement."""
    agreement, _actions = find_agreement(request, pk)
    versions = AgreementVersion.objects.filter(agreement=agreement)
    signatures = Signature.objects.filter(version__agreement=agreement)
    belonging = Q(pk__in=versions.values("document")) | Q(pk__in=signatures.values("document"))
    return deliver(get_object_or_404(Document.objects.filter(belonging), pk=document))
