"""The whole site on this machine: prepares it, then watches over web and worker until Ctrl-C."""
# ruff: noqa: S603 (it starts itself and granian)

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.bootstrap import StartError, free_port

WEB = (
    *("-m", "granian", "--interface=wsgi", "--workers=2", "--blocking-threads=1", "--log-level=warning"),
    *("--respawn-failed-workers", "--workers-kill-timeout=5"),
)
PATIENCE = 30  # seconds for web to answer
GRACE = 10  # seconds for a process to end what it is doing


class Command(BaseCommand):
    help = "Run the whole site on PORT (8000): prepares it, then web and worker until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, interrupt)
        children: dict[str, subprocess.Popen[bytes]] = {}
        launcher = os.getppid() if is_waiting_make(os.getppid()) else None
        try:
            port = free_port()
            prepare(children, launcher)
            children["web"] = start(*WEB, f"--port={port}", "config.wsgi:application")
            children["worker"] = start("manage.py", "qcluster")
            wait_for_answer(port, children)
            self.welcome()
            watch(children, launcher)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        except StartError as reason:
            raise CommandError(str(reason)) from reason
        finally:
            end(children)

    def welcome(self) -> None:
        self.stdout.write(f"\nKompetansebro answers on {settings.SITE_URL}\n")
        if settings.DEMO:
            from config.demo_region import PASSWORD, logins

            self.stdout.write(f"\nDemonstration logins, all with the password {PASSWORD}:\n")
            for label, email in logins():
                self.stdout.write(f"  {email:<32} {label}")
        self.stdout.write("\nCtrl-C ends it.")
        self.stdout.flush()


def interrupt(number: int, frame: FrameType | None) -> None:
    """The first signal ends the site in good order; those that follow must not disturb that."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt


def prepare(children: dict[str, subprocess.Popen[bytes]], launcher: int | None) -> None:
    """A process of its own, which gives back its memory when it ends; why it failed it has said itself."""
    preparation = children["preparation"] = start("manage.py", "prepare")
    while preparation.poll() is None:
        heed(launcher)
        time.sleep(0.1)
    del children["preparation"]
    if preparation.returncode:
        raise SystemExit(1)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C reaches only this process, which ends the others in order."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent if sys.platform == "linux" else None,
    )


def end_with_parent() -> None:
    """Have Linux terminate this process when the one that watches over it was killed."""
    parent_death_signal = 1
    ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGTERM)


def wait_for_answer(port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        report_dead(children)
        if answers(port):
            return
        time.sleep(0.1)
    raise StartError(f"The web server did not answer within {PATIENCE} seconds.")


def answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/health")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
    return True


def watch(children: dict[str, subprocess.Popen[bytes]], launcher: int | None) -> None:
    while True:
        report_dead(children)
        heed(launcher)
        time.sleep(0.3)


def heed(launcher: int | None) -> None:
    """End when the make that started this was interrupted."""
    if launcher and not (os.getppid() == launcher and is_waiting_make(launcher)):
        raise KeyboardInterrupt


def is_waiting_make(pid: int) -> bool:
    """Whether this is a make that nobody has interrupted.

    A make that is killed, or that alone gets SIGINT, tells its children nothing; but Linux shows that it no longer
    catches the signal. Where there is no /proc, Ctrl-C and SIGTERM still arrive.
    """
    try:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    except OSError:
        return False
    caught = int(status["SigCgt"], 16)
    return status["Name"].strip() in ("make", "gmake") and bool(caught >> (signal.SIGINT - 1) & 1)


def report_dead(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise StartError(f"The {name} process ended by itself (exit code {child.returncode}); all is stopped.")


def end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Web first, so that nothing new comes in; whoever does not end in time is killed with all its children."""
    for child in children.values():
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
