"""The pages of course requests, bids, seats and the demand board."""

from decimal import Decimal

from brokering.models import CompetenceNeed
from partners.models import Municipality, Organisation
from pooling.models import Bid, BidState, CourseRequest, Pool, PoolState, RequestState
from tests.browser.acts import sent_empty
from tests.browser.sample import Sample
from tests.browser.things import COUNTY, LEADER, NOBODY, PROVIDER, need, nonsense
from tests.factories import CourseRunFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory, gathered
from tests.pooling.test_board_cells import asked_for

FROZEN, ASKED, DRAFT, AGREED = "Frossen pulje", "Sveising i Kirkenes", "Truckførerkurs", "Varmt arbeid"
STOPPED = "Fallsikring"


def furnish_asking() -> None:
    """A frozen pool, a request with bids, a draft, an agreed course with seats, and demand of three firms."""
    broker = Organisation.objects.get(memberships__user__email=LEADER)
    place = Municipality.objects.get(pk="5605")
    provider = Organisation.objects.providers().get(memberships__user__email=PROVIDER)
    pools = {
        title: gathered(
            PoolFactory.create(title=title, handled_by=broker, municipality=place, state=PoolState.FROZEN), 2, 3, 4
        )
        for title in (FROZEN, ASKED, DRAFT, STOPPED, AGREED)
    }
    facts = {"municipality": place, "modes": ["on_site"]}
    asked = CourseRequestFactory.create(pool=pools[ASKED], title=ASKED, **facts)
    BidFactory.create(request=asked, provider=provider, made=True, municipality=place, mode="on_site")
    BidFactory.create(
        request=asked,
        made=True,
        mode="online",
        fixed_price_nok=None,
        seat_price_nok=Decimal(5_000),
        max_seats=8,
        conditions="Deltakerne har egen pc og sveiseutstyr.",
    )
    BidFactory.create(request=asked, state=BidState.DECLINED, reason="capacity")
    BidFactory.create(request=asked)
    BidFactory.create(request=asked, state=BidState.LISTED, provider__email="")
    draft = CourseRequestFactory.create(pool=pools[DRAFT], title=DRAFT, state=RequestState.DRAFT, **facts)
    BidFactory.create(request=draft, state=BidState.LISTED)
    stopped = CourseRequestFactory.create(pool=pools[STOPPED], title=STOPPED, state=RequestState.DECIDING, **facts)
    BidFactory.create(request=stopped, state=BidState.LISTED)
    run = CourseRunFactory.create(offer__provider=provider, municipality=place)
    CourseRequestFactory.create(pool=pools[AGREED], title=AGREED, state=RequestState.CHOSEN, run=run)
    firm = CompetenceNeed.objects.filter(pool_members__pool=pools[AGREED])[0].employer
    run.reservations.create(firm=firm, seats=2)
    for _firm in range(3):
        asked_for("hms-og-vernearbeid", municipality=place)


def request_titled(title: str) -> CourseRequest:
    return CourseRequest.objects.get(title=title)


def frozen() -> list[object]:
    return [Pool.objects.get(title=FROZEN).pk]


def asked() -> list[object]:
    return [request_titled(ASKED).pk]


def stopped() -> list[object]:
    return [request_titled(STOPPED).pk]


def draft() -> list[object]:
    return [request_titled(DRAFT).pk]


def agreed() -> list[object]:
    return [request_titled(AGREED).pk]


def made_bid() -> Bid:
    return request_titled(ASKED).bids.filter(state=BidState.GIVEN)[0]


def chosen() -> list[object]:
    return [made_bid().request_id, made_bid().pk]


def link() -> list[object]:
    return [request_titled(ASKED).bids.get(state=BidState.ASKED).token]


def link_answered() -> list[object]:
    return [made_bid().token]


def seats() -> list[object]:
    return [request_titled(AGREED).run_id]


def cell() -> list[object]:
    return ["hms-og-vernearbeid-m5605"]


POOL_ASKING_SAMPLES = [
    Sample("course-request-list", LEADER),
    Sample("pool-ask", LEADER, of=frozen),
    Sample("pool-ask", LEADER, of=frozen, then=sent_empty),
    Sample("need-ask", LEADER, of=need),
    Sample("course-request", LEADER, of=asked),
    Sample("course-request", LEADER, of=draft),
    Sample("course-request", LEADER, of=agreed),
    Sample("course-request-edit", LEADER, of=draft),
    Sample("course-request-cancel", LEADER, of=asked),
    Sample("course-request-resume", LEADER, of=stopped),
    Sample("course-request-resume", LEADER, of=stopped, then=sent_empty),
    Sample("bid-choose", LEADER, of=chosen),
    Sample("bid-choose", LEADER, of=chosen, then=sent_empty),
    Sample("bid", of=link),
    Sample("bid", of=link, then=sent_empty),
    Sample("bid", PROVIDER, of=link_answered),
    Sample("bid", of=nonsense, status=404),
    Sample("run-seats", LEADER, of=seats),
    Sample("run-call-off", LEADER, of=seats),
    Sample("demand-board", PROVIDER),
    Sample("demand-board", LEADER),
    Sample("demand-board", COUNTY, "?county=56"),
    Sample("demand-board", NOBODY, status=403),
    Sample("demand-could", PROVIDER, of=cell),
]

POOL_ASKING_NOT_PAGES = {
    "bid-add": "a POST",
    "bid-act": "a POST",
    "course-request-act": "a POST",
    "reservation-release": "a POST",
    "demand-could-withdraw": "a POST",
    "demand-feed-renew": "a POST",
    "demand-feed-revoke": "a POST",
    "demand-feed": "an answer to machines",
}
