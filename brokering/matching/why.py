"""Why a course is there, or why not: its place among those that fit, what bars it, and what would change that.

Found by the same matching, with this one course looked at in any case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brokering.matching import Hit, Wish, ranked, score, whatif
from brokering.matching.whatif import Change, Weighed
from brokering.models import Competence, CourseOffer
from brokering.models.matches import Band
from brokering.models.offers import SURE

MOST_MISSING = 3


@dataclass(frozen=True)
class Answer:
    offer: CourseOffer
    hit: Hit | None
    """None when it is not looked at: not on the public list, or so new that its words have not been read."""
    rank: int = 0
    """Its number among those that fit; 0 when it does not."""
    of: int = 0
    changes: tuple[Change, ...] = ()
    """Each of which alone would let it fit."""
    about: tuple[str, ...] = ()
    """Competences that the course gives and the need is not taken to mean, as slugs; none where the subject is near."""

    @property
    def sentence(self) -> str:
        return _sentence(self.offer, self.hit, self.rank, self.of)

    shown_from, strong_from = score.POSSIBLE, score.STRONG


def why(wish: Wish, offer: CourseOffer, on: date | None = None) -> Answer:
    """What `match` says of the offer."""
    weighed = whatif.weigh(wish, on, also=offer.pk)
    hits = ranked(weighed.under(whatif.NOW), weighed.found)
    hit = next((one for one in hits if one.offer_id == offer.pk), None)
    fitting = [one.offer_id for one in hits if one.band and not one.gates]
    rank = fitting.index(offer.pk) + 1 if offer.pk in fitting else 0
    if hit is None or rank:
        return Answer(offer, hit, rank, len(fitting))
    changes = tuple(_enough(weighed, hit))
    return Answer(offer, hit, 0, len(fitting), changes, tuple(_missing(weighed, offer, hit)))


def _enough(weighed: Weighed, now: Hit) -> Iterable[Change]:
    """The least longer travel is enough; the others are not said then."""
    told = set[str]()
    for change in whatif.changes(weighed.found.wish, [now]):
        about = "farther" if change.kind == "county" else change.kind
        hit = next(one for one in weighed.under(change) if one.offer_id == now.offer_id)
        if hit.band and not hit.gates and about not in told:
            told.add(about)
            yield change


def _missing(weighed: Weighed, offer: CourseOffer, hit: Hit) -> Iterable[str]:
    """What the course is about, as its provider says or as was found in it, and the need is not."""
    if hit.parts["subject"]["value"] >= score.STRONG:
        return []
    found = Q(pk__in=offer.found_competences.filter(strength__gte=SURE).values("competence"))
    given = Competence.objects.filter(found | Q(offers=offer)).distinct().values_list("pk", flat=True)
    meant = {one.slug for one in weighed.found.understood.competences}
    return [slug for slug in given if slug not in meant][:MOST_MISSING]


def _sentence(offer: CourseOffer, hit: Hit | None, rank: int, of: int) -> str:
    if hit is None:
        return _unseen(offer)
    if rank:
        return _("It is there: number %(rank)d of the %(of)d that fit.") % {"rank": rank, "of": of}
    if hit.band == Band.NEAR:
        return _("It would fit, but for what stands in the way.")
    if hit.gates:
        return _("Something stands in the way, and it would fit too little without that as well.")
    if hit.parts["subject"]["value"] < score.POSSIBLE:
        return _("It is about something else than the need, as far as its text tells.")
    return _("It is about something like it, but the rest pulls it below what is shown.")


def _unseen(offer: CourseOffer) -> str:
    if offer.withdrawn_at or not offer.is_published:
        return _("It is not on the public list: its provider has taken it off.")
    if not offer.is_public and offer.stale_on:
        told = _("It has left the public list: nobody has said since %(day)s that it is still as it stands there.")
        return told % {"day": date_format(offer.stale_on)}
    return _("It is so new that it has not been read yet. Ask again in a few minutes.")
