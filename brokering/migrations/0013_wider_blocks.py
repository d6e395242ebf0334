from django.db import migrations


class Migration(migrations.Migration):
    """Postings lie in wider blocks, and runs that have begun may take people: `manage.py index_offers` reads all anew.

    Offers' vectors stay. Postings hardly get smaller by being compressed, and are read much oftener than written.
    """

    dependencies = [("brokering", "0012_needs_in_pools")]

    operations = [
        migrations.RunSQL(
            [
                "TRUNCATE brokering_postingblock",
                "ALTER TABLE brokering_postingblock ALTER packed SET STORAGE EXTERNAL",
                "UPDATE brokering_offerindex SET version = ''",
            ],
            migrations.RunSQL.noop,
        )
    ]
