"""The table of the cache that web processes share (rate limits of logins are counted there)."""

from django.core.management import call_command
from django.db import migrations


def create_cache_table(apps, schema_editor):
    """Makes the table that settings.CACHES names; does nothing when the cache is kept elsewhere."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [migrations.RunPython(create_cache_table, migrations.RunPython.noop)]
