"""What scripts add: filters that answer at once, and menus that fold."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import complaints
from tests.browser.conftest import Visitor
from tests.browser.things import LEADER

pytestmark = pytest.mark.browser

ONLINE = re.compile("^Online")


@pytest.fixture
def phone(visitor: Visitor) -> Page:
    return visitor(LEADER, width=390).new_page()


def count(page: Page) -> str:
    return page.locator("#result-count").inner_text()


def test_a_filter_answers_without_another_page(page: Page) -> None:
    page.goto("/offers/")
    before, online = count(page), page.get_by_label(ONLINE)
    held_online = page.locator("label", has_text=ONLINE).inner_text()
    on_short_courses = page.locator("label", has_text="Short course (").inner_text()
    page.evaluate("document.stayed = document.querySelector('[role=status]:has(#result-count)').stayed = true")
    online.check()
    page.wait_for_url("**mode=online**")
    expect(page.locator("#result-count")).not_to_have_text(before)
    assert count(page).split()[0] == held_online.partition("(")[2].rstrip(")")
    assert page.locator("label", has_text=ONLINE).inner_text() == held_online
    assert page.locator("label", has_text="Short course (").inner_text() != on_short_courses
    assert page.evaluate("document.stayed && document.querySelector('[role=status]:has(#result-count)').stayed")
    page.go_back()
    expect(page.locator("#result-count")).to_have_text(before)
    expect(page.get_by_label(ONLINE)).not_to_be_checked()
    assert "mode" not in page.url


def test_a_search_keeps_the_filters(page: Page) -> None:
    page.goto("/offers/")
    page.get_by_label(ONLINE).check()
    page.wait_for_url("**mode=online**")
    page.get_by_label("What do you want to learn?").fill("sveising")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**q=sveising**")
    assert "mode=online" in page.url
    expect(page.get_by_label(ONLINE)).to_be_checked()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("menu", [".menu--main", ".menu--languages"])
def test_a_menu_opens_and_closes_on_a_phone(phone: Page, menu: str, scheme: str) -> None:
    phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
    phone.goto("/")
    summary, panel = phone.locator(f"{menu} > summary"), phone.locator(f"{menu} > .menu-panel")
    expect(panel).to_be_hidden()
    summary.click()
    expect(panel).to_be_visible()
    assert complaints(phone, within=menu) == []
    summary.click()
    expect(panel).to_be_hidden()


def test_only_one_menu_is_open(phone: Page) -> None:
    phone.goto("/")
    phone.locator(".menu--main > summary").click()
    phone.locator(".menu--languages > summary").click(force=True)
    expect(phone.locator(".menu--languages > .menu-panel")).to_be_visible()
    expect(phone.locator(".menu--main > .menu-panel")).to_be_hidden()


def test_the_menu_leads_on(phone: Page) -> None:
    phone.goto("/")
    phone.locator(".menu--main > summary").click()
    phone.get_by_role("link", name="Needs", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Needs")


def test_filters_are_folded_on_a_phone_and_lie_open_on_a_wide_screen(phone: Page) -> None:
    phone.goto("/offers/")
    expect(phone.get_by_label(ONLINE)).to_be_hidden()
    phone.locator(".filters > summary").click()
    expect(phone.get_by_label(ONLINE)).to_be_visible()
    phone.locator(".filters > summary").click()
    expect(phone.get_by_label(ONLINE)).to_be_hidden()
    phone.set_viewport_size({"width": 1280, "height": 900})
    expect(phone.get_by_label(ONLINE)).to_be_visible()


def test_filters_stay_unfolded_on_a_phone_while_one_chooses(phone: Page) -> None:
    phone.goto("/offers/")
    phone.locator(".filters > summary").click()
    phone.get_by_label(ONLINE).check()
    phone.wait_for_url("**mode=online**")
    expect(phone.get_by_label(ONLINE)).to_be_visible()
    expect(phone.get_by_label(ONLINE)).to_be_checked()
