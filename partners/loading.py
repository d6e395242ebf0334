"""Brings a table of reference data in line with what a file says."""

from collections.abc import Sequence

from django.db import models


def store(wanted: Sequence[models.Model]) -> int:
    """Write those that are new or different, of one kind; tells how many. The rest of the table is left alone."""
    if not wanted:
        return 0
    kind = type(wanted[0])
    fields = [field.attname for field in kind._meta.concrete_fields]
    stored = {row[0]: row[1:] for row in kind._default_manager.values_list("pk", *fields)}
    changed = [one for one in wanted if stored.get(one.pk) != tuple(getattr(one, name) for name in fields)]
    kind._default_manager.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[field.name for field in kind._meta.concrete_fields if not field.primary_key],
    )
    return len(changed)
