"""What the words of a title and a description say of level, way of holding, language and credits.

Only what the words say for certain counts; the rest is left open, as "not stated".
"""

import re
from decimal import Decimal

from brokering.models.choices import Level, Mode, TeachingLanguage

Rules = list[tuple[re.Pattern[str], Level]]


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


# The first that is found in a title decides: "videreutdanning på masternivå" is further education.
_IN_TITLE: Rules = [
    (_pattern(r"\bph\.?\s?d\b|\bdoktorgrad|\bdoctora(?:l|te)\b|\bforsk[ae]rutdann"), Level.DOCTORATE),
    (_pattern(r"\bforkurs|\brealfagskurs|\btresemester"), Level.UPPER_SECONDARY),
    (_pattern(r"v[ei]+d[ae]reutdann|\betterutdann|\benkeltemne|\bmodul\b|\bpåbygningsenhet"), Level.FURTHER_EDUCATION),
    (_pattern(r"kompetanse for kvalitet|praktisk-pedagogisk|\bppu\b|halvårs"), Level.FURTHER_EDUCATION),
    (_pattern(r"master|\bmba\b|\bmsc\b|sivilingeniør|siviløkonom|lektor|profesjonsstudi"), Level.MASTER),
    (_pattern(r"\bgrunnsk[ou]lelærarutdann|\bgrunnskolelærerutdann"), Level.MASTER),
    (_pattern(r"bachelor|høgskolekandidat|årsstudi|årsein|årsenh|\bone[- ]year\b|\bettårig"), Level.BACHELOR),
    (_pattern(r"fagsk[ou]le"), Level.VOCATIONAL_COLLEGE),
]
# A description names many degrees (what it asks for, what it leads to); in these forms it names itself.
_ITSELF = r"\b(?:denne|dette|vårt|vår|er en|er ein|er et|er eit|tilbyr en|this|this is a) (?:[\w-]+ ){0,3}"
_START = r"(?:^|[.!?] ?)"
_IN_DESCRIPTION: Rules = [
    (_pattern(r"\b(?:ph\.?d|doktorgrads)[.-]*(?:programmet|studiet|utdanning[ae]n?)\b"), Level.DOCTORATE),
    (_pattern(r"\bvid[ae]reutdanning(?:en|a|stilbod|stilbud)\b"), Level.FURTHER_EDUCATION),
    (_pattern(rf"{_ITSELF}vid[ae]reutdanning"), Level.FURTHER_EDUCATION),
    (_pattern(r"\bmaster(?:studiet|programmet|utdanning[ae]n)\b"), Level.MASTER),
    (_pattern(rf"{_ITSELF}(?:integrert[e ]*)?(?:master|sivilingeniør)|\((?:sivilingeniør|siv\.ing)\)"), Level.MASTER),
    (_pattern(rf"{_START}(?:ta|med) (?:en |ein )?master(?:grad|studi\w+)?\b"), Level.MASTER),
    (_pattern(r"\bbachelor(?:studiet|programmet|utdanning[ae]n)\b"), Level.BACHELOR),
    (_pattern(rf"{_ITSELF}bachelor|{_START}(?:ta|med) (?:en |ein )?bachelor(?:grad|studi\w+)?\b"), Level.BACHELOR),
    (_pattern(r"\bårs(?:studiet|enheten|eininga)\b|\bårs?studium gir\b"), Level.BACHELOR),
]
_OPENING = 400

_ONLINE_TITLE = _pattern(r"\bnettbasert|\bnettstudi|\bnettkurs|\bfjernstudi|\bpå nett\b|\bonline\b")
_STUDY = r"(?:stud|årsst|semester|førstesem|master|bachelor|vid[ae]reutd|utdanning|kurs|emne|deltid|heltid)"
_ONLINE = _pattern(
    r"\b(?:hel|full)digital|\bfjernstudi(?:um|et)|\bnettstudi(?:um|et)\b|\bnettkurset?\b|\bfully online\b"
    r"|\b(?:er|går|gis|tilbys|organisert) (?:100 ?% |heilt |helt )?(?:nettbasert|på nett)\b"
    rf"|\bnettbaserte? (?:\w+ )?{_STUDY}|\b(?:master|bachelor|studiet|kurset|utdanninga) på nett\b"
    r"|\bonline (?:course|programme|program|degree|study|studies)\b"
)
_GATHERINGS = _pattern(
    r"\bsamlingsbaser|\bsamlings- og nett|\bmed samling(?:er|ar)\b|\bnett\w* og samling"
    r"|\b(?:to|tre|fire|fem|seks|sju|syv|åtte|ni|ti|\d{1,2}) (?:\w+ )?samling(?:er|ar)\b"
    r"|\b(?:obligatorisk|fysisk)e samling(?:er|ar)\b|\bsamling(?:er|ar) i (?=[A-ZÆØÅ])"
)
_HYBRID = _pattern(r"\b(?:er|som) (?:en |ein )?hybrid|\bdelvis (?:nettbasert|på nett)|\bblended learning\b")

_IN_ENGLISH = _pattern(
    r"\b(?:foregår|undervises|undervisast|blir undervist|gis|tilbys|går)(?: i)? på engelsk"
    r"|undervisningsspråk(?:et er)?:? engelsk|\btaught in english\b"
)
_ENGLISH_WORDS = {"the", "and", "of", "to", "is", "are", "with", "you", "will", "this", "that", "in", "a", "for"}
_SAMI_WORDS = {"ja", "lea", "leat", "ahte", "dahje", "oahppu", "oahput", "oahpu", "mii", "dás", "maid"}
_NORWEGIAN_WORDS = {"og", "i", "er", "på", "som", "til", "av", "med", "det", "du", "en", "ei", "eit", "et", "å", "for"}

_NUMBER = r"(\d{1,3}(?:[.,]\d)?)"
_UNIT = r"(?:studiepoeng|stp|sp|ects|credits)"
_CREDITS_OF_TITLE = _pattern(rf"\b{_NUMBER} ?{_UNIT}\b")
_CREDITS_OF_TEXT = _pattern(
    rf"\b(?:studiet|kurset|emnet|utdanningen|utdanninga|videreutdanningen|vidareutdanninga|årsstudiet)"
    rf" (?:er på|gir|gjev|gir deg|omfatter|omfattar|utgjør|har) (?:totalt |til sammen )?{_NUMBER} ?{_UNIT}\b"
    rf"|\bmed et omfang på {_NUMBER} ?{_UNIT}\b"
)


def level(title: str, description: str = "") -> str:
    """Of the title, else of how the description's opening names the study itself, else of few credits; or empty."""
    stated = _first(_IN_TITLE, title) or _first(_IN_DESCRIPTION, description[:_OPENING])
    if stated:
        return stated
    points = credits_of(title)
    return Level.FURTHER_EDUCATION.value if points is not None and points < 60 else ""


def _first(rules: Rules, text: str) -> str:
    return next((level.value for pattern, level in rules if pattern.search(text)), "")


def modes(title: str, description: str) -> list[str]:
    """Online with gatherings counts as gatherings, for one has to travel; nothing is said of plain campus studies."""
    text = f"{title}\n{description}"
    if _HYBRID.search(text):
        return [Mode.HYBRID.value]
    if _GATHERINGS.search(text):
        return [Mode.SESSIONS.value]
    if _ONLINE_TITLE.search(title) or _ONLINE.search(description):
        return [Mode.ONLINE.value]
    return []


def language(title: str, description: str) -> str:
    """English or Northern Sámi, when the text is in that language or says so; else left open."""
    if _IN_ENGLISH.search(description):
        return TeachingLanguage.ENGLISH.value
    words = re.findall(r"\w+", f"{title} {description[:2000]}".lower())
    counts = {
        TeachingLanguage.ENGLISH.value: sum(word in _ENGLISH_WORDS for word in words),
        TeachingLanguage.SAMI.value: sum(word in _SAMI_WORDS for word in words),
        "": sum(word in _NORWEGIAN_WORDS for word in words),
    }
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] >= 3 else ""


def credits_of(title: str, description: str = "") -> Decimal | None:
    """The study's own credits, not those it asks for: from the title, or where the text says “the study gives”."""
    found = _CREDITS_OF_TITLE.search(title) or _CREDITS_OF_TEXT.search(description)
    if not found:
        return None
    number = next(group for group in found.groups() if group)
    return Decimal(number.replace(",", "."))
