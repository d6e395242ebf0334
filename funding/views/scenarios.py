"""What happens if money falls: ask, and read the answer. Nothing is changed by it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from funding.forms.scenarios import ScenarioForm
from funding.models import Scenario
from funding.scenario_permissions import asks_for, scenario_actions
from funding.scenarios import words
from funding.scenarios.gather import known_to
from funding.scenarios.telling import by_project, sentence, title, told
from partners.once import once
from partners.requests import Request
from projects.models import Project

PER_PAGE = 20


def _allow(request: Request, act: str) -> None:
    """403 with the reason when the person may not do this with scenarios."""
    if why_not := scenario_actions(request.user)[act]:
        raise PermissionDenied(why_not)


@require_safe
def scenario_list(request: Request) -> HttpResponse:
    _allow(request, "see")
    scenarios = Scenario.objects.visible_to(request.user).for_listing()
    page = Paginator(scenarios, PER_PAGE).get_page(request.GET.get("page"))
    shown = [(one, title(one), sentence(one)) for one in page]
    context = {"page": page, "shown": shown, "actions": scenario_actions(request.user)}
    return render(request, "funding/scenario_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def scenario_create(request: Request) -> HttpResponse:
    _allow(request, "ask")
    owners = asks_for(request.user)
    owner = next((one for one in owners if str(one.pk) == request.GET.get("for")), owners[0])
    facts = known_to(owner, timezone.localdate())
    form = ScenarioForm(request.POST or None, facts=facts, initial=_again(request))
    if form.is_valid():
        name = form.cleaned_data["name"]
        return redirect(Scenario.objects.ask(owner, form.inputs, facts, by=request.user, name=name))
    context = {"form": form, "owner": owner, "others": [one for one in owners if one != owner], "facts": facts}
    return render(request, "funding/scenario_form.html", context)


def _again(request: Request) -> dict[str, object] | None:
    """The question of a scenario that is to be asked anew."""
    pk = request.GET.get("again", "")
    scenario = Scenario.objects.visible_to(request.user).filter(pk=pk).first() if pk.isdecimal() else None
    return ScenarioForm.typed(scenario.asked) | {"name": scenario.name} if scenario else None


@require_safe
def scenario(request: Request, pk: int) -> HttpResponse:
    _allow(request, "see")
    found = get_object_or_404(Scenario.objects.visible_to(request.user).select_related("owner"), pk=pk)
    page = Paginator(by_project(found), PER_PAGE).get_page(request.GET.get("page"))
    projects = Project.objects.visible_to(request.user).filter(pk__in=[one.project for one in page])
    context = {
        "scenario": found,
        "title": title(found),
        "answer": sentence(found),
        "page": page,
        "told": told(found, page),
        "open": set(projects.order_by().values_list("pk", flat=True)),
        "rules": words.rules(found.asked),
        "actions": scenario_actions(request.user),
    }
    return render(request, "funding/scenario.html", context)
