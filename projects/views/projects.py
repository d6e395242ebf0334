"""Projects: those one may read about, one of them, and its way from state to state."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partners.acts import Act
from partners.models import User
from partners.requests import Request
from projects.filters import ProjectFilter
from projects.knowledge import knowledge
from projects.models import PartnerRole, Programme, Project, ProjectPartner, Report
from projects.models.states import ACTS, WITH_REASON
from projects.permissions import hindrances, may_start_projects
from projects.progress import figures, reached, steps
from projects.views.finding import find_inside, find_project

PER_PAGE = 20


@login_not_required
@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    found = ProjectFilter(request.GET, Project.objects.visible_to(request.user).for_rows(), request=request)
    context = {
        "page": Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page")),
        "form": found.form,
        "selects": [found.form[name] for name in ("state", "programme", "place", "group")],
        "may_start": isinstance(request.user, User) and not may_start_projects(request.user),
    }
    return render(request, "projects/project_list.html", context)


@login_not_required
@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    project, actions = find_project(request, pk)
    counted = figures(project)
    acts = [] if actions["keep"] else possible_acts(project)
    context = {
        "project": project,
        "actions": actions,
        "roles": [(role.label, list(partners)) for role, partners in groupby(in_order(project), key=role_of)],
        "goals": reached(project.goals.all(), counted),
        "figures": counted if any(figure.value for figure in counted) else [],
        "activities": project.activities.carried_out(),
        "lines": knowledge().money(project),
        "reports": Report.objects.public().of(project).for_listing(),
        "steps": steps(project),
        "acts": [(act, lacking) for act, lacking in acts if act.name not in WITH_REASON],
        "reasoned": [(act, lacking) for act, lacking in acts if act.name in WITH_REASON],
    }
    return render(request, "projects/project.html", context)


def role_of(partner: ProjectPartner) -> PartnerRole:
    return PartnerRole(partner.role)


def in_order(project: Project) -> list[ProjectPartner]:
    """Who takes part, the owner first."""
    roles = list(PartnerRole)
    return sorted(project.partners.for_listing(), key=lambda one: roles.index(role_of(one)))


def possible_acts(project: Project) -> list[tuple[Act, list[str]]]:
    """The acts that lead on from the state, each with what is missing first."""
    return [(act, list(hindrances(project, act))) for act in ACTS.values() if act.possible_from(project.state)]


@require_POST
def project_act(request: Request, pk: int, act: str) -> HttpResponse:
    """One act on a project. Some are done with a reason only."""
    if act not in ACTS:
        raise Http404
    project, _actions = find_inside(request, pk, act)
    try:
        project.carry_out(ACTS[act], request.user, why=request.POST.get("why", "").replace("\0", "").strip()[:500])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The project is now “%(state)s”.") % {"state": project.get_state_display()})
    return redirect(project)


@login_not_required
@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """A national initiative, with those of its projects that one may read about."""
    found = Programme.objects.select_related("owner", "manager").filter(pk=pk).first()
    if found is None:
        raise Http404
    projects = Project.objects.visible_to(request.user).filter(programme=found).for_rows()
    page = Paginator(projects, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/programme.html", {"programme": found, "page": page})
