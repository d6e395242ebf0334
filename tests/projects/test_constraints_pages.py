"""What must not be cannot be stored of projects, partners, goals and risks: each rule is broken once."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import Error, IntegrityError, connection

from projects.models import Goal, PartnerRole, Programme, Project, ProjectEvent, ProjectPartner, Risk
from projects.models.states import PLAN
from tests.factories import ProjectFactory, ProjectPartnerFactory
from tests.projects.factories_pages import GoalFactory, RiskFactory

pytestmark = pytest.mark.django_db
LATE, EARLY = date(2027, 5, 2), date(2026, 5, 1)


def the_same_role_twice() -> None:
    first = ProjectPartnerFactory.create()
    ProjectPartnerFactory.create(project=first.project, organisation=first.organisation)


def two_owners() -> None:
    ProjectPartnerFactory.create_batch(2, project=ProjectFactory.create(), role=PartnerRole.OWNER)


BREAKS: dict[str, Callable[[], object]] = {
    "project_last_year_is_not_before_first": lambda: ProjectFactory.create(first_year=2028, last_year=2026),
    "project_does_not_end_before_it_starts": lambda: ProjectFactory.create(starts_on=LATE, ends_on=EARLY),
    "project_days_are_within_its_years": lambda: ProjectFactory.create(starts_on=date(2025, 1, 1), ends_on=LATE),
    "project_target_groups_are_known": lambda: ProjectFactory.create(target_groups=["cats"]),
    "project_state_is_known": lambda: ProjectFactory.create(state="lost"),
    "a_partner_has_a_role_once": the_same_role_twice,
    "a_project_has_one_owner": two_owners,
    "partner_does_not_leave_before_it_joins": lambda: ProjectPartnerFactory.create(starts_on=LATE, ends_on=EARLY),
    "partner_role_is_known": lambda: ProjectPartnerFactory.create(role="friend"),
    "what_the_system_counts_is_not_typed": lambda: GoalFactory.create(indicator="firms", counted=3),
    "indicator_is_known": lambda: GoalFactory.create(indicator="smiles"),
    "likelihood_is_known": lambda: RiskFactory.create(likelihood=4),
    "consequence_is_known": lambda: RiskFactory.create(consequence=0),
}


def test_every_rule_of_the_models_is_broken_here() -> None:
    models = (Programme, Project, ProjectEvent, ProjectPartner, Goal, Risk)
    assert {rule.name for model in models for rule in model._meta.constraints} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()


def test_the_database_takes_what_is_just_possible() -> None:
    ProjectFactory.create(first_year=2026, last_year=2026, starts_on=EARLY, ends_on=EARLY)
    project = ProjectFactory.create(first_year=None, last_year=None, starts_on=LATE)
    ProjectPartnerFactory.create(project=project, role=PartnerRole.OWNER, ends_on=EARLY)
    ProjectPartnerFactory.create(project=project, role=PartnerRole.OWNER)
    assert project.partners.count() == 2


@pytest.mark.parametrize("sql", ["DELETE FROM projects_projectevent", "UPDATE projects_projectevent SET why = ''"])
def test_what_has_happened_stays(sql: str) -> None:
    ProjectEvent.objects.create(project=ProjectFactory.create(), act=PLAN.name, to_state=PLAN.target)
    with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update or delete rows"):
        cursor.execute(sql)
