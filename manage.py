#!/usr/bin/env python
"""Django's commands. Where DATABASE_URL names no database, they bring the embedded one along."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config.bootstrap import StartError
from config.database import embedded

NEED_NO_DATABASE = {
    *("help", "version", "--help", "--version", "check", "collectstatic", "findstatic", "diffsettings"),
    *("makemessages", "compilemessages", "startapp", "startproject"),
}
VAR = Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parent / "var"))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("PATIENT", "1")
    try:
        if needs_database(sys.argv[1:]) and not os.environ.get("DATABASE_URL"):
            with ends_tidily(), embedded(VAR / "postgres") as os.environ["DATABASE_URL"]:
                execute()
        else:
            execute()
    except StartError as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit(130)


def execute() -> None:
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings, and with them the environment
    except ImproperlyConfigured as reason:
        raise StartError(str(reason)) from reason
    execute_from_command_line(sys.argv)


def needs_database(arguments: list[str]) -> bool:
    if not arguments or "--help" in arguments or "-h" in arguments:
        return False
    return arguments[0] not in NEED_NO_DATABASE or "--database" in arguments


@contextmanager
def ends_tidily() -> Iterator[None]:
    """A terminated command still stops the database it started."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda number, frame: sys.exit(128 + number))
    yield


if __name__ == "__main__":
    main()
