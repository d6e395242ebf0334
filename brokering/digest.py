"""What the weekly e-mail tells of courses and needs: to brokers the new courses, to providers the new needs."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brokering.demand import Wanted, demand
from brokering.matching import explain
from brokering.models import CompetenceNeed, CourseOffer, CourseRun, Match, Proposal
from brokering.models.matches import Band, MatchQuerySet
from brokering.names import competence_names
from partners.digest import Item, Section
from partners.models import Organisation, User
from partners.models.roles import OFFER_KEEPERS

MOST_NEEDS, MOST_COURSES = 20, 3
MOST_OFFERS, MOST_ASKING = 10, 3
SAID = 3
"""So many reasons are said of a course; the page says all."""


class NewCourses:
    name = "new-courses"
    label = _("New courses and dates for the needs you broker")

    def is_for(self, user: User) -> bool:
        return user.is_broker

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        by_need = defaultdict[CompetenceNeed, list[Match]](list)
        for found in new_matches(user, since):
            by_need[found.need].append(found)
        return [_for_need(need, found) for need, found in list(by_need.items())[:MOST_NEEDS]]


def new_matches(user: User, since: datetime) -> MatchQuerySet:
    """Of the open needs the person brokers: what fits, is new to the public, and is neither refused nor proposed."""
    needs = CompetenceNeed.objects.handled_for(user).open().values("pk")
    proposed = Proposal.objects.filter(need=OuterRef("need"), offer=OuterRef("offer"))
    matches = Match.objects.best().not_refused().exclude(Exists(proposed)).filter(need__in=needs)
    public = matches.filter(offer__in=CourseOffer.objects.published().values("pk"))
    new = public.filter(~_was_public(since) | _is_new_run(since))
    joined = new.select_related("need__employer", "offer__provider", "run__municipality")
    return joined.order_by("need__employer__name", "need", "rank")


def _was_public(at: datetime) -> Q:
    """Whether everybody could see the offer of a match at that time; its history tells."""
    history = CourseOffer.history.rel.related_model.objects  # type: ignore[attr-defined]  # made by pghistory
    until_then = history.filter(pgh_obj=OuterRef(OuterRef("offer")), pgh_created_at__lte=at)
    last = Subquery(until_then.order_by("-pgh_id").values("pgh_id")[:1])
    return Q(Exists(history.filter(pgh_id=last, is_published=True, withdrawn_at=None)))


def _is_new_run(since: datetime) -> Q:
    """Whether the run that a match is by was entered after that time."""
    history = CourseRun.history.rel.related_model.objects  # type: ignore[attr-defined]  # made by pghistory
    before = history.filter(pgh_obj=OuterRef("run"), pgh_created_at__lte=since)
    return Q(run__isnull=False) & ~Q(Exists(before))


def _for_need(need: CompetenceNeed, found: list[Match]) -> Section:
    url = reverse("need-matches", args=[need.pk])
    items = [Item(f"{one.get_band_display()}: {one.offer}", one.offer.get_absolute_url(), _why(one)) for one in found]
    return Section(f"{need.employer}: {need}", url, items[:MOST_COURSES], max(0, len(items) - MOST_COURSES))


def _why(found: Match) -> str:
    facts = [str(found.offer.provider), *([str(found.run)] if found.run else [])]
    said = [reason.sentence for reason in explain.reasons(found.parts, competence_names())][:SAID]
    return " · ".join([*facts, *said])


class NewDemand:
    """Without names, as on the pages of the provider's courses."""

    name = "new-demand"
    label = _("What firms newly ask for that your courses could give")

    def is_for(self, user: User) -> bool:
        return user.is_provider

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        new = CompetenceNeed.objects.open().shared().filter(created_at__gt=since, created_at__lte=until)
        if not new.exists():
            return []
        providers = Organisation.objects.with_role(user, *OFFER_KEEPERS).providers()
        offers = list(CourseOffer.objects.published().filter(provider__in=providers).select_related("index"))
        asked = demand(offers, timezone.localdate(until))
        elsewhere = self.told_elsewhere(user, since, until)
        new_rows = [
            [row for row in asked[offer.pk].rows if _is_new(row, since, until) and row.need not in elsewhere]
            for offer in offers
        ]
        return [_for_offer(offer, rows) for offer, rows in zip(offers, new_rows, strict=True) if rows][:MOST_OFFERS]

    def told_elsewhere(self, user: User, since: datetime, until: datetime) -> Collection[int]:
        """Needs of which another part of the same e-mail tells."""
        return ()


def _is_new(row: Wanted, since: datetime, until: datetime) -> bool:
    return since < row.asked_at <= until and row.band != Band.NEAR


def _for_offer(offer: CourseOffer, rows: list[Wanted]) -> Section:
    url = reverse("offer-needs", args=[offer.pk])
    items = [Item(f"{row.subject}, {row.people}", url, row.area) for row in rows]
    return Section(str(offer), url, items[:MOST_ASKING], max(0, len(items) - MOST_ASKING))
