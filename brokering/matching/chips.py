"""What a need is taken to mean, piece by piece, each of which somebody can say is not meant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from brokering.matching import analysis
from brokering.matching.explain import says
from brokering.matching.wish import Wish
from brokering.models.choices import Level, TeachingLanguage
from brokering.models.corrections import FACTS

Kept = Mapping[str, Any]
MOST_WORDS = 4


@dataclass(frozen=True)
class Chip:
    """One thing that was understood, or that was left out."""

    kind: str
    """competence, word, spelling, place, level or language."""
    key: str
    """What it is called when it is left out, as NOT_MEANT says."""
    label: str
    is_chosen: bool = False
    """Said by a person, not read from the text."""


def understood(wish: Wish, kept: Kept, names: Mapping[str, str], place: str = "") -> list[Chip]:
    """Competences, the words beside them, and the facts that count; `place` is what the wish's own is called."""
    return [*_competences(kept, names), *_words(wish, kept, names), *_facts(wish, kept, place)]


def _competences(kept: Kept, names: Mapping[str, str]) -> Iterator[Chip]:
    chosen = kept.get("chosen", ())
    for slug in dict.fromkeys([*chosen, *kept.get("competences", ())]):
        if slug in names:
            yield Chip("competence", f"competence:{slug}", names[slug], slug in chosen)


def _words(wish: Wish, kept: Kept, names: Mapping[str, str]) -> Iterator[Chip]:
    """Those that no named competence says already, as they were written."""
    said = [names[slug] for slug in kept.get("competences", ()) if slug in names]
    words = [word for word in kept.get("words", ()) if not says(said, word)]
    written = {analysis.lemma(word): word for word in analysis.words(wish.text)}
    yield from (Chip("word", f"word:{word}", written.get(word, word)) for word in words[:MOST_WORDS])


def _facts(wish: Wish, kept: Kept, place: str) -> Iterator[Chip]:
    if near := place if wish.municipality else kept.get("place"):
        yield Chip("place", "fact:place", _("near %(place)s") % {"place": near}, bool(wish.municipality))
    if level := kept.get("level"):
        yield Chip("level", "fact:level", str(Level(level).label), bool(wish.level))
    if wish.language:
        yield Chip("language", "fact:language", str(TeachingLanguage(wish.language).label), is_chosen=True)


def left_out(wish: Wish, names: Mapping[str, str]) -> list[Chip]:
    """What somebody has said is not meant, and can put back."""
    keys = (key.partition(":") for key in sorted(wish.without))
    labels = {"competence": names, "fact": FACTS}
    return [
        Chip(kind, f"{kind}:{what}", str(labels.get(kind, {}).get(what, what)))
        for kind, _colon, what in keys
        if kind != "spelling"
    ]
