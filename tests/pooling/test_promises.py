"""What firms sign up for is what is held: when it changes, ends or becomes dearer, they and their broker are told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.asking.choosing import choose
from pooling.models import Bid, MemberState, Notice, Pool, PoolMember, PoolState
from pooling.models.members import BIND, WITHDRAW
from pooling.models.notices import NoticeKind
from pooling.notices import refuse, send_due
from pooling.pricing import price_facts
from tests.factories import (
    CompetenceFactory,
    CompetenceNeedFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, gathered
from tests.pooling.gathering import joined, pool_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = timezone.localdate()


def firm(address: str = "post@verksted.example") -> Organisation:
    """One that reads English."""
    organisation: Organisation = OrganisationFactory.create(email=address)
    MembershipFactory.create(organisation=organisation, user=UserFactory.create(language="en"))
    return organisation


@pytest.fixture
def bound(agency: Organisation, broker: User) -> PoolMember:
    """Bound for two seats in a pool that gathers firms."""
    member = joined(pool_of(handled_by=agency, min_seats=2), 2, employer=firm())
    member.carry_out(BIND, None)
    return PoolMember.objects.get(pk=member.pk)


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode().replace("\u00a0", " ")


def edit(client: Client, pool: Pool, **changed: Any) -> str:
    """Saves the pool with these changes; what the page says then."""
    facts = {
        "title": pool.title,
        "competences": CompetenceFactory.create().pk,
        "municipality": str(pool.municipality),
        "min_seats": pool.min_seats,
        "max_seats": pool.max_seats,
        "version": pool.updated_at.isoformat(),
    }
    return client.post(reverse("pool-edit", args=[pool.pk]), facts | changed, follow=True).content.decode()


class TestAChangedPool:
    def test_bound_firms_are_free_and_asked_anew(self, client: Client, bound: PoolMember) -> None:
        assert "1 firm has signed up bindingly." in text(client, reverse("pool-edit", args=[bound.pool_id]))
        assert "1 firm is no longer bound, and is asked anew" in edit(client, bound.pool, modes="online")
        send_due()
        (sent,) = mail.outbox
        assert (PoolMember.objects.get().state, sent.to) == (MemberState.INTERESTED, ["post@verksted.example"])
        assert sent.subject.startswith("Changed: ")
        assert f"{bound.get_absolute_url()}?answer=bind" in sent.body

    def test_who_has_no_address_is_to_be_rung(self, client: Client, bound: PoolMember) -> None:
        Organisation.objects.filter(pk=bound.need.employer_id).update(email="")
        bound.need.employer.memberships.all().delete()
        page = edit(client, bound.pool, modes="online")
        assert f"No e-mail address is known for {bound.need.employer}. Ring them." in page

    def test_what_they_were_not_promised_changes_nothing(self, client: Client, bound: PoolMember) -> None:
        edit(client, bound.pool, title="Sveising for alle", min_seats=1)
        assert (PoolMember.objects.get().state, Notice.objects.count()) == (MemberState.BINDING, 0)

    def test_a_class_is_not_smaller_than_its_bound_seats(self, client: Client, bound: PoolMember) -> None:
        said = edit(client, bound.pool, min_seats=1, max_seats=1)
        assert "2 seats are signed up for bindingly. The class cannot be smaller." in said
        assert Pool.objects.get().max_seats == bound.pool.max_seats

    def test_a_dearer_course_is_another_one(self, client: Client, bound: PoolMember) -> None:
        url = reverse("pool-costs", args=[bound.pool_id])
        place = {"municipality": str(bound.pool.municipality)}
        client.post(url, place | {"fixed_cost_nok": "60 000"})
        assert PoolMember.objects.get().state == MemberState.BINDING
        client.post(url, place | {"fixed_cost_nok": "80 000"})
        assert PoolMember.objects.get().state == MemberState.INTERESTED


class TestDays:
    @pytest.mark.parametrize("name", ["earliest_start", "latest_start", "answer_by"])
    def test_none_is_past(self, client: Client, bound: PoolMember, name: str) -> None:
        assert "Choose today or a later day." in edit(client, bound.pool, **{name: TODAY - timedelta(days=9)})

    def test_what_others_were_told_to_answer_by_is_kept(self, client: Client, bound: PoolMember) -> None:
        pool, told = bound.pool, TODAY + timedelta(days=9)
        Pool.objects.filter(pk=pool.pk).update(answer_by=told)
        first, second = (
            PoolMember.objects.join(pool, CompetenceNeedFactory.create(employer=firm()), None) for _n in range(2)
        )
        PoolMember.objects.filter(pk=first.pk).update(state=MemberState.INVITED)
        url = reverse("pool-invite", args=[pool.pk])
        said = client.post(url, {"firms": second.pk, "answer_by": TODAY, "message": ""}).content.decode()
        assert "Firms have been asked to answer by" in said
        assert Pool.objects.get().answer_by == told


class TestADissolvedPool:
    @pytest.mark.parametrize("is_told", [True, False])
    def test_who_was_asked_hears_of_it(self, client: Client, bound: PoolMember, *, is_told: bool) -> None:
        PoolMember.objects.join(bound.pool, CompetenceNeedFactory.create(employer=firm("ikke@spurt.example")), None)
        why = {"why": "Ingen kursholder"} | ({"tell": "on"} if is_told else {})
        client.post(reverse("pool-act", args=[bound.pool_id, "dissolve"]), why)
        send_due()
        (sent,) = mail.outbox
        assert (sent.to, sent.subject) == (["post@verksted.example"], f"Dissolved: {bound.pool}")
        assert ("Ingen kursholder" in sent.body) == is_told
        assert not bound.pool.alarms.standing().exists()

    def test_its_answer_page_says_so_and_not_how_many_are_missing(self, client: Client, bound: PoolMember) -> None:
        client.post(reverse("pool-act", args=[bound.pool_id, "dissolve"]), {"why": "Ingen kursholder"})
        page = text(client, bound.get_absolute_url())
        assert "The pool is dissolved" in page
        assert "How many there are" not in page


class TestAnsweringByLink:
    def test_what_was_chosen_stands_first_and_is_kept_by_its_button(self, client: Client, bound: PoolMember) -> None:
        url = f"{bound.get_absolute_url()}?answer=interest"
        page = text(client, url)
        assert page.index("You chose: Yes, we are interested") < page.index("How many there are")
        assert PoolMember.objects.get().state == MemberState.BINDING
        client.post(url, {"answer": "interest", "seats": 2})
        assert PoolMember.objects.get().state == MemberState.INTERESTED

    def test_who_leaves_is_asked_once_more(self, client: Client, bound: PoolMember) -> None:
        url = f"{bound.get_absolute_url()}?answer=withdraw"
        page = text(client, bound.get_absolute_url())
        assert url in page
        assert 'value="withdraw"' not in page
        assert 'value="withdraw"' in text(client, url)
        client.post(url, {"answer": "withdraw", "comment": "Sykdom"})
        assert (PoolMember.objects.get().state, PoolMember.objects.get().seats) == (MemberState.WITHDRAWN, 2)


class TestAnAgreedCourse:
    @pytest.fixture
    def bid(self, agency: Organisation, broker: User) -> Bid:
        pool = PoolFactory.create(handled_by=agency, state=PoolState.FROZEN, fixed_cost_nok=30_000, grant_percent=50)
        for member in gathered(pool, 4, 5).members.all():
            Organisation.objects.filter(pk=member.need.employer_id).update(email=f"firma{member.seats}@firma.example")
        about = {"request__pool": pool, "provider__email": "kurs@skole.example", "min_seats": 5}
        made: Bid = BidFactory.create(made=True, provider__name="Nordkurs", **about)
        return made

    def test_a_grant_that_nobody_has_awarded_is_not_promised(self, bid: Bid) -> None:
        pool = bid.request.pool
        assert pool
        pool.min_seats = pool.max_seats = 10
        ((_term, told),) = price_facts(pool)
        assert told.replace("\u00a0", " ") == "NOK 3 000; NOK 1 500 if a grant that is not decided is awarded"

    def test_the_broker_sees_that_it_is_dearer_than_bound_firms_were_told(self, client: Client, bid: Bid) -> None:
        url = reverse("bid-choose", args=[bid.request_id, bid.pk])
        assert "The firms that signed up bindingly were told: NOK 3 333.33; NOK 1 666.67 if" in text(client, url)
        Bid.objects.filter(pk=bid.pk).update(fixed_price_nok=Decimal(30_000))
        assert "were told" not in text(client, url)

    def test_a_firm_sees_the_course_and_may_say_no_by_its_mail(self, client: Client, bid: Bid, broker: User) -> None:
        Bid.objects.filter(pk=bid.pk).update(fixed_price_nok=Decimal(63_000))
        choose(Bid.objects.get(pk=bid.pk), broker, "Nærmest")
        send_due()
        member = PoolMember.objects.get(seats=4)
        (sent,) = (one for one in mail.outbox if one.to == ["firma4@firma.example"])
        assert f"{member.get_absolute_url()}?answer=withdraw" in sent.body
        page = text(client, member.get_absolute_url())
        assert "Nordkurs" in page
        assert "NOK 7 000" in page

    def test_the_provider_and_the_other_brokers_hear_that_a_firm_left(self, bid: Bid, broker: User) -> None:
        choose(bid, broker, "Nærmest")
        MembershipFactory.create(
            organisation=bid.request.handled_by, role=MemberRole.BROKER, user__email="kollega@hus.example"
        )
        member = PoolMember.objects.get(seats=4)
        Client().post(member.get_absolute_url(), {"answer": "withdraw", "seats": 1})
        assert ": 4 " in Notice.objects.get(to="kurs@skole.example", name__startswith="left-").text
        told = set(Notice.objects.filter(name__startswith="left-").values_list("to", flat=True))
        assert told == {"kurs@skole.example", "kollega@hus.example", broker.email}

    def test_nobody_leaves_a_course_that_has_begun_or_is_called_off(self, bid: Bid, broker: User) -> None:
        run = choose(bid, broker, "Nærmest")
        url = PoolMember.objects.get(seats=4).get_absolute_url()
        for facts in ({"start": TODAY}, {"start": TODAY + timedelta(days=9), "cancelled_at": timezone.now()}):
            type(run).objects.filter(pk=run.pk).update(**facts)
            Client().post(url, {"answer": "withdraw", "seats": 4})
            assert PoolMember.objects.get(seats=4).state == MemberState.BINDING

    def test_seats_of_others_count_before_an_alarm_is_sounded(self, bid: Bid, broker: User) -> None:
        run = choose(bid, broker, "Nærmest")
        other = run.reservations.model.objects.take(run, firm("ny@firma.example"), 2, by=None)
        PoolMember.objects.get(seats=5).carry_out(WITHDRAW, None)
        pool = Pool.objects.get()
        assert (pool.class_seats, pool.alarms.standing().exists()) == (6, False)
        other.give_back(None)
        alarm = pool.alarms.standing().get()
        assert (alarm.seats, alarm.min_seats) == (4, 5)
        with pool.watched() as watched:
            watched.min_seats = 8
            watched.save()
            run.reservations.take(run, firm("en@firma.example"), 1, by=None)
        again = pool.alarms.standing().get()
        assert (again.pk, again.seats, again.min_seats) == (alarm.pk, 5, 8)

    def test_a_smaller_class_settles_the_alarm(self, client: Client, bid: Bid, broker: User) -> None:
        choose(bid, broker, "Nærmest")
        PoolMember.objects.get(seats=5).carry_out(WITHDRAW, None)
        pool = Pool.objects.get()
        url = reverse("pool-act", args=[pool.pk, "shrink"])
        assert url in text(client, pool.get_absolute_url())
        client.post(url, {"min_seats": 5, "why": "Ingen grunn"})
        assert pool.alarms.standing().exists()
        page = client.post(url, {"min_seats": 4, "why": "Nordkurs tar fire"}, follow=True).content.decode()
        assert (Pool.objects.get().min_seats, pool.alarms.standing().exists()) == (4, False)
        assert "Agree on a smaller class" in page
        assert "Gather firms again to change this." not in page


class TestWhoCanBeAsked:
    def test_a_firm_that_wants_no_e_mails_is_not_one_without_an_address(
        self, client: Client, agency: Organisation, broker: User
    ) -> None:
        pool = pool_of(handled_by=agency)
        for address in ("nei@firma.example", ""):
            need = CompetenceNeedFactory.create(handled_by=agency, employer__email=address, contact_email="")
            PoolMember.objects.join(pool, need, None)
        refuse("nei@firma.example", NoticeKind.POOLS)
        page = text(client, reverse("pool-invite", args=[pool.pk]))
        assert "They do not want to be asked by e-mail" in page
        assert "No e-mail address" in page
        assert reverse("pool-invite", args=[pool.pk]) not in text(client, pool.get_absolute_url())

    def test_who_said_no_is_marked_among_needs_to_add(self, client: Client, bound: PoolMember) -> None:
        bound.carry_out(WITHDRAW, None)
        assert "has said no to this pool" in text(client, reverse("pool-firms", args=[bound.pool_id]))

    def test_asking_is_what_comes_first_in_a_new_pool(self, client: Client, agency: Organisation, broker: User) -> None:
        pool = pool_of(handled_by=agency)
        PoolMember.objects.join(pool, CompetenceNeedFactory.create(employer=firm(), handled_by=agency), None)
        page = text(client, pool.get_absolute_url())
        assert page.index(">Ask 1 firm<") < page.index("Change the pool") < page.index("A class takes")
