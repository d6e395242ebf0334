"""What is there from the first day: how long enquiries are kept, and the jobs of every night and morning."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def begin(apps, schema_editor):
    """Comments are told of at half past five or six of our time."""
    apps.get_model("projects", "RetentionRule").objects.get_or_create(unit=None, defaults={"months": 6})
    plan = apps.get_model("django_q", "Schedule").objects
    morning = (timezone.now() + timedelta(days=1)).replace(hour=4, minute=30, second=0, microsecond=0)
    jobs = {"projects-nightly": {"func": "projects.jobs.nightly"}, "comments": {"func": "projects.jobs.comments", "next_run": morning}}
    for name, job in jobs.items():
        plan.update_or_create(name=name, defaults=job | {"schedule_type": "D"})


def end(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name__in=["projects-nightly", "comments"]).delete()


class Migration(migrations.Migration):
    dependencies = [("django_q", "0018_task_success_index"), ("projects", "0001_initial")]
    operations = [migrations.RunPython(begin, end)]
