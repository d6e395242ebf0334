"""Projects that the person can move on now, and planned ones that lack something."""

from collections.abc import Iterator
from datetime import date

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.acts import Act
from partners.models import User
from partners.waiting import NextAct, Waiting
from projects.models import Project, ProjectState
from projects.models.guards import missing
from projects.models.states import CLOSE, FINANCE, PLAN, START, WIND_UP

# Of the projects one leads, so many are looked at: what they lack is asked for one by one.
MOST_PROJECTS = 5
NEXT: dict[str, Act] = {
    ProjectState.IDEA: PLAN,
    ProjectState.PLANNED: FINANCE,
    ProjectState.FINANCED: START,
    ProjectState.RUNNING: WIND_UP,
    ProjectState.CLOSING: CLOSE,
}


def waiting(user: User, on: date) -> Iterator[Waiting]:
    led = list(Project.objects.led_by(user).filter(state__in=NEXT)[:MOST_PROJECTS])
    to_move = [project for project in led if project.state != ProjectState.RUNNING]
    prefetch_related_objects(to_move, "municipalities", "regions", "partners")
    for project in led:
        if project.state == ProjectState.RUNNING:
            yield from _over(project, on)
        elif lacking := missing(project, NEXT[project.state]):
            yield from _lacking(project, lacking)
        else:
            act = NEXT[project.state]
            carry_out = NextAct(act.label, reverse("project-act", args=[project.pk, act.name]))
            tag = _("Nothing is missing any more")
            yield Waiting(project.name, project.get_absolute_url(), "", tag, "success", act=carry_out)


def _over(project: Project, on: date) -> Iterator[Waiting]:
    """A running project waits when its last day has come."""
    period = project.period()
    if period and period[1] <= on:
        text, tag = _("The last day of the project has come."), str(WIND_UP.label)
        yield Waiting(project.name, project.get_absolute_url(), text, tag, "warning", period[1])


def _lacking(project: Project, lacking: list[str]) -> Iterator[Waiting]:
    """An idea may lie as long as it likes."""
    if project.state != ProjectState.IDEA:
        count = len(lacking)
        tag = ngettext("%(n)d thing is missing", "%(n)d things are missing", count) % {"n": count}
        yield Waiting(project.name, project.get_absolute_url(), lacking[0], tag, "warning")
