"""Every page of the site, with who looks at it and what makes it show its other faces."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.acts import (
    as_one_who_is_invited,
    changed_by_another,
    instead,
    like_a_known_one,
    said_no,
    sent_empty,
    with_a_no_begun,
    with_dates_that_cannot_be,
    with_password_typed_wrong,
    written_twice,
)
from tests.browser.money_pages import MONEY_NOT_PAGES, MONEY_SAMPLES
from tests.browser.pool_asking_pages import POOL_ASKING_NOT_PAGES, POOL_ASKING_SAMPLES
from tests.browser.pool_effect_pages import EFFECT_NOT_PAGES, EFFECT_SAMPLES
from tests.browser.pool_gaps_pages import GAP_NOT_PAGES, GAP_SAMPLES
from tests.browser.pool_page_pages import POOL_PAGE_NOT_PAGES, POOL_PAGE_SAMPLES
from tests.browser.pool_proposal_pages import POOL_PROPOSAL_NOT_PAGES, POOL_PROPOSAL_SAMPLES
from tests.browser.project_pages import PROJECT_NOT_PAGES, PROJECT_SAMPLES
from tests.browser.sample import Sample
from tests.browser.things import (
    COUNTY,
    EMPLOYER,
    GUIDE,
    LEADER,
    NOBODY,
    PROVIDER,
    STAFF,
    broker,
    colleague,
    digest_link,
    firm,
    guides_house,
    import_run,
    invitation,
    match,
    myself,
    need,
    need_proposed,
    need_without_account,
    nonsense,
    nonsense_key,
    nothing,
    offer,
    own_offer,
    proposal,
    provider,
    provider_without_courses,
    request_asked,
    request_confirmed,
    reset_key,
    wanted_offer,
    wanted_own_offer,
)

WELDING = "?q=Tre+av+sveiserne+v%C3%A5re+m%C3%A5+l%C3%A6re+%C3%A5+sveise+aluminium"


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
    Sample("offer", LEADER, of=wanted_offer),
    Sample("offer-needs", LEADER, of=wanted_offer),
    Sample("offer-needs", PROVIDER, of=wanted_own_offer),
    Sample("offer-needs", NOBODY, of=wanted_offer, status=403),
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
    Sample("match", query=WELDING + "&without=word:aluminium&without=spelling:sveisng&about=kran-og-loft&add=truck"),
    Sample("match-what-if", query=WELDING + "&municipality=Alta&max_travel_km=20&instead=Kirkenes"),
    Sample("match-why", query=WELDING + "&title=sveising"),
    Sample("match-why", query=WELDING + "&title=romfart"),
    Sample("compare"),
    # A need without an account
    Sample("need-send", query=WELDING + "&municipality=Kirkenes&headcount=3"),
    Sample("need-send", then=sent_empty),
    Sample("need-sent"),
    Sample("need-request", of=request_asked),
    Sample("need-request", of=request_confirmed),
    Sample("need-request", of=nonsense, status=404),
    Sample("need", LEADER, of=need_without_account),
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
    Sample("need-what-if", LEADER, of=need),
    Sample("need-why", LEADER, "?title=ADR", of=need),
    Sample("propose", LEADER, of=match),
    Sample("proposal", of=proposal),
    Sample("proposal", EMPLOYER, of=proposal, then=sent_empty),
    Sample("score-list", LEADER),
    Sample("score-list", STAFF),
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
    Sample("digest-choice", LEADER),
    Sample("digest-choice", NOBODY),
    Sample("digest-unsubscribe", of=digest_link),
    Sample("digest-unsubscribe", of=digest_link, then=said_no),
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
    *PROJECT_SAMPLES,
    *MONEY_SAMPLES,
    *POOL_PAGE_SAMPLES,
    *POOL_ASKING_SAMPLES,
    *GAP_SAMPLES,
    *EFFECT_SAMPLES,
    *POOL_PROPOSAL_SAMPLES,
    # What goes wrong
    Sample("offer", of=nothing, status=404),
    Sample("need-edit", "partner@example.no", of=need, status=404),
    Sample("organisation-edit", GUIDE, of=guides_house, status=403),
    Sample("import-offers", NOBODY, status=403),
    *[Sample("front", then=instead(f"{name}.html"), status=500) for name in ("400", "403_csrf", "500", "503")],
]

NOT_PAGES = (
    PROJECT_NOT_PAGES
    | MONEY_NOT_PAGES
    | POOL_PAGE_NOT_PAGES
    | POOL_ASKING_NOT_PAGES
    | GAP_NOT_PAGES
    | EFFECT_NOT_PAGES
    | POOL_PROPOSAL_NOT_PAGES
    | {
        "import-confirm": "a POST",
        "offer-withdraw": "a POST",
        "offer-publish": "a POST",
        "offer-refresh": "a POST",
        "need-request-confirm": "a POST",
        "need-request-withdraw": "a POST",
        "need-request-erase": "a POST",
        "health": "an answer to machines",
        "set_language": "a POST",
        "search-save": "a POST",
        "search-delete": "a POST",
        "need-act": "a POST",
        "score-act": "a POST",
        "need-understood": "a POST",
        "match-hints": "a part of a page",
        "competence-suggest": "a part of a page",
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
)


def names(of: URLResolver | None = None) -> Iterator[str]:
    """What every address of the site is called, but for the administration's own."""
    for pattern in (of or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            yield from names(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
