"""The money of the demonstration region (config/demo/money.toml), all invented: frames, a scheme, cases on their way.

Loaded once, after the projects, through the acts that everybody uses.
"""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import translation

from config.demo_cases import Case
from config.demo_projects import Row, Rows
from funding.models import BudgetFrame, Delegation, EuroRate, FundingScheme, FundingSource, Scenario
from funding.scenarios.facts import Inputs, Selection
from funding.scenarios.gather import known_to
from partners.models import Organisation

FILE = Path(__file__).resolve().parent / "demo" / "money.toml"
COUNTY = "finnmark-fylkeskommune"


def rows() -> Row:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@transaction.atomic
def load(today: date) -> None:
    """What is there already stays as it is."""
    money = rows()
    if FundingScheme.objects.filter(name=money["scheme"]["name"]).exists():
        return
    with translation.override("nb"):
        Loader(today).everything(money)


class Loader(Rows):
    source: FundingSource
    scheme: FundingScheme

    @property
    def county(self) -> Organisation:
        return self.organisations[COUNTY]

    def everything(self, money: Row) -> None:
        for row in money["source"]:
            self.make_source(row)
        for row in money["frame"]:
            self.frame(row)
        self.make_scheme(money["scheme"])
        for row in money["call"]:
            self.call(row)
        for row in money["delegation"]:
            self.delegation(row)
        EuroRate.objects.create(on=self.today, nok_per_eur=Decimal(money["rate"]), is_demo=True)
        for row in money["case"]:
            Case(self, row, self.scheme).lead()
        for row in money["scenario"]:
            self.ask(row)

    def ask(self, row: Row) -> None:
        inputs = Inputs(Selection(sources=frozenset([self.source.pk])), 1 - Decimal(row["fall"]) / 100)
        facts = known_to(self.county, self.today)
        Scenario.objects.ask(self.county, inputs, facts, None, row["name"], is_demo=True)

    def make_source(self, row: Row) -> None:
        owner = self.organisations[row["owner"]]
        self.source = FundingSource.objects.create(name=row["name"], owner=owner, is_demo=True)

    def frame(self, row: Row) -> None:
        """What is allocated is decided late in the year before, if no other day is named."""
        year = self.today.year + row["year"]
        frame = BudgetFrame.objects.create(source=self.source, year=year, is_demo=True)
        for entry in row["entries"]:
            frame.entries.create(
                kind=entry["kind"],
                amount=Decimal(entry["amount"]),
                on=self.day(entry.get("days")) or date(year - 1, 12, 15),
                why=entry["why"],
                decided_by=entry["decided_by"],
                is_demo=True,
            )

    def make_scheme(self, row: Row) -> None:
        shares = {name: Decimal(row[name]) for name in ("share_cap", "advance_share", "auditor_from", "effort_rate")}
        plain = {name: row[name] for name in ("name", "about", "acceptance_days", "claim_months", "is_open", "is_aid")}
        self.scheme = FundingScheme.objects.create(
            manager=self.organisations[row["manager"]], source=self.source, is_demo=True, **shares, **plain
        )
        for one in row["requirement"]:
            self.scheme.requirements.create(**one)
        for frame in self.source.frames.all():
            self.scheme.ceilings.create(year=frame.year, amount=Decimal(row["ceiling"]))

    def call(self, row: Row) -> None:
        self.scheme.calls.create(
            title=row["title"],
            opens_on=self.today + timedelta(days=row["opens_days"]),
            closes_on=self.day(row["closes_days"]),
            years=[self.year(year) for year in row["years"]],
            amount=Decimal(row["amount"]),
            text=row["text"],
            is_published=True,
            is_demo=True,
        )

    def delegation(self, row: Row) -> None:
        Delegation.objects.create(
            organisation=self.county,
            max_amount=Decimal(row["max_amount"]) if "max_amount" in row else None,
            body=row.get("body", ""),
            valid_from=date(self.today.year - 1, 1, 1),
            note=row["note"],
            is_demo=True,
        )
