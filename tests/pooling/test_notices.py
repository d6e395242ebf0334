"""E-mails about pools and requests: to each in their language, whom one answers, and how one gets no more."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from partners.digest import kinds_for, wanted
from partners.digest import refuse as refuse_in_account
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.asking.steps import carry_on
from pooling.jobs import Alarms, invite
from pooling.models import BidState, MemberState, Notice, NoticeRefusal, PoolMember
from pooling.models.members import ADD, BIND, SHOW_INTEREST, WITHDRAW
from pooling.models.notices import NoticeKind
from pooling.models.pools import FREEZE
from pooling.notices import refuse, send_due, stop_url, write
from tests.factories import CompetenceNeedFactory, MembershipFactory, UserFactory
from tests.pooling.factories import PoolMemberFactory
from tests.pooling.factories_asking import BidFactory, CourseRequestFactory
from tests.pooling.factories_outcomes import FollowUpFactory
from tests.pooling.gathering import joined, pool_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]


@pytest.fixture
def added(agency: Organisation) -> PoolMember:
    """A firm that is not asked yet."""
    need = CompetenceNeedFactory.create(handled_by=agency, employer__email="post@verksted.example")
    return PoolMember.objects.join(pool_of(handled_by=agency, max_seats=5), need, None)


def path(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


class TestWriting:
    def test_each_address_gets_its_own_in_its_language(self, added: PoolMember, broker: User) -> None:
        firm = added.need.employer
        Organisation.objects.filter(pk=firm.pk).update(email="")
        for language in ("en", "nb"):
            person = UserFactory.create(email=f"{language}@verksted.example", language=language)
            MembershipFactory.create(organisation=firm, user=person)
        invite([added], broker)
        send_due()
        by_address = {one.to[0]: one for one in mail.outbox}
        assert set(by_address) == {"en@verksted.example", "nb@verksted.example"}
        assert 'lang="en"' in str(by_address["en@verksted.example"].alternatives[0][0])  # type: ignore[attr-defined]
        assert 'lang="nb"' in str(by_address["nb@verksted.example"].alternatives[0][0])  # type: ignore[attr-defined]
        assert len({one.extra_headers["Message-ID"] for one in mail.outbox}) == 2

    def test_under_one_name_it_is_written_once(self) -> None:
        pool = {"title": "Sveising", "is_closed": False}
        context = {"alarm": {"seats": 1, "min_seats": 2}, "pool": pool, "url": "", "stop_url": ""}
        for _time in range(2):
            write("once", "pooling/email/alarm", context, ["kari@example.no"], "en")
        assert Notice.objects.get().to == "kari@example.no"

    def test_nothing_is_sent_before_it_is_stored(self, added: PoolMember, broker: User) -> None:
        invite([added], broker)
        assert Notice.objects.waiting().get().to == "post@verksted.example"
        assert mail.outbox == []


class TestInvitations:
    def test_answers_go_to_the_broker_and_no_secret_is_in_a_header(self, added: PoolMember, broker: User) -> None:
        invite([added], broker)
        send_due()
        (sent,) = mail.outbox
        added.refresh_from_db()
        assert sent.reply_to == [broker.email]
        assert added.token[:8] not in str(sent.extra_headers["Message-ID"])

    def test_a_firm_that_left_and_is_asked_anew_gets_another_message(self, added: PoolMember, broker: User) -> None:
        invite([added], broker)
        added.carry_out(WITHDRAW, None)
        again = PoolMember.objects.join(added.pool, added.need, broker)
        assert again.events.filter(act=ADD.name).count() == 2
        PoolMember.objects.filter(pk=again.pk).update(state=MemberState.ADDED)
        invite([again], broker)
        send_due()
        assert len({one.extra_headers["Message-ID"] for one in mail.outbox}) == len(mail.outbox) == 2

    def test_when_binding_seats_fill_the_class_the_page_says_that_nobody_was_asked(
        self, client: Client, broker: User, added: PoolMember
    ) -> None:
        joined(added.pool, 5).carry_out(BIND, None)
        url = reverse("pool-invite", args=[added.pool_id])
        said = client.post(url, {"firms": added.pk, "message": ""}, follow=True).content.decode()
        assert "0 firms are asked by e-mail." in said
        assert "The others are not asked: the class is full, or they were asked before." in said
        assert not Notice.objects.exists()

    def test_who_wants_none_is_shown_to_be_asked_by_telephone(
        self, client: Client, broker: User, added: PoolMember
    ) -> None:
        refuse("Post@verksted.example", NoticeKind.POOLS)
        page = client.get(reverse("pool-invite", args=[added.pool_id])).content.decode()
        assert "These firms have said no to such e-mails." in page
        assert added.need.employer.name in page


class TestSayingNo:
    @pytest.fixture
    def asked(self) -> str:
        """The link of a request for a bid."""
        request = CourseRequestFactory.create(created_by=UserFactory.create(email="megler@hus.example"))
        BidFactory.create(request=request, state=BidState.LISTED, provider__email="post@skole.example")
        carry_on(request.pk)
        send_due()
        (sent,) = mail.outbox
        assert sent.reply_to == ["megler@hus.example"]
        url = str(sent.extra_headers["List-Unsubscribe"]).strip("<>")
        assert url in sent.body
        assert url in str(sent.alternatives[0][0])  # type: ignore[attr-defined]
        assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        return path(url)

    def test_opening_the_link_changes_nothing(self, client: Client, asked: str) -> None:
        page = client.get(asked)
        assert "No more e-mails of this kind?" in page.content.decode()
        assert not NoticeRefusal.objects.exists()

    def test_mail_programs_say_it_for_the_reader(self, asked: str) -> None:
        program = Client(enforce_csrf_checks=True)
        program.cookies["language"] = "en"
        answer = program.post(asked, {"List-Unsubscribe": "One-Click"})
        assert "No more e-mails of this kind come" in answer.content.decode()
        assert NoticeRefusal.objects.wanted(["post@skole.example"], NoticeKind.REQUESTS) == []

    def test_it_is_of_one_kind_and_can_be_taken_back(self, asked: str) -> None:
        Client().post(asked)
        assert NoticeRefusal.objects.wanted(["post@skole.example"], NoticeKind.POOLS) == ["post@skole.example"]
        Client().post(asked, {"again": "1"})
        assert not NoticeRefusal.objects.exists()

    def test_what_waits_to_be_sent_is_withdrawn(self, added: PoolMember, broker: User) -> None:
        invite([added], broker)
        Client().post(path(stop_url("post@verksted.example", NoticeKind.POOLS)))
        send_due()
        assert mail.outbox == []

    def test_a_link_that_is_not_ours_is_none(self) -> None:
        assert Client().get(reverse("notice-stop", args=["guessed"])).status_code == 404


class TestAlarms:
    @pytest.fixture
    def told(self, agency: Organisation) -> list[User]:
        people = [UserFactory.create(language="en") for _broker in range(2)]
        for one in people:
            MembershipFactory.create(organisation=agency, user=one, role=MemberRole.BROKER)
        return people

    @pytest.fixture
    def leaving(self, agency: Organisation) -> PoolMember:
        pool = pool_of(2, 2, handled_by=agency)
        pool.carry_out(FREEZE, None)
        return pool.members.all()[0]

    def test_each_broker_has_a_message_of_their_own(self, told: list[User], leaving: PoolMember, work: Work) -> None:
        leaving.carry_out(WITHDRAW, None)
        work()
        assert sorted(Notice.objects.values_list("to", flat=True)) == sorted(one.email for one in told)

    def test_a_broker_who_wants_none_gets_none(self, told: list[User], leaving: PoolMember, work: Work) -> None:
        refuse_in_account(told[0], next(kind for kind in kinds_for(told[0]) if kind.name == Alarms.name))
        leaving.carry_out(WITHDRAW, None)
        work()
        assert Notice.objects.get().to == told[1].email

    def test_who_wants_no_weekly_mail_is_still_told(self, told: list[User]) -> None:
        refuse_in_account(told[0], None)
        assert [kind.name for kind in wanted(told[0])] == [Alarms.name]

    def test_settled_before_it_is_sent_it_is_not_sent(self, told: list[User], agency: Organisation, work: Work) -> None:
        leaving = pool_of(2, 2, handled_by=agency).members.all()[0]
        leaving.carry_out(WITHDRAW, None)
        work()
        assert Notice.objects.waiting().count() == 2
        leaving.carry_out(SHOW_INTEREST, None)
        send_due()
        assert mail.outbox == []
        assert not Notice.objects.waiting()


@pytest.mark.parametrize("name", ["answer", "bid", "follow-up-stop", "notice-stop"])
def test_pages_by_link_are_kept_out_of_caches_and_searches(name: str) -> None:
    urls = {
        "answer": lambda: PoolMemberFactory.create(state=MemberState.INVITED).get_absolute_url(),
        "bid": lambda: BidFactory.create().get_absolute_url(),
        "follow-up-stop": lambda: reverse("follow-up-stop", args=[FollowUpFactory.create().token]),
        "notice-stop": lambda: path(stop_url("kari@example.no", NoticeKind.POOLS)),
    }
    answer = Client().get(urls[name]())
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer.headers["Cache-Control"]
