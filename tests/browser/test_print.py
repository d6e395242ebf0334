"""On paper stands what fits and why, without the controls."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.things import LEADER, need

pytestmark = pytest.mark.browser


def test_the_matches_are_printed_without_controls(visitor: Visitor) -> None:
    page = visitor(LEADER).new_page()
    page.goto(f"/needs/{need()[0]}/matches/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".results h3").first).to_be_visible()
    expect(page.locator(".results .part").first).to_be_visible()
    controls = page.locator("nav, .filters, .site-footer, .demo-banner, main button, main select, main [type=checkbox]")
    assert [control.inner_text() for control in controls.all() if control.is_visible()] == []
