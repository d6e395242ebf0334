"""The readable history of a project."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.requests import Request
from projects.history import history, kinds, told
from projects.views.finding import find_inside

PER_PAGE = 30


@require_safe
def project_history(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    choices = kinds()
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(choices) else ""
    page = Paginator(history(project, request.user, kind), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "project": project,
        "actions": actions,
        "page": page,
        "entries": told(list(page)),
        "kinds": choices,
        "kind": kind,
    }
    return render(request, "projects/history.html", context)
