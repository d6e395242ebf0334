"""How the tables of permissions are read, and how a visitor asks an address."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.html import escape

from partners.models import User

HERE = Path(__file__).parent
# What a browser sends when nothing is filled in.
FORM = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": "-"})


class Scene(Protocol):
    """Who meets, and around which things."""

    people: dict[str, User]

    @property
    def clients(self) -> dict[str, Client]: ...

    def url(self, address: str, whose: str, visitor: str) -> str:
        """Where the visitor finds the address of such a thing."""
        ...


class Row(NamedTuple):
    """One line of a table: how an address answers each visitor, by this method, for own or foreign things."""

    table: str
    address: str
    method: str
    whose: str
    answers: dict[str, str]

    @property
    def name(self) -> str:
        """Of the url; what follows a colon is which act."""
        return self.address if self.address.startswith("admin:") else self.address.partition(":")[0]

    @property
    def is_foreign(self) -> bool:
        return self.whose.startswith("foreign")


def table(path: Path, visitors: list[str]) -> list[Row]:
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    header, *rows = [words for words in lines if words and words[0] != "#"]
    assert header[3:] == visitors, path.name
    return [
        Row(path.name, address, method, whose, dict(zip(visitors, answers, strict=True)))
        for address, method, whose, *answers in rows
    ]


def addresses(patterns: list[Any] | None = None, namespace: str = "") -> Iterator[str]:
    """The names of all addresses of the site."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


def ask(client: Client, method: str, url: str, **headers: str) -> HttpResponseBase:
    """What a request changes is taken back at once, cookies too."""
    cookies = client.cookies
    client.cookies = deepcopy(cookies)
    with transaction.atomic():
        response = client.generic(method, url, FORM if method == "POST" else b"", MULTIPART_CONTENT, headers=headers)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def answer(response: HttpResponseBase) -> str:
    to = response.headers.get("Location", "")
    wants_login = to.startswith((reverse("account_login"), reverse("admin:login")))
    return "login" if wants_login else str(response.status_code)


def given(row: Row, world: Scene) -> dict[str, str]:
    """The answers to a row; a refusal must say why."""
    answers = {}
    for visitor in row.answers:
        response: Any = ask(world.clients[visitor], row.method, world.url(row.address, row.whose, visitor))
        if response.status_code == 403 and not row.address.startswith("admin:"):
            reason = response.context["exception"]
            assert reason, f"{row.address} refuses {visitor} without a reason"
            assert escape(reason) in response.content.decode()
        answers[visitor] = answer(response)
    return answers
