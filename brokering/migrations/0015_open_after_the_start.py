from django.db import migrations
from django.db.models import Exists, F, OuterRef


def read_anew(apps, schema_editor):
    """Until when one can join a run that states a deadline after its start is packed anew (`manage.py index_offers`)."""
    runs = apps.get_model("brokering", "CourseRun").objects.filter(offer=OuterRef("pk"), deadline__gte=F("start"))
    apps.get_model("brokering", "OfferIndex").objects.filter(Exists(runs)).update(seen=None)


class Migration(migrations.Migration):

    dependencies = [
        ('brokering', "0014_names_of_bands"),
    ]

    operations = [
        migrations.RunPython(read_anew, migrations.RunPython.noop),
    ]
