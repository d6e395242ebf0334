"""The index that matching reads: postings, vocabulary and vectors of the offers, kept by brokering.matching.index.

Nothing here is a fact of its own: all of it can be built again from the offers and the competences.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from pgvector.django import HalfVectorField, HnswIndex

from brokering.models.choices import Level
from brokering.models.competences import Competence
from brokering.models.offers import CourseOffer

DIMENSIONS = 128


class OfferIndex(models.Model):
    """That an offer is in the index, and in which state. It outlives the offer until its postings are taken out."""

    offer = models.OneToOneField(
        CourseOffer, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="index"
    )
    version = models.CharField(max_length=20, help_text="Of the analysis.")
    analysed_at = models.DateTimeField()
    seen = models.DateTimeField(null=True, help_text="When the offer had last been changed when it was read.")
    text_hash = models.CharField(max_length=64, help_text="SHA-256 of the words that were analysed.")
    level = models.CharField(max_length=20, choices=Level, blank=True, help_text="Stated, or else read from its words.")
    is_long = models.BooleanField(help_text="Five years of study, or a doctorate.")
    terms = ArrayField(models.CharField(max_length=61), default=list, help_text="Those it has postings of.")
    tree = models.CharField(max_length=64, default="", help_text="Version of the tree it was held against.")
    competences = ArrayField(models.CharField(max_length=60), default=list, help_text="Those it has postings of.")
    embedded_at = models.DateTimeField(null=True, help_text="Empty while its vectors are missing or outdated.")

    class Meta:
        indexes = [
            models.Index("offer", condition=models.Q(embedded_at=None), name="offer_awaits_its_vectors"),
        ]

    def __str__(self) -> str:
        return str(self.offer_id)


class PostingBlock(models.Model):
    """In which offers of a block a term occurs, and what it says about each; packed by brokering.matching.postings.

    A block is 65 536 numbers of offers in a row. One row for each posting would take twenty times the space and time.
    """

    pk = models.CompositePrimaryKey("term", "block")
    term = models.CharField(max_length=61, db_collation="C")
    block = models.IntegerField()
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.term} {self.block}"


class FactBlock(models.Model):
    """The ways to attend the offers of a block, packed by brokering.matching.columns; every process keeps a copy."""

    block = models.IntegerField(primary_key=True)
    version = models.CharField(max_length=40, help_text="SHA-1 of what is packed.")
    meanings = models.UUIDField(null=True, help_text="Another each time that vectors of its offers are written.")
    packed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.block)


class Vocabulary(models.Model):
    """A term, and in how many offers it occurs."""

    term = models.CharField(max_length=60, primary_key=True, db_collation="C")
    word = models.CharField(max_length=60, help_text="The term as it is written most often.")
    offers = models.PositiveIntegerField()

    class Meta:
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="vocabulary_word_trigrams")]

    def __str__(self) -> str:
        return self.term


class OfferVector(models.Model):
    """What an offer is about, as unit vectors in the space of brokering.matching.meaning: its title, and its text."""

    offer = models.OneToOneField(CourseOffer, on_delete=models.CASCADE, primary_key=True, related_name="vector")
    space = models.CharField(max_length=16, help_text="Version of the space; vectors of another cannot be compared.")
    title = HalfVectorField(dimensions=DIMENSIONS)
    text = HalfVectorField(dimensions=DIMENSIONS)

    class Meta:
        indexes = [
            HnswIndex(fields=["text"], opclasses=["halfvec_ip_ops"], m=16, ef_construction=64, name="offer_meaning"),
        ]

    def __str__(self) -> str:
        return str(self.offer_id)


class CompetencePosting(models.Model):
    """That a term belongs to the words of a competence, and how much it says about it."""

    pk = models.CompositePrimaryKey("term", "competence_id")
    term = models.CharField(max_length=60, db_collation="C")
    competence = models.ForeignKey(Competence, on_delete=models.CASCADE, related_name="+")
    impact = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term} {self.competence_id}"


class IndexedTree(models.Model):
    """Which state of the competence tree the postings of the competences are of. One row at most."""

    version = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.version


class OfferCompetence(models.Model):
    """A competence that an offer was found to give, with how likely it is what the offer is about (0..1)."""

    pk = models.CompositePrimaryKey("competence_id", "offer_id")
    competence = models.ForeignKey(Competence, on_delete=models.CASCADE, related_name="+")
    offer = models.ForeignKey(CourseOffer, on_delete=models.CASCADE, related_name="found_competences")
    strength = models.FloatField()

    def __str__(self) -> str:
        return f"{self.competence_id} {self.offer_id}"
