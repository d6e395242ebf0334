"""Parts and gates in words that a firm understands, in the reader's language.

What is kept with a match is facts only; the sentences are made when it is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from brokering.matching import score
from brokering.models.choices import Level, Mode, TeachingLanguage
from brokering.models.matches import Band
from brokering.models.runs import RunState

Facts = Mapping[str, Any]

GOOD, FAIR, POOR, UNKNOWN, BARRED = "good", "fair", "poor", "unknown", "barred"
MOST_WORDS = 4
MOST_NAMES = 2
LANGUAGES = {language.get("name") for language in LANG_INFO.values()} | {"Kven", "Northern", "Sámi"}
"""Names of languages in English, the first word of each."""
GRADE_OF_BAND = {str(Band.STRONG): GOOD, str(Band.POSSIBLE): FAIR, "": POOR}


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for or against an offer."""

    kind: str
    """subject, level, place, time, seats, price, mode, formal; for a bar the name of its gate."""
    grade: str
    """good, fair, poor, unknown or barred."""
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def reasons(parts: Facts, names: Mapping[str, str] | None = None) -> list[Reason]:
    """For every known part its sentence, then what is not known. `names` are those of the competences, by slug."""
    known = [_reason(kind, parts[kind], names or {}) for kind in SENTENCES if kind in parts]
    return known + [Reason(kind, UNKNOWN, UNKNOWNS[kind]()) for kind in parts.get("unknown", ())]


def bars(gates: Sequence[Facts]) -> list[Reason]:
    """For every gate that failed what stands in the way, and what would change it."""
    return [Reason(bar["gate"], BARRED, BARS[bar["gate"]](bar)) for bar in gates]


# The part that says the same as a gate.
ABOUT = {"reach": "place", "window": "time", "runs": "time"}


def all_said(parts: Facts, gates: Sequence[Facts], names: Mapping[str, str]) -> list[Reason]:
    """What stands in the way, then what speaks for and against; one thing is not said twice."""
    barred = {ABOUT.get(bar["gate"], bar["gate"]) for bar in gates}
    return [*bars(gates), *(reason for reason in reasons(parts, names) if reason.kind not in barred)]


def _reason(kind: str, part: Facts, names: Mapping[str, str]) -> Reason:
    return Reason(kind, GRADES.get(kind, _grade)(part), SENTENCES[kind](dict(part, names=names)))


def _grade(part: Facts) -> str:
    return GOOD if part["value"] >= 0.75 else FAIR if part["value"] >= 0.4 else POOR


def _subject_grade(part: Facts) -> str:
    return GRADE_OF_BAND[score.band(part["value"], part["value"], part.get("shared", 1.0))]


def _place_grade(part: Facts) -> str:
    """Far is at worst fair where nobody has said how far is too far."""
    grade = _grade(part)
    return FAIR if grade == POOR and not part.get("limit") else grade


def _seats_grade(part: Facts) -> str:
    """Seats for some of the people only are at most fair."""
    grade = _grade(part)
    return FAIR if grade == GOOD and part["seats"] < part["wanted"] else grade


def _time_grade(part: Facts) -> str:
    """After the latest start is at most fair."""
    grade = _grade(part)
    return FAIR if grade == GOOD and part["days"] > 0 else grade


def _subject(part: Facts) -> str:
    named = [inside(part["names"][slug]) for slug in part.get("competences", ()) if slug in part["names"]][:MOST_NAMES]
    words = [word for word in part.get("words", ()) if not says(named, word)][:MOST_WORDS]
    if named and words:
        return _("covers %(subjects)s (%(words)s)") % {"subjects": "; ".join(named), "words": ", ".join(words)}
    if named or words:
        return _("covers %(words)s") % {"words": "; ".join(named) or _listed(words)}
    if _subject_grade(part) == POOR:
        return _("nothing in its text meets what you describe")
    return _("close in meaning to what you describe")


def inside(name: str) -> str:
    """A name as it is written within a sentence; abbreviations and in English languages keep their capitals."""
    is_language = get_language() == "en" and name.split(" ")[0].rstrip(",") in LANGUAGES
    return name if is_language or name[1:2].isupper() else name[:1].lower() + name[1:]


def says(names: Sequence[str], word: str) -> bool:
    """Whether one of the names says the word already, as "truckfører" says "truck"."""
    return any(part.startswith(word[:4]) for name in names for part in name.lower().split())


def _listed(words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _level(part: Facts) -> str:
    offered, wanted = (inside(str(Level(part[which]).label)) for which in ("offered", "wanted"))
    if part["offered"] == part["wanted"]:
        return _("at the level you ask for (%(level)s)") % {"level": offered}
    return _("%(offered)s, where you ask for %(wanted)s") % {"offered": offered, "wanted": wanted}


def _place(part: Facts) -> str:
    if part.get("online"):
        return _("online, without travel")
    if part["km"] == 0:
        return _("in %(place)s") % {"place": part["named"]} if part.get("named") else _("in your own municipality")
    if part["limit"]:
        return _("%(km)d km of at most %(limit)d (straight line)") % {"km": part["km"], "limit": part["limit"]}
    return _("%(km)d km away (straight line)") % {"km": part["km"]}


def _time(part: Facts) -> str:
    if "until" in part:
        return _begun(part["days"], _day(part["until"]))
    if part["days"] == 0:
        return _("starts %(date)s, within your dates") % {"date": _day(part["start"])}
    if part["days"] > 0:
        return _late(part["days"])
    return _early(-part["days"])


def _begun(days: int, until: str) -> str:
    if days > 0:
        return _("has begun; you can join until %(date)s, but after your latest start") % {"date": until}
    if days < 0:
        return _("has begun; you can join until %(date)s, but before your earliest start") % {"date": until}
    return _("has begun; you can join within your dates, until %(date)s at the latest") % {"date": until}


def _late(days: int) -> str:
    if days < 14:
        return ngettext(
            "starts %(n)d day after your latest start", "starts %(n)d days after your latest start", days
        ) % {"n": days}
    weeks = round(days / 7)
    return ngettext(
        "starts %(n)d week after your latest start", "starts %(n)d weeks after your latest start", weeks
    ) % {"n": weeks}


def _early(days: int) -> str:
    if days < 14:
        return ngettext(
            "starts %(n)d day before your earliest start", "starts %(n)d days before your earliest start", days
        ) % {"n": days}
    weeks = round(days / 7)
    return ngettext(
        "starts %(n)d week before your earliest start", "starts %(n)d weeks before your earliest start", weeks
    ) % {"n": weeks}


def _seats(part: Facts) -> str:
    if part["seats"] >= part["wanted"]:
        return ngettext("%(n)d free seat", "%(n)d free seats", part["seats"]) % {"n": part["seats"]}
    return ngettext(
        "%(n)d free seat for your %(wanted)d people", "%(n)d free seats for your %(wanted)d people", part["seats"]
    ) % {"n": part["seats"], "wanted": part["wanted"]}


def _price(part: Facts) -> str:
    if not part["price"]:
        return _("free of charge")
    if part["price"] <= part["budget"]:
        return _("%(price)s NOK, within your budget") % {"price": _money(part["price"])}
    return _("%(price)s NOK, %(over)s more than your budget") % {
        "price": _money(part["price"]),
        "over": _money(part["price"] - part["budget"]),
    }


def _mode(part: Facts) -> str:
    return _modes(part["modes"])


def _formal(part: Facts) -> str:
    return _("gives formal competence") if part["formal"] else _("gives no formal competence")


def _modes(modes: Sequence[str]) -> str:
    return ", ".join(inside(str(Mode(mode).label)) for mode in modes)


def _money(amount: float) -> str:
    return number_format(round(amount), use_l10n=True, force_grouping=True)


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "DATE_FORMAT")


def _no_run(bar: Facts) -> str:
    return {
        RunState.FULL: _("Every seat is taken. A new run, or a place that becomes free, would do."),
        RunState.CLOSED: _("Registration has closed. A new run would do."),
        RunState.RUNNING: _("It is already under way. A new run would do."),
        RunState.CANCELLED: _("It was cancelled. A new run would do."),
    }.get(bar["state"], _("It has ended. A new run would do."))


def _too_far(bar: Facts) -> str:
    return _(
        "It is held %(km)d km away, %(more)d km farther than you travel (straight line). More travel would do."
    ) % {
        "km": bar["km"],
        "more": max(1, bar["km"] - bar["limit"]),
    }


def _wrong_mode(bar: Facts) -> str:
    return _("It is held like this: %(modes)s. You accept: %(wanted)s.") % {
        "modes": _modes(bar["modes"]),
        "wanted": _modes(bar["wanted"]),
    }


def _outside(bar: Facts) -> str:
    return _("It %(starts)s. Other dates would do.") % {"starts": _time(bar)}


def _other_language(bar: Facts) -> str:
    return _("The teaching language is %(language)s.") % {
        "language": inside(str(TeachingLanguage(bar["language"]).label))
    }


SENTENCES: dict[str, Callable[[Facts], str]] = {
    "subject": _subject,
    "level": _level,
    "place": _place,
    "time": _time,
    "seats": _seats,
    "price": _price,
    "mode": _mode,
    "formal": _formal,
}
GRADES: dict[str, Callable[[Facts], str]] = {
    "subject": _subject_grade,
    "place": _place_grade,
    "seats": _seats_grade,
    "time": _time_grade,
}
UNKNOWNS: dict[str, Callable[[], str]] = {
    "level": lambda: _("level not stated"),
    "place": lambda: _("place not stated"),
    "time": lambda: _("start not stated"),
    "price": lambda: _("price not stated"),
    "mode": lambda: _("not stated how it is held"),
    "formal": lambda: _("not stated whether it gives formal competence"),
}
BARS: dict[str, Callable[[Facts], str]] = {
    "runs": _no_run,
    "reach": _too_far,
    "mode": _wrong_mode,
    "window": _outside,
    "language": _other_language,
}
