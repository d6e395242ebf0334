"""A scenario in words: what was asked, what falls, why, and what would save it."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from funding.scenarios.answers import Cause, Outcome, Risk, ShareAfter
from funding.scenarios.facts import GRID, Costs, Fit, Inputs, Year, kroner
from projects.money import nok

Names = Mapping[str, str]


FITS = {
    Fit.PRIORITY: gettext_lazy("By priority, then the oldest decision first"),
    Fit.PRO_RATA: gettext_lazy("All alike, in proportion to their amounts"),
    Fit.OLDEST: gettext_lazy("The oldest decision first"),
}
COSTS = {
    Costs.KEEP: gettext_lazy("Keep their costs: what falls becomes a gap"),
    Costs.CUT: gettext_lazy("Cut their costs to what is paid: then caps on shares can bind"),
}


def per_cent(share: Decimal) -> str:
    """A share of 1 as per cent, with no more decimals than it has: “12.5 %”."""
    return of_hundred(share * 100)


def of_hundred(part: Decimal) -> str:
    shown = part.quantize(Decimal("0.01")).normalize()
    decimals = max(0, -int(shown.as_tuple().exponent))
    return _("%(number)s %%") % {"number": number_format(shown, decimals)}


def year(value: Year) -> str:
    return _("split on years not stated") if value is None else str(value)


def risk(value: Risk) -> str:
    """“NOK 300 000 and 2 unknown amounts”; an unknown amount is never 0."""
    if not value.unknown:
        return nok(value.known)
    several = ngettext("%(count)s unknown amount", "%(count)s unknown amounts", value.unknown)
    unknown = nok(None) if value.unknown == 1 else several % {"count": value.unknown}
    if not value.known:
        return unknown
    return _("%(known)s and %(unknown)s") % {"known": nok(value.known), "unknown": unknown}


def question(inputs: Inputs, names: Names) -> str:
    """“20 % less: Kompetansepiloter, 2022”."""
    chosen = ", ".join([*_chosen(inputs, names), *map(year, _years(inputs))])
    if inputs.factor == 1:
        return _("As today: %(what)s") % {"what": chosen}
    return _("%(fall)s less: %(what)s") % {"what": chosen, "fall": per_cent(1 - inputs.factor)}


def _chosen(inputs: Inputs, names: Names) -> Iterator[str]:
    chosen = inputs.selection
    for kind, keys in (
        ("funder", chosen.funders),
        ("source", chosen.sources),
        ("scheme", chosen.schemes),
        ("frame", chosen.frames),
    ):
        yield from (called(names, kind, key) for key in sorted(keys))


def _years(inputs: Inputs) -> list[Year]:
    return sorted(inputs.selection.years, key=lambda one: (one is None, one or 0))


def called(names: Names, kind: str, key: object) -> str:
    return names.get(f"{kind}:{key}") or _("not stated")


def answer_sentence(fallen: int, hit: int, at_risk: Risk, reckoned: int) -> str:
    """The answer itself, in one sentence: so many tranches of those reckoned fall, in so many projects that are hit."""
    if not fallen:
        return ngettext("Nothing falls of %(all)s tranche.", "Nothing falls of %(all)s tranches.", reckoned) % {
            "all": reckoned
        }
    told = ngettext(
        "%(count)s tranche falls of %(all)s, in %(projects)s: %(risk)s at risk.",
        "%(count)s tranches fall of %(all)s, in %(projects)s: %(risk)s at risk.",
        fallen,
    )
    projects = ngettext("%(count)s project", "%(count)s projects", hit) % {"count": hit}
    return told % {"count": fallen, "all": reckoned, "projects": projects, "risk": risk(at_risk)}


def causes(outcome: Outcome, inputs: Inputs, names: Names) -> list[str]:
    return [_cause(cause, inputs, names) for cause in outcome.causes]


def _cause(cause: Cause, inputs: Inputs, names: Names) -> str:
    about = cause.of
    if cause.code == "frame_short":
        frame, need, size = about
        facts = {"frame": called(names, "frame", frame), "left": _left(size, inputs), "need": _nok(need)}
        return _("Of the frame %(frame)s %(left)s is left; with what comes first, this needs %(need)s.") % facts
    if cause.code == "allocation_below":
        return _allocation(cause, inputs, names)
    if cause.code == "co_financing_fell":
        facts = {"what": called(names, "commitment", about[0]), "year": year(_int(about[1]))}
        return _("It hangs on “%(what)s” (%(year)s) as co-financing, and that falls.") % facts
    if cause.code == "cap_binds":
        funder, cap, granted = about
        facts = {
            "who": called(names, "funder", funder),
            "cap": per_cent(Decimal(_int(cap) or 0) / GRID),
            "most": _nok(granted),
        }
        return _("%(who)s pays at most %(cap)s of what is paid in all: %(most)s.") % facts
    if cause.code == "already_failed":
        return _("A condition is not met today: “%(text)s”") % {"text": called(names, "condition", about[0])}
    return _("The money that it is paid from falls.")


def _allocation(cause: Cause, inputs: Inputs, names: Names) -> str:
    source, of_year, level, wanted, size = cause.of
    facts = {"source": called(names, "source", source), "year": year(_int(of_year))}
    if isinstance(wanted, int):
        facts |= {"left": _left(size, inputs), "wanted": _nok(wanted)}
        return _("“%(source)s” is %(left)s for %(year)s, and the condition asks for %(wanted)s.") % facts
    least = per_cent(Decimal(_int(level) or 0) / GRID)
    if _int(level) == GRID:
        return _("The condition asks that “%(source)s” stays at its level in %(year)s.") % facts
    told = _("The condition asks that at least %(least)s of “%(source)s” is left in %(year)s.")
    return told % {**facts, "least": least}


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _nok(ore: object) -> str:
    return nok(kroner(_int(ore) or 0))


def _left(size: object, inputs: Inputs) -> str:
    return _nok((_int(size) or 0) * inputs.left // GRID)


def break_even(outcome: Outcome) -> str:
    """How much must be left for it to stand: “69.85 %”."""
    point = outcome.break_even
    if point is None:
        return _("falls whatever is left")
    if point > 1:
        return _("%(share)s: it is not covered today") % {"share": per_cent(point)}
    if point == 1:
        return _("%(share)s: it falls at any fall") % {"share": per_cent(point)}
    if point == 0:
        return _("stands whatever falls")
    return per_cent(point)


def share(one: ShareAfter, names: Names) -> str:
    """What a funder with a cap pays of the project, today and then."""
    facts = {
        "who": called(names, "funder", one.funder),
        "today": _or_unknown(one.today),
        "then": _or_unknown(one.share),
        "cap": per_cent(one.cap),
    }
    if one.is_over_today:
        told = _("%(who)s: %(today)s of what is known is over its cap of %(cap)s today already, so it is left out.")
    elif one.is_bound:
        told = _("%(who)s: %(today)s today, %(then)s then. Its cap of %(cap)s binds.")
    else:
        told = _("%(who)s: %(today)s today, %(then)s then. Its cap of %(cap)s is kept.")
    return told % facts


def _or_unknown(part: Decimal | None) -> str:
    return _("not stated") if part is None else of_hundred(part)


def in_causal_order(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """What falls by itself, what falls because of that, what stands; each by year."""
    return sorted(outcomes, key=lambda one: (_step(one), one.year is None, one.year or 0, one.tranche))


def _step(outcome: Outcome) -> int:
    codes = {cause.code for cause in outcome.causes}
    if not outcome.falls:
        return 3
    return 1 if codes <= {"co_financing_fell", "cap_binds"} else 0


def rules(inputs: Inputs) -> list[str]:
    """How it was reckoned."""
    return [
        _("What has been paid stays. Then comes the firm, the conditional and what is held out, in that order."),
        _("Among the equally sure: %(rule)s.") % {"rule": str(FITS[inputs.fit]).lower()},
        _("What one loses is not given to another."),
        _("Where nobody has said how large a frame is, it is taken to be what has been promised of it."),
        _("What each project costs is what its approved plan says, or without one, what is known to be promised."),
        _("The projects: %(rule)s.") % {"rule": str(COSTS[inputs.costs]).lower()},
        _("The break-even is how much must be left of what falls for a year’s money to stay whole."),
    ]
