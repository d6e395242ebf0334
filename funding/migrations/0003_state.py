"""How sure a year's money is becomes part of how far it has come."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("funding", "0002_initial")]
    operations = [
        migrations.RenameField("tranche", "strength", "state"),
        migrations.RenameField("tranchehistory", "strength", "state"),
    ]
