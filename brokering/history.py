"""What has happened to a need: its own acts, what was said of courses, and what became of those that were proposed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from brokering.models import CompetenceNeed, CourseOffer, Proposal, Verdict
from brokering.models.matches import ACCEPT, DECLINE, SEE, ProposalState

BY_LINK = {act.name for act in (SEE, ACCEPT, DECLINE)}


@dataclass(frozen=True)
class Entry:
    at: datetime
    label: str
    by: object
    """A person; for what needs no account how it was done; None when it was nobody, or somebody who is gone."""
    why: str = ""


def history(need: CompetenceNeed, proposals: Iterable[Proposal]) -> list[Entry]:
    """In the order in which it happened; `proposals` are the need's, with their offers and events."""
    acts = (Entry(event.at, event.label, event.by, event.why) for event in need.events.select_related("by"))
    return sorted([*acts, *_answers(need), *_proposed(proposals)], key=lambda entry: entry.at)


def _answers(need: CompetenceNeed) -> Iterator[Entry]:
    """Every yes and no, those too that were changed since; what else was said stands with the course."""
    versions = Verdict.history.rel.related_model.objects  # type: ignore[attr-defined]  # made by pghistory
    told = set()
    for said in versions.filter(need=need).select_related("offer", "by").order_by("pgh_id"):
        if (said.pgh_obj_id, said.at) not in told:  # else a version in which only the person is gone
            answer = _("Fits") if said.fits else f"{_('Does not fit')} ({said.get_reason_display()})"
            yield Entry(said.at, _of_course(said.offer, answer), said.by)
        told.add((said.pgh_obj_id, said.at))


def _proposed(proposals: Iterable[Proposal]) -> Iterator[Entry]:
    for one in proposals:
        yield Entry(one.created_at, _of_course(one.offer, ProposalState.PROPOSED.label), one.proposed_by)
        for event in one.events.all():
            by_link = _("by the link that the employer got") if event.act in BY_LINK else None
            label = _of_course(one.offer, ProposalState(event.to_state).label)
            yield Entry(event.at, label, event.by or by_link, event.why)


def _of_course(offer: CourseOffer, what: object) -> str:
    return _("“%(course)s”: %(what)s") % {"course": offer, "what": what}
