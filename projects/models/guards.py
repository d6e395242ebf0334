"""What a project lacks before it can move on: a list of sentences, empty when nothing is missing."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from partners.acts import Act
from partners.models.roles import BROKERING_ROLES
from projects.knowledge import knowledge
from projects.models.partners import PartnerRole
from projects.models.projects import Project
from projects.models.reports import Report, ReportState
from projects.models.requirements import ReportKind
from projects.models.states import CLOSE, FINANCE, PLAN, START, LeaderPosition

RESPONSIBLE = {PartnerRole.OWNER, PartnerRole.PARTNER}


def missing(project: Project, act: Act) -> list[str]:
    """What must be there first. A few queries; asks the rest of the site for what it knows about money."""
    guard = GUARDS.get(act.name)
    return guard(project) if guard else []


def _to_plan(project: Project) -> list[str]:
    """An idea is kept by whoever wrote it; from here on somebody else must be able to."""
    kept = (
        []
        if _has_keeper(project)
        else [_("Nobody could keep the project: name its leader, or have a partner with a leader here carry it out.")]
    )
    return [*_undescribed(project), *kept]


def _has_keeper(project: Project) -> bool:
    """Whether anybody leads the project once it is no idea any more (projects.permissions.Participation.leads)."""
    keepers = project.partners.lasting().running().members().filter(role__in=BROKERING_ROLES)
    return project.leader_id is not None or keepers.exists()


def _undescribed(project: Project) -> list[str]:
    responsible = any(one.role in RESPONSIBLE for one in project.partners.all())
    placed = project.municipalities.exists() or project.regions.exists()
    lacking = [
        (not project.purpose.strip(), _("The purpose is not written.")),
        (not project.years, _("The first and the last year are not set.")),
        (not placed, _("No municipality or region is chosen.")),
        (not responsible, _("No owner or partner is registered.")),
    ]
    return [sentence for is_missing, sentence in lacking if is_missing]


def _to_finance(project: Project) -> list[str]:
    return [*_undescribed(project), *knowledge().missing_money(project)]


def _to_start(project: Project) -> list[str]:
    led = project.leader_id or project.leader_position == LeaderPosition.HIRED
    return [] if led else [_("No project leader is hired.")]


def _to_close(project: Project) -> list[str]:
    final = Report.objects.of(project).filter(requirement__kind=ReportKind.FINAL).first()
    if final is None:
        return [_("No final report is asked for.")]
    return [] if final.state == ReportState.APPROVED else [_("The final report is not approved.")]


GUARDS: dict[str, Callable[[Project], list[str]]] = {
    PLAN.name: _to_plan,
    FINANCE.name: _to_finance,
    START.name: _to_start,
    CLOSE.name: _to_close,
}
