"""The jobs of pooling are planned from the first migration on, and what is planned can be called."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.module_loading import import_string
from django_q.models import Schedule

pytestmark = pytest.mark.django_db
PLANNED = {
    "pooling.proposing.jobs.keep_proposals": Schedule.MINUTES,
    "pooling.proposing.jobs.propose_all": Schedule.DAILY,
    "pooling.asking.steps.carry_on_all": Schedule.HOURLY,
    "pooling.gaps.jobs.nightly": Schedule.DAILY,
    "pooling.outcome_jobs.hourly": Schedule.HOURLY,
}


def test_each_has_its_time() -> None:
    Schedule.objects.all().delete()
    for migration in ("0003_proposals", "0004_requests", "0005_gaps", "0006_enrolments"):
        import_module(f"pooling.migrations.{migration}").plan(apps, None)
    assert dict(Schedule.objects.values_list("func", "schedule_type")) == PLANNED
    assert all(callable(import_string(job)) for job in PLANNED)
