"""The jobs of projects are planned from the first migration on, and what is planned can be called."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.module_loading import import_string
from django_q.models import Schedule

pytestmark = pytest.mark.django_db


def test_nights_and_mornings_have_their_jobs() -> None:
    Schedule.objects.all().delete()
    import_module("projects.migrations.0002_begin").begin(apps, None)
    planned = dict(Schedule.objects.values_list("name", "func"))
    assert planned == {"projects-nightly": "projects.jobs.nightly", "comments": "projects.jobs.comments"}
    assert all(callable(import_string(job)) for job in planned.values())
    assert set(Schedule.objects.values_list("schedule_type", flat=True)) == {Schedule.DAILY}
