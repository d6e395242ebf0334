"""The memory of a web process as in production: with dictionaries, language model and a hundred matches behind it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote
from urllib.request import urlopen

import psutil  # type: ignore[import-untyped]  # comes without types
from django.core.management import call_command
from django.db import connection

from brokering.models import Competence

PORT = "8199"
ADDRESS = f"http://127.0.0.1:{PORT}"
MATCHES = 100


def memory() -> Iterator[tuple[str, str]]:
    call_command("collectstatic", verbosity=0, interactive=False)
    said = [sentence for one in Competence.objects.order_by("pk") for sentence in one.sentences][::7]
    server = subprocess.Popen(  # noqa: S603  # our own server
        [
            sys.executable,
            "-m",
            "granian",
            "--interface=wsgi",
            "--workers=1",
            "--blocking-threads=1",
            "--log-level=error",
            "--host=127.0.0.1",
            f"--port={PORT}",
            "config.wsgi:application",
        ],
        env=os.environ | {"DATABASE_URL": _url(), "PORT": PORT, "SITE_URL": ADDRESS, "DEBUG": "0"},
    )
    try:
        _get("/health")
        time.sleep(20)
        yield "memory of a web process, warm (RSS)", _resident(server)
        for number in range(MATCHES):
            _get(f"/match/?q={quote(said[number % len(said)])}")
        yield f"memory of a web process after {MATCHES} matches (RSS)", _resident(server)
    finally:
        server.terminate()
        server.wait(30)


def _resident(server: subprocess.Popen[bytes]) -> str:
    """Of the worker, which is the child that has the application."""
    workers = psutil.Process(server.pid).children(recursive=True)
    return f"{max(worker.memory_info().rss for worker in workers) / 1e6:.0f} MB"


def _get(path: str) -> None:
    """Asked again for as long as it does not listen."""
    for _second in range(120):
        try:
            with urlopen(ADDRESS + path, timeout=60) as answer:  # noqa: S310  # our own address
                answer.read()
                return
        except OSError:
            time.sleep(1)
    raise TimeoutError(path)


def _url() -> str:
    """Of the database in use, which is another than the one the process was started with."""
    before, _name, after = os.environ["DATABASE_URL"].partition("/kompetansebro?")
    return f"{before}/{connection.settings_dict['NAME']}?{after}"
