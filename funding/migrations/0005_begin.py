"""What is there from the first day: the ceiling of small aid, and the job of every night.

Older events of a year's money get the amount it has.
"""

from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
from django.db import migrations
from django.utils import timezone

REGULATION = "Regulation (EU) 2023/2831, article 3(2); in the EEA from 2024-11-11"


def begin(apps, schema_editor):
    apps.get_model("funding", "AidCeiling").objects.get_or_create(
        valid_from=date(2024, 11, 11), defaults={"amount_eur": Decimal(300_000), "note": REGULATION}
    )
    night = (timezone.now() + timedelta(days=1)).replace(hour=0, minute=15, second=0, microsecond=0)
    job = {"func": "funding.jobs.nightly", "schedule_type": "D", "next_run": night}
    apps.get_model("django_q", "Schedule").objects.update_or_create(name="funding-nightly", defaults=job)
    events = apps.get_model("funding", "TrancheEvent").objects.select_related("tranche")
    with pgtrigger.ignore("funding.TrancheEvent:never_changed"):
        for event in events.filter(amount=None).exclude(tranche__amount=None):
            events.filter(pk=event.pk).update(amount=event.tranche.amount)


def end(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="funding-nightly").delete()


class Migration(migrations.Migration):
    dependencies = [("django_q", "0018_task_success_index"), ("funding", "0004_money")]
    operations = [migrations.RunPython(begin, end)]
