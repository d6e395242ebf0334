"""Brings a site up to date: static files, tables, reference data, demonstration region, search index.

Each step does only what is missing, so that a later start takes seconds and nothing that was entered is lost.
"""

import errno
import hashlib
import os
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from psycopg2 import errorcodes  # type: ignore[import-untyped]  # comes without types

from config import demo_gaps
from config.bootstrap import NO_SPACE, StartError, step
from config.database import inspect
from pooling.proposing.keeping import keep

TO_BE_MENDED_BY_THE_OPERATOR = (errorcodes.INSUFFICIENT_PRIVILEGE, errorcodes.DISK_FULL, None)


class Command(BaseCommand):
    help = "Bring static files, tables, reference data and search index up to date, and with DEMO the demonstration."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            prepare()
        except StartError as reason:
            raise CommandError(str(reason)) from reason
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) not in TO_BE_MENDED_BY_THE_OPERATOR:
                raise
            raise CommandError(f"The database refused: {str(error).splitlines()[0]}") from error
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise CommandError(NO_SPACE) from error


def prepare() -> None:
    inspect(os.environ["DATABASE_URL"])
    collect_static_files()
    if pending_migrations():
        with step("Tables"):
            call_command("migrate", verbosity=0, interactive=False)
    with step("Places and competences"):
        call_command("load_places", verbosity=0)
        call_command("load_competences", verbosity=0)
    if settings.DEMO:
        with step("Demonstration region"):
            call_command("demo", verbosity=0)
    with step("Search index"):
        call_command("index_offers", verbosity=0)
        call_command("rematch_needs", verbosity=0)
        call_command("compare_measures", verbosity=0)
        keep()
    if settings.DEMO:
        with step("Gaps between demand and supply"):
            call_command("reckon_gaps", verbosity=0)
            demo_gaps.load(timezone.localdate())


def collect_static_files() -> None:
    """Gather and compress them when one was added, removed or changed."""
    stamp = settings.VAR_DIR / "static.sha256"
    found = digest_of_static_files()
    if stamp.exists() and stamp.read_text() == found and settings.STATIC_ROOT.exists():
        return
    with step("Static files"):
        call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(found)


def digest_of_static_files() -> str:
    files = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    seen = sorted((path, os.stat(path).st_mtime_ns, os.stat(path).st_size) for path in files)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
