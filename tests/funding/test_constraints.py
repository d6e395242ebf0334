"""What must not be cannot be stored, whoever writes it: each rule of a row or an index is broken once."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import Error, IntegrityError, connection
from django.db.models import F

from funding.models import Commitment, Condition, ConditionEvent, FundingScheme, SchemeCeiling, Tranche, TrancheEvent
from tests.funding.factories import (
    CommitmentFactory,
    ConditionFactory,
    FundingSchemeFactory,
    SchemeCeilingFactory,
    TrancheFactory,
)

pytestmark = pytest.mark.django_db


def same_year(year: int | None) -> None:
    commitment = CommitmentFactory.create()
    for _time in range(2):
        commitment.add(year, Decimal(1), "firm", None)


def ceiling_twice() -> None:
    first = SchemeCeilingFactory.create()
    SchemeCeilingFactory.create(scheme=first.scheme, year=first.year)


def event(kind: type[TrancheEvent | ConditionEvent], **facts: object) -> object:
    thing = TrancheFactory.create(state="held_out") if kind is TrancheEvent else ConditionFactory.create()
    return thing.events.create(**facts)


BREAKS: dict[str, Callable[[], object]] = {
    "share_cap_is_a_share": lambda: (FundingSchemeFactory.create(), FundingScheme.objects.update(share_cap=0)),
    "a_scheme_has_one_ceiling_a_year": ceiling_twice,
    "ceiling_is_more_than_nothing": lambda: (SchemeCeilingFactory.create(), SchemeCeiling.objects.update(amount=0)),
    "commitment_is_more_than_nothing": lambda: (CommitmentFactory.create(), Commitment.objects.update(amount=0)),
    "commitment_state_is_known": lambda: (CommitmentFactory.create(), Commitment.objects.update(state="lost")),
    "a_commitment_has_a_year_once": lambda: same_year(2026),
    "tranche_is_more_than_nothing": lambda: (TrancheFactory.create(), Tranche.objects.update(amount=-1)),
    "tranche_state_is_known": lambda: (TrancheFactory.create(), Tranche.objects.update(state="likely")),
    "only_a_decision_makes_money_surer": lambda: event(
        TrancheEvent, act="correct", from_state="held_out", to_state="firm"
    ),
    "condition_kind_is_known": lambda: (ConditionFactory.create(), Condition.objects.update(kind="weather")),
    "condition_binds_somebody": lambda: (ConditionFactory.create(), Condition.objects.update(binds="nobody")),
    "condition_state_is_known": lambda: (ConditionFactory.create(), Condition.objects.update(state="lost")),
    "an_assessment_builds_on_something": lambda: event(ConditionEvent, act="guess", from_state="open", to_state="met"),
}


def test_every_rule_of_the_models_is_broken_here() -> None:
    models = apps.get_app_config("funding").get_models()
    assert {rule.name for model in models for rule in model._meta.constraints} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()


def test_there_is_one_rest_that_is_not_split_on_years() -> None:
    with pytest.raises(IntegrityError, match="a_commitment_has_a_year_once"):
        same_year(None)


@pytest.mark.parametrize("cap", [None, Decimal("0.7"), Decimal(1)])
def test_a_share_may_be_all_of_it_or_unknown(cap: Decimal | None) -> None:
    assert FundingSchemeFactory.create(share_cap=cap).pk


class TestWhatHappenedStays:
    @pytest.fixture(autouse=True)
    def events(self) -> None:
        ConditionFactory.create(commitment=TrancheFactory.create().commitment)

    @pytest.mark.parametrize("table", ["commitmentevent", "trancheevent", "conditionevent"])
    @pytest.mark.parametrize("change", ["UPDATE funding_{} SET why = 'another'", "DELETE FROM funding_{}"])
    def test_an_event_is_never_changed_even_past_django(self, table: str, change: str) -> None:
        with connection.cursor() as cursor, pytest.raises(Error, match="Cannot update or delete rows"):
            cursor.execute(change.format(table))

    @pytest.mark.parametrize("kind", [Commitment, Tranche, Condition])
    def test_what_has_a_history_is_not_deleted(self, kind: type[Commitment]) -> None:
        with pytest.raises(Error, match="Cannot update or delete rows"):
            kind.objects.all().delete()

    @pytest.mark.parametrize("kept", [Commitment, Tranche, Condition, FundingScheme, SchemeCeiling])
    def test_every_version_is_kept_and_kept_as_it_was(self, kept: type[Commitment]) -> None:
        SchemeCeilingFactory.create()
        history = apps.get_model("funding", f"{kept.__name__}History")
        before = history.objects.count()
        assert before > 0
        kept.objects.update(id=F("id"))
        assert history.objects.count() == before
        with pytest.raises(Error, match="Cannot update or delete rows"):
            history.objects.all().delete()
