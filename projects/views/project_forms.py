"""Writing a project down, and changing what was written."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.conflicts import differences
from partners.once import once
from partners.requests import Request
from projects.forms.projects import NewProjectForm, ProjectForm
from projects.models import Project
from projects.permissions import may_start_projects
from projects.views.finding import find_inside


@require_http_methods(["GET", "HEAD", "POST"])
@once
def project_create(request: Request) -> HttpResponse:
    if why_not := may_start_projects(request.user):
        raise PermissionDenied(why_not)
    form = NewProjectForm(request.POST or None, user=request.user)
    if form.is_valid():
        project = form.begin()
        messages.success(request, _("The idea is saved. Only those who take part see it until it is planned."))
        return redirect(project)
    return render(request, "projects/project_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over the version that was read; when somebody else has saved meanwhile, show both (409)."""
    project, _actions = find_inside(request, pk, "edit")
    projects = Project.objects.all()
    stored = (projects.select_for_update() if request.method == "POST" else projects).get(pk=pk)
    version, name = stored.updated_at.isoformat(), stored.name
    form = ProjectForm(request.POST or None, user=request.user, instance=project)
    context = {"form": form, "project": project, "name": name, "version": version}
    if request.method == "POST" and request.POST.get("version") != version:
        now = ProjectForm(user=request.user, instance=stored)
        conflict = {"conflict": True, "conflicts": differences(form, now)}
        return render(request, "projects/project_form.html", context | conflict, status=409)
    if form.is_valid():
        form.save()
        messages.success(request, _("The changes are saved."))
        return redirect(project)
    return render(request, "projects/project_form.html", context)
