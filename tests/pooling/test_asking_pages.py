"""The pages of a course request: writing it, and whom it asks."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.models import Competence
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.asking.providers import fitting
from pooling.models import BidState, CourseRequest, Pool, PoolState, RequestState
from pooling.models.notices import NoticeKind
from pooling.notices import refuse
from tests.brokering.wanted import welding_course
from tests.factories import CompetenceNeedFactory, CourseRunFactory, MembershipFactory, OrganisationFactory
from tests.pooling.factories import PoolFactory
from tests.pooling.factories_asking import BidFactory, CouldRunFactory, CourseRequestFactory, gathered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]
TYPED = {
    "title": "Sveising av aluminium",
    "description": "De skal kunne sveise aluminium.",
    "seats": 9,
    "answer_by": "2099-01-01",
    "batch_size": 2,
    "wait_days": 3,
    "enough_bids": 2,
}


@pytest.fixture
def pool(agency: Organisation) -> Pool:
    """Three firms, nine seats, frozen."""
    return gathered(PoolFactory.create(handled_by=agency, state=PoolState.FROZEN), 2, 3, 4)


@pytest.fixture
def asked(pool: Pool) -> CourseRequest:
    return CourseRequestFactory.create(pool=pool)


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


class TestWriting:
    def test_it_is_filled_in_from_the_pool(self, client: Client, broker: User, pool: Pool) -> None:
        form = client.get(reverse("pool-ask", args=[pool.pk])).context["form"]
        assert (form.initial["title"], form.initial["seats"]) == (pool.title, 9)
        assert form.initial["municipality"] == pool.municipality_id

    def test_who_fits_is_on_the_list_and_nobody_is_asked_yet(
        self, client: Client, broker: User, pool: Pool, work: Work
    ) -> None:
        offer = welding_course()
        answer = client.post(reverse("pool-ask", args=[pool.pk]), TYPED)
        made = CourseRequest.objects.get()
        assert answer.headers["Location"] == made.get_absolute_url()
        assert [(bid.provider, bid.offer, bid.state) for bid in made.bids.all()] == [
            (offer.provider, offer, BidState.LISTED)
        ]
        assert (made.state, made.created_by, work()) == (RequestState.DRAFT, broker, 0)

    def test_what_was_typed_stays_when_it_is_refused(self, client: Client, broker: User, pool: Pool) -> None:
        answer = client.post(reverse("pool-ask", args=[pool.pk]), {**TYPED, "answer_by": "2020-01-01"})
        assert "Choose today or a later day." in answer.content.decode()
        assert "De skal kunne sveise aluminium." in answer.content.decode()

    @pytest.mark.parametrize("field", ["title", "description"])
    def test_the_name_of_one_of_its_firms_is_not_sent(
        self, client: Client, broker: User, pool: Pool, field: str
    ) -> None:
        Organisation.objects.filter(needs__pool_members__pool=pool).update(name="Ishavskaia Mek AS")
        named = {**TYPED, field: "Sveising for ISHAVSKAIA MEK."}
        refused = client.post(reverse("pool-ask", args=[pool.pk]), named).context["form"]
        assert "Ishavskaia Mek AS" in refused.errors[field][0]
        assert not CourseRequest.objects.exists()
        again = client.post(reverse("pool-ask", args=[pool.pk]), named).content.decode()
        assert 'name="names_no_firm"' in again
        client.post(reverse("pool-ask", args=[pool.pk]), {**named, "names_no_firm": "on"})
        assert CourseRequest.objects.exists()

    def test_a_word_that_only_begins_as_a_firm_is_called_may_be_sent(
        self, client: Client, broker: User, pool: Pool
    ) -> None:
        Organisation.objects.filter(needs__pool_members__pool=pool).update(name="Sveis AS")
        assert 'name="names_no_firm"' not in page(client, reverse("pool-ask", args=[pool.pk]))
        client.post(reverse("pool-ask", args=[pool.pk]), TYPED)
        assert CourseRequest.objects.exists()

    def test_a_pool_that_gathers_is_not_put_to_providers(self, client: Client, broker: User, pool: Pool) -> None:
        Pool.objects.filter(pk=pool.pk).update(state=PoolState.GATHERING)
        answer = client.get(reverse("pool-ask", args=[pool.pk]))
        assert answer.status_code == 403
        assert "Freeze it first" in answer.content.decode()

    def test_a_pool_is_put_to_providers_once_at_a_time(
        self, client: Client, broker: User, asked: CourseRequest
    ) -> None:
        answer = client.get(reverse("pool-ask", args=[asked.pool_id]))
        assert answer.status_code == 403
        assert "put to providers already" in answer.content.decode()

    def test_a_single_need_does_as_well(self, client: Client, broker: User, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency, headcount=7)
        client.post(reverse("need-ask", args=[need.pk]), {**TYPED, "seats": 7})
        assert CourseRequest.objects.get().need == need


class TestWhoFits:
    def test_those_that_said_so_come_first(self, asked: CourseRequest) -> None:
        offer = welding_course()
        asked.competences.set(Competence.objects.all())
        said = CouldRunFactory.create(competence_id="sveising")
        assert [(one.provider, one.has_volunteered) for one in fitting(asked)] == [
            (said.provider, True),
            (offer.provider, False),
        ]

    def test_who_took_it_back_does_not(self, asked: CourseRequest) -> None:
        welding_course()
        asked.competences.set(Competence.objects.all())
        said = CouldRunFactory.create(competence_id="sveising", withdrawn_at=timezone.now())
        assert said.provider not in [one.provider for one in fitting(asked)]

    def test_a_course_that_is_full_far_away_and_over_bars_nobody(self, asked: CourseRequest) -> None:
        offer = welding_course()
        CourseRunFactory.create(offer=offer, start=date(2020, 1, 1), deadline=None, seats=1, seats_taken=1)
        assert [one.provider for one in fitting(asked)] == [offer.provider]


class TestAsking:
    def test_the_mail_names_no_firm_and_has_the_link(
        self, client: Client, broker: User, asked: CourseRequest, work: Work
    ) -> None:
        asked.state = RequestState.DRAFT
        asked.save()
        bid = BidFactory.create(request=asked, state=BidState.LISTED)
        client.post(reverse("course-request-act", args=[asked.pk, "ask"]))
        work()
        work()
        (message,) = mail.outbox
        assert bid.get_absolute_url() in message.body
        assert asked.pool
        for member in asked.pool.members.select_related("need__employer"):
            assert member.need.employer.name not in f"{message.body} {message.subject}"

    def test_every_act_is_answered_and_who_is_being_asked_is_said(
        self, client: Client, broker: User, asked: CourseRequest, work: Work
    ) -> None:
        CourseRequest.objects.filter(pk=asked.pk).update(state=RequestState.DRAFT, batch_size=1)
        _first, later = BidFactory.create_batch(2, request=asked, state=BidState.LISTED)
        shown = client.post(reverse("course-request-act", args=[asked.pk, "ask"]), follow=True).content.decode()
        assert "The providers are being asked now." in shown
        assert shown.count("Being asked now") == 1
        work()
        assert "Being asked now" not in page(client, asked.get_absolute_url())
        for url, told in (
            (reverse("bid-act", args=[asked.pk, later.pk, "remove"]), f"{later.provider} is off the list"),
            (reverse("bid-act", args=[asked.pk, later.pk, "put_back"]), f"{later.provider} is on the list again."),
            (reverse("course-request-act", args=[asked.pk, "stop"]), "Nobody else is asked."),
        ):
            assert told in client.post(url, follow=True).content.decode()
        cancelled = client.post(reverse("course-request-cancel", args=[asked.pk]), {"why": "Nei"}, follow=True)
        assert "The request is called off." in cancelled.content.decode()

    def test_who_is_taken_off_the_list_is_not_asked(self, client: Client, broker: User, asked: CourseRequest) -> None:
        bid = BidFactory.create(request=asked, state=BidState.LISTED)
        client.post(reverse("bid-act", args=[asked.pk, bid.pk, "remove"]))
        bid.refresh_from_db()
        assert bid.state == BidState.REMOVED
        client.post(reverse("bid-act", args=[asked.pk, bid.pk, "put_back"]))
        bid.refresh_from_db()
        assert bid.state == BidState.LISTED

    def test_who_wants_no_e_mails_is_not_called_unknown(
        self, client: Client, broker: User, asked: CourseRequest
    ) -> None:
        BidFactory.create(request=asked, state=BidState.LISTED, provider__email="")
        refuse(BidFactory.create(request=asked, state=BidState.LISTED).provider.email, NoticeKind.REQUESTS)
        keeper = MembershipFactory.create(role=MemberRole.EMPLOYEE)
        BidFactory.create(request=asked, state=BidState.LISTED, provider=keeper.organisation)
        Organisation.objects.filter(pk=keeper.organisation_id).update(email="")
        refuse(keeper.user.email, NoticeKind.REQUESTS)
        shown = page(client, asked.get_absolute_url())
        assert shown.count("They want no such e-mails") == 2
        assert shown.count("No e-mail address is known") == 1

    def test_no_provider_is_chosen_beforehand(self, client: Client, broker: User, asked: CourseRequest) -> None:
        page = client.get(asked.get_absolute_url()).content.decode()
        assert "Choose a provider" in page
        assert "---------" not in page

    def test_another_provider_comes_at_the_end(self, client: Client, broker: User, asked: CourseRequest) -> None:
        first = BidFactory.create(request=asked)
        provider = OrganisationFactory.create(provider=True)
        client.post(reverse("bid-add", args=[asked.pk]), {"provider": provider.pk, "email": "kurs@skole.example"})
        last = asked.bids.last()
        assert last
        assert (last.provider, last.rank, last.addresses) == (provider, first.rank + 1, ["kurs@skole.example"])
