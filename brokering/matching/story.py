"""What a need asks for, apart from the story around it.

"We are a family firm with six people and two vans. Half of our jobs are bathrooms now, and nobody has learnt tiling."
The first sentence is about the firm, the second about the need: it asks for something, or tells what is lacking or goes
wrong. Where a text has both kinds, what the story alone says counts less.
"""

import re

from brokering.matching import analysis
from brokering.matching.analysis import Term

OF_STORY = 0.4
"""What a word of the story counts beside one of the need."""
LONG = 120
"""Letters from which on the language model is not given all: three or four of them take it a third of a millisecond."""
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
ASKS = re.compile(
    r"\?|\b(?:"
    # asking: need, want, wish, look for, ought, learn, course
    r"treng\w*|behøv\w*|behov|må|ønsk\w*|ynskj?\w*|vil|skal|ska|skulle|burde|bør|leter|leit\w*|søker|søkjer|savner|saknar"
    r"|mangl\w*|mangel|finn(?:es|est)|lær\w*|kurs\w*|opplær\w*|utdann\w*|kompetanse\w*|fagbrev|svennebrev|sertifi\w*"
    r"|need\w*|want\w*|would like|looking for|must|should|ought|learn\w*|train\w*|course\w*|lack\w*|missing|require\w*"
    # telling what goes wrong
    r"|ikke|ikkje|ittj|ingen|aldri|slit\w*|strev\w*|problem\w*|klag\w*|feil\w*|dårlig\w*|dårleg\w*|vanskelig\w*"
    r"|vanskeleg\w*|redd|usikre?|usikker|utrygge?|krever|krev|krav|pålegg|pålagt|slutter|sluttar|stopper|stoppar"
    r"|not|n't|nobody|no one|never|struggl\w*|trouble|complain\w*|wrong|poor|difficult|afraid|unsure|fail\w*|break\w*"
    r")\b",
    re.IGNORECASE,
)


def apart(text: str) -> tuple[str, str]:
    """The sentences of the need and those of the story; all of a text that has but one kind is need.

    >>> apart("Vi er seks ansatte og har to varebiler. Ingen av oss kan legge fliser.")
    ('Ingen av oss kan legge fliser.', 'Vi er seks ansatte og har to varebiler.')
    """
    sentences = [sentence.strip() for sentence in SENTENCE.split(text) if sentence.strip()]
    need = [sentence for sentence in sentences if ASKS.search(sentence)]
    if not need:
        return text, ""
    return " ".join(need), " ".join(sentence for sentence in sentences if sentence not in need)


def terms(text: str) -> list[Term]:
    """The terms of a need, those of its story alone for less."""
    need, story = apart(text)
    own = analysis.wanted(need)
    known = {term.text for term in own}
    return own + [
        term._replace(weight=OF_STORY * term.weight) for term in analysis.wanted(story) if term.text not in known
    ]


def brief(text: str) -> str:
    """What the language model reads: of a long text the need alone, and where that is long too, no small words."""
    if len(text) > LONG:
        text, _story = apart(text)
    if len(text) <= LONG:
        return text
    words = (word for word in analysis.WORD.findall(text) if not analysis.is_small(word.lower()))
    return " ".join(words) or text
