from django.db import migrations


class Migration(migrations.Migration):
    """Postings lie in wider blocks: `manage.py index_offers` fills them anew. Offers' vectors stay.

    They are small numbers that hardly get smaller by being compressed, and are read much oftener than written.
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
