"""Who gets which answer where: every address of the site, own and foreign things, by every kind of visitor.

What is right stands in permissions.txt. A new address fails here until it has its rows there.
"""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.html import escape

from tests.site.world import VISITORS, World

# What a browser sends when nothing is filled in.
FORM = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": "-"})
TABLE = Path(__file__).parent / "permissions.txt"


class Row(NamedTuple):
    """One line of the table: how an address answers each visitor, by this method, for own or foreign things."""

    address: str
    method: str
    whose: str
    answers: list[str]

    @property
    def name(self) -> str:
        """Of the url; what follows a colon is which act."""
        return self.address if self.address.startswith("admin:") else self.address.partition(":")[0]


def table() -> list[Row]:
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    header, *rows = [words for words in lines if words and words[0] != "#"]
    assert header[3:] == VISITORS
    return [Row(address, method, whose, answers) for address, method, whose, *answers in rows]


ROWS = table()


def addresses(patterns: list[Any] | None = None, namespace: str = "") -> Iterator[str]:
    """The names of all addresses of the site."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


def test_every_address_stands_in_the_table() -> None:
    assert {name for name in addresses() if not name.startswith("admin:")} - {row.name for row in ROWS} == set()


def test_the_table_has_no_address_that_is_gone() -> None:
    assert {row.name for row in ROWS} - set(addresses()) == set()


def test_every_row_answers_every_visitor() -> None:
    assert [row for row in ROWS if len(row.answers) != len(VISITORS)] == []


@pytest.fixture
def world(db: None) -> World:
    return World()


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


@pytest.mark.parametrize("address", dict.fromkeys(row.address for row in ROWS))
def test_each_visitor_gets_the_answer_of_the_table(address: str, world: World) -> None:
    rows = [row for row in ROWS if row.address == address]
    answers = [row._replace(answers=list(given(row, world))) for row in rows]
    assert answers == rows


def given(row: Row, world: World) -> Iterator[str]:
    """The answers to a row; a refusal must say why."""
    for visitor in VISITORS:
        response: Any = ask(world.clients[visitor], row.method, world.url(row.address, row.whose, visitor))
        if response.status_code == 403 and not row.address.startswith("admin:"):
            reason = response.context["exception"]
            assert reason, f"{row.address} refuses {visitor} without a reason"
            assert escape(reason) in response.content.decode()
        yield answer(response)


def test_a_fragment_sends_those_whose_login_has_run_out_to_log_in(world: World) -> None:
    """The administration has no fragments."""
    rows = [row for row in ROWS if row.method == "GET" and row.answers[0] == "login" and row.name != "admin:index"]
    for row in rows:
        url = world.url(row.address, row.whose, "stranger")
        response = ask(world.clients["stranger"], "GET", url, HX_Request="true")
        assert response.status_code == 200, row
        assert "/login/?next=" in response.headers["HX-Redirect"], row


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_methods_that_nobody_uses_change_nothing_anywhere(method: str, world: World) -> None:
    """The doors of the administration and of accounts answer like a GET, ours refuse."""
    not_ours = {"admin", "account_"}
    for row in ROWS:
        if row.whose != "foreign" and not any(row.name.startswith(start) for start in not_ours):
            response = ask(world.clients["broker"], method, world.url(row.address, row.whose, "broker"))
            assert response.status_code in {404, 405}, row


def test_a_post_without_its_token_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["broker"])
    rows = [row for row in ROWS if row.method == "POST" and row.whose != "foreign"]
    answers = {row.address: answer(ask(client, "POST", world.url(row.address, row.whose, "broker"))) for row in rows}
    assert set(answers.values()) == {"403"}


def test_the_administration_opens_to_those_who_administer_only(world: World) -> None:
    tables = [name for name in addresses() if name.startswith("admin:") and name.endswith("_changelist")]
    assert len(tables) > 10
    for name in tables:
        answers = {visitor: answer(ask(client, "GET", reverse(name))) for visitor, client in world.clients.items()}
        assert answers == {**dict.fromkeys(VISITORS, "login"), "administrator": "200"}, name


@pytest.mark.parametrize("page", ["add", "change", "delete", "history"])
def test_every_page_of_the_administration_asks_the_others_to_log_in(page: str, world: World) -> None:
    names = [
        name for name in addresses() if name.startswith("admin:") and name.endswith(f"_{page}") and name.count("_") > 1
    ]
    for name in names:
        url = reverse(name, args=[] if page == "add" else ["1"])
        for visitor in ("stranger", "broker"):
            assert {answer(ask(world.clients[visitor], method, url)) for method in ("GET", "POST")} == {"login"}, name
