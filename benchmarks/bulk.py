"""Rows of models by the hundred thousand, in SQL, with the models' own defaults."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pgtrigger
from django.db import connection
from django.db.models import Field, Model

BASE = 1_000_000
"""Keys of what is filled in lie above."""


@contextmanager
def past_the_triggers() -> Iterator[None]:
    """Inside, no trigger of ours looks at a row; foreign keys and checks do."""
    tables = {model._meta.db_table for model, _trigger in pgtrigger.registered()}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table in sorted(tables):
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        try:
            yield
        finally:
            for table in sorted(tables):
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
            cursor.execute("RESET statement_timeout")
        cursor.execute("ANALYZE")


def insert(model: type[Model], source: str, where: str = "true", **columns: str) -> None:
    """One row for each of the source. `columns` are SQL; what is not named there has the model's default."""
    names, values, plain = [], [], []
    for field in model._meta.concrete_fields:
        if value := columns.get(str(field.column)) or _at_once(field):
            values.append(value.replace("%", "%%"))
        elif field.null or field.primary_key:
            continue
        else:
            values.append("%s")
            plain.append(field.get_db_prep_save(field.get_default(), connection))
        names.append(f'"{field.column}"')
    assert {f'"{name}"' for name in columns} <= set(names), columns
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({", ".join(names)})'
            f" SELECT {', '.join(values)} FROM {source.replace('%', '%%')} WHERE {where.replace('%', '%%')}",
            plain,
        )


def _at_once(field: Field[Any, Any]) -> str:
    return "now()" if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False) else ""


def insert_events(
    model: Any, source: str, key: str, acts: str, where: str = "true", before: str = "", **columns: str
) -> None:
    """The acts on each row of the source, written `act>state`, one after another."""
    steps = [act.split(">") for act in acts.split()]
    states = [before, *(state for _act, state in steps)]
    rows = ", ".join(f"({n}, '{act}', '{states[n]}', '{state}')" for n, (act, state) in enumerate(steps))
    told = {"act": "act", "from_state": "was", "to_state": "became", "at": "now()"}
    source = f"(SELECT * FROM {source}, (VALUES {rows}) e (step, act, was, became) WHERE {where} ORDER BY step) x"
    insert(model.events.rel.related_model, source, **{f"{model._meta.model_name}_id": key}, **told, **columns)
