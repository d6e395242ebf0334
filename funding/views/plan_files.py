"""A plan as a spreadsheet: fetched, and brought back as a draft that is compared before it is saved."""

from uuid import uuid4

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding import sheets
from funding.comparing import compare
from funding.forms.sheets import SheetForm
from funding.models import Contents, PlanVersion
from funding.views.plans import find_plan, find_plans
from partners.once import once
from partners.requests import Request
from projects.models import Project

# Seconds in which a comparison is to be read.
KEPT = 3600


@require_safe
def plan_file(request: Request, pk: int) -> HttpResponse:
    version, _hands, _actions = find_plan(request, pk)
    name = slugify(f"{version.project.name} plan {version.number}", allow_unicode=True)
    answer = HttpResponse(sheets.write(version), content_type=sheets.CONTENT_TYPE)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx")
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@once
def plan_import(request: Request, pk: int) -> HttpResponse:
    """First what the file would change; then, when that is what was meant, the draft becomes what the file says."""
    project, hands, _may = find_plans(request, pk, "import")
    before = _before(project)
    stored = before.contents() if before else Contents()
    context = {"project": project, "actions": hands.project_actions, "before": before, "seen": _seen(before)}
    if request.POST.get("do") == "save":
        return _save(request, project, before, context)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SheetForm(*posted, before=stored)
    if form.is_valid():
        token, contents = uuid4().hex, form.cleaned_data["file"]
        cache.set(_name(request, project, token), contents, KEPT)
        found = {"comparison": compare(stored, contents), "token": token, "differences": _lacks(contents)}
        return render(request, "funding/plan_import.html", context | found | {"form": form})
    return render(request, "funding/plan_import.html", context | {"form": form, "comparison": None})


def _before(project: Project) -> PlanVersion | None:
    """What the file is compared with: the draft that it would replace, or the version that a draft would begin with."""
    versions = PlanVersion.objects.of(project).for_listing()
    return versions.drafts().first() or versions.approved().first()


def _seen(version: PlanVersion | None) -> str:
    return f"{version.pk}/{version.updated_at.isoformat()}" if version else ""


def _name(request: Request, project: Project, token: str) -> str:
    return f"plan-import-{request.user.pk}-{project.pk}-{token}"


def _lacks(contents: Contents) -> list[int]:
    """Years in which the plan does not add up."""
    return [year for year, lack in contents.differences.items() if lack]


def _save(request: Request, project: Project, before: PlanVersion | None, context: dict[str, object]) -> HttpResponse:
    token = request.POST.get("token", "")[:40]
    contents = cache.get(_name(request, project, token)) if token.isalnum() else None
    if contents is None:
        messages.error(request, _("That was too long ago. Choose the file once more."))
        return redirect("plan-import", project.pk)
    if request.POST.get("seen") != _seen(before):
        stored = before.contents() if before else Contents()
        found = {"comparison": compare(stored, contents), "token": token, "differences": _lacks(contents)}
        form = SheetForm(before=stored)
        return render(
            request, "funding/plan_import.html", context | found | {"form": form, "conflict": True}, status=409
        )
    try:
        draft = before if before and before.is_draft else PlanVersion.objects.begin(project, request.user)
        draft.write(contents)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("plan-import", project.pk)
    messages.success(request, _("The draft is now as the file says."))
    return redirect(draft)
