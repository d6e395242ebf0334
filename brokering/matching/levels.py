"""The level of an offer and of a need, read from their words where nobody has stated it."""

import re

from brokering.matching import story
from brokering.models.choices import Level

# How much each asks of the participant, in steps by judgement: one step is about a doubling of the time it takes.
EFFORT = {
    Level.SHORT_COURSE: 0,
    Level.FURTHER_EDUCATION: 1,
    Level.VOCATIONAL_COLLEGE: 2,
    Level.UPPER_SECONDARY: 2,
    Level.BACHELOR: 3,
    Level.MASTER: 4,
    Level.DOCTORATE: 6,
}


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words})", re.IGNORECASE)


LONG = _pattern(
    r"ph\.? ?d|doktor(?:grad|ut)|doctora|forsk[ae]rutdann|integrert master|(?:5|fem)[- ]?årig|lektor(?:utdann|progr)"
    r"|profesjonsstudi|sivilingeniør|(?:grunnskole|grunnskule)lær[ae]rutdann"
)
# First match wins: the words of the title, in the order of how much they settle.
IN_TITLE = [
    (_pattern(r"ph\.? ?d|doktor(?:grad|ut)|doctora|forsk[ae]rutdann"), Level.DOCTORATE),
    (_pattern(r"master|\bmba\b|magister|sivilingeniør|lektor(?:utdann|progr)|profesjonsstudi"), Level.MASTER),
    (_pattern(r"grunnsk[ou]lelær[ae]rutdann"), Level.MASTER),
    (_pattern(r"bachelor"), Level.BACHELOR),
    (_pattern(r"fagsk[ou]le"), Level.VOCATIONAL_COLLEGE),
    (_pattern(r"v[ei]+d[ae]reutdann|etterutdann|studiepoeng|\bstp\b|\bsp\b|\bects\b"), Level.FURTHER_EDUCATION),
    (_pattern(r"praktisk-pedagogisk|\bppu\b|halvårs"), Level.FURTHER_EDUCATION),
    (_pattern(r"årsstudi|årsein|årsenh|one-year|grunnstudi"), Level.BACHELOR),
    (_pattern(r"\bkurs\b|kurset\b|\bcourse\b|sertifi|seminar|workshop"), Level.SHORT_COURSE),
]
IN_TEXT = [
    (_pattern(r"fagbrev|svennebrev"), Level.UPPER_SECONDARY),
    (_pattern(r"ph\.? ?d|doktorgrad"), Level.DOCTORATE),
    (_pattern(r"\bmaster"), Level.MASTER),
    (_pattern(r"\bbachelor"), Level.BACHELOR),
    (_pattern(r"v[ei]+d[ae]reutdann|etterutdann|studiepoeng|\bstp\b"), Level.FURTHER_EDUCATION),
]
# What somebody says who asks for it. "Kurs" alone says little: people call any education a course.
IN_NEED = [
    (_pattern(r"\bph\.? ?d|doktorgrad|doctorate"), Level.DOCTORATE),
    (_pattern(r"\bmaster(?:grad|utdann|studi|program|['’]s|\b)"), Level.MASTER),
    (_pattern(r"\bbachelor"), Level.BACHELOR),
    (_pattern(r"\bfagsk[ou]le"), Level.VOCATIONAL_COLLEGE),
    (_pattern(r"fagbrev|svennebrev|\bfagprøv|trade certificate|apprenticeship"), Level.UPPER_SECONDARY),
    (_pattern(r"v[ei]+d[ae]reutdann|studiepoeng"), Level.FURTHER_EDUCATION),
    (
        _pattern(
            r"\bkorte? kurs|dagskurs|kveldskurs|helgekurs|nettkurs|innføringskurs|grunnkurs|sertifikatkurs|short course"
        ),
        Level.SHORT_COURSE,
    ),
]


def _first(rules: list[tuple[re.Pattern[str], Level]], text: str) -> str:
    return next((level.value for pattern, level in rules if pattern.search(text)), "")


def of_offer(title: str, text: str) -> str:
    """Read from the title, or else from the beginning of the text; empty when neither says."""
    return _first(IN_TITLE, title) or _first(IN_TEXT, text[:400])


def is_long(title: str, level: str) -> bool:
    """Five years of study, or a doctorate."""
    return level == Level.DOCTORATE or bool(LONG.search(title))


def of_need(text: str) -> str:
    """The level that a need asks for in so many words, of a tale in what it asks; empty when it does not.

    >>> of_need("To må ta fagbrev."), of_need("Hun har fagbrev og må lære mer.")
    ('upper_secondary', '')
    """
    need = story.apart(text)[0] if len(text) > story.TALE else text
    return _first(IN_NEED, story.without_what_they_have(need))


def distance(wanted: str, offered: str) -> int:
    """Steps between two levels; vocational college and trade certificate are one step apart."""
    if wanted == offered:
        return 0
    return max(1, abs(EFFORT[Level(wanted)] - EFFORT[Level(offered)]))
