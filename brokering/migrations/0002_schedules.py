"""What the worker does every night."""

from django.db import migrations


def plan(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name="nightly", defaults={"func": "brokering.jobs.nightly", "schedule_type": "D"}
    )


def unplan(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="nightly").delete()


class Migration(migrations.Migration):
    dependencies = [("brokering", "0001_initial"), ("django_q", "0018_task_success_index")]
    operations = [migrations.RunPython(plan, unplan)]
