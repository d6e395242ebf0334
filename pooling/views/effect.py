"""Effect: of the projects one takes part in, and of one of them with its definitions."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from brokering.exchange.tables import as_csv
from partners.models import User
from partners.requests import Request
from pooling.chain import steps
from pooling.effect import Effect, effects, total
from projects.models import Project
from projects.views.finding import find_inside


def _effects(user: User) -> list[Effect]:
    projects = Project.objects.filter(pk__in=Project.objects.of(user).values("pk")).order_by("name", "pk")
    return effects(list(projects), timezone.localdate())


@require_safe
def effect(request: Request) -> HttpResponse:
    found = _effects(request.user)
    whole = total(found)
    context = {"effects": found, "total": whole, "steps": steps(whole), "waves": whole.waves}
    return render(request, "pooling/effect.html", context)


@require_safe
def project_effect(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    found = effects([project], timezone.localdate())[0]
    context = {"project": project, "actions": actions, "effect": found, "steps": steps(found), "waves": found.waves}
    return render(request, "pooling/project_effect.html", context)


@require_safe
def effect_csv(request: Request) -> HttpResponse:
    """The table of the page, for a spreadsheet: the same figures, with as little about few people."""
    table = as_csv(_heading(), map(_line, _effects(request.user)))
    name = f"{_('effect')}-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(table, content_type="text/csv; charset=utf-8", headers=headers)


def _heading() -> list[str]:
    waves = [
        said % {"n": months}
        for months in (3, 6, 12)
        for said in (
            _("Completed %(n)d months ago or more"),
            _("Answered after %(n)d months"),
            _("Answers shown, after %(n)d months"),
            _("Use it at work after %(n)d months"),
            _("Would not have happened, after %(n)d months"),
        )
    ]
    chain = [_("Needs"), _("People in needs"), _("People with a course that fits"), _("Seats kept")]
    money = [_("Approved costs, NOK"), _("Cost per completed seat, NOK"), _("Grants paid, NOK")]
    return [_("Project"), *chain, _("Started"), _("Completed"), *money, *waves]


def _line(one: Effect) -> list[object]:
    """What is not known is empty, never 0."""
    chain = [one.needs, one.people, one.matched, one.kept, one.started, one.completed]
    waves: list[object] = []
    for wave in one.waves:
        shown = [wave.used, wave.without["not"]] if wave.shown else [None, None]
        waves += [wave.people, wave.answered, wave.shown, *shown]
    return [str(one.project), *chain, one.costs, one.cost_per_seat, one.paid, *waves]
