"""Projects: those one may read about, and one of them."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.models import Project
from projects.views.finding import find_project

PER_PAGE = 20


@login_not_required
@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    projects = Project.objects.visible_to(request.user).for_listing()
    page = Paginator(projects, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/project_list.html", {"page": page})


@login_not_required
@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    project, actions = find_project(request, pk)
    partners = project.partners.for_listing()
    return render(request, "projects/project.html", {"project": project, "actions": actions, "partners": partners})
