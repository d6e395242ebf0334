"""A project with all that there is about it, and where each address finds it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from brokering.models import Visit
from funding.models import Commitment, CommitmentState, Condition, Strength, Tranche
from funding.models.commitments import CONFIRM
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Programme, Project, ProjectState
from tests.factories import OrganisationFactory, VisitFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory


@dataclass
class ProjectThings:
    """What belongs to a project is made when it is asked for the first time."""

    project: Project
    runner: Organisation
    payer: Organisation

    def arguments(self, name: str, act: str, state: str) -> dict[str, Any]:
        """What stands in the address of that name, for such an act and for a thing in that state."""
        project = {"pk": self.of_state(state).pk}
        match name:
            case "project" | "project-edit" | "project-money" | "commitment-create":
                return project
            case "project-act":
                return project | {"act": act}
            case "programme":
                return {"pk": self.programme.pk}
            case "commitment-edit" | "condition-create":
                return project | {"commitment_pk": self.commitment_of(state).pk}
            case "commitment-act":
                return project | {"commitment_pk": self.commitment_of(state).pk, "act": act}
            case "tranche-decide":
                return project | {"tranche_pk": self.tranche.pk}
            case "condition-assess":
                return project | {"condition_pk": self.condition.pk}
            case "visit" | "visit-edit":
                return {"pk": self.visit.pk}
        return {}

    def of_state(self, state: str) -> Project:
        """The project, which then is in that state; running when the state is none of a project's."""
        if state == ProjectState.FINANCED:
            assert self.commitment
        found = state if state in ProjectState.values else ProjectState.RUNNING
        Project.objects.filter(pk=self.project.pk).update(state=found)
        return self.project

    @cached_property
    def programme(self) -> Programme:
        return Programme.objects.get_or_create(name="Kompetansepiloter")[0]

    @cached_property
    def commitment(self) -> Commitment:
        return CommitmentFactory.create(project=self.project, funder=self.payer, recipient=self.runner)

    def commitment_of(self, state: str) -> Commitment:
        """Registered by the project, when no state is named."""
        if state == CommitmentState.CONFIRMED:
            decider = User.objects.get(memberships__organisation=self.payer, memberships__role=MemberRole.DECIDER)
            commitment: Commitment = CommitmentFactory.create(project=self.project, funder=self.payer)
            commitment.carry_out(CONFIRM, decider)
            return commitment
        return self.commitment

    @cached_property
    def tranche(self) -> Tranche:
        return TrancheFactory.create(commitment=self.commitment, strength=Strength.HELD_OUT)

    @cached_property
    def condition(self) -> Condition:
        return ConditionFactory.create(commitment=self.commitment)

    @cached_property
    def visit(self) -> Visit:
        return VisitFactory.create(firm=OrganisationFactory.create(), handled_by=self.runner, project=self.project)
