"""Vectors in the space that is learned from the competence tree. The old ones are of no use there: index_offers makes new ones."""

import django.db.models.deletion
import pgvector.django.halfvec
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brokering", "0006_match_run")]

    operations = [
        migrations.DeleteModel(name="CompetencePhrase"),
        migrations.DeleteModel(name="CompetenceVector"),
        migrations.DeleteModel(name="OfferVector"),
        migrations.CreateModel(
            name="OfferVector",
            fields=[
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="vector",
                        serialize=False,
                        to="brokering.courseoffer",
                    ),
                ),
                (
                    "space",
                    models.CharField(
                        help_text="Version of the space; vectors of another cannot be compared.", max_length=16
                    ),
                ),
                ("title", pgvector.django.halfvec.HalfVectorField(dimensions=128)),
                ("text", pgvector.django.halfvec.HalfVectorField(dimensions=128)),
            ],
        ),
        migrations.CreateModel(
            name="CompetencePosting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "term", "competence_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("term", models.CharField(db_collation="C", max_length=60)),
                ("impact", models.FloatField()),
                (
                    "competence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brokering.competence"
                    ),
                ),
            ],
        ),
    ]
