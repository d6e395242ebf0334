"""The check over whole tables: quiet when all is well, and it finds what was written past the rules."""

from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command

from funding.invariants import broken, questions
from tests.funding.factories import TrancheFactory
from tests.funding.invariants.attempts import allowed, sql

pytestmark = pytest.mark.django_db


def test_it_finds_nothing_where_all_is_well() -> None:
    TrancheFactory.create()
    said = StringIO()
    call_command("check_money", stdout=said)
    assert said.getvalue().strip() == "Every invariant of money holds."


def test_it_names_what_is_broken() -> None:
    tranche = TrancheFactory.create()
    with pgtrigger.ignore(), allowed():
        sql("UPDATE funding_tranche SET state = 'conditional', amount = 7")
    said = StringIO()
    with pytest.raises(CommandError, match="2 rules are broken"):
        call_command("check_money", stdout=said)
    assert {(one.invariant, tuple(one.keys)) for one in broken()} == {("I16", (tranche.pk,))}
    assert f"I16: the state of a tranche is where its last event led to: broken by 1: {tranche.pk}" in said.getvalue()


def test_it_asks_about_all_of_them_that_are_about_stored_money() -> None:
    asked = {invariant for invariant, _rule, _question in questions()}
    assert asked == {f"I{number}" for number in range(1, 19)} - {"I14", "I15"}
