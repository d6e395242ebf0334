"""What each component brings: the engine without it, its weights fitted anew, on the same folds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from brokering.matching import analysis, candidates, competences, documents, embedding, levels, places, score
from brokering.matching import understanding as reading
from brokering.matching.facts import Signals
from brokering.matching.understanding import Understood, understand
from brokering.matching.wish import Wish
from evaluation import pairs, variants
from evaluation.needs import Need
from evaluation.pairs import Pairs
from evaluation.variants import Variant, always


def _without_vector(wish: Wish) -> Understood:
    return replace(understand(wish), vector=None)


def _same(word: str) -> str:
    return word


WITHOUT_MODEL = Variant("the language model", [(embedding, "available", bool)], rebuild=variants.no_meanings)
VARIANTS = [
    Variant("the competence tree", [(competences, "of_need", always([]))]),
    Variant("words of the tree", [(competences.LeafWords, "spoken_for", always({}))], rebuild=variants.leaves),
    Variant("firms' sentences in the tree", tree={"sentences": []}, space=variants.learned, rebuild=variants.meanings),
    Variant("jargon in the tree", tree={"jargon": []}, space=variants.learned, rebuild=variants.meanings),
    Variant("synonyms in the tree", tree={"synonyms": []}, space=variants.learned, rebuild=variants.meanings),
    Variant("compounds in their parts", [(analysis, "parts", always(()))], rebuild=variants.words),
    Variant(
        "nynorsk read as bokmål",
        [(analysis, "nynorsk", dict), (analysis, "_from_nynorsk", always(""))],
        rebuild=variants.words,
    ),
    Variant("stems", [(analysis, "stem", _same)], rebuild=variants.words),
    Variant("the title counting four times", [(documents, "TITLE_WEIGHT", 1)], rebuild=variants.words),
    Variant("words of titles weighing more", [(reading, "TITLE_POWER", 0.0)]),
    Variant("misspelt words put right", [(reading, "corrected", always([]))]),
    Variant("words of asking left out", [(analysis, "asking", frozenset)]),
    Variant("places taken out of the text", [(places, "named", always([]))]),
    Variant("the need's own background", [(candidates, "_background", always(Signals(0.0, 0.0)))]),
    Variant("demanding education counting less", [(score, "demanding", always(0.0))]),
    Variant("the level that a need names", [(levels, "of_need", always(""))]),
    Variant("meaning in the score", [(pairs, "understand", _without_vector)]),
    Variant("the learned space of meanings", space=variants.undirected, rebuild=variants.meanings),
    WITHOUT_MODEL,
]


def gather(variant: Variant, needs: Sequence[Need], offers: Mapping[str, int]) -> list[Pairs]:
    """What the engine without it finds."""
    with variants.applied(variant):
        return pairs.gather(needs, offers)
