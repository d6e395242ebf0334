"""The pages of pools, and of a firm that is asked into one."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote, urlsplit

from django.urls import resolve
from django.utils import timezone
from playwright.sync_api import Page

from brokering.models import Competence, CompetenceNeed
from brokering.models.needs import WITHDRAW
from partners.models import Municipality, Organisation
from pooling.models import Pool, PoolMember
from pooling.models.members import BIND, INVITE, SHOW_INTEREST
from pooling.models.notices import NoticeKind
from pooling.models.pools import FREEZE
from pooling.notices import stop_url
from tests.browser.acts import main_form, sent_empty
from tests.browser.sample import Sample
from tests.browser.things import COUNTY, EMPLOYER, LEADER, NOBODY, nonsense
from tests.factories import CompetenceNeedFactory
from tests.pooling.factories import PoolFactory

GATHERING, SHORT = "Sveising i aluminium", "Truckførerkurs i Kirkenes"


def furnish_pools() -> None:
    """One pool that gathers, with firms of each answer, and a frozen one that has fallen short."""
    broker = Organisation.objects.get(memberships__user__email=LEADER)
    place = Municipality.objects.get(pk="5605")
    firm = Organisation.objects.get(memberships__user__email=EMPLOYER)
    today = timezone.localdate()
    days = {"earliest_start": today + timedelta(days=40), "latest_start": today + timedelta(days=90)}
    costs = {"fixed_cost_nok": Decimal(60_000), "seat_cost_nok": Decimal(1_500), "grant_percent": Decimal(50)}
    facts = {"handled_by": broker, "municipality": place, "min_seats": 6, "max_seats": 12, **days}
    gathering = PoolFactory.create(title=GATHERING, answer_by=today + timedelta(days=14), **costs, **facts)
    gathering.competences.set(Competence.objects.filter(pk="sveising-og-platearbeid"))
    answers = [(firm, INVITE, 2), (None, BIND, 3), (None, SHOW_INTEREST, 2), (None, None, 1)]
    for employer, act, seats in answers:
        member = _joined(gathering, employer, seats)
        if act:
            member.carry_out(act, None)
    short = PoolFactory.create(title=SHORT, **facts)
    members = [_joined(short, None, 3) for _n in range(2)]
    for member in members:
        member.carry_out(SHOW_INTEREST, None)
    short.carry_out(FREEZE, None)
    members[0].need.carry_out(WITHDRAW, None, "Solgte firmaet.")


def _joined(pool: Pool, employer: Organisation | None, seats: int) -> PoolMember:
    whose = {"employer": employer} if employer else {"employer__email": "post@verksted.example"}
    facts = {"handled_by": pool.handled_by, "municipality": pool.municipality, "headcount": seats}
    need: CompetenceNeed = CompetenceNeedFactory.create(**facts, **whose)
    return PoolMember.objects.join(pool, need, None)


def gathering() -> list[object]:
    return [Pool.objects.get(title=GATHERING).pk]


def short() -> list[object]:
    return [Pool.objects.get(title=SHORT).pk]


def asked() -> PoolMember:
    return PoolMember.objects.get(pool__title=GATHERING, need__employer__memberships__user__email=EMPLOYER)


def member() -> list[object]:
    return [asked().pk]


def unwanted() -> list[object]:
    """The link of an e-mail that somebody does not want."""
    path = urlsplit(stop_url("post@verksted.example", NoticeKind.POOLS)).path
    return list(resolve(unquote(path)).kwargs.values())


def link() -> list[object]:
    return [asked().token]


def need_in_pool() -> list[object]:
    return [asked().need_id]


def with_other_figures(page: Page) -> None:
    """The price follows what is typed."""
    page.locator("[name=seats]").fill("11")
    page.locator("#price .price-now", has_text="11").wait_for()


def changed_meanwhile(page: Page) -> None:
    """A colleague has saved in between."""
    page.locator("[name=version]").evaluate("field => { field.value = '2020-01-01T00:00:00+00:00' }")
    page.locator("[name=title]").fill("Another title")
    main_form(page)
    page.locator("main .ds-alert").nth(1).wait_for()  # beside the one that firms have signed up


POOL_PAGE_SAMPLES = [
    Sample("pool-list", LEADER),
    Sample("pool-list", LEADER, "?state=dissolved"),
    Sample("pool-list", NOBODY),
    Sample("pool", LEADER, of=gathering),
    Sample("pool", LEADER, "?seats=9&municipality=Tana&fixed_cost_nok=80+000&price=6000", of=gathering),
    Sample("pool", LEADER, "?municipality=Atlantis", of=gathering),
    Sample("pool", LEADER, of=gathering, then=with_other_figures),
    Sample("pool", LEADER, of=short),
    Sample("pool", EMPLOYER, of=gathering),
    Sample("pool", COUNTY, of=gathering),
    Sample("pool-create", LEADER),
    Sample("pool-create", LEADER, then=sent_empty),
    Sample("pool-edit", LEADER, of=gathering),
    Sample("pool-edit", LEADER, of=gathering, then=changed_meanwhile, status=409),
    Sample("pool-edit", LEADER, of=short, status=403),
    Sample("pool-firms", LEADER, of=gathering),
    Sample("pool-invite", LEADER, of=gathering),
    Sample("pool-member", LEADER, of=member),
    Sample("pool-answer", of=link),
    Sample("pool-answer", query="?answer=decline", of=link),
    Sample("pool-answer", of=nonsense, status=404),
    Sample("notice-stop", of=unwanted),
    Sample("notice-stop", of=nonsense, status=404),
    Sample("need", LEADER, of=need_in_pool),
]

POOL_PAGE_NOT_PAGES = {"pool-costs": "a POST", "pool-act": "a POST"}
