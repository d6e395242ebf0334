"""Databases beside the one of the tests: made, worked with, taken as the template of others, removed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
# What the tables are made from: when a word of it changes, they are made anew.
SOURCES = [
    "*/migrations/*.py",
    "partners/migrating.py",
    "partners/fields.py",
    "partners/ordering.py",
    "requirements.txt",
]
LOCK = 2_305  # so that one worker makes it and the others wait


def migrated() -> str:
    """The name of a database with the tables and nothing else, kept from run to run: to migrate takes minutes."""
    name = f"migrated_{digest()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'migrated\_%'")
        kept = [row[0] for row in cursor.fetchall()]
        if name not in kept:
            for older in kept:
                cursor.execute(f'DROP DATABASE "{older}" WITH (FORCE)')
            with made("migrating"):
                with used("migrating"):
                    call_command("migrate", verbosity=0)
                cursor.execute(f'ALTER DATABASE "migrating" RENAME TO "{name}"')
    return name


def digest() -> str:
    files = sorted(file for pattern in SOURCES for file in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


@contextmanager
def made(name: str, template: str = "template1") -> Iterator[None]:
    """Have a database of that name, for so long."""
    connection.close()
    remove = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    with connection._nodb_cursor() as cursor:
        cursor.execute(remove)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield
    with connection._nodb_cursor() as cursor:
        cursor.execute(remove)


@contextmanager
def used(name: str) -> Iterator[None]:
    """Let this thread, and those of the server, work with the database of that name."""
    before = str(connection.settings_dict["NAME"])
    switch(name)
    try:
        yield
    finally:
        switch(before)


def switch(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
