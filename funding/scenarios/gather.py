"""Reads the facts of a scenario out of the database, in at most seven queries however much money there is."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Round

from funding.models import (
    BudgetFrame,
    Commitment,
    Condition,
    CostYear,
    DisbursementState,
    EntryKind,
    FinancingKind,
    FinancingYear,
    FundingSource,
    PlanState,
    PlanVersion,
    Tranche,
    TrancheState,
)
from funding.models.commitment_states import PUBLISHED
from funding.scenarios.facts import Amount, CapFact, ConditionFact, Facts, FrameFact, TrancheFact
from partners.models import Organisation

Row = dict[str, Any]
NOTHING = Decimal(0)
FOUND = {
    "funder_name": F("commitment__funder__name"),
    "project_name": F("commitment__project__name"),
    "scheme_name": F("commitment__scheme__name"),
    "title": F("commitment__title"),
    "project": F("commitment__project"),
    "funder": F("commitment__funder"),
    "scheme": F("commitment__scheme"),
    "priority": F("commitment__priority"),
    "source": Coalesce("frame__source", "commitment__scheme__source"),
    "cap": Coalesce("commitment__share", "commitment__scheme__share_cap"),
    "since": Coalesce("decision__decided_on", "decided_on", "commitment__decided_on"),
}


def askable(owner: Organisation) -> QuerySet[Commitment]:
    """The money that an organisation's people can ask about: their own, and what has been published of others'."""
    return Commitment.objects.current().filter(
        Q(funder=owner) | Q(state__in=PUBLISHED, project__is_public=True),
    )


def known_to(owner: Organisation, on: date) -> Facts:
    """The money that an organisation's people can ask about, with the sizes of their own frames."""
    return gather(askable(owner), BudgetFrame.objects.filter(source__owner=owner), on)


def gather(commitments: QuerySet[Commitment], frames: QuerySet[BudgetFrame], on: date) -> Facts:
    """The size of a frame is known when the frame is among those given; a source's name is no secret."""
    rows = _tranche_rows(commitments)
    sized = list(_sized(frames, on))
    conditions = _conditions(commitments, {(one["source"], one["year"]): one["size"] for one in sized})
    keys = {row["source"] for row in rows} | {one["source"] for one in sized}
    keys |= {one.source for facts in conditions.values() for one in facts}
    sources = FundingSource.objects.filter(pk__in=keys - {None}).order_by("pk")
    names = _names(rows) | {f"frame:{one['pk']}": f"{one['source__name']} {one['year']}" for one in sized}
    owners = dict[int, int]()
    for pk, name, owner in sources.values_list("pk", "name", "owner"):
        owners[pk], names[f"source:{pk}"] = owner, name
    return Facts(
        tuple(_tranche(row, conditions) for row in rows),
        tuple(FrameFact(one["pk"], one["source"], one["year"], one["size"]) for one in sized),
        tuple(_caps(rows)),
        _costs({row["project"] for row in rows}),
        owners,
        names | _texts(conditions),
    )


def of_project(commitments: QuerySet[Commitment]) -> Facts:
    """What is known of one project's money, without the frames it is paid from and the plan. Two queries."""
    conditions = _conditions(commitments, {})
    return Facts(tuple(_tranche(row, conditions) for row in _tranche_rows(commitments)))


def _tranche_rows(commitments: QuerySet[Commitment]) -> list[Row]:
    paid = Sum("disbursements__approved", filter=Q(disbursements__state=DisbursementState.PAID), default=NOTHING)
    tranches = Tranche.objects.filter(commitment__in=commitments.order_by()).exclude(state=TrancheState.LAPSED)
    found = tranches.order_by("pk").annotate(paid=paid, **FOUND)
    return list(found.values("pk", "year", "amount", "state", "frame", "commitment", "paid", *FOUND))


def _tranche(row: Row, conditions: "dict[Key, list[ConditionFact]]") -> TrancheFact:
    """What is settled is what was paid of it; the rest has gone back to its frame, and does not count there either."""
    hanging = conditions.get((row["commitment"], None), []) + conditions.get((row["commitment"], row["pk"]), [])
    return TrancheFact(
        key=row["pk"],
        amount=row["paid"] if row["state"] == TrancheState.SETTLED else row["amount"],
        decided_on=row["since"],
        conditions=tuple(hanging),
        **{name: row[name] for name in ("project", "commitment", "funder", "state", "year", "scheme", "frame")},
        **{name: row[name] for name in ("source", "paid", "priority")},
    )


def _sized(frames: QuerySet[BudgetFrame], on: date) -> Iterable[Row]:
    """A size is what has been allocated by the day; None when nothing has."""
    entries = Q(entries__on__lte=on) & ~Q(entries__kind=EntryKind.RETURNED)
    sized = frames.order_by("pk").annotate(size=Sum("entries__amount", filter=entries))
    return [dict(one) for one in sized.values("pk", "source", "source__name", "year", "size")]


Key = tuple[int, int | None]


def _conditions(
    commitments: QuerySet[Commitment], sizes: dict[tuple[int, int], Amount]
) -> dict[Key, list[ConditionFact]]:
    """By commitment and tranche; those on all of the money have no tranche."""
    found = defaultdict[Key, list[ConditionFact]](list)
    fields = ("pk", "kind", "state", "source", "baseline_year", "baseline_amount", "tolerance", "supports", "text")
    rows = Condition.objects.filter(commitment__in=commitments.order_by()).order_by("pk")
    for row in rows.values("commitment", "tranche", *fields):
        baseline = row["baseline_amount"] or sizes.get((row["source"], row["baseline_year"]))
        facts = {name: row[name] for name in ("kind", "state", "source", "tolerance", "supports", "text")}
        found[row["commitment"], row["tranche"]].append(ConditionFact(key=row["pk"], baseline=baseline, **facts))
    return found


def _texts(conditions: dict[Key, list[ConditionFact]]) -> dict[str, str]:
    return {f"condition:{one.key}": one.text for facts in conditions.values() for one in facts}


def _names(rows: Iterable[Row]) -> dict[str, str]:
    names = dict[str, str]()
    for row in rows:
        names[f"project:{row['project']}"] = row["project_name"]
        names[f"funder:{row['funder']}"] = row["funder_name"]
        names[f"commitment:{row['commitment']}"] = row["title"]
        if row["scheme"]:
            names[f"scheme:{row['scheme']}"] = row["scheme_name"]
    return names


def _caps(rows: Iterable[Row]) -> Iterable[CapFact]:
    """Of several caps of one funder on one project the tightest."""
    caps = dict[tuple[int, int], Decimal]()
    for row in rows:
        if row["cap"] is not None:
            key = row["project"], row["funder"]
            caps[key] = min(row["cap"], caps.get(key, row["cap"]))
    return (CapFact(project, funder, share) for (project, funder), share in sorted(caps.items()))


def _costs(projects: Iterable[int]) -> dict[int, Decimal]:
    """By project: the costs of the latest approved plan, less what it says that nobody pays."""
    approved = PlanVersion.objects.filter(state=PlanState.APPROVED, plan__project__in=projects)
    latest = approved.order_by("plan", "-number").distinct("plan").values("pk")
    by_hours = Round(F("hours") * F("line__rate"), 2, output_field=DecimalField())
    costs = _by_project(CostYear.objects.filter(line__version__in=latest), Coalesce(F("amount"), by_hours, NOTHING))
    gaps = FinancingYear.objects.filter(line__version__in=latest, line__kind=FinancingKind.GAP)
    nobody = _by_project(gaps, F("amount"))
    return {project: cost - nobody.get(project, NOTHING) for project, cost in costs.items()}


def _by_project(years: QuerySet[Any], amount: Any) -> dict[int, Decimal]:
    project = F("line__version__plan__project")
    sums = years.order_by().values(project=project).annotate(sum=Sum(amount, output_field=DecimalField()))
    return dict(sums.values_list("project", "sum"))
