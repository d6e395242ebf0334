"""Every page is accessible, at both widths, light and dark, and holds together when narrow or with large text."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response

from brokering.exchange.imports import check_upload
from brokering.matching import rematch
from brokering.models import CompetenceNeed
from partners.models import Organisation, User
from pooling.proposing.jobs import propose_all
from tests.browser.axe import complaints
from tests.browser.conftest import Visitor
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

WIDTHS = (390, 1280)
NARROW = 320
TEXT_SPACING = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }
"""
LARGE_TEXT = "html { font-size: 200% !important }"
STYLE = """css => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = css ? [sheet] : []
}"""
# Text that lies on other text of its layer, boxes that hide a part of what they hold, and a page wider than its window.
SPOILT = """() => {
    const never = 'script, style, option, datalist, textarea'
    const apart = '.ds-sr-only, .ds-skip-link, .table--stacked thead, .menu .label'
    const left_out = element => element.closest(never)
        || element.closest(apart) && getComputedStyle(element.closest(apart)).position !== 'static'
        || !element.checkVisibility()
    const spoilt = []
    const texts = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
        const node = walker.currentNode
        if (!node.data.trim() || left_out(node.parentElement)) continue
        const layer = node.parentElement.closest('.menu-panel')
        const range = document.createRange()
        range.selectNodeContents(node)
        for (const box of range.getClientRects()) if (box.width > 2 && box.height > 2) texts.push({box, node, layer})
    }
    const over = ({box: a}, {box: b}) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 2
    texts.forEach((one, n) => {
        const others = texts.slice(n + 1).filter(other => other.node !== one.node && other.layer === one.layer)
        const other = others.find(other => over(one, other))
        if (other) spoilt.push(`“${one.node.data.trim()}” lies on “${other.node.data.trim()}”`)
    })
    const hides = overflow => ['hidden', 'clip'].includes(overflow)
    for (const element of document.body.querySelectorAll('*')) {
        if (left_out(element) || element.matches('select, input')) continue
        const {overflowX, overflowY} = getComputedStyle(element)
        const is_cut = hides(overflowX) && element.scrollWidth > element.clientWidth + 1
            || hides(overflowY) && element.scrollHeight > element.clientHeight + 1
        if (is_cut) spoilt.push(`cut: ${element.outerHTML.slice(0, 120)}`)
    }
    if (document.documentElement.scrollWidth > innerWidth) {
        const out = [...document.body.querySelectorAll('*')].filter(one => one.getClientRects()[0]?.right > innerWidth)
        spoilt.push(`wider than the window: ${out.slice(-3).map(one => one.outerHTML.slice(0, 120))}`)
    }
    return spoilt
}"""


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


@pytest.fixture(scope="module", params=SAMPLES, ids=str)
def shown(request: pytest.FixtureRequest, visitor: Visitor, furnished: None) -> Iterator[Page]:
    """The page, opened once for all that is asked of it."""
    sample: Sample = request.param
    context = visitor(sample.who, language="nb")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if answer.request.is_navigation_request() else None)
    page.goto(sample.path)
    if sample.then:
        sample.then(page)
    assert answers[-1].status == sample.status
    if sample.status == 200:
        assert said == []
    yield page
    context.close()


@pytest.fixture
def plain(shown: Page) -> Iterator[Page]:
    """The page as it comes, and left as it came."""
    yield shown
    shown.emulate_media(color_scheme="light", forced_colors="none")
    shown.evaluate(STYLE, "")
    shown.set_viewport_size({"width": 1280, "height": 900})


def test_every_address_is_a_page_here_or_named_as_none() -> None:
    assert set(names()) == {sample.name for sample in SAMPLES} | set(NOT_PAGES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_is_accessible(plain: Page, width: int, scheme: str) -> None:
    plain.set_viewport_size({"width": width, "height": 900})
    plain.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
    assert complaints(plain, of_colours=scheme == "dark") == []


@pytest.mark.parametrize("width", [NARROW, *WIDTHS])
def test_holds_together(plain: Page, width: int) -> None:
    plain.set_viewport_size({"width": width, "height": 900})
    assert plain.evaluate(SPOILT) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_takes_spaced_text(plain: Page, width: int) -> None:
    plain.set_viewport_size({"width": width, "height": 900})
    plain.evaluate(STYLE, TEXT_SPACING)
    assert plain.evaluate(SPOILT) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_takes_text_twice_as_large(plain: Page, width: int) -> None:
    plain.set_viewport_size({"width": width, "height": 900})
    plain.evaluate(STYLE, LARGE_TEXT)
    assert plain.evaluate(SPOILT) == []


def test_moves_nothing_for_those_who_do_not_want_it(plain: Page) -> None:
    moving = plain.evaluate(
        """() => [...document.querySelectorAll('*')].filter(one => {
            const {animationDuration, transitionDuration} = getComputedStyle(one)
            return parseFloat(animationDuration) > 0 || parseFloat(transitionDuration) > 0
        }).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert moving == []


def test_shows_its_signs_in_forced_colours(plain: Page) -> None:
    plain.emulate_media(forced_colors="active")
    unseen = plain.evaluate(
        """() => [...document.querySelectorAll('main .icon')].filter(one => one.checkVisibility()
            && getComputedStyle(one).backgroundColor === getComputedStyle(document.body).backgroundColor
        ).map(one => one.outerHTML)"""
    )
    assert unseen == []
    assert plain.evaluate(SPOILT) == []


def test_has_room_for_a_thumb(plain: Page) -> None:
    """What one came to press is 44 pixels high on a phone; axe asks 24 of everything."""
    plain.set_viewport_size({"width": 390, "height": 900})
    small = plain.evaluate(
        """() => [...document.querySelectorAll(
            '.ds-button:not([data-variant]), .menu > summary, .filters > summary, .site-header button,'
            + ' input.ds-input:not([type=radio], [type=checkbox]), select.ds-input, textarea.ds-input'
        )].filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
        .map(one => `${one.getBoundingClientRect().height}: ${one.outerHTML.slice(0, 120)}`)"""
    )
    assert small == []
