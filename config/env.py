"""Reads the environment: one small function a kind of value, each with a clear error."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off and the empty string."""
    value = os.environ.get(name, str(default)).strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not “{value}”.")


def number(name: str, *, default: int) -> int:
    """A whole number, at least 0."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”.")
    return int(value)


def words(name: str) -> list[str]:
    """The comma-separated words of a variable."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def site_url(default: str) -> str:
    """The address by which people reach the site."""
    url = os.environ.get("SITE_URL", default).rstrip("/")
    if not url.startswith(("http://", "https://")) or not urlsplit(url).hostname:
        raise ImproperlyConfigured(f"SITE_URL must be a whole address such as https://example.org, not “{url}”.")
    return url


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def hour_of_week(name: str, default: str) -> tuple[int, int]:
    """A day and hour such as “monday 7”: which day of the week, from 0, and the hour."""
    written = os.environ.get(name, default).strip().lower()
    day, _space, hour = written.partition(" ")
    if day not in DAYS or not hour.strip().isdecimal() or int(hour) > 23:
        raise ImproperlyConfigured(f"{name} must be a day and an hour such as “monday 7”, not “{written}”.")
    return DAYS.index(day), int(hour)


def log_level() -> str:
    level = os.environ.get("LOG_LEVEL", "WARNING").upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        raise ImproperlyConfigured(f"LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not “{level}”.")
    return level


def secret_key(keep_in: Path) -> str:
    """SECRET_KEY from the environment, else one that is made once and kept on this machine."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    if not keep_in.exists():
        keep_in.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(keep_in, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(64))
    return keep_in.read_text(encoding="utf-8").strip()


IMPATIENT = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"


def database(url: str, *, patient: bool) -> dict[str, object]:
    """Django's settings for a PostgreSQL address such as postgresql://user:word@host:5432/name?sslmode=require.

    Commands and jobs are patient; nobody waits for a page.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// – no other database will do.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "kompetansebro",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "options": "" if patient else IMPATIENT,
            **options,
        },
    }


def email(url: str) -> dict[str, object]:
    """Django's settings for a mail server such as smtp://user:word@host:587 (smtps:// for TLS from the start)."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp:// or smtps://.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 10,
    }
