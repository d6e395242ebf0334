"""The engine with one thing taken out of it, for as long as it takes to measure what that thing was worth.

A variant lives inside a transaction that is taken back: the index is built as the poorer engine would build it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import numpy as np
from django.db import transaction

from brokering.matching import analysis, competences, embedding, index, meaning
from brokering.matching.meaning import Space
from brokering.models import Competence, CourseOffer
from brokering.models.index import IndexedTree, OfferIndex, OfferVector

BATCH = 500

Change = tuple[Any, str, Any]
"""Where, which name, and what stands there instead."""


@dataclass(frozen=True)
class Variant:
    without: str
    changes: Sequence[Change] = ()
    tree: Mapping[str, Any] = field(default_factory=dict)
    """What every leaf of the competence tree holds instead."""
    space: Callable[[], Space] | None = None
    rebuild: Callable[[], None] | None = None
    """What of the index has to be built anew."""


@contextmanager
def applied(variant: Variant) -> Iterator[None]:
    with transaction.atomic(), ExitStack() as undone:
        undone.callback(forget_words)
        for place, name, instead in variant.changes:
            undone.enter_context(patch.object(place, name, instead))
        forget_words()
        if variant.tree:
            Competence.objects.update(**variant.tree)
        if variant.space:
            undone.enter_context(patch.object(meaning, "space", always(variant.space())))
        if variant.rebuild:
            variant.rebuild()
        yield
        transaction.set_rollback(True)


def always(value: Any) -> Callable[..., Any]:
    return lambda *_arguments: value


def forget_words() -> None:
    """What the analysis remembers of the words it has seen."""
    for remembered in (analysis.of_word, analysis.lemma, analysis.split, competences.words_of_all):
        remembered.cache_clear()


def words() -> None:
    """Analyse every offer and leaf anew."""
    OfferIndex.objects.update(version="")
    ids = list(CourseOffer.objects.order_by("pk").values_list("pk", flat=True))
    with patch.object(competences, "link", always(None)):
        for start in range(0, len(ids), BATCH):
            index.refresh(ids[start : start + BATCH])
    leaves()


def leaves() -> None:
    """Read the tree anew, and which offers give what."""
    IndexedTree.objects.all().delete()
    OfferIndex.objects.update(tree="")
    competences.refresh()


def meanings() -> None:
    """Place every offer in the space of meanings anew."""
    with patch.object(competences, "link", always(None)):
        while index.embed(BATCH):
            pass
    leaves()


def texts() -> None:
    """Analyse every offer anew, and place it anew."""
    words()
    meanings()


def no_meanings() -> None:
    """As on a machine where the language model has never been."""
    OfferVector.objects.all().delete()
    leaves()


def words_alone() -> None:
    words()
    no_meanings()


def learned() -> Space:
    """From the tree as it is now."""
    return meaning.learn(list(Competence.objects.order_by("pk")))


def undirected() -> Space:
    """The model's own space: the 128 directions in which the names of competences differ most, whatever it is by."""
    kept, leaves = meaning.space(), list(Competence.objects.order_by("pk"))
    named = [embedding.passages(meaning.titles(leaf)) for leaf in leaves]
    centres = np.array([vectors.mean(axis=0) for vectors in named])
    apart = np.vstack(named) - np.vstack(named).mean(axis=0)
    directions = np.linalg.svd(apart, full_matrices=False)[2][: kept.transform.shape[1]]
    transform = np.asarray(directions.T, np.float32)
    placed = meaning.unit((centres - centres.mean(axis=0)) @ transform)
    return Space(kept.means, transform, placed, tuple(leaf.pk for leaf in leaves))
