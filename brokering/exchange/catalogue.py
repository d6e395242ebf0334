"""Brings the offers of one source in line with what its files say: creates, updates, withdraws, and tells what it did.

Offers are told apart by the source's own id. What a source does not state (runs, prices, competences, whether an offer
is published) is left as people have set it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from brokering.exchange import utdanningno
from brokering.exchange.files import MOST_RECORDS
from brokering.exchange.places import Gazetteer
from brokering.exchange.records import OfferRecord, Sentence, Unreadable
from brokering.exchange.report import SHOWN, Report
from brokering.models import CourseOffer
from partners.models import Organisation
from partners.models.organisations import Role

STATED = ("title", "provider_id", "description", "audience", "level", "formal", "language", "modes", "credits", "url")
WRITTEN = [*(name.removesuffix("_id") for name in STATED), "withdrawn_at", "refreshed_on", "updated_at"]
# An unchanged offer that is still in the file is noted as seen this often, not at every import.
SEEN_EVERY = timedelta(days=7)
BATCH = 500

Held = CourseOffer.municipalities.through


@dataclass
class Plan:
    """What is to be done with the offers of one file, and where each is to be held."""

    created: list[CourseOffer] = field(default_factory=list)
    changed: list[CourseOffer] = field(default_factory=list)
    seen: list[CourseOffer] = field(default_factory=list)
    moved: list[tuple[CourseOffer, set[str]]] = field(default_factory=list)


@dataclass
class Catalogue:
    """One import of one or several files of a source. With a `provider`, all its offers are that organisation's own."""

    source: str = utdanningno.SOURCE
    provider: Organisation | None = None
    most: int = MOST_RECORDS
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    said: dict[str, tuple[object, ...]] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)

    def take_in(self, content: bytes, report: Report) -> None:
        """Read a whole file and bring its offers in, in one transaction; a broken file leaves only `report.error`."""
        try:
            records = utdanningno.read(content, report, self.most)
            with transaction.atomic():
                self._lock()
                self._store(self._first_said(records, report), report)
        except Unreadable as why:
            report.error = why.sentence
        self.mentioned |= report.mentioned

    def withdraw_others(self, report: Report) -> None:
        """Withdraw the source's offers that none of the files had, since together they were all there is."""
        others = CourseOffer.objects.filter(source=self.source, withdrawn_at=None)
        with transaction.atomic():
            self._lock()
            known = self.mentioned | self.said.keys()
            gone = [pk for pk, source_id in others.values_list("pk", "source_id") if source_id not in known]
            report.withdrawn = CourseOffer.objects.filter(pk__in=gone).update(withdrawn_at=timezone.now())

    def _lock(self) -> None:
        """One import of a source at a time, until the end of the transaction."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"import {self.source}"])
            if not cursor.fetchone()[0]:
                raise Unreadable(Sentence(_("Another import of the same source is going on. Try again in a minute.")))

    def _first_said(self, records: Iterable[OfferRecord], report: Report) -> list[OfferRecord]:
        """Without what an earlier record of this import has said of the same offer, so that files do not compete."""
        new = []
        for record in records:
            says = (record.title, record.provider, record.description, record.places, record.url)
            earlier = self.said.setdefault(record.source_id, says)
            if earlier is says:
                new.append(record)
                continue
            report.repeated += 1
            if earlier != says:
                told = _("The offer came earlier in this import with other content, which was kept.")
                report.remark(record, Sentence(told))
        return new

    def _store(self, records: list[OfferRecord], report: Report) -> None:
        plan = self._plan(records, report)
        self._write(plan)
        self._move(plan)
        report.created, report.updated, report.unchanged = len(plan.created), len(plan.changed), len(plan.seen)
        report.created_titles = [offer.title for offer in plan.created[:SHOWN]]
        report.updated_titles = [offer.title for offer in plan.changed[:SHOWN]]
        report.schools = self._other_schools(records)
        report.touched = [offer.pk for offer in plan.created + plan.changed]

    def _other_schools(self, records: list[OfferRecord]) -> list[str]:
        """The schools, beside the provider whose own file this is to be, that its records name."""
        if self.provider is None:
            return []
        named = Counter(record.provider for record in records if record.provider != utdanningno.DESCRIPTIONS)
        return [name for name, _times in named.most_common() if not is_short_for(name, self.provider.name)]

    def _plan(self, records: list[OfferRecord], report: Report) -> Plan:
        plan, providers = Plan(), self._providers({record.provider for record in records})
        stored = self._stored([record.source_id for record in records])
        held = self._held(stored.values())
        for record in records:
            offer = stored.get(record.source_id) or CourseOffer(source=self.source, source_id=record.source_id)
            places, stays = self._places(record, report), held[offer.pk]
            says_new = self._state(offer, record, providers[key_of(record.provider)])
            if places != stays:
                plan.moved.append((offer, places))
            if offer.pk is None:
                plan.created.append(offer)
            else:
                (plan.changed if says_new or places != stays else plan.seen).append(offer)
        return plan

    def _stored(self, source_ids: list[str]) -> dict[str, CourseOffer]:
        offers = CourseOffer.objects.filter(source=self.source, source_id__in=source_ids)
        return {offer.source_id: offer for offer in offers.order_by("pk")}

    def _held(self, offers: Iterable[CourseOffer]) -> dict[int | None, set[str]]:
        places: dict[int | None, set[str]] = defaultdict(set)
        rows = Held.objects.filter(courseoffer__in=[offer.pk for offer in offers])
        for pk, number in rows.values_list("courseoffer_id", "municipality_id"):
            places[pk].add(number)
        return places

    def _places(self, record: OfferRecord, report: Report) -> set[str]:
        found = [self.gazetteer.find(place) for place in record.places]
        for remark in [*record.remarks, *(remark for _number, remark in found if remark)]:
            report.remark(record, remark)
        return {number for number, _remark in found if number}

    def _state(self, offer: CourseOffer, record: OfferRecord, provider: Organisation) -> bool:
        """Let the offer say what the record says; whether that is anything new. A withdrawn offer is back."""
        stated = {name: getattr(record, name) for name in STATED if name != "provider_id"}
        stated |= {"provider_id": provider.pk, "withdrawn_at": None}
        says_new = any(getattr(offer, name) != value for name, value in stated.items())
        for name, value in stated.items():
            setattr(offer, name, value)
        return says_new

    def _write(self, plan: Plan) -> None:
        CourseOffer.objects.bulk_create(plan.created, batch_size=BATCH)
        for offer in plan.changed:
            offer.refreshed_on = timezone.localdate()
        CourseOffer.objects.bulk_create(
            plan.changed, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=WRITTEN
        )
        overdue = CourseOffer.objects.filter(refreshed_on__lte=timezone.localdate() - SEEN_EVERY)
        overdue.filter(pk__in=[offer.pk for offer in plan.seen]).update(refreshed_on=timezone.localdate())

    def _move(self, plan: Plan) -> None:
        Held.objects.filter(courseoffer__in=[offer.pk for offer, _places in plan.moved]).delete()
        rows = [Held(courseoffer_id=offer.pk, municipality_id=place) for offer, to in plan.moved for place in to]
        Held.objects.bulk_create(rows, batch_size=BATCH)

    def _providers(self, names: set[str]) -> dict[str, Organisation]:
        """The organisation of each name, made where there is none yet; its number is added by people."""
        if self.provider:
            return {key_of(name): self.provider for name in names}
        keys = {key_of(name): name for name in sorted(names)}
        new = [Organisation(name=name, roles=[Role.PROVIDER], key=f"{self.source}:{key}") for key, name in keys.items()]
        Organisation.objects.bulk_create(new, ignore_conflicts=True)
        stored = Organisation.objects.filter(key__in=[one.key for one in new])
        return {str(one.key).removeprefix(f"{self.source}:"): one for one in stored}


def key_of(name: str) -> str:
    """A provider's name without what writers vary: capitals, dashes, slashes, spaces."""
    return " ".join(re.findall(r"\w+", name.casefold()))


def is_short_for(name: str, other: str) -> bool:
    """Whether both may name the same school: alike, or one begins with all of the other ("UiT", "UiT Alta")."""
    shorter, longer = sorted([key_of(name), key_of(other)], key=len)
    return f"{longer} ".startswith(f"{shorter} ")
