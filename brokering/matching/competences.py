"""The competence tree as a bridge: a firm's own words on one side, the names of courses on the other.

A competence is found in a text by its names, synonyms and words of the trade, and in a need also by meaning: the need's
vector lies near one of the competence's typical sentences.
"""

from collections.abc import Collection
from hashlib import sha256
from typing import NamedTuple

from django.db import transaction
from django.db.models import ExpressionWrapper, FloatField
from pgvector import HalfVector
from pgvector.django import MaxInnerProduct

from brokering.matching import analysis, embedding, index
from brokering.models import Competence, CourseOffer
from brokering.models.index import CompetencePhrase, CompetenceVector

# The cosine (of vectors without their common part) from which a typical sentence speaks for its competence.
NEAR_ENOUGH = 0.35
MOST_BY_MEANING = 3


class Found(NamedTuple):
    slug: str
    strength: float
    """0..1."""


@transaction.atomic
def refresh() -> None:
    """Read the tree anew: phrases, vectors of what is new, and which offers give what. Idempotent."""
    competences = list(Competence.objects.order_by("pk"))
    CompetencePhrase.objects.all().delete()
    CompetencePhrase.objects.bulk_create(phrase for one in competences for phrase in _phrases(one))
    _refresh_vectors(competences)
    index.link(list(CourseOffer.objects.order_by("pk").values_list("pk", flat=True)))


def names(competence: Competence) -> list[str]:
    """Everything it is called, in every language."""
    own = [competence.name_nb, competence.name_nn, competence.name_en, competence.name_se]
    return list(dict.fromkeys([*own, *competence.synonyms, *competence.jargon]))


def _phrases(competence: Competence) -> list[CompetencePhrase]:
    found = ((name, _whole_terms(name)) for name in names(competence))
    return [CompetencePhrase(competence=competence, phrase=name, terms=terms) for name, terms in found if terms]


def _whole_terms(name: str) -> list[str]:
    """The terms of its words, not of their parts; none when these are words of asking only."""
    terms = {term.text for term in analysis.terms(name) if term.weight == 1}
    return sorted(terms) if terms - analysis.asking() else []


def _refresh_vectors(competences: list[Competence]) -> None:
    if not embedding.available():
        return
    wanted = {(one.pk, _hash(text)): text for one in competences for text in [one.name_nb, *one.sentences]}
    kept = set(CompetenceVector.objects.values_list("competence_id", "text_hash"))
    CompetenceVector.objects.exclude(text_hash__in=[text_hash for _slug, text_hash in wanted]).delete()
    new = {key: text for key, text in wanted.items() if key not in kept}
    vectors = embedding.of_needs(list(new.values()))
    CompetenceVector.objects.bulk_create(
        CompetenceVector(competence_id=slug, text_hash=text_hash, vector=vector.tolist())
        for (slug, text_hash), vector in zip(new, vectors, strict=True)
    )


def _hash(text: str) -> str:
    return sha256(f"{embedding.MODEL}\0{text}".encode()).hexdigest()


def named_in(terms: Collection[str]) -> list[Found]:
    """Those with a phrase all of whose terms are among these."""
    phrases = CompetencePhrase.objects.filter(terms__contained_by=list(terms)).order_by("competence")
    return [Found(slug, 1.0) for slug in phrases.values_list("competence", flat=True).distinct()]


def meant_by(vector: embedding.Vectors) -> list[Found]:
    """The few whose typical sentences lie nearest, if they lie near."""
    closeness = ExpressionWrapper(-MaxInnerProduct("vector", HalfVector(vector)), output_field=FloatField())
    nearest = CompetenceVector.objects.annotate(closeness=closeness).order_by("-closeness")
    rows = nearest.values_list("competence", "closeness")[: MOST_BY_MEANING * 3]
    best: dict[str, float] = {}
    for slug, cosine in rows:
        best.setdefault(slug, cosine)
    return [Found(slug, cosine) for slug, cosine in best.items() if cosine >= NEAR_ENOUGH][:MOST_BY_MEANING]
