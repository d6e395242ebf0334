"""The demonstration region: both founding cases' places and organisations, invented firms, needs and courses.

The data lies in config/demo/. Loaded once; later calls only move its dates along, so that they stay relative to today
and nothing entered in between is lost.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from brokering.models import Competence, CompetenceNeed, CourseOffer, CourseRun, Proposal
from brokering.models.matches import SEND
from brokering.models.needs import ACTS, NeedState
from config import demo_effect, demo_money, demo_projects, demo_services, demo_visits
from partners.models import Membership, Municipality, Organisation, Region, User

DATA = Path(__file__).resolve().parent / "demo"
PASSWORD = "demonstrasjon"  # noqa: S105 - printed for everybody, and works only where DEMO is on
SOURCE = "demo"
FILES = {"organisation": "organisations", "person": "people", "offer": "offers", "need": "needs"}
# How a need gets into its state: the acts in their order.
PATHS: dict[str, list[str]] = {
    NeedState.DRAFT: [],
    NeedState.SUBMITTED: ["submit"],
    NeedState.CLARIFYING: ["submit", "clarify"],
    NeedState.OPEN: ["submit", "open"],
    NeedState.COVERED: ["submit", "open", "cover"],
    NeedState.UNCOVERED: ["submit", "open", "give_up"],
    NeedState.WITHDRAWN: ["submit", "withdraw"],
    NeedState.EXPIRED: ["submit", "open", "expire"],
}


def rows(name: str) -> list[dict[str, Any]]:
    """The entries called `name` of the file of that name in config/demo/."""
    file = DATA / f"{FILES[name]}.toml"
    loaded: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))[name]
    return loaded


def kinds() -> dict[str, str]:
    """What each kind of demonstration login is called."""
    return {
        "Project leader and broker": _("Project leader and broker"),
        "Broker": _("Broker"),
        "Career guide": _("Career guide"),
        "Employer": _("Employer"),
        "Employee": _("Employee"),
        "Provider": _("Provider"),
        "County case officer": _("County case officer"),
        "County decider": _("County decider"),
        "Attester": _("Attester"),
        "County finance": _("County finance"),
        "Partner (reader)": _("Partner (reader)"),
    }


def logins() -> list[tuple[str, str]]:
    """One login for each kind of user: what it is for, and its address."""
    first: dict[str, str] = {}
    for person in rows("person"):
        first.setdefault(person["kind_label"], person["email"])
    return [(kinds()[kind], email) for kind, email in first.items()]


@transaction.atomic
def load(today: date | None = None) -> None:
    today = today or timezone.localdate()
    if anchor := CourseOffer.objects.filter(source=SOURCE).aggregate(day=Min("refreshed_on"))["day"]:
        _move_dates(today - anchor)
        _people(dict(_known_organisations()))
    else:
        _load_region(today)
    demo_projects.load(today)
    demo_money.load(today)
    demo_visits.load(today)
    demo_effect.load(today)


def _load_region(today: date) -> None:
    organisations = dict(_organisations())
    people = _people(organisations)
    demo_services.load(organisations)
    for offer in rows("offer"):
        _offer(offer, organisations, today)
    for need in rows("need"):
        _need(need, organisations, people, today)


def _known_organisations() -> Iterator[tuple[str, Organisation]]:
    for organisation in Organisation.objects.filter(key__startswith=f"{SOURCE}:").order_by("pk"):
        yield str(organisation.key).removeprefix(f"{SOURCE}:"), organisation


def _people(organisations: dict[str, Organisation]) -> dict[str, User]:
    """The first person of each organisation. Logins that came with a later version are made now."""
    known = {user.email: user for user in User.objects.filter(is_demo=True).order_by("pk")}
    return {
        row["organisation"]: known.get(row["email"]) or _person(row, organisations) for row in reversed(rows("person"))
    }


def _organisations() -> Iterator[tuple[str, Organisation]]:
    made: dict[str, Organisation] = {}
    for row in rows("organisation"):
        home = Municipality.objects.filter(pk=row.get("municipality")).first()
        made[row["slug"]] = organisation = Organisation.objects.create(
            key=f"{SOURCE}:{row['slug']}",
            name=row["name"],
            parent=made.get(row.get("parent", "")),
            roles=row["roles"],
            municipality=home,
            county=home.county if home and "county" in row["roles"] else None,
            about=row.get("about", ""),
            email=row.get("email", ""),
            website=row.get("website", ""),
            employees=row.get("employees"),
            is_demo=True,
        )
        organisation.serves.set(_served(row.get("serves", [])))
        yield row["slug"], organisation


def _served(names: list[str]) -> set[Municipality]:
    """Municipalities by number, or all of a region by its name."""
    regions = Region.objects.filter(name__in=names).prefetch_related("municipalities")
    inside = {place for region in regions for place in region.municipalities.all()}
    return inside | set(Municipality.objects.filter(pk__in=names))


def _person(row: dict[str, Any], organisations: dict[str, Organisation]) -> User:
    names = {key: row[key] for key in ("first_name", "last_name", "language")}
    user = User.objects.create_user(row["email"], PASSWORD, is_demo=True, **names)
    for place in (row, row.get("also", {})):
        if place:
            Membership.objects.create(user=user, organisation=organisations[place["organisation"]], role=place["role"])
    return user


def _offer(row: dict[str, Any], organisations: dict[str, Organisation], today: date) -> None:
    plain = ("title", "description", "level", "formal", "language", "modes", "outcomes", "audience")
    offer = CourseOffer.objects.create(
        provider=organisations[row["provider"]],
        credits=row.get("credits"),
        hours=row.get("hours"),
        price_nok=row.get("price_nok"),
        source=SOURCE,
        source_id=row["slug"],
        refreshed_on=today,
        is_demo=True,
        **{key: row[key] for key in plain if key in row},
    )
    offer.municipalities.set(row["municipalities"])
    offer.competences.set(Competence.objects.filter(pk__in=row["competences"]))
    for run in row.get("run", []):
        CourseRun.objects.create(offer=offer, **_run(run, today))


def _run(row: dict[str, Any], today: date) -> dict[str, Any]:
    days = {key: _day(today, row.get(f"{key}_days")) for key in ("opens", "start", "end", "deadline")}
    plain: dict[str, Any] = {
        key: row[key] for key in ("mode", "place", "seats", "seats_taken", "price_nok", "times") if key in row
    }
    return {
        **days,
        **plain,
        "municipality_id": row.get("municipality"),
        "cancelled_at": timezone.now() if row.get("cancelled") else None,
    }


def _day(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)


def _need(row: dict[str, Any], organisations: dict[str, Organisation], people: dict[str, User], today: date) -> None:
    employer = organisations[row["employer"]]
    broker = Organisation.objects.brokers().filter(serves=row["municipality"]).first()
    by = people.get(str(broker.key).removeprefix(f"{SOURCE}:")) if broker else None
    plain = ("text", "level", "headcount", "modes", "shift_work", "formal", "source", "consent_to_share")
    need = CompetenceNeed.objects.create(
        employer=employer,
        handled_by=broker,
        municipality_id=row["municipality"],
        earliest_start=_day(today, row.get("start_from_days")),
        latest_start=_day(today, row.get("start_to_days")),
        max_travel_km=row.get("max_travel_km"),
        language=row.get("language", ""),
        budget_nok=row.get("budget_nok_per_person"),
        next_follow_up=_day(today, row.get("follow_up_days")),
        created_by=by,
        is_demo=True,
        **{key: row[key] for key in plain},
    )
    need.competences.set(Competence.objects.filter(pk__in=row["competences"]))
    for act in PATHS[row["state"]]:
        need.carry_out(ACTS[act], by)
    if "proposed" in row:
        offer = CourseOffer.objects.get(source=SOURCE, source_id=row["proposed"])
        Proposal.objects.create(need=need, offer=offer, proposed_by=by).carry_out(SEND, by)


def _move_dates(days: timedelta) -> None:
    """Move every date of the demonstration along; what people entered in their own needs and offers stays."""
    if not days:
        return
    run_dates = ("start", "end", "deadline", "opens")
    CourseRun.objects.filter(offer__source=SOURCE).update(**{name: F(name) + days for name in run_dates})
    CourseOffer.objects.filter(source=SOURCE).update(refreshed_on=F("refreshed_on") + days)
    need_dates = ("earliest_start", "latest_start", "next_follow_up")
    CompetenceNeed.objects.filter(is_demo=True).update(**{name: F(name) + days for name in need_dates})
    demo_visits.move_dates(days)
    demo_projects.move(days)
