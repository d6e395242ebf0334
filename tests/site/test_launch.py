"""Starting and ending: the embedded database is shared and outlives a killed user; what is wrong is one sentence."""
# ruff: noqa: S603 (it starts the site's own programs)

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import psycopg2  # type: ignore[import-untyped]  # comes without types
import pytest

import manage
from config import bootstrap, database
from config.bootstrap import StartError
from config.database import embedded, inspect
from config.management.commands import serve

ROOT = Path(__file__).resolve().parent.parent.parent
USER = """
import sys
from pathlib import Path
from config.database import embedded
with embedded(Path(sys.argv[1]), durable=False) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not within pytest's own folder, which other runs close to the user that PostgreSQL runs as under root."""
    with TemporaryDirectory(prefix="kompetansebro-test-") as name:
        yield Path(name)


@contextmanager
def another_user(folder: Path) -> Iterator[SimpleNamespace]:
    """A process that uses the database in the folder until told to leave."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        yield SimpleNamespace(process=process, url=process.stdout.readline().strip())
        process.stdin.close()
        process.wait(30)


def works(url: str) -> bool:
    connection = psycopg2.connect(url, connect_timeout=3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT similarity('blåbær', 'blåbær') = 1 AND '[1]'::vector IS NOT NULL")
        answer = cursor.fetchone()
    connection.close()
    return bool(answer == (True,))


def is_running(folder: Path) -> bool:
    return (folder / "data" / "postmaster.pid").exists()


def postmaster(folder: Path) -> str:
    return (folder / "data" / "postmaster.pid").read_text().split()[0]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def is_one_sentence(said: str) -> bool:
    return len(said.strip().splitlines()) == 1 and "Traceback" not in said


def test_the_database_is_there_for_its_users_and_gone_after_the_last(folder: Path) -> None:
    with embedded(folder, durable=False) as url:
        assert works(url)
        started = postmaster(folder)
        with another_user(folder) as other:
            assert works(other.url)
            assert postmaster(folder) == started
        assert works(url), "the one who left must not stop it"
    assert not is_running(folder)


def test_whoever_started_the_database_may_be_killed(folder: Path) -> None:
    with another_user(folder) as starter, another_user(folder) as other:
        starter.process.kill()
        starter.process.wait()
        assert works(other.url)
    assert not is_running(folder)


def test_a_database_whose_only_user_was_killed_is_taken_over(folder: Path) -> None:
    with another_user(folder) as killed:
        killed.process.kill()
    assert is_running(folder)
    with embedded(folder, durable=False) as url:
        assert works(url)
    assert not is_running(folder)


def test_a_number_left_by_a_crash_that_is_now_another_program_does_not_keep_the_database_from_starting(
    folder: Path,
) -> None:
    with embedded(folder, durable=False):
        left = (folder / "data" / "postmaster.pid").read_text().splitlines()
    (folder / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left[1:]]) + "\n")
    with embedded(folder, durable=False) as url:
        assert works(url)


def test_a_creation_that_was_broken_off_is_done_again(folder: Path) -> None:
    (folder / "new" / "base").mkdir(parents=True)
    with embedded(folder, durable=False) as url:
        assert works(url)


def test_the_folder_may_be_deep_and_have_an_odd_name(folder: Path) -> None:
    deep = folder / "en mappe med 'æøå' og $HOME" / ("x" * 100)
    with embedded(deep, durable=False) as url:
        assert works(url)
    assert not is_running(deep)


def test_nobody_else_on_the_machine_reaches_the_database(folder: Path) -> None:
    with embedded(folder, durable=False):
        assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_used_is_told(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(StartError, match="cannot be used"), embedded(folder / "file"):
        pass


def test_a_database_that_does_not_start_says_why(folder: Path) -> None:
    (folder / "data").mkdir()
    with pytest.raises(StartError, match="not a database cluster directory"), embedded(folder):
        pass


def test_a_command_brings_its_database_along_and_takes_it_away(folder: Path) -> None:
    done = run("manage.py", "showmigrations", "sessions", VAR_DIR=str(folder), DATABASE_URL="")
    assert "0001_initial" in done.stdout, done.stderr
    assert (folder / "postgres" / "data").exists()
    assert not is_running(folder / "postgres")


def test_a_terminated_command_takes_its_database_away(folder: Path) -> None:
    wait = "print('up', flush=True); import time; time.sleep(60)"
    environment = os.environ | {"VAR_DIR": str(folder), "DATABASE_URL": ""}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", wait]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        process.terminate()
        assert process.wait(30) == 128 + signal.SIGTERM
    assert not is_running(folder / "postgres")


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("migrate", True),
        ("check --database default", True),
        ("check", False),
        ("help migrate", False),
        ("migrate --help", False),
        ("collectstatic", False),
        ("", False),
    ],
)
def test_a_database_is_started_only_for_commands_that_need_one(command: str, needed: bool) -> None:
    assert manage.needs_database(command.split()) is needed


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://127.0.0.1:1/nobody", "Connection refused"),
        ("postgresql://no-such-host.invalid/nobody", "no-such-host.invalid"),
        ("mysql://127.0.0.1/kompetansebro", "must begin with postgresql"),
        ("postgresql://127.0.0.1/?no_such_option=1", "no_such_option"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_sentence(url: str, told: str) -> None:
    done = run("manage.py", "serve", DATABASE_URL=url, PORT=str(a_free_port()))
    assert done.returncode == 1
    assert told in done.stderr
    assert is_one_sentence(done.stderr), done.stderr


def test_a_database_that_is_too_old_or_lacks_an_extension_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    url = os.environ["DATABASE_URL"]
    inspect(url)
    monkeypatch.setattr(database, "EXTENSIONS", ("vector", "no_such_extension"))
    with pytest.raises(StartError, match="lacks the extension no_such_extension"):
        inspect(url)
    monkeypatch.setattr(database, "OLDEST", 99)
    with pytest.raises(StartError, match="99 or newer is needed"):
        inspect(url)


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("command", [("-P", "config/bootstrap.py", "run"), ("manage.py", "serve")])
def test_a_port_that_is_taken_is_one_sentence_that_helps(command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(*command, PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "make run" in done.stderr
    assert is_one_sentence(done.stderr), done.stderr


@pytest.mark.parametrize("word", ["http", "0", "65536", "-1", "8000.5"])
def test_a_port_that_is_none_is_refused(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", word)
    with pytest.raises(StartError, match="from 1 to 65535"):
        bootstrap.free_port()


def test_a_full_disk_is_told_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=5_000_000))
    with pytest.raises(StartError, match="5 MB are free"):
        bootstrap.enough_disk()


def test_a_disk_that_fills_meanwhile_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var").mkdir()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    with pytest.raises(StartError, match="disk is full"):
        bootstrap.run(sys.executable, "-c", "raise SystemExit('OSError: [Errno 28] No space left on device')")


def test_a_failing_step_tells_its_first_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var").mkdir()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    with pytest.raises(StartError, match=r"ERROR: no such package.*setup\.log"):
        bootstrap.run(sys.executable, "-c", "raise SystemExit('trying\\nERROR: no such package\\nmore')")


def test_a_machine_without_a_browser_is_told_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "BROWSERS", ())
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(StartError, match="apt-get install chromium"):
        bootstrap.browser()


def test_a_process_that_ends_by_itself_is_told() -> None:
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    child.wait()
    with pytest.raises(StartError, match=r"The web process ended by itself \(exit code 3\)"):
        serve.report_dead({"web": child})


def test_a_process_that_will_not_end_is_killed_with_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "GRACE", 0.2)
    stubborn = (
        "import signal, subprocess; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen(['sleep', '60']); print(child.pid, flush=True); child.wait()"
    )
    child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout
    with child.stdout:
        assert child.stdout.readline()
        serve.end({"web": child})
        assert child.returncode == -signal.SIGKILL
        assert child.stdout.read() == b"", "its child holds the other end no more"
