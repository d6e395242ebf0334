"""The journey by keyboard alone: every stop can be seen, in the order one reads, and nothing throws one back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.things import LEADER

pytestmark = pytest.mark.browser

NEED = "Tre av sveiserne våre må lære å sveise aluminium"
ONLINE = re.compile("^Online")
MOST_STOPS = 150
# The element in focus: what it is called, where it is, and whether it, its card or its field shows that.
STOP = """() => {
    const element = document.activeElement
    const shows = one => {
        const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(one)
        return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 || boxShadow !== 'none'
    }
    const {left, right, top, bottom} = element.getBoundingClientRect()
    const label = element.labels?.[0]?.innerText
    if (element === document.body) return {name: 'the end', is_seen: true, region: ''}
    return {
        name: (element.ariaLabel || label || element.innerText || element.name).trim().replace(/\\s+/g, ' '),
        place: {left, right, top: top + scrollY, bottom: bottom + scrollY},
        is_seen: [element, element.closest('.card, .ds-field')].filter(Boolean).some(shows) && right > 0 && bottom > 0,
        region: element.closest('header, main, footer')?.tagName ?? 'BODY',
    }
}"""


class Keyboard:
    """Fingers on the keys, an eye on the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def next(self) -> Any:
        self.page.keyboard.press("Tab")
        stop = self.page.evaluate(STOP)
        assert stop["is_seen"], f"one cannot see that “{stop['name']}” is in focus"
        return stop

    def to(self, name: str) -> None:
        """Go on until what is called so is in focus."""
        passed = []
        for _ in range(MOST_STOPS):
            passed.append(self.next()["name"])
            if re.match(name, passed[-1]):
                return
        pytest.fail(f"“{name}” is not among {passed}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def heading(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page of that heading is there."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)
        self.page.wait_for_load_state()


@pytest.fixture
def keyboard(visitor: Visitor) -> Keyboard:
    return Keyboard(visitor().new_page())


@pytest.fixture
def leader(visitor: Visitor) -> Keyboard:
    return Keyboard(visitor(LEADER).new_page())


def test_the_first_stop_leads_past_the_header(keyboard: Keyboard) -> None:
    keyboard.page.goto("/")
    assert keyboard.next()["name"] == "Skip to the content"
    keyboard.press("Enter")
    assert keyboard.next()["name"] == "Describe the need"


def test_a_stranger_finds_a_course(keyboard: Keyboard) -> None:
    keyboard.page.goto("/")
    keyboard.to("Describe the need")
    keyboard.write(NEED)
    keyboard.to("Find courses that fit")
    keyboard.press("Enter")
    keyboard.heading("Which courses fit?")
    title = keyboard.page.locator(".results h3").first.inner_text()
    keyboard.to(re.escape(title))
    keyboard.press("Enter")
    keyboard.heading(title)


def test_a_leader_enters_a_need_judges_and_proposes(leader: Keyboard) -> None:
    leader.page.goto("/")
    leader.to("Enter a need")
    leader.press("Enter")
    leader.heading("Enter a need")
    leader.to("Which firm")
    leader.write("Varangerf")
    leader.to("What is needed")
    leader.write(NEED)
    leader.to("Save and see the courses")
    leader.press("Enter")
    leader.heading("Courses that fit")
    refused, proposed = leader.page.locator(".results h3").all_inner_texts()[:2]
    leader.to(f"Does not fit ?: {re.escape(refused)}")
    leader.press("Enter")
    leader.to("Why not")
    leader.write("Too far")
    leader.to("Save the answer")
    leader.press("Enter")
    expect(leader.page.locator("main")).to_contain_text("does not fit (Too far away)")
    leader.to(f"Propose to the employer ?: {re.escape(proposed)}")
    leader.press("Enter")
    leader.heading(proposed)
    leader.to("Your message")
    leader.write("Ring meg gjerne.")
    leader.to("Send the proposal")
    leader.press("Enter")
    expect(leader.page.locator("main")).to_contain_text("The course is proposed.")


@pytest.mark.parametrize("path", ["/", "/offers/?q=sveising", "/needs/new/", "/needs/", "/organisations/", "/account/"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_stops_follow_the_reading(leader: Keyboard, path: str, width: int) -> None:
    """Never upwards, but to the top of a column further right."""
    leader.page.set_viewport_size({"width": width, "height": 900})
    leader.page.goto(path)
    before = leader.next()
    while (stop := leader.next())["region"]:
        here, there = before["place"], stop["place"]
        is_back = there["bottom"] <= here["top"] and there["left"] <= here["left"]
        assert not is_back or before["region"] != stop["region"], f"from “{before['name']}” back to “{stop['name']}”"
        before = stop
    assert before["region"] == "FOOTER"


def test_a_filter_keeps_the_focus(keyboard: Keyboard) -> None:
    keyboard.page.goto("/offers/")
    keyboard.to("Online ")
    with keyboard.page.expect_response(lambda answer: "mode=online" in answer.url):
        keyboard.press("Space")
    keyboard.page.wait_for_url("**mode=online**")
    expect(keyboard.page.get_by_label(ONLINE)).to_be_focused()
    expect(keyboard.page.get_by_label(ONLINE)).to_be_checked()


def test_mistakes_are_told_first_and_lead_to_their_field(leader: Keyboard) -> None:
    leader.page.goto("/organisations/new/")
    leader.to("Register")
    leader.press("Enter")
    expect(leader.page.locator(".ds-error-summary")).to_be_focused()
    expect(leader.page).to_have_title(re.compile("^Error: "))
    leader.to("Name")
    leader.press("Enter")
    expect(leader.page.locator("[name=name]")).to_be_focused()
