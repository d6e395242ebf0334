"""What a need says that it does not mean: "ikke truck, men sveising", or that somebody has learnt already: "de
har klasse CE fra før". A sentence is read clause by clause.

"Ikke" after a verb tells what goes wrong and is asked for ("vi kan ikke sveise"), but for verbs of asking. Every
pattern begins and ends at a word, so that none is tried in many ways.
"""

import re
from itertools import pairwise

SPACES = re.compile(r"[^\S\n]+")
SENTENCE = re.compile(r"([^.!?\n]+)([.!?\n]*)")
BETWEEN = re.compile(r"(\s*[,;:()–—]+\s*|\s+-\s+|\s+(?=(?:men|but)\b))", re.IGNORECASE)
ON_TOP = r"(?:bare|berre|minst|kun|mer enn|meir enn|mindre enn|annet enn|anna enn|only|just|least|other than)\b"
"""After "ikke": denies nothing."""
NOT = rf"(?:ikke|ikkje|ittj|itj|not)\s+(?!{ON_TOP})"
ASKED = r"(?:treng\w*|behøv\w*|ønsk\w*|ynskj?\w*|vil ha|skal ha|søk\w*)(?:\s+(?:vi|me|eg|jeg|dei|de)\b)?"
TO_END = r".*?(?=\s+(?:så|som|der|fordi|bare|berre|kun|just|only|because|so)\b|$)"
LEARNT = (
    r"[\w-]*(?:bevis\w*|kort|kurs\w*|brev\w*|sertifikat\w*|klasse|grad|opplæring\w*|utdann\w*|kompetanse\w*|licen[cs]e"
    r"|certificate|card|degree)\b"
)
"""What somebody has who has learnt something; of a machine that they have already, nothing is said."""
UP_TO = r"(?:(?!(?:ing|ikk|lit|no)\w*\b)[\w-]+\s+){0,5}?"
WORD = r"(?<![\w-])[\w-]+"
SUBJECT = rf"{WORD}(?:\s+(?:og|eller|and|or)\s+[\w-]+)?"


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


# Part of a clause is denied, or learnt already: "vi trenger ikke truck", "truck er ikke nødvendig", "truck trenger vi
# ikke", "har truckbevis fra før".
PARTS = (
    _pattern(rf"\b{ASKED}\s+(?:{NOT}|ingen\s+|noe\s+ikke\s+){TO_END}"),
    _pattern(rf"\b(?:do|does|did)(?:\s+not|n['’]t)\s+(?:need|want)\s+{TO_END}"),
    _pattern(rf"{SUBJECT}\s+(?:er|is|are)\s+(?:ikke|ikkje|not)\s+(?:nødvendig|naudsynt|aktuelt?|needed|necessary)\b"),
    _pattern(rf"{SUBJECT}\s+(?:trengs|trengst|trenger vi|treng vi|treng me)\s+(?:ikke|ikkje)\s*$"),
    _pattern(
        r"\b(?:i ?stedet for|istedenfor|i staden for|framfor|fremfor|instead of|rather than|alt anne[nt] enn"
        rf"|alt anna enn|anything but)\s+(?:(?:en|ein|ei|et|eit|an?|the)\s+)?{SUBJECT}"
    ),
    _pattern(rf"\b(?:har|hadde)\s+{UP_TO}{LEARNT}(?:\s+[\w-]+){{0,3}}?\s+(?:fra|frå)\s+før\b"),
    _pattern(rf"\b(?:(?:har|hadde)\s+(?:fra før|frå før|allerede|allereie)|already\s+ha(?:s|ve|d))\s+{UP_TO}{LEARNT}"),
)
ABOUT = _pattern(r"(?:ikke|ikkje|not|nothing)\s+(?:(?:noe|noko|anything)\s+)?(?:om|about)\s")
# "Ikke gode i Excel, men må lære": what follows is lacking, and so asked for.
CORRECTED = _pattern(rf"(?:det er\s+)?{NOT}(?!(?:all\w*|så|helt|nok|lett|god\w*|flink\w*|good|so|every\w*)\b)")
LEFT_OUT = _pattern(rf"{NOT}[\w-]+(?:\s+[\w-]+){{0,2}}\s*$")
BUT_LEFT_OUT = _pattern(rf"(?:men|but)\s+{NOT}[\w-]+(?:\s+[\w-]+){{0,3}}\s*$")
BUT = _pattern(r"(?:men|but)\b")
CAN = _pattern(r"\b(?:kan|klar\w*|grei\w*|har|får|forstår|virk\w*|verk\w*|can|know|have|has)\b")


def affirmed(text: str) -> str:
    """The text but for what it says is not meant; what somebody cannot do is meant.

    >>> affirmed("Ikke truck, men sveising."), affirmed("Vi kan ikke sveise, men vil lære.")
    ('men sveising.', 'Vi kan ikke sveise, men vil lære.')
    """
    return SENTENCE.sub(lambda found: _affirmed(found[1]) + found[2], SPACES.sub(" ", text))


def clauses(sentence: str) -> list[str]:
    return BETWEEN.split(sentence)[::2]


def _affirmed(sentence: str) -> str:
    """Of a sentence without its end."""
    first, *rest = BETWEEN.split(sentence)
    pairs = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    can = bool(CAN.search(sentence))
    kept = [
        (between, left)
        for (between, clause), (_between, following) in pairwise([*pairs, ("", "")])
        if (left := _left(clause, following, between, can=can)).strip() or not clause.strip()
    ]
    return "".join(between * (at > 0) + clause for at, (between, clause) in enumerate(kept))


def _left(clause: str, following: str, between: str, *, can: bool) -> str:
    """What of a clause is meant."""
    said = clause.strip()
    if ABOUT.match(said) or (BUT.match(following) and CORRECTED.match(said)):
        return ""
    if not can and (BUT_LEFT_OUT.match(said) or (between and LEFT_OUT.match(said))):
        return ""
    for denied in PARTS:
        clause = denied.sub("", clause)
    return clause
