"""Proposals follow the needs, and what brokers say of them is remembered."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.matching import meaning
from brokering.models import CompetenceNeed
from brokering.models.choices import Mode
from brokering.models.need_index import NeedIndex
from brokering.models.needs import WITHDRAW as WITHDRAW_NEED
from brokering.models.needs import NeedState
from partners.models import Municipality, Organisation, User
from partners.models.roles import MemberRole
from pooling.models import Pool, PoolProposal
from pooling.models.proposals import PoolProposalEvent, ProposedState, Reason
from pooling.proposal_waiting import waiting_for
from pooling.proposing import deciding
from pooling.proposing.asking import candidates, read
from pooling.proposing.keeping import changed, keep, propose_all
from pooling.proposing.missing import lacking
from tests.factories import CompetenceNeedFactory, MembershipFactory, MunicipalityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
WELDING, CARE = [["sveising", 0.9]], [["demens", 0.9]]
WORDS = {
    "sveising": [["sveis", 4.0, "sveise", True], ["alu", 5.0, "aluminium", True]],
    "demens": [["demens", 5.0, "demens", True]],
}


@pytest.fixture
def here() -> Municipality:
    return MunicipalityFactory.create()


def wanted(agency: Organisation, here: Municipality, subjects: Any = WELDING, **facts: Any) -> CompetenceNeed:
    """An open need of another firm, as it is when it has been matched."""
    usual = {"handled_by": agency, "municipality": here, "state": NeedState.OPEN, "headcount": 3, "latest_start": None}
    need: CompetenceNeed = CompetenceNeedFactory.create(**usual | facts)
    terms = [term for slug, _strength in subjects for term in WORDS[slug]]
    space = meaning.space()
    leaf = space.leaves[space.slugs.index("sveising-og-platearbeid" if subjects is WELDING else "eldre-og-demens")]
    NeedIndex.objects.create(
        need=need,
        terms=terms,
        subjects=subjects,
        level="",
        vector=leaf.tolist(),
        space=space.version,
        words_background=0,
        meaning_background=0,
    )
    return need


def proposed() -> list[set[int]]:
    open_ones = PoolProposal.objects.open().prefetch_related("needs").order_by("pk")
    return [{need.pk for need in one.needs.all()} for one in open_ones]


class TestFollowing:
    def test_two_firms_that_need_the_same_are_proposed_and_nothing_is_left_to_do(
        self, agency: Organisation, here: Municipality
    ) -> None:
        one, other = wanted(agency, here), wanted(agency, here)
        wanted(agency, here, CARE)
        assert keep() == 3
        assert proposed() == [{one.pk, other.pk}]
        assert changed() == []
        assert keep() == 0

    def test_who_comes_joins_the_same_proposal_and_who_goes_leaves_it(
        self, agency: Organisation, here: Municipality
    ) -> None:
        one, other = wanted(agency, here), wanted(agency, here)
        keep()
        before = PoolProposal.objects.get()
        third = wanted(agency, here)
        assert keep() == 1
        assert proposed() == [{one.pk, other.pk, third.pk}]
        one.carry_out(WITHDRAW_NEED, None)
        assert keep() == 1
        assert proposed() == [{other.pk, third.pk}]
        assert PoolProposal.objects.get() == before
        other.carry_out(WITHDRAW_NEED, None)
        keep()
        before.refresh_from_db()
        assert before.state == ProposedState.LAPSED
        assert [event.act for event in before.events.all()] == ["propose", "lapse"]

    def test_what_follows_a_change_is_what_would_be_proposed_anew(
        self, agency: Organisation, here: Municipality
    ) -> None:
        for number in range(6):
            wanted(agency, here, [WELDING, CARE][number % 2], headcount=2 + number)
            keep()
        CompetenceNeed.objects.filter(headcount=4).update(headcount=9, updated_at=timezone.now())
        keep()
        followed = sorted(map(sorted, proposed()))
        propose_all()
        assert sorted(map(sorted, proposed())) == followed

    def test_what_is_as_it_was_is_not_written_anew(self, agency: Organisation, here: Municipality) -> None:
        wanted(agency, here), wanted(agency, here)
        keep()
        before = PoolProposal.objects.get()
        propose_all()
        assert PoolProposal.objects.get().updated_at == before.updated_at
        CompetenceNeed.objects.update(headcount=4, updated_at=timezone.now())
        keep()
        after = PoolProposal.objects.get()
        assert (after, after.created_at) == (before, before.created_at)
        assert after.updated_at > before.updated_at

    def test_a_meaning_of_an_earlier_space_is_not_compared(self, agency: Organisation, here: Municipality) -> None:
        assert read([wanted(agency, here)])[0].meaning
        NeedIndex.objects.update(space="earlier")
        assert candidates()[0].meaning is None

    def test_the_seats_are_those_that_firms_said(self, agency: Organisation, here: Municipality) -> None:
        wanted(agency, here, headcount=5), wanted(agency, here, headcount=4)
        keep()
        found = PoolProposal.objects.with_sums().get()
        assert (getattr(found, "seats", 0), getattr(found, "firms", 0)) == (9, 2)


@pytest.fixture
def pair(agency: Organisation, here: Municipality) -> PoolProposal:
    wanted(agency, here), wanted(agency, here)
    keep()
    return PoolProposal.objects.get()


class TestDeciding:
    def test_a_pool_gathers_the_chosen_firms_and_the_rest_stays_open(
        self, pair: PoolProposal, broker: User, agency: Organisation, here: Municipality
    ) -> None:
        third = wanted(agency, here)
        keep()
        chosen = [need for need in pair.needs.all() if need != third]
        pool = deciding.accept(pair, chosen, broker, title="Sveising", municipality=here, min_seats=6, max_seats=12)
        assert {member.need_id: member.seats for member in pool.members.all()} == {need.pk: 3 for need in chosen}
        assert {need.state for need in CompetenceNeed.objects.filter(pk__in=[n.pk for n in chosen])} == {"pooled"}
        third.refresh_from_db()
        assert third.state == NeedState.OPEN
        pair.refresh_from_db()
        assert (pair.state, pair.pool) == (ProposedState.ACCEPTED, pool)
        assert proposed() == []

    def test_no_pool_is_made_of_a_need_that_was_withdrawn_meanwhile(
        self, pair: PoolProposal, broker: User, here: Municipality
    ) -> None:
        needs = list(pair.needs.all())
        CompetenceNeed.objects.get(pk=needs[0].pk).carry_out(WITHDRAW_NEED, None)
        with pytest.raises(ValidationError):
            deciding.accept(pair, needs, broker, title="Sveising", municipality=here, min_seats=6, max_seats=12)
        assert not Pool.objects.exists()

    def test_what_was_rejected_comes_back_only_with_another_firm(
        self, pair: PoolProposal, broker: User, agency: Organisation, here: Municipality
    ) -> None:
        deciding.reject(pair, Reason.SUBJECT, broker, "TIG og MAG")
        propose_all()
        assert proposed() == []
        assert pair.events.get(act="reject").why == "They need different courses: TIG og MAG"
        wanted(agency, here)
        keep()
        assert [len(needs) for needs in proposed()] == [3]

    def test_what_was_taken_apart_stays_apart(self, pair: PoolProposal, broker: User) -> None:
        first = pair.parts.first()
        assert first is not None
        deciding.split(pair, [first.need_id], broker)
        propose_all()
        assert proposed() == []

    def test_all_of_a_proposal_cannot_be_taken_apart_from_it(self, pair: PoolProposal, broker: User) -> None:
        with pytest.raises(ValidationError):
            deciding.split(pair, list(pair.needs.values_list("pk", flat=True)), broker)

    def test_what_was_put_together_stays_together(
        self, pair: PoolProposal, broker: User, agency: Organisation, here: Municipality
    ) -> None:
        wanted(agency, here, CARE), wanted(agency, here, CARE)
        keep()
        deciding.merge(pair, PoolProposal.objects.open().exclude(pk=pair.pk).get(), broker)
        propose_all()
        assert [len(needs) for needs in proposed()] == [4]

    def test_what_a_person_puts_together_has_no_likelihood_and_leaves_its_trace(
        self, client: Client, pair: PoolProposal, broker: User, agency: Organisation, here: Municipality
    ) -> None:
        care = [wanted(agency, here, CARE), wanted(agency, here, CARE)]
        keep()
        alike = set(PoolProposal.objects.open().values_list("sure", flat=True))
        deciding.merge(pair, PoolProposal.objects.open().exclude(pk=pair.pk).get(), broker, "Ett verksted")
        page = client.get(pair.get_absolute_url()).content.decode()
        assert f"Put together by {broker.get_full_name()}" in page
        assert "with a likelihood of" not in page
        assert "Ett verksted" in page
        assert {event.proposal_id for event in PoolProposalEvent.objects.filter(act="merge", by=broker)} == {
            *PoolProposal.objects.values_list("pk", flat=True)
        }
        deciding.split(pair, [need.pk for need in care], broker, "Likevel to")
        parts: Any = PoolProposal.objects.open().for_listing()
        assert {one.sure for one in parts} == alike
        assert not any(one.judged for one in parts)
        assert all(one.events.filter(act="split", by=broker, why="Likevel to").exists() for one in parts)

    def test_nobody_is_put_together_out_of_reach(self, pair: PoolProposal, broker: User, agency: Organisation) -> None:
        far = MunicipalityFactory.create(number="1841", name="Fauske")
        only_here = {"modes": [Mode.ON_SITE], "max_travel_km": 10}
        wanted(agency, far, CARE, **only_here), wanted(agency, far, CARE, **only_here)
        keep()
        CompetenceNeed.objects.filter(municipality=pair.municipality).update(**only_here)
        with pytest.raises(ValidationError, match="within everyone’s reach"):
            deciding.merge(pair, PoolProposal.objects.open().exclude(pk=pair.pk).get(), broker)


class TestMissing:
    def test_what_one_thing_keeps_out_is_named(
        self, pair: PoolProposal, agency: Organisation, here: Municipality
    ) -> None:
        pair.needs.update(modes=[Mode.ON_SITE])
        wanted(agency, here, headcount=7, modes=[Mode.ONLINE])
        wanted(agency, here, headcount=2, state=NeedState.SUBMITTED)
        wanted(agency, here, CARE, headcount=9, modes=[Mode.ONLINE])
        found = lacking(pair, timezone.localdate())
        assert [(one.bar, one.firms, one.people) for one in found] == [("mode", 1, 7), ("unopened", 1, 2)]


class TestPages:
    def test_the_broker_reads_what_is_proposed_and_why(self, client: Client, broker: User, pair: PoolProposal) -> None:
        page = client.get(reverse("pool-proposal-list")).content.decode()
        assert pair.get_absolute_url() in page
        page = client.get(pair.get_absolute_url()).content.decode()
        assert all(need.employer.name in page for need in pair.needs.all())
        assert "2 seats missing" in page

    def test_it_is_work_of_today(self, broker: User, pair: PoolProposal) -> None:
        today = timezone.localdate()
        [card] = waiting_for(broker, today)
        assert (card.title, card.tag, card.urgency) == ("1 proposed pool", "2 seats missing", today)

    def test_other_brokers_do_not_see_it(self, client: Client, pair: PoolProposal) -> None:
        stranger = MembershipFactory.create(role=MemberRole.BROKER, organisation__roles=["partner"])
        stranger.organisation.serves.add(pair.municipality)
        client.force_login(stranger.user)
        assert client.get(pair.get_absolute_url()).status_code == 404
        assert pair.get_absolute_url() not in client.get(reverse("pool-proposal-list")).content.decode()

    def test_a_pool_is_of_one_need_at_least(self, client: Client, broker: User, pair: PoolProposal) -> None:
        url = reverse("pool-proposal-decide", args=[pair.pk, "accept"])
        assert "Tick at least one need." in client.post(url, {"accept-title": "Sveising"}).content.decode()

    def test_a_rejection_asks_for_its_reason_and_keeps_what_was_typed(
        self, client: Client, broker: User, pair: PoolProposal
    ) -> None:
        url = reverse("pool-proposal-decide", args=[pair.pk, "reject"])
        page = client.post(url, {"reject-comment": "Ikke det samme"}).content.decode()
        assert "Ikke det samme" in page
        assert "Say in a few words why not." in client.post(url, {"reject-reason": "other"}).content.decode()
        pair.refresh_from_db()
        assert pair.state == ProposedState.OPEN
        client.post(url, {"reject-reason": "subject", "reject-comment": "Ikke det samme"})
        pair.refresh_from_db()
        assert (pair.state, pair.reason) == (ProposedState.REJECTED, "subject")

    def test_what_is_decided_cannot_be_decided_again(self, client: Client, broker: User, pair: PoolProposal) -> None:
        deciding.reject(pair, Reason.OTHER, broker)
        url = reverse("pool-proposal-decide", args=[pair.pk, "reject"])
        assert client.post(url, {"reject-reason": "other"}).status_code == 403

    def test_the_list_asks_as_much_of_ten_as_of_one(
        self, client: Client, broker: User, agency: Organisation, pair: PoolProposal, queries: Any
    ) -> None:
        of_one = queries(reverse("pool-proposal-list"))
        for number in range(1, 6):
            place = MunicipalityFactory.create(number=f"18{number:02}", name=f"Sted {number}")
            wanted(agency, place, modes=[Mode.ON_SITE], max_travel_km=1)
            wanted(agency, place, modes=[Mode.ON_SITE], max_travel_km=1)
        keep()
        assert queries(reverse("pool-proposal-list")) == of_one
