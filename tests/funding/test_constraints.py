"""What must not be cannot be stored, whoever writes it: each rule of a row or an index is broken once."""

import pkgutil
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import Error, IntegrityError, connection
from django.db.models import F

from funding.models import Commitment, Condition, FundingScheme, SchemeCeiling, Tranche
from tests.funding import constraints
from tests.funding.constraints.promises import same_year
from tests.funding.factories import ConditionFactory, FundingSchemeFactory, SchemeCeilingFactory, TrancheFactory

pytestmark = pytest.mark.django_db

PARTS = [
    import_module(f"{constraints.__name__}.{part.name}").BREAKS for part in pkgutil.iter_modules(constraints.__path__)
]
BREAKS: dict[str, Callable[[], object]] = {name: deed for part in PARTS for name, deed in part.items()}


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
