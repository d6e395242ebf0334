"""What was understood of a need, written down when it is matched and read again when an offer looks for its needs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from brokering.matching import meaning
from brokering.matching.competences import Found
from brokering.matching.facts import Signals
from brokering.matching.understanding import Asked, Understood
from brokering.models import CompetenceNeed
from brokering.models.need_index import NeedIndex


@dataclass(frozen=True)
class Kept:
    """A need with what was understood of it, and how alike the offers are that are no match for it."""

    need: CompetenceNeed
    understood: Understood
    background: Signals


def keep(need: CompetenceNeed, understood: Understood, background: Signals) -> None:
    NeedIndex.objects.update_or_create(
        need=need,
        defaults={
            "terms": [[one.term, one.weight, one.base, one.is_whole] for one in understood.terms],
            "subjects": [[found.slug, found.strength] for found in understood.subjects],
            "level": understood.level,
            "vector": None if understood.vector is None else understood.vector.tolist(),
            "space": meaning.space().version,
            "words_background": background.words,
            "meaning_background": background.meaning or 0.0,
        },
    )


def read(needs: Iterable[CompetenceNeed]) -> Iterator[Kept]:
    """Of needs fetched with their index; those that were never matched have none and are left out.

    A vector of an earlier space of meanings cannot be compared: then words decide, until the need is matched anew.
    """
    space = meaning.space().version
    for need in needs:
        if index := getattr(need, "index", None):
            is_current = index.vector is not None and index.space == space
            understood = Understood(
                terms=tuple(Asked(*term) for term in index.terms),
                subjects=tuple(Found(*subject) for subject in index.subjects),
                level=index.level,
                vector=np.array(index.vector, np.float32) if is_current else None,
            )
            yield Kept(need, understood, Signals(index.words_background, index.meaning_background))
