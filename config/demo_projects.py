"""The projects of the demonstration region (config/demo/projects.toml): both founding cases, and one that is invented.

Loaded once, through the acts that everybody uses, so that their events and the rules of the database hold for them too.
"""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import translation

from brokering.models import CompetenceNeed, Visit
from funding.models import Commitment, CommitmentState, Condition, FundingScheme, FundingSource
from partners.models import Organisation, Region, User
from projects import signing
from projects.models import (
    Activity,
    Agreement,
    AgreementParty,
    Milestone,
    Newness,
    Programme,
    Project,
    ReportingRequirement,
)
from projects.models import activities as activity_acts
from projects.models import agreements as agreement_acts
from projects.models import milestones as milestone_acts
from projects.models import states as project_acts
from projects.models.signatures import Answer, Method

FILE = Path(__file__).resolve().parent / "demo" / "projects.toml"
SOURCE = "demo"
Row = dict[str, Any]


def rows() -> Row:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@transaction.atomic
def load(today: date) -> None:
    """What is there already stays as it is."""
    if Project.objects.filter(key__startswith=f"{SOURCE}:").exists():
        return
    loader = Loader(today)
    with translation.override("nb"):
        for row in rows()["programme"]:
            loader.programme(row)
        for row in rows()["source"]:
            loader.source(row)
        for row in rows()["scheme"]:
            loader.scheme(row)
        for row in rows()["project"]:
            loader.project(row)


def move(days: timedelta) -> None:
    """The days ahead of the invented project go along with today; what is history stays where it was."""
    invented = Project.objects.filter(key__in=[_key(row) for row in rows()["project"] if row["kind"] == "invented"])
    Milestone.objects.ahead().filter(project__in=invented).update(due_on=F("due_on") + days)
    unfinished = Activity.objects.unfinished().filter(project__in=invented)
    unfinished.update(starts_on=F("starts_on") + days, ends_on=F("ends_on") + days)


def _key(row: Row) -> str:
    return f"{SOURCE}:{row['slug']}"


class Rows:
    """What a row of the demonstration's files names. Days and the years of invented rows count from `today`."""

    def __init__(self, today: date) -> None:
        self.today = today
        known = Organisation.objects.filter(key__startswith=f"{SOURCE}:").order_by("pk")
        self.organisations = {str(one.key).removeprefix(f"{SOURCE}:"): one for one in known}

    def organisation(self, slug: str) -> Organisation | None:
        """None where the file names nobody."""
        return self.organisations[slug] if slug else None

    def day(self, days: int | None) -> date | None:
        return None if days is None else self.today + timedelta(days=days)

    def year(self, year: int | None) -> int | None:
        """-1, 0 and 1 are last year, this year and the next."""
        return self.today.year + year if year is not None and year < 1000 else year


class Loader(Rows):
    """Makes the rows of the file into what they tell of."""

    def programme(self, row: Row) -> None:
        Programme.objects.create(
            name=row["name"],
            about=row["about"],
            owner=self.organisation(row["owner"]),
            manager=self.organisation(row["manager"]),
            wants_new=row["wants_new"],
            is_demo=True,
        )

    def source(self, row: Row) -> None:
        FundingSource.objects.create(
            name=row["name"],
            owner=self.organisations[row["owner"]],
            from_whom=self.organisation(row.get("from_whom", "")),
            is_demo=True,
        )

    def scheme(self, row: Row) -> None:
        scheme = FundingScheme.objects.create(
            name=row["name"],
            source=FundingSource.objects.get(name=row["source"]),
            programme=Programme.objects.get(name=row["programme"]),
            manager=self.organisations[row["manager"]],
            share_cap=Decimal(row["share_cap"]),
            note=row["note"],
            is_demo=True,
        )
        for year, amount in row["ceilings"].items():
            scheme.ceilings.create(year=int(year), amount=Decimal(amount))

    def project(self, row: Row) -> None:
        leader = User.objects.filter(email=row.get("leader", "")).first()
        project = Project.objects.create(
            key=_key(row),
            name=row["name"],
            programme=Programme.objects.filter(name=row.get("programme", "")).first(),
            purpose=row["purpose"].strip(),
            first_year=self.year(row["first_year"]),
            last_year=self.year(row["last_year"]),
            target_groups=row["target_groups"],
            leader=leader,
            leader_position=row.get("leader_position", ""),
            is_demo=True,
        )
        project.municipalities.set(row.get("municipalities", []))
        project.regions.set(Region.objects.filter(name__in=row.get("regions", [])))
        self.inside(project, row)
        self.gather(project, row.get("gathers_for", ""))
        for act in row["acts"]:
            project.carry_out(project_acts.ACTS[act], leader)
        for asked in row.get("report", []):
            self.report(project, asked)

    def inside(self, project: Project, row: Row) -> None:
        for partner in row["partner"]:
            project.partners.create(**partner | {"organisation": self.organisations[partner["organisation"]]})
        for goal in row.get("goal", []):
            project.goals.create(**goal)
        for risk in row.get("risk", []):
            project.risks.create(**risk)
        for kind in ("commitment", "agreement", "activity", "milestone"):
            for one in row.get(kind, []):
                getattr(self, kind)(project, one)

    def gather(self, project: Project, broker: str) -> None:
        """Needs and visits of a broker that belong to no project yet become this one's."""
        for kind in (CompetenceNeed, Visit):
            loose = kind._default_manager.filter(is_demo=True, project=None, handled_by__key=f"{SOURCE}:{broker}")
            loose.update(project=project)

    def commitment(self, project: Project, row: Row) -> None:
        public = project.leader is None
        commitment = Commitment.objects.register(
            project.leader,
            CommitmentState.PUBLIC if public else CommitmentState.REPORTED,
            project=project,
            funder=self.organisations[row["funder"]],
            recipient=self.organisation(row.get("recipient", "")),
            scheme=FundingScheme.objects.filter(name=row.get("scheme", "")).first(),
            title=row["title"],
            amount=_nok(row.get("amount")),
            decided_by=row.get("decided_by", ""),
            note=row.get("note", ""),
            is_demo=True,
        )
        for one in row["years"]:
            year, amount = self.year(one.get("year")), _nok(one.get("amount"))
            commitment.add(year, amount, one["strength"], project.leader)
        for one in row.get("conditions", []):
            tranche = commitment.tranches.get(year=self.year(one["year"]))
            source = FundingSource.objects.filter(name=one.get("source", "")).first()
            facts = {"tranche": tranche, "binds": one["binds"], "source": source}
            Condition.objects.register(commitment, one["kind"], one["text"], project.leader, **facts)

    def agreement(self, project: Project, row: Row) -> None:
        agreement = Agreement.objects.create(
            project=project,
            kind=row["kind"],
            title=row["title"],
            note=row.get("note", ""),
            decided_on=self.day(row.get("decided_days")),
            created_by=project.leader,
            is_demo=True,
        )
        for order, slug in enumerate(row["parties"]):
            agreement.parties.create(organisation=self.organisation(slug), order=order)
        agreement.versions.create(number=1, text=row["text"].strip(), by=project.leader)
        agreement.carry_out(agreement_acts.READY, project.leader)
        if row.get("sent"):
            agreement.carry_out(agreement_acts.SEND, project.leader)
        if row.get("signed"):
            for party in agreement.parties.all():
                _sign(agreement, party)

    def activity(self, project: Project, row: Row) -> None:
        activity = Activity.objects.create(
            project=project,
            title=row["title"],
            text=row["text"],
            target_group=row["target_group"],
            organisation=self.organisation(row.get("organisation", "")),
            starts_on=self.day(row.get("starts_days")),
            ends_on=self.day(row.get("ends_days")),
            planned_participants=row.get("planned"),
            actual_participants=row.get("actual"),
        )
        activity.collaborators.set([self.organisations[slug] for slug in row.get("collaborators", [])])
        activity.municipalities.set(row.get("municipalities", []))
        for act in row.get("acts", []):
            activity.carry_out(activity_acts.ACTS[act], project.leader)
        if why := row.get("unknown"):
            activity.judge(Newness.UNKNOWN, None, why)

    def milestone(self, project: Project, row: Row) -> None:
        due = self.today + timedelta(days=row["due_days"])
        milestone = Milestone.objects.create(project=project, title=row["title"], due_on=due, person=project.leader)
        for act in row.get("acts", []):
            milestone.carry_out(milestone_acts.ACTS[act], project.leader, on=due)

    def report(self, project: Project, row: Row) -> None:
        year = self.today.year + row["year"]
        last = date(year, 12, 31)
        asked = ReportingRequirement.objects.create(
            project=project,
            title=row["title"],
            first_day=date(year, 1, 1),
            last_day=last,
            due_on=max(last, self.today + timedelta(days=row["due_days"])),
            asked_by=self.organisation(row["asked_by"]),
            created_by=project.leader,
        )
        if project.leader and row.get("sent"):
            report = asked.report
            report.done, report.reached = row["done"], row["reached"]
            report.hindrances, report.next_steps = row["hindrances"], row["next_steps"]
            report.save()
            report.begin(project.leader)
            report.send(project.leader)


def _nok(kroner: int | None) -> Decimal | None:
    return None if kroner is None else Decimal(kroner)


def _sign(agreement: Agreement, party: AgreementParty) -> None:
    """As signed on paper, by whom and when nobody has told."""
    version = agreement.versions.get()
    given = signing.Given(party=party, version=version, answer=Answer.SIGNED, method=Method.ON_PAPER, by=None)
    signing.give(given)
    agreement.refresh_from_db()
