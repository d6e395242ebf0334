"""What is there from the first day: the ceiling of small aid. Older events of a year's money get the amount they had."""

from datetime import date
from decimal import Decimal

import pgtrigger
from django.db import migrations

REGULATION = "Regulation (EU) 2023/2831, article 3(2); in the EEA from 2024-11-11"


def begin(apps, schema_editor):
    apps.get_model("funding", "AidCeiling").objects.get_or_create(
        valid_from=date(2024, 11, 11), defaults={"amount_eur": Decimal(300_000), "note": REGULATION}
    )
    events = apps.get_model("funding", "TrancheEvent").objects.select_related("tranche")
    with pgtrigger.ignore("funding.TrancheEvent:never_changed"):
        for event in events.filter(amount=None).exclude(tranche__amount=None):
            events.filter(pk=event.pk).update(amount=event.tranche.amount)


class Migration(migrations.Migration):
    dependencies = [("funding", "0004_money")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
