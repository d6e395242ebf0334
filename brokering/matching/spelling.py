"""Misspelt words of a need, put right by the words of the catalogue."""

from collections.abc import Collection, Iterable, Iterator

from django.db import connection

from brokering.matching import analysis
from brokering.models.index import Vocabulary
from partners.spelling import edits

SHORTEST = 5
LONG = 8
"""Letters from which on a word may have two errors, and a compound one."""
ALIKE = 0.45
ALL = 10**9
"""Offers that a word of asking counts as: "trneger" asks."""
LETTERS = "abcdefghijklmnoprstuvwyæøå"


def put_right(text: str, as_written: Collection[str] = ()) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text as it is read, and which words are read otherwise than written."""
    corrections = tuple(corrected(set(analysis.words(text)).difference(as_written)))
    return _read_as(text, dict(corrections)), corrections


def _read_as(text: str, corrections: dict[str, str]) -> str:
    """The text with its misspelt words put right."""
    if not corrections:
        return text
    return analysis.WORD.sub(lambda word: corrections.get(word[0].lower(), word[0]), text)


def corrected(words: set[str]) -> list[tuple[str, str]]:
    """Words that no dictionary knows, with what they are read as. Some 2 ms a word.

    Read as the index's word that is likest by trigrams and one or two errors away, or else as a word that one letter
    left out or two swapped make, and that most offers have. A word that the index knows, though no dictionary does, is
    left as it is.
    """
    doubtful = sorted(word for word in words if SHORTEST <= len(word) <= analysis.LONGEST_TERM and _is_doubtful(word))
    if not doubtful:
        return []
    terms = [_term(word) for word in doubtful]
    with connection.cursor() as cursor:
        cursor.execute(ALIKE_WORDS, {"words": doubtful, "terms": terms, "alike": ALIKE})
        rows = cursor.fetchall()
    near = {}
    for word, known in rows:
        if word not in near and known and (read := _read(word, known)):
            near[word] = read
    left = {word for word, _known in rows if word not in near and not analysis.is_word(word)}
    return [*near.items(), *_one_error_away(left).items()]


def _one_error_away(words: Iterable[str]) -> dict[str, str]:
    """What each word is read as: the listed word so near that asks, or that most offers have."""
    tries = {word: [one for one in _with_one_error(word) if one in analysis.dictionary("nb")] for word in words}
    terms = {one: _term(one) for found in tries.values() for one in found}
    known = dict(Vocabulary.objects.filter(term__in=set(terms.values())).values_list("term", "offers")) if terms else {}
    offers = known | dict.fromkeys(analysis.asking(), ALL)
    best = {word: max(found, key=lambda one: offers.get(terms[one], 0), default="") for word, found in tries.items()}
    return {word: one for word, one in best.items() if offers.get(terms.get(one, ""), 0)}


def _with_one_error(word: str) -> Iterator[str]:
    """With a letter added that was left out, or swapped with its neighbour; the first one stays.

    What trigrams find badly: a word of six letters shares but one or two of them with itself when two are swapped.
    """
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:2] + after[:1] + after[2:]
        yield from (before + letter + after for letter in LETTERS)


def _term(word: str) -> str:
    return analysis.stem(analysis.lemma(word))


def _is_doubtful(word: str) -> bool:
    """Whether it is in no dictionary; a long compound of known words may be another word misspelt ("førtehjelp")."""
    if any(character.isdigit() for character in word) or analysis.is_listed(word):
        return False
    return len(word) >= LONG or not analysis.is_word(word)


def _read(word: str, known: str) -> str:
    """The known word, where it is near enough: for a compound one error, in a word that a dictionary has."""
    if not analysis.is_word(word):
        return known if edits(word, known) <= (2 if len(word) >= LONG else 1) else ""
    is_inflected = word[:-2] == known[: len(word) - 2]
    is_likely = word[0] == known[0] and not is_inflected and analysis.is_listed(known)
    return known if is_likely and edits(word, known) == 1 else ""


# What is set holds for this one statement: the index looks for no words but those that are alike enough.
ALIKE_WORDS = """
    SET LOCAL pg_trgm.similarity_threshold = %(alike)s;
    SELECT w.word, near.word FROM unnest(%(words)s::varchar[], %(terms)s::varchar[]) AS w (word, term)
    LEFT JOIN LATERAL (
        SELECT v.word FROM brokering_vocabulary v
        WHERE v.word %% w.word
        ORDER BY similarity(v.word, w.word) DESC, v.offers DESC, v.word LIMIT 5
    ) near ON true
    WHERE NOT EXISTS (SELECT FROM brokering_vocabulary v WHERE v.term = w.term OR v.word = w.word)
"""
