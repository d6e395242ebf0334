"""The whole journey works in a browser that runs no scripts."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from config.demo_region import PASSWORD
from tests.browser.conftest import Visitor
from tests.browser.things import LEADER

pytestmark = pytest.mark.browser

FIRM = "Varangerfjord Mekaniske AS"
NEED = "Tre av sveiserne våre må lære å sveise aluminium"


def results(page: Page) -> list[str]:
    return page.locator(".results h3").all_inner_texts()


def log_in(page: Page) -> None:
    page.goto("/account/login/")
    form = page.locator("main form.narrow")
    form.locator("[name=login]").fill(LEADER)
    form.locator("[name=password]").fill(PASSWORD)
    form.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for you")


def enter_need(page: Page) -> None:
    page.get_by_role("link", name="Enter a need").first.click()
    page.get_by_label("Which firm").select_option(label=FIRM)
    page.get_by_label("What is needed").fill(NEED)
    page.get_by_label("Where they are").fill("Kirkenes")
    page.get_by_role("button", name="Save and see the courses").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Courses that fit")


def answer_no(page: Page, title: str) -> None:
    row = page.locator(".results > li").filter(has_text=title).first
    row.locator("summary").click()
    row.get_by_label("Why not?").select_option(label="Too far away")
    row.get_by_role("button", name="Save the answer").click()


def propose(page: Page, title: str) -> None:
    row = page.locator(".results > li").filter(has_text=title).first
    row.get_by_role("link", name="Propose to the employer").click()
    page.get_by_label("Your message to the employer").fill("Ring meg gjerne.")
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.locator("main")).to_contain_text("The course is proposed.")


def link_in_mail() -> str:
    found = re.search(r"https?://[^/\s]+(/proposals/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_stranger_types_a_need_and_opens_what_fits(visitor: Visitor) -> None:
    page = visitor(scripts=False).new_page()
    page.goto("/")
    page.get_by_label("Describe the need").fill(NEED)
    page.get_by_role("button", name="Find courses that fit").click()
    everywhere = results(page)
    expect(page.locator(".results > li").first.locator(".part")).not_to_have_count(0)
    page.get_by_label(re.compile("^Sessions")).check()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_label(re.compile("^Sessions"))).to_be_checked()
    assert set(results(page)) < set(everywhere)
    title = results(page)[0]
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_leader_brokers_a_need_to_a_yes(visitor: Visitor, work: Callable[[], int]) -> None:
    page = visitor(scripts=False).new_page()
    log_in(page)
    enter_need(page)
    matches = page.url
    refused, proposed = results(page)[:2]
    answer_no(page, refused)
    page.goto(matches)
    expect(page.locator(".results > li").filter(has_text=refused).first).to_contain_text("(Too far away)")
    propose(page, proposed)
    assert work()

    employer = visitor(scripts=False).new_page()
    employer.goto(link_in_mail())
    employer.get_by_label("Yes, we are interested").check()
    employer.get_by_role("button", name="Send the answer").click()
    expect(employer.locator("main")).to_contain_text("Thank you.")

    page.goto("/")
    page.locator("main a[href='/waiting/']").first.click()
    page.get_by_role("link", name=f"{FIRM} is interested").first.click()
    page.get_by_role("button", name="Agreed with the provider").click()
    expect(page.locator("main li.cluster").filter(has_text=proposed).filter(has_text="Agreed")).to_be_visible()


def test_a_search_is_saved_found_and_deleted(visitor: Visitor) -> None:
    page = visitor(LEADER, scripts=False).new_page()
    page.goto("/offers/?q=sveising&mode=on_site")
    found = results(page)
    page.get_by_role("button", name="Save this search").click()
    page.goto("/")
    page.get_by_role("link", name="sveising", exact=True).click()
    assert results(page) == found
    page.goto("/")
    page.get_by_role("button", name=re.compile("Delete ?: sveising")).click()
    expect(page.locator("main")).to_contain_text("The saved search is deleted.")
    expect(page.get_by_role("link", name="sveising", exact=True)).to_have_count(0)


def test_the_language_is_remembered(visitor: Visitor) -> None:
    context = visitor(scripts=False)
    page = context.new_page()
    page.goto("/about/")
    page.locator(".menu--languages summary").click()
    page.get_by_role("button", name="Nynorsk").click()
    expect(page.locator("html")).to_have_attribute("lang", "nn")
    assert page.url.endswith("/about/")
    later = context.new_page()
    later.goto("/offers/")
    expect(later.locator("html")).to_have_attribute("lang", "nn")
