"""Who gets which answer where: every address of the site, own and foreign things, by every kind of visitor.

What is right stands in permissions.txt, and for what partners do together in permissions_*.txt, which have other
visitors, and of money others again. A new address fails here until it has its rows in one of them.
"""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.site.asking_world import AskingWorld
from tests.site.funding_world import VISITORS as MONEY_VISITORS
from tests.site.funding_world import FundingWorld
from tests.site.matrix import HERE, Row, Scene, addresses, answer, ask, given, table
from tests.site.pool_world import PoolWorld
from tests.site.project_world import VISITORS as PROJECT_VISITORS
from tests.site.project_world import ProjectWorld
from tests.site.world import VISITORS, World

MONEY_TABLE = HERE / "permissions_funding.txt"
POOL_TABLE = HERE / "permissions_pools_page.txt"
ASKING_TABLE = HERE / "permissions_pools_asking.txt"
PROJECT_TABLES = sorted({*HERE.glob("permissions_*.txt")} - {MONEY_TABLE, POOL_TABLE, ASKING_TABLE})
ROWS = [row for path in (HERE / "permissions.txt", POOL_TABLE, ASKING_TABLE) for row in table(path, VISITORS)]
PROJECT_ROWS = [row for path in PROJECT_TABLES for row in table(path, PROJECT_VISITORS)]
MONEY_ROWS = table(MONEY_TABLE, MONEY_VISITORS)
ALL = [*ROWS, *PROJECT_ROWS, *MONEY_ROWS]
# In which world the things of a table are, and who may do most there; of those that are not here, in a project's.
WORLDS: dict[str, tuple[type[Scene], str]] = {
    "permissions.txt": (World, "broker"),
    POOL_TABLE.name: (PoolWorld, "broker"),
    ASKING_TABLE.name: (AskingWorld, "broker"),
    MONEY_TABLE.name: (FundingWorld, "officer"),
}

# The world in which the things of a row are, and its visitor who may do most.
Meet = Callable[[Row], tuple[Scene, str]]


def test_every_address_stands_in_a_table() -> None:
    assert {name for name in addresses() if not name.startswith("admin:")} - {row.name for row in ALL} == set()


def test_the_tables_have_no_address_that_is_gone() -> None:
    assert {row.name for row in ALL} - set(addresses()) == set()


def test_no_question_is_asked_twice() -> None:
    asked = [(row.address, row.method, row.whose) for row in ALL]
    assert [question for question in asked if asked.count(question) > 1] == []


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def meet(db: None) -> Meet:
    worlds: dict[type[Scene], Scene] = {}

    def in_world(row: Row) -> tuple[Scene, str]:
        world, visitor = WORLDS.get(row.table, (ProjectWorld, "leader"))
        if world not in worlds:
            worlds[world] = world()
        return worlds[world], visitor

    return in_world


@pytest.mark.parametrize("address", dict.fromkeys(row.address for row in ALL))
def test_each_visitor_gets_the_answer_of_the_table(address: str, meet: Meet) -> None:
    rows = [row for row in ALL if row.address == address]
    assert [row._replace(answers=given(row, meet(row)[0])) for row in rows] == rows


def test_a_fragment_sends_those_whose_login_has_run_out_to_log_in(meet: Meet) -> None:
    """The administration has no fragments."""
    rows = [row for row in ALL if (row.method, row.answers["stranger"]) == ("GET", "login")]
    for row in rows:
        if row.name != "admin:index":
            there = meet(row)[0]
            response = ask(
                there.clients["stranger"], "GET", there.url(row.address, row.whose, "stranger"), HX_Request="true"
            )
            assert response.status_code == 200, row
            assert "/login/?next=" in response.headers["HX-Redirect"], row


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_methods_that_nobody_uses_change_nothing_anywhere(method: str, meet: Meet) -> None:
    """The doors of the administration and of accounts answer like a GET, ours refuse."""
    not_ours = {"admin", "account_"}
    for row in ALL:
        if not row.is_foreign and not any(row.name.startswith(start) for start in not_ours):
            there, visitor = meet(row)
            response = ask(there.clients[visitor], method, there.url(row.address, row.whose, visitor))
            assert response.status_code in {404, 405}, row


# Mail programs press this button for the reader; the link they were sent is the key (RFC 8058).
PRESSED_BY_MACHINES = {"digest-unsubscribe", "follow-up-stop", "notice-stop"}


def test_a_post_without_its_token_is_refused(meet: Meet) -> None:
    client = Client(enforce_csrf_checks=True)
    for row in ALL:
        if row.method == "POST" and not row.is_foreign and row.name not in PRESSED_BY_MACHINES:
            there, visitor = meet(row)
            client.force_login(there.people[visitor])
            assert answer(ask(client, "POST", there.url(row.address, row.whose, visitor))) == "403", row


def test_the_administration_opens_to_those_who_administer_only(world: World) -> None:
    tables = [name for name in addresses() if name.startswith("admin:") and name.endswith("_changelist")]
    assert len(tables) > 10
    for name in tables:
        answers = {visitor: answer(ask(client, "GET", reverse(name))) for visitor, client in world.clients.items()}
        assert answers == {**dict.fromkeys(VISITORS, "login"), "administrator": "200"}, name


def test_those_who_run_the_site_do_not_read_what_people_ask_for_guidance_about(db: None) -> None:
    world = ProjectWorld()
    enquiry = world.own.enquiry
    page = reverse("admin:projects_guidanceenquiry_change", args=[enquiry.pk])
    shown = ask(world.clients["admin"], "GET", page)
    assert isinstance(shown, HttpResponse)
    assert enquiry.reference in shown.content.decode()
    for theirs in (enquiry.text, enquiry.name, enquiry.email, enquiry.phone, enquiry.token):
        assert theirs not in shown.content.decode()


@pytest.mark.parametrize("page", ["add", "change", "delete", "history"])
def test_every_page_of_the_administration_asks_the_others_to_log_in(page: str, world: World) -> None:
    names = [
        name for name in addresses() if name.startswith("admin:") and name.endswith(f"_{page}") and name.count("_") > 1
    ]
    for name in names:
        url = reverse(name, args=[] if page == "add" else ["1"])
        for visitor in ("stranger", "broker"):
            assert {answer(ask(world.clients[visitor], method, url)) for method in ("GET", "POST")} == {"login"}, name
