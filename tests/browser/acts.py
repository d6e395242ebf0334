"""What a visitor does on a page so that it shows another face."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Page

from brokering.models import CompetenceNeed
from partners.models import Organisation
from tests.browser.things import LEADER, firm, invitation, need


def main_form(page: Page, button: str = "button[type=submit]:not([name])") -> None:
    """Send the page's form as it stands, past the browser's own checks."""
    form = page.locator("main form.form").last
    form.evaluate("form => { form.noValidate = true }")
    form.locator(button).last.click()


def sent_empty(page: Page) -> None:
    page.locator("main form.form").last.evaluate(
        "form => form.querySelectorAll('textarea, input:not([type=hidden], [type=radio], [type=checkbox])')"
        ".forEach(field => { field.value = '' })"
    )
    main_form(page)
    page.locator(".ds-error-summary").wait_for()


def with_password_typed_wrong(page: Page) -> None:
    page.locator("main [name=login]").last.fill(LEADER)
    page.locator("main [name=password]").last.fill("nothing like it")
    main_form(page)
    page.locator(".ds-error-summary").wait_for()


def with_a_no_begun(page: Page) -> None:
    page.locator("details.no summary").first.click()


def changed_by_another(page: Page) -> None:
    """What is sent was written over an older version."""
    page.locator("[name=version]").evaluate("field => { field.value = '2020-01-01T00:00:00+00:00' }")
    page.locator("main form.form textarea").first.fill("Another text")
    main_form(page)
    page.locator("main .ds-alert").wait_for()


def written_twice(page: Page) -> None:
    """A need that the firm has already."""
    known = CompetenceNeed.objects.get(pk=need()[0])
    page.locator("[name=employer]").select_option(str(known.employer_id))
    page.locator("[name=text]").fill(known.text)
    main_form(page)
    page.locator(".ds-alert").wait_for()


def like_a_known_one(page: Page) -> None:
    page.locator("[name=name]").fill(Organisation.objects.get(pk=firm()[0]).name)
    page.locator("main form.form [type=checkbox]").first.check()
    main_form(page)
    page.locator(".ds-alert").wait_for()


def with_dates_that_cannot_be(page: Page) -> None:
    """The first run ends before it begins."""
    page.locator("[name=runs-0-start]").fill("2030-02-01")
    page.locator("[name=runs-0-end]").fill("2030-01-01")
    main_form(page)
    page.locator(".ds-error-summary").first.wait_for()


def instead(template: str) -> Callable[[Page], None]:
    """What the site answers with when it cannot answer, put in the place of a page."""

    def show(page: Page) -> None:
        request = RequestFactory().get("/broken")
        request.user = AnonymousUser()
        body = render_to_string(template, request=request)
        page.route("**/broken", lambda route: route.fulfill(status=500, body=body, content_type="text/html"))
        page.goto("/broken")

    show.__name__ = template
    return show


def as_one_who_is_invited(page: Page) -> None:
    page.goto(reverse("invitation", args=invitation()))
    page.goto(reverse("account_signup"))


def said_no(page: Page) -> None:
    page.locator("main form button").click()
    page.wait_for_load_state()
