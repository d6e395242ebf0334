"""How tests try to break a rule: past the models by raw SQL, and from eight connections in the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, models, transaction
from django.utils import timezone
from psycopg2 import errorcodes  # type: ignore[import-untyped]  # comes without types

from partners.models import User

CONNECTIONS = 8
NOT_A_RULE = (errorcodes.DEADLOCK_DETECTED, errorcodes.SERIALIZATION_FAILURE, errorcodes.LOCK_NOT_AVAILABLE)


@contextmanager
def refused(*rules: str) -> Iterator[None]:
    """What is done here fails by one of these rules, at the latest when its transaction would end."""
    connection.check_constraints()
    with pytest.raises(Error, match="|".join(rules)), allowed():
        yield


@contextmanager
def allowed() -> Iterator[None]:
    """What is done here breaks no rule."""
    with transaction.atomic():
        yield
        connection.check_constraints()


@contextmanager
def told(*parts: str) -> Iterator[None]:
    """What is done here is refused with a sentence that says so."""
    with pytest.raises(ValidationError) as refusal:
        yield
    sentences = " ".join(refusal.value.messages)
    assert all(part in sentences for part in parts), sentences


def sql(statement: str, *values: Any) -> None:
    """As the application's own user of the database, past Django's models."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert(model: type[models.Model], **values: Any) -> None:
    """One row by its columns."""
    table, columns = model._meta.db_table, ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    sql(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', *values.values())


def move_by_sql(thing: Any, act: str, to: str, by: User | None = None, **facts: Any) -> None:
    """What an act would write, written past it: its event, then the row with its state.

    `facts` are columns of the row; those that begin with `event_` are columns of the event.
    """
    kind = type(thing)
    name = kind._meta.model_name
    before = kind._default_manager.values_list("state", flat=True).get(pk=thing.pk)
    told = {key.removeprefix("event_"): facts.pop(key) for key in list(facts) if key.startswith("event_")}
    if name == "condition":
        told.setdefault("proposed", "")
    event = {f"{name}_id": thing.pk, "act": act, "from_state": before, "to_state": to, "why": "x", **told}
    insert(thing.events.model, by_id=by and by.pk, at=timezone.now(), **event)
    changed = ", ".join(f'"{column}" = %s' for column in ("state", *facts))
    where = f'UPDATE "{kind._meta.db_table}" SET {changed} WHERE id = %s'
    sql(where, to, *facts.values(), thing.pk)


class Tally(NamedTuple):
    """How many of those who tried at once got through, and why the others did not."""

    done: int
    refusals: list[Exception]


def together(act: Callable[[int], object]) -> Tally:
    """Does it in eight connections at once, each in a transaction of its own.

    A refusal must be one of a rule: that they stood in each other's way (a deadlock) fails the test.
    """
    ready = Barrier(CONNECTIONS, timeout=60)

    def run(number: int) -> Exception | None:
        try:
            with transaction.atomic():
                connection.ensure_connection()
                ready.wait()
                act(number)
        except (Error, ValidationError) as refusal:
            return refusal
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = list(pool.map(run, range(CONNECTIONS)))
    refusals = [answer for answer in answers if answer is not None]
    assert [one for one in refusals if getattr(one.__cause__, "pgcode", None) in NOT_A_RULE] == []
    return Tally(CONNECTIONS - len(refusals), refusals)
