"""What a project does, by when, and what is said about it: the plainest valid ones."""

from datetime import timedelta

import factory
from django.utils import timezone

from projects.models import Activity, CalendarKey, Comment, Milestone
from tests.factories import ProjectFactory, UserFactory


class ActivityFactory(factory.django.DjangoModelFactory[Activity]):
    class Meta:
        model = Activity

    project = factory.SubFactory(ProjectFactory)
    title = factory.Sequence(lambda n: f"Sveising for nybegynnere {n}")


class MilestoneFactory(factory.django.DjangoModelFactory[Milestone]):
    class Meta:
        model = Milestone

    project = factory.SubFactory(ProjectFactory)
    title = factory.Sequence(lambda n: f"Første kull er i gang {n}")
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))


class CalendarKeyFactory(factory.django.DjangoModelFactory[CalendarKey]):
    class Meta:
        model = CalendarKey

    project = factory.SubFactory(ProjectFactory)
    user = factory.SubFactory(UserFactory)


class CommentFactory(factory.django.DjangoModelFactory[Comment]):
    class Meta:
        model = Comment

    project = factory.SubFactory(ProjectFactory)
    author = factory.SubFactory(UserFactory)
    text = "Skal vi flytte oppstarten til etter påske?"
