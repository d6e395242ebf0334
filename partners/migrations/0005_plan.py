"""Every hour the worker looks whether weekly e-mails are to be written or sent."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def plan(apps, schema_editor):
    """At the full hour, so that a digest comes when the setting says."""
    next_hour = (timezone.now() + timedelta(hours=1)).replace(minute=0, second=30, microsecond=0)
    job = {"func": "partners.jobs.hourly", "schedule_type": "H", "next_run": next_hour}
    apps.get_model("django_q", "Schedule").objects.update_or_create(name="partners-hourly", defaults=job)


def unplan(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="partners-hourly").delete()


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_digests"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(plan, unplan)]
