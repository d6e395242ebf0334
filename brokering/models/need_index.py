"""What matching understood of a need, kept so that an offer can be held against every open need at once.

Nothing here is a fact of its own: each time a need is matched it is written anew.
"""

from django.db import models
from pgvector.django import HalfVectorField

from brokering.models.index import DIMENSIONS
from brokering.models.needs import CompetenceNeed


class NeedIndex(models.Model):
    need = models.OneToOneField(CompetenceNeed, on_delete=models.CASCADE, primary_key=True, related_name="index")
    terms = models.JSONField(help_text="Term, weight, word and whether that was said by itself, each.")
    subjects = models.JSONField(help_text="Competences with how likely each is what the need is about.")
    level = models.CharField(max_length=20, blank=True, help_text="Stated, or else read from its words.")
    vector = HalfVectorField(dimensions=DIMENSIONS, null=True)
    space = models.CharField(max_length=16, help_text="Version of the space of the vector.")
    words_background = models.FloatField(help_text="How alike the offers are that are no match: by words,")
    meaning_background = models.FloatField(help_text="and by meaning.")

    def __str__(self) -> str:
        return str(self.need_id)
