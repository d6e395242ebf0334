"""Every page of the site, with who looks at it and what makes it show its other faces."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page

from brokering.models import CompetenceNeed, CourseOffer, ImportRun, Proposal
from partners.models import Invitation, Membership, Organisation, User

STRANGER = ""
LEADER = "prosjektleder.ost@example.no"
EMPLOYER = "bedrift@example.no"
PROVIDER = "tilbyder@example.no"
COUNTY = "saksbehandler@example.no"
GUIDE = "rettleiar@example.no"
NOBODY = "ny@example.no"
"""Somebody who has just come and has no role."""

WELDING = "?q=Tre+av+sveiserne+v%C3%A5re+m%C3%A5+l%C3%A6re+%C3%A5+sveise+aluminium"


class Sample(NamedTuple):
    """A page as somebody sees it."""

    name: str
    who: str = STRANGER
    query: str = ""
    of: Callable[[], Sequence[object]] = list
    """What stands in the address."""
    then: Callable[[Page], None] | None = None
    """What is done on the page before it is looked at."""
    status: int = 200

    def __str__(self) -> str:
        who = self.who.partition("@")[0] or "stranger"
        then, status = getattr(self.then, "__name__", ""), "" if self.status == 200 else str(self.status)
        return " ".join(filter(None, [self.name, who, self.query[:8], then, status]))

    @property
    def path(self) -> str:
        return reverse(self.name, args=self.of()) + self.query


def need() -> list[int]:
    """One that the leader brokers, with courses that fit."""
    brokered = CompetenceNeed.objects.filter(handled_by__memberships__user__email=LEADER, state="open")
    found = brokered.filter(proposals=None).annotate(found=Count("matches")).order_by("-found", "pk")[0]
    return [found.pk]


def the_proposal() -> Proposal:
    """The one that waits for the employer's answer."""
    return Proposal.objects.filter(need__employer__memberships__user__email=EMPLOYER).waiting_for_answer()[0]


def need_proposed() -> list[object]:
    return [the_proposal().need_id]


def proposal() -> list[object]:
    return [the_proposal().token]


def match() -> list[object]:
    pk = need()[0]
    return [pk, CompetenceNeed.objects.get(pk=pk).matches.best()[0].offer_id]


def offer() -> list[object]:
    """The one with most dates."""
    return [CourseOffer.objects.published().annotate(n=Count("runs")).order_by("-n", "pk")[0].pk]


def own_offer() -> list[object]:
    return [CourseOffer.objects.filter(provider__memberships__user__email=PROVIDER).order_by("pk")[0].pk]


def provider() -> list[object]:
    return [Organisation.objects.providers().annotate(n=Count("offers")).order_by("-n", "pk")[0].pk]


def provider_without_courses() -> list[object]:
    return [Organisation.objects.get(name="Skole uten kurs").pk]


def broker() -> list[object]:
    return [Organisation.objects.get(memberships__user__email=LEADER).pk]


def firm() -> list[int]:
    return [Organisation.objects.get(memberships__user__email=EMPLOYER).pk]


def guides_house() -> list[object]:
    return [Organisation.objects.get(memberships__user__email=GUIDE).pk]


def colleague() -> list[object]:
    return [Membership.objects.get(user__email="megler@example.no").pk]


def myself() -> list[object]:
    return [Membership.objects.get(user__email=LEADER).pk]


def invitation() -> list[object]:
    return [Invitation.objects.get().token]


def import_run() -> list[object]:
    return [ImportRun.objects.get().pk]


def reset_key() -> list[object]:
    user = User.objects.get(email=EMPLOYER)
    return [user_pk_to_url_str(user), default_token_generator.make_token(user)]


def nothing() -> list[object]:
    return [987_654]


def nonsense() -> list[object]:
    return ["nonsense"]


def nonsense_key() -> list[object]:
    return ["a", "b-c"]


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


SAMPLES = [
    Sample("front"),
    Sample("front", LEADER),
    Sample("front", EMPLOYER),
    Sample("front", PROVIDER),
    Sample("front", NOBODY),
    Sample("about"),
    Sample("gallery"),
    Sample("gallery", query="?errors"),
    # Courses
    Sample("offer-list"),
    Sample("offer-list", LEADER, "?q=sveising&mode=on_site"),
    Sample("offer-list", query="?place=Kirkenes&km=200&q=sveisng"),
    Sample("offer-list", query="?place=Atlantis"),
    Sample("offer-list", query="?q=romfart&level=doctorate"),
    Sample("offer", of=offer),
    Sample("offer", PROVIDER, of=own_offer),
    Sample("provider", of=provider),
    Sample("own-offers", PROVIDER),
    Sample("own-offers", "ny.tilbyder@example.no"),
    Sample("offer-create", PROVIDER),
    Sample("offer-create", PROVIDER, then=sent_empty),
    Sample("offer-edit", PROVIDER, of=own_offer),
    Sample("offer-edit", PROVIDER, of=own_offer, then=with_dates_that_cannot_be),
    Sample("offer-edit", PROVIDER, of=own_offer, then=changed_by_another, status=409),
    Sample("offer-runs", PROVIDER, of=own_offer),
    Sample("import-offers", PROVIDER),
    Sample("import-offers", COUNTY),
    Sample("import-offers", COUNTY, then=sent_empty),
    Sample("import-report", COUNTY, of=import_run),
    Sample("provider", of=provider_without_courses),
    Sample("match"),
    Sample("match", query=WELDING),
    Sample("match", LEADER, WELDING + "&municipality=Alta&max_travel_km=20"),
    Sample("match", query="?q=x&municipality=Atlantis"),
    Sample("compare"),
    # Needs
    Sample("need-list", LEADER),
    Sample("need-list", NOBODY),
    Sample("need-list", LEADER, "?q=romfart"),
    Sample("need", LEADER, of=need),
    Sample("need", EMPLOYER, of=need_proposed),
    Sample("need", LEADER, of=need_proposed),
    Sample("need-create", LEADER),
    Sample("need-create", EMPLOYER),
    Sample("need-create", LEADER, then=sent_empty),
    Sample("need-create", LEADER, then=written_twice),
    Sample("need-edit", LEADER, of=need),
    Sample("need-edit", LEADER, of=need, then=changed_by_another, status=409),
    Sample("need-matches", LEADER, of=need),
    Sample("need-matches", LEADER, of=need, then=with_a_no_begun),
    Sample("need-matches", EMPLOYER, of=need_proposed),
    Sample("propose", LEADER, of=match),
    Sample("proposal", of=proposal),
    Sample("proposal", EMPLOYER, of=proposal, then=sent_empty),
    # Organisations and people
    Sample("organisation-list", LEADER),
    Sample("organisation-list", LEADER, "?q=romfart"),
    Sample("organisation-list", NOBODY),
    Sample("organisation", LEADER, of=broker),
    Sample("organisation", EMPLOYER, of=firm),
    Sample("organisation-create", LEADER),
    Sample("organisation-create", LEADER, then=sent_empty),
    Sample("organisation-create", LEADER, then=like_a_known_one),
    Sample("organisation-edit", LEADER, of=broker),
    Sample("organisation-edit", LEADER, of=broker, then=sent_empty),
    Sample("unit-create", LEADER, of=broker),
    Sample("invitation-create", LEADER, of=broker),
    Sample("invitation-create", LEADER, of=broker, then=sent_empty),
    Sample("invitation", of=invitation),
    Sample("invitation", EMPLOYER, of=invitation),
    Sample("invitation", of=nonsense, status=404),
    Sample("membership", LEADER, of=colleague),
    Sample("membership", LEADER, of=myself),
    # The account
    Sample("account", LEADER),
    Sample("account", NOBODY),
    Sample("account-data", LEADER),
    Sample("account_login"),
    Sample("account_login", then=with_password_typed_wrong),
    Sample("account_logout", LEADER),
    Sample("account_signup"),
    Sample("account_signup", then=as_one_who_is_invited),
    Sample("account_inactive"),
    Sample("account_change_password", LEADER),
    Sample("account_change_password", LEADER, then=sent_empty),
    Sample("account_set_password", "uten.passord@example.no"),
    Sample("account_reset_password"),
    Sample("account_reset_password", then=sent_empty),
    Sample("account_reset_password_done"),
    Sample("account_reset_password_from_key", of=reset_key),
    Sample("account_reset_password_from_key", of=nonsense_key),
    Sample("account_reset_password_from_key_done"),
    # What goes wrong
    Sample("offer", of=nothing, status=404),
    Sample("need-edit", "partner@example.no", of=need, status=404),
    Sample("organisation-edit", GUIDE, of=guides_house, status=403),
    Sample("import-offers", NOBODY, status=403),
    *[Sample("front", then=instead(f"{name}.html"), status=500) for name in ("400", "403_csrf", "500", "503")],
]

NOT_PAGES = {
    "import-confirm": "a POST",
    "offer-withdraw": "a POST",
    "offer-publish": "a POST",
    "offer-refresh": "a POST",
    "health": "an answer to machines",
    "set_language": "a POST",
    "search-save": "a POST",
    "search-delete": "a POST",
    "need-act": "a POST",
    "verdict": "a POST",
    "verdict-withdraw": "a POST",
    "proposal-act": "a POST",
    "proposal-seen": "a POST",
    "account-export": "a file",
    "invitation-resend": "a POST",
    "invitation-withdraw": "a POST",
    "invitation-accept": "a POST",
    "membership-remove": "a POST",
}


def names(of: URLResolver | None = None) -> Iterator[str]:
    """What every address of the site is called, but for the administration's own."""
    for pattern in (of or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            yield from names(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
