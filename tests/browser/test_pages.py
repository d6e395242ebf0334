"""Every page is accessible, at both widths, light and dark, and holds together when narrow or with large text."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple, cast

import pytest
from playwright.sync_api import Page, Response

from brokering.exchange.imports import check_upload
from brokering.matching import rematch
from brokering.models import CompetenceNeed
from partners.models import Organisation, User
from pooling.proposing.jobs import propose_all
from tests.browser.axe import complaints
from tests.browser.conftest import Visitor, enter
from tests.browser.looks import MOVING, SMALL, SPOILT, STYLE, UNSEEN
from tests.browser.pages import NOT_PAGES, SAMPLES, names
from tests.browser.pool_asking_pages import furnish_asking
from tests.browser.pool_page_pages import furnish_pools
from tests.browser.project_things import furnish
from tests.browser.sample import Sample
from tests.browser.things import COUNTY, EMPLOYER, LEADER, NOBODY, judge
from tests.factories import (
    InvitationFactory,
    MembershipFactory,
    NeedRequestFactory,
    OrganisationFactory,
    ProposalFactory,
    UserFactory,
)

pytestmark = pytest.mark.browser

TEXT_SPACING = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }
"""
LARGE_TEXT = "html { font-size: 200% !important }"

Question = Callable[[Page], list[str]]


class Look(NamedTuple):
    """How the page is looked at, and what is asked of it so."""

    width: int
    how: str
    questions: list[Question]
    css: str = ""


def asked(script: str) -> Question:
    return lambda page: cast(list[str], page.evaluate(script))


of_all, of_colours, spoilt = complaints, partial(complaints, of_colours=True), asked(SPOILT)
LOOKS = [
    Look(1280, "light", [of_all, spoilt, asked(MOVING)]),
    Look(1280, "dark", [of_colours]),
    Look(1280, "forced colours", [asked(UNSEEN), spoilt]),
    Look(1280, "spaced text", [spoilt], TEXT_SPACING),
    Look(1280, "text twice as large", [spoilt], LARGE_TEXT),
    Look(390, "light", [of_all, spoilt, asked(SMALL)]),
    Look(390, "dark", [of_colours]),
    Look(390, "spaced text", [spoilt], TEXT_SPACING),
    Look(390, "text twice as large", [spoilt], LARGE_TEXT),
    Look(320, "light", [spoilt]),
]


@pytest.fixture(scope="module")
def furnished(visitor: Visitor) -> None:
    """What the demonstration has not: a proposal, an invitation, people and a school that have just come."""
    UserFactory.create(email=NOBODY)
    UserFactory.create(email="uten.passord@example.no", password="!")
    OrganisationFactory.create(name="Skole uten kurs", roles=["provider"])
    broker = Organisation.objects.get(memberships__user__email=LEADER)
    InvitationFactory.create(organisation=broker, invited_by=User.objects.get(email=LEADER))
    MembershipFactory.create(
        user=UserFactory.create(email="ny.tilbyder@example.no"), organisation=OrganisationFactory.create(provider=True)
    )
    records = [{"entity_id": "x___1", "title": "Biologi", "larested": "UiT"}, {"entity_id": "", "title": "Uten id"}]
    check_upload("utdanning.json", json.dumps(records).encode(), None, User.objects.get(email=COUNTY))
    NeedRequestFactory.create()
    rematch(NeedRequestFactory.create().confirm())
    need = CompetenceNeed.objects.filter(employer__memberships__user__email=EMPLOYER, state="open")[0]
    offers = need.matches.best().exclude(offer__proposals__need=need)
    ProposalFactory.create(need=need, offer=offers[0].offer, state="seen", message="Ring meg gjerne.")
    furnish()
    propose_all()
    furnish_pools()
    furnish_asking()
    judge()


class Window:
    """A tab in which one page is opened after the other, each by a visitor who was never here before."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.statuses: list[int] = []
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("response", self.answered)

    def answered(self, answer: Response) -> None:
        if answer.request.is_navigation_request():
            self.statuses.append(answer.status)

    def open(self, sample: Sample) -> None:
        self.look(LOOKS[0])
        self.page.unroute_all()
        self.said.clear()
        self.statuses.clear()
        self.page.goto(sample.path)
        if sample.then:
            sample.then(self.page)
        assert self.statuses[-1] == sample.status
        if sample.status == 200:
            assert self.said == []

    def look(self, look: Look) -> None:
        self.page.set_viewport_size({"width": look.width, "height": 900})
        self.page.emulate_media(
            color_scheme="dark" if look.how == "dark" else "light",
            forced_colors="active" if look.how == "forced colours" else "none",
        )
        self.page.evaluate(STYLE, look.css)


@pytest.fixture(scope="module")
def window(visitor: Visitor, furnished: None) -> Window:
    return Window(visitor().new_page())


def test_every_address_is_a_page_here_or_named_as_none() -> None:
    assert set(names()) == {sample.name for sample in SAMPLES} | set(NOT_PAGES)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_is_right_however_one_looks_at_it(window: Window, server: str, sample: Sample) -> None:
    enter(window.page.context, server, sample.who, "nb")
    window.open(sample)
    wrong = [f"{look.width} pixels, {look.how}: {what}" for look in LOOKS for what in seen(window, look)]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def seen(window: Window, look: Look) -> Iterator[str]:
    """What is wrong with the page as one sees it so."""
    window.look(look)
    for question in look.questions:
        yield from question(window.page)
