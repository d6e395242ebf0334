"""What a need asks for, apart from the story around it.

"We are a family firm with six people and two vans. Half of our jobs are bathrooms now, and nobody has learnt tiling."
The first sentence is about the firm, the second about the need: it asks for something, or tells what is lacking or goes
wrong. Where a text has both kinds, what the story alone says counts less; of a tale of many sentences those are read
that ask outright.
"""

import re
from functools import lru_cache

from brokering.matching import analysis
from brokering.matching.analysis import Term
from brokering.matching.denials import ON_TOP, clauses

OF_STORY = 0.4
"""What a word of the story counts beside one of the need."""
TALE = 400
"""Letters from which on a text is a tale, in which the need may be one sentence of many."""
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
# Who wants something and speaks of learning asks outright, unless the clause says that it is not wanted.
WANTS = re.compile(
    r"\?|\b(?:treng\w*|behøv\w*|behov|må|ønsk\w*|ynskj?\w*|vil|skal|sku|ska|skulle|burde|bør|leter|leit\w*|søker|søkjer"
    r"|savn\w*|sakn\w*|lur(?:er|ar|e) på|b[ea]r? (?:vi |me |jeg |eg )?om|lyst til|kunne tenke|finn(?:es|est)"
    r"|hadde vært|need\w*|want\w*|would like|looking for|must|should|ought|wonder\w*|asks? for|spørsmål\w*"
    r"|problem\w*)\b",
    re.IGNORECASE,
)
LEARNS = re.compile(
    r"\b(?:lær\w*|vite|vita|veta|kunne|kunnet|kunna|kan|hjelp\w*|kjenne|forstå\w*|skjøn\w*|beherske\w*"
    r"|\w*kurs\w*|\w*opplæring\w*|utdann\w*"
    r"|kompetanse\w*|kunnskap\w*|\w*bevis\w*|\w*sertifi\w*|fagbrev\w*|svennebrev\w*|fagsk[ou]le\w*|\w*bachelor\w*"
    r"|\w*master\w*|studiepoeng|påfyll\w*|etterutd\w*|vidareutd\w*|videreutd\w*|learn\w*|teach\w*|taught|train\w*"
    r"|course\w*|know|certifi\w*|qualif\w*|kvalifi\w*|degree\w*|skill\w*|understand\w*)\b",
    re.IGNORECASE,
)
REFUSES = re.compile(
    r"\b(?:vil|skal|må|will|must)(?:\s+\w+){0,2}\s+(?:aldri|never)\b"
    r"|\b(?:ingen|no one|nobody)\s+(?:treng\w*|behøv\w*|skal|vil|må|needs?)\b"
    r"|\b(?:treng\w*|behøv\w*|skal|vil|må|ønsk\w*|need|want|do|does)(?:\s+\w+)?\s+"
    rf"(?:ikke|ikkje|ittj|itj|ingen|not)\b(?!\s+{ON_TOP})|\b(?:do|does|need|wo)n['’]t\b",
    re.IGNORECASE,
)
POINTS_BACK = re.compile(
    r"\b(?:dette|slikt|slike|sånt|sånne|faget)\b|\b(?:about|in|on|of|for|with)\s+(?:this|that|these|such)\b",
    re.IGNORECASE,
)
ENOUGH = 3
"""Words of a subject that a need has which can stand by itself."""
HAS = re.compile(
    r"(?:(?<!hvem )(?<!kven )(?<!who )\b(?:har|hadde|tok|has|have|had)"
    r"|\b(?:ein?|to|tre|fire|fem|seks|\d+|folk|noen|nokon|\w*ansatte?|tilsette?|one|two|three|people|someone|staff)"
    r"\s+(?:med|with))\s+"
    r"(?:(?:alt|allerede|allereie|tatt|teke|fullført|already|taken|en|ein|et|eit|a|an)\s+){0,2}"
    r"[\w-]*(?:grad|fagbrev|svennebrev|mesterbrev|fagsk[ou]le|bachelor|master|trade certificate|degree)\w*",
    re.IGNORECASE,
)
"""What somebody has already: "hun har bachelor i økonomi", "to med fagbrev"."""


@lru_cache(maxsize=64)
def apart(text: str) -> tuple[str, str]:
    """The sentences of the need and those of the story; all of a text that has but one kind is need.

    Of a long text those are the need that ask outright, where they say enough: nearly every sentence of a story lacks
    something or goes wrong.

    >>> apart("Vi er seks ansatte og har to varebiler. Ingen av oss kan legge fliser.")
    ('Ingen av oss kan legge fliser.', 'Vi er seks ansatte og har to varebiler.')
    """
    sentences = _sentences(text)
    need = _outright(text) or [sentence for sentence in sentences if ASKS.search(sentence)]
    if not need:
        return text, ""
    return " ".join(need), " ".join(sentence for sentence in sentences if sentence not in need)


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in SENTENCE.split(text) if sentence.strip()]


@lru_cache(maxsize=64)
def _outright(text: str) -> list[str]:
    """The sentences of a tale that ask outright, or else those that want something; none where they say too little."""
    if len(text) <= TALE:
        return []
    asking = [sentence for sentence in _sentences(text) if WANTS.search(_willing(sentence))]
    learning = [sentence for sentence in asking if asks_outright(sentence)]
    return next((some for some in (learning, asking) if says_enough(some)), [])


def says_enough(sentences: list[str]) -> bool:
    """Whether they say what it is about, and do not point back to what was said before ("mer om dette")."""
    text = " ".join(sentences)
    return (
        not POINTS_BACK.search(text)
        and len({term.base for term in analysis.wanted(text) if term.weight == 1}) >= ENOUGH
    )


def asks_outright(sentence: str) -> bool:
    """Whether somebody wants to learn or to have learnt something."""
    said = without_what_they_have(_willing(sentence))
    return bool(WANTS.search(said) and LEARNS.search(said))


def _willing(sentence: str) -> str:
    """But for its clauses that tell what somebody does not want."""
    return ", ".join(clause for clause in clauses(sentence) if not REFUSES.search(clause))


def without_what_they_have(text: str) -> str:
    """The text but for the education that it says somebody has.

    >>> without_what_they_have("Hun har fagbrev og må ta bachelor.")
    'Hun  og må ta bachelor.'
    """
    return HAS.sub("", text)


def terms(text: str) -> list[Term]:
    """The terms of a need, those of its story alone for less, and of a tale's story none."""
    need, story = apart(text)
    own = analysis.wanted(need)
    if _outright(text):
        return own
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
