"""What a need was taken to mean is put right on the page: at once with scripts, by plain forms without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import complaints
from tests.browser.conftest import Visitor
from tests.browser.things import LEADER, need

pytestmark = pytest.mark.browser

NEED = "/match/?q=Vi+m%C3%A5+l%C3%A6re+%C3%A5+sveise+aluminium&municipality=Alta&max_travel_km=20"
REMOVE = re.compile("^Leave out ")


def pieces(page: Page) -> list[str]:
    return page.locator(".understood > form .piece:not(.piece--out) > span").all_inner_texts()


def fits(page: Page) -> str:
    return page.locator("#fitting").inner_text()


def test_a_chip_is_taken_away_and_put_back_at_once(page: Page) -> None:
    page.goto(NEED)
    before, found = pieces(page), fits(page)
    page.evaluate("document.stayed = true")
    page.get_by_role("button", name=f"Leave out {before[0]}").click()
    expect(page.get_by_role("button", name=f"Put back {before[0]}")).to_be_visible()
    assert before[0] not in pieces(page)
    assert "without=competence" in page.url
    assert page.evaluate("document.stayed")
    assert page.evaluate("document.activeElement.id") == "understood"
    assert complaints(page, within="main") == []
    page.get_by_role("button", name=f"Put back {before[0]}").click()
    expect(page.get_by_role("button", name=f"Leave out {before[0]}")).to_be_visible()
    assert (pieces(page), fits(page)) == (before, found)


def test_a_competence_is_suggested_while_one_types_and_added_by_keyboard(page: Page) -> None:
    page.goto(NEED)
    page.get_by_text("Something is missing").click()
    page.get_by_label("A competence they need as well").press_sequentially("forkl", delay=20)
    expect(page.get_by_role("button", name="Forklift operator")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Leave out Forklift operator")).to_be_visible()
    assert "about=truckforer" in page.url


def test_what_would_give_more_comes_when_one_gets_there(page: Page) -> None:
    page.goto(NEED)
    page.locator("#what-if").scroll_into_view_if_needed()
    expect(page.get_by_role("heading", name="If one thing were different")).to_be_visible()
    page.locator("#what-if").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which courses fit?")
    assert page.url != NEED


def test_while_one_writes_a_need_its_subjects_can_be_ticked(page: Page) -> None:
    page.goto("/match/")
    page.get_by_label("What do your people need to learn?").press_sequentially("Vi må sveise stål ", delay=10)
    page.get_by_label("Welding").check()
    page.get_by_role("button", name="Find courses that fit").click()
    expect(page.get_by_role("button", name=re.compile("^Leave out Welding"))).to_be_visible()
    assert "about=sveising" in page.url


@pytest.mark.parametrize("width", [390, 1280])
def test_the_panel_of_a_no_leaves_what_stands_beside_it_in_line(visitor: Visitor, width: int) -> None:
    page = visitor(LEADER, width=width).new_page()
    page.goto(f"/needs/{need()[0]}/matches/")
    row = page.locator(".actions:has(> .no)").first
    # How far from the top of the row each of its buttons is.
    tops = """row => [...row.querySelectorAll(':scope > a, :scope > form > button, summary')].map(
        one => Math.round(one.getBoundingClientRect().top - row.getBoundingClientRect().top))"""
    before = row.evaluate(tops)
    row.locator(".no > summary").click()
    expect(row.locator(".no .panel")).to_be_visible()
    assert row.evaluate(tops) == before


def test_all_of_it_works_without_scripts(visitor: Visitor) -> None:
    page = visitor(LEADER, scripts=False).new_page()
    page.goto(f"/needs/{need()[0]}/matches/")
    first = page.get_by_role("button", name=REMOVE).first
    name = (first.get_attribute("aria-label") or "").removeprefix("Leave out ")
    first.click()
    page.get_by_role("button", name=f"Put back {name}").click()
    expect(page.get_by_role("button", name=f"Leave out {name}")).to_be_visible()
    page.get_by_text("Something is missing").click()
    page.get_by_label("A competence they need as well").fill("truk")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Forklift operator").click()
    expect(page.get_by_role("button", name="Leave out Forklift operator")).to_be_visible()
    page.get_by_role("link", name="What would give more courses?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What would give more courses?")
    page.get_by_role("link", name="Back to the courses that fit").click()
    page.get_by_text("Why not this course?").click()
    page.get_by_label("A course you expected to see").fill("ADR")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("ADR|Why not"))
