"""What pages say of a proposal: how sure it is, how far each firm travels, what it lacks."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brokering.models import CompetenceNeed
from brokering.models.choices import Mode
from partners.models import Distance, Municipality
from pooling.models import Pool, PoolProposal
from pooling.proposing.asking import ASSUMED_REACH_KM
from pooling.proposing.missing import Lacking

SURE, FAIRLY_SURE = 0.85, 0.65
LEAST_SEATS = int(Pool._meta.get_field("min_seats").default)


class Sureness(NamedTuple):
    label: str
    color: str
    why: str


class Meeting(NamedTuple):
    """A place they could meet, with how far each firm travels."""

    name: str
    person_km: int
    farthest_km: int


class Firm(NamedTuple):
    need: CompetenceNeed
    km: int | None
    """To the best place; None for a course online, and where it is not known."""
    is_assumed: bool
    """Whether the firm has not said how far its people travel."""


def sureness(proposal: Any) -> Sureness:
    """Of a proposal with its judge. What a broker has put together has no likelihood: a person says so."""
    if proposal.judged:
        name = proposal.judged_by
        return Sureness(_("Put together by %(name)s") % {"name": name or _("a broker")}, "info", "")
    sure, percent = proposal.sure, round(100 * proposal.sure)
    why = _(
        "Judged by competence, meaning and words, one course meets two of these needs with a likelihood of %(n)d %%."
    )
    if sure >= SURE:
        return Sureness(_("Sure"), "success", why % {"n": percent})
    if sure >= FAIRLY_SURE:
        return Sureness(_("Fairly sure"), "info", why % {"n": percent})
    return Sureness(_("Unsure: read the needs"), "warning", why % {"n": percent})


def missing_seats(seats: int) -> str:
    """To the least class size."""
    if seats >= LEAST_SEATS:
        return _("Enough for a course")
    missing = LEAST_SEATS - seats
    return ngettext("%(n)d seat missing", "%(n)d seats missing", missing) % {"n": missing}


def window(proposal: PoolProposal) -> str:
    """Between which days it can begin."""
    first, last = (day and date_format(day) for day in (proposal.earliest_start, proposal.latest_start))
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(day)s") % {"day": first}
    return _("until %(day)s") % {"day": last} if last else _("Any time")


def modes(proposal: PoolProposal) -> str:
    return ", ".join(str(Mode(mode).label) for mode in proposal.modes)


def meetings(proposal: PoolProposal) -> list[Meeting]:
    """Best first. One query."""
    names = Municipality.objects.in_bulk([number for number, *_km in proposal.places])
    return [Meeting(str(names[number]), total, far) for number, total, far in proposal.places if number in names]


def firms(proposal: PoolProposal, needs: Sequence[CompetenceNeed]) -> list[Firm]:
    """One query."""
    homes = {need.municipality_id for need in needs if need.municipality_id}
    rows = Distance.objects.filter(destination=proposal.municipality_id, origin__in=homes)
    km = {home: round(far) for home, far in rows.values_list("origin", "km")}
    return [Firm(need, km.get(need.municipality_id or ""), need.max_travel_km is None) for need in needs]


def assumption() -> str:
    return _("Not said: %(n)d km assumed") % {"n": ASSUMED_REACH_KM}


def sentences(found: Sequence[Lacking], seats: int, proposal: PoolProposal) -> list[str]:
    """What would complete it, one sentence each."""
    names = Municipality.objects.in_bulk([one.place for one in found if one.place])
    told = [_sentence(one, {key: str(name) for key, name in names.items()}) for one in found]
    missing = LEAST_SEATS - seats
    if missing > 0 and proposal.municipality:
        text = ngettext(
            "%(n)d more person within reach of %(place)s fills the least class.",
            "%(n)d more people within reach of %(place)s fill the least class.",
            missing,
        )
        told.append(text % {"n": missing, "place": proposal.municipality})
    return told


def _sentence(one: Lacking, names: Mapping[str, str]) -> str:
    firms = ngettext("%(n)d firm more", "%(n)d firms more", one.firms) % {"n": one.firms}
    people = ngettext("%(n)d person", "%(n)d people", one.people) % {"n": one.people}
    where = names.get(one.place)
    who = _("%(firms)s in %(place)s (%(people)s)") if where else _("%(firms)s (%(people)s)")
    facts = {"who": who % {"firms": firms, "place": where, "people": people}, "km": one.km}
    return BARRED[one.bar]() % facts


BARRED = {
    "free": lambda: _("%(who)s could take part: they are in another proposal, or the class is full."),
    "unopened": lambda: _("%(who)s asked for the same, but the need is not opened for brokering yet."),
    "reach": lambda: _("%(who)s, if they travelled up to %(km)d km, or if it were held online."),
    "mode": lambda: _("%(who)s, if it were held in a way that they take too."),
    "time": lambda: _("%(who)s, if it began when they want it to."),
    "level": lambda: _("%(who)s, who ask for another level."),
    "language": lambda: _("%(who)s, who ask for another teaching language."),
}
