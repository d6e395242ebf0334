"""What each component brings: the engine without it, its weights fitted anew, on the same folds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import F, Func

from brokering.matching import (
    analysis,
    candidates,
    competences,
    denials,
    documents,
    embedding,
    levels,
    places,
    score,
    several,
    spelling,
    story,
    trades,
)
from brokering.matching.facts import Signals
from brokering.matching.understanding import Reading, Understood
from evaluation import pairs, variants
from evaluation.needs import Need
from evaluation.pairs import Pairs
from evaluation.variants import Change, Variant, always


def _without_vector(read: Reading) -> Understood:
    return replace(UNDERSTOOD(read), vector=None)


def _written() -> dict[str, str]:
    """Words of nynorsk as it is written, without those of dialects."""
    return {word: read for word, read in analysis.nynorsk().items() if word not in analysis.dialect()}


def _same(word: str) -> str:
    return word


NAMED = Func(F("name_nb"), template="ARRAY[%(expressions)s]")
"""What a leaf has instead of its sentences or jargon: its name once more, for the space is learned from both."""
UNDERSTOOD = Reading.understood
"""As it is before a variant changes it."""
WITHOUT_MODEL = Variant("the language model", [(embedding, "available", bool)], rebuild=variants.no_meanings)
NEVER = re.compile("(?!)")
NYNORSK: list[Change] = [(analysis, "nynorsk", dict), (analysis, "_from_nynorsk", always(""))]
VARIANTS = [
    Variant("the competence tree", [(competences, "of_need", always([]))]),
    Variant("words of the tree", [(competences.LeafWords, "spoken_for", always({}))], rebuild=variants.leaves),
    Variant(
        "firms' sentences in the tree", tree={"sentences": NAMED}, space=variants.learned, rebuild=variants.meanings
    ),
    Variant("jargon in the tree", tree={"jargon": NAMED}, space=variants.learned, rebuild=variants.meanings),
    Variant("synonyms in the tree", tree={"synonyms": []}, space=variants.learned, rebuild=variants.meanings),
    Variant("compounds in their parts", [(analysis, "parts", always(()))], rebuild=variants.words),
    Variant("nynorsk read as bokmål", NYNORSK, rebuild=variants.words),
    Variant("stems", [(analysis, "stem", _same)], rebuild=variants.words),
    Variant("the title counting four times", [(documents, "TITLE_WEIGHT", 1)], rebuild=variants.words),
    Variant("dialect read as bokmål", [(analysis, "nynorsk", always(_written()))], rebuild=variants.words),
    Variant("what is done in a trade", [(trades, "work", always(""))], rebuild=variants.texts),
    Variant("sentences of every course left out", [(documents, "_templates", always(NEVER))], rebuild=variants.texts),
    Variant("words of the story weighing less", [(story, "OF_STORY", 1.0)]),
    Variant("several things read each by itself", [(several, "things", always(()))]),
    Variant("what is said not to be meant left out", [(denials, "affirmed", _same)]),
    Variant("misspelt words put right", [(spelling, "corrected", always([]))]),
    Variant("words of asking left out", [(analysis, "asking", frozenset)]),
    Variant("places taken out of the text", [(places, "named", always([]))]),
    Variant("the need's own background", [(candidates, "_background", always(Signals(0.0, 0.0)))]),
    Variant("demanding education counting less", [(score, "demanding", always(0.0))]),
    Variant("the level that a need names", [(levels, "of_need", always(""))]),
    Variant("meaning in the score", [(Reading, "understood", _without_vector)]),
    Variant("the learned space of meanings", space=variants.undirected, rebuild=variants.meanings),
    WITHOUT_MODEL,
]
OF_MEANING = 3
"""The last ones, which the engine without the model has not got anyway."""


def _of_words(variant: Variant) -> Variant:
    """The same taken out of the engine that has no model."""
    reads_words = variant.rebuild in (variants.words, variants.texts)
    rebuild = variants.words_alone if reads_words else variants.no_meanings
    return replace(variant, changes=[*WITHOUT_MODEL.changes, *variant.changes], space=None, rebuild=rebuild)


OF_WORDS = [_of_words(variant) for variant in VARIANTS[:-OF_MEANING]]


def gather(variant: Variant, needs: Sequence[Need], offers: Mapping[str, int]) -> list[Pairs]:
    """What the engine without it finds."""
    with variants.applied(variant):
        return pairs.gather(needs, offers)
