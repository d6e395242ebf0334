"""Makes the plainest valid programme, goal and risk."""

import factory

from projects.models import Goal, Programme, Risk
from tests.factories import ProjectFactory


class ProgrammeFactory(factory.django.DjangoModelFactory[Programme]):
    class Meta:
        model = Programme

    name = factory.Sequence(lambda n: f"Kompetansepiloter {n}")


class GoalFactory(factory.django.DjangoModelFactory[Goal]):
    class Meta:
        model = Goal

    project = factory.SubFactory(ProjectFactory)
    text = "Flere studietilbud lokalt"


class RiskFactory(factory.django.DjangoModelFactory[Risk]):
    class Meta:
        model = Risk

    project = factory.SubFactory(ProjectFactory)
    text = "For få deltakere til at kurset kan gå"
    likelihood = 2
    consequence = 3
