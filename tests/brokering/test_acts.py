"""Needs and proposals move by acts only, and their events tell how they came to where they are."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from brokering.jobs import nightly
from brokering.models import CompetenceNeed, NeedEvent, Proposal
from brokering.models.matches import PROPOSAL_ACTS, ProposalState
from brokering.models.needs import ACTS, EXPIRE, OPEN, SUBMIT, NeedState
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import CompetenceNeedFactory, OrganisationFactory, ProposalFactory, UserFactory, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
DAY = date(2026, 8, 1)

# From which states each act leads where. What stands here twice, in the code and as a table, is meant.
NEEDS = {
    "submit": ({"draft"}, "submitted"),
    "clarify": ({"submitted", "open"}, "clarifying"),
    "open": ({"submitted", "clarifying"}, "open"),
    "cover": ({"open", "pooled"}, "covered"),
    "give_up": ({"open"}, "uncovered"),
    "withdraw": ({"draft", "submitted", "clarifying", "open", "pooled"}, "withdrawn"),
    "reopen": ({"covered", "uncovered", "withdrawn", "expired"}, "open"),
    "expire": ({"submitted", "clarifying", "open"}, "expired"),
}
PROPOSALS = {
    "send": ({"proposed"}, "sent"),
    "see": ({"sent"}, "seen"),
    "accept": ({"sent", "seen", "declined"}, "interested"),
    "decline": ({"sent", "seen", "interested"}, "declined"),
    "agree": ({"interested"}, "agreed"),
    "complete": ({"agreed"}, "completed"),
    "miss": ({"agreed"}, "absent"),
}


def tried(thing: Any, act: Any) -> str:
    """The state after the act, or "refused"."""
    try:
        thing.carry_out(act, None)
    except ValidationError:
        return "refused"
    return str(type(thing).objects.get(pk=thing.pk).state)


@pytest.mark.parametrize("act", ACTS)
def test_each_act_on_a_need_leads_from_its_states_only(act: str) -> None:
    sources, target = NEEDS[act]
    expected = {state: target if state in sources else "refused" for state in NeedState.values}
    assert {state: tried(CompetenceNeedFactory.create(state=state), ACTS[act]) for state in expected} == expected


@pytest.mark.parametrize("act", PROPOSAL_ACTS)
def test_each_act_on_a_proposal_leads_from_its_states_only(act: str) -> None:
    sources, target = PROPOSALS[act]
    expected = {state: target if state in sources else "refused" for state in ProposalState.values}
    assert {state: tried(ProposalFactory.create(state=state), PROPOSAL_ACTS[act]) for state in expected} == expected


def test_an_act_leaves_who_did_what_from_where_to_where_and_why() -> None:
    need, broker = CompetenceNeedFactory.create(state=NeedState.DRAFT), UserFactory.create()
    need.carry_out(SUBMIT, broker, why="Avtalt på besøk.")
    event = need.events.get()
    told = (event.act, event.from_state, event.to_state, event.by, event.why)
    assert told == ("submit", "draft", "submitted", broker, "Avtalt på besøk.")


def test_a_refused_act_leaves_nothing_and_says_what_the_state_is() -> None:
    need = CompetenceNeedFactory.create(state=NeedState.COVERED)
    with pytest.raises(ValidationError, match=r"“Open for brokering” is not possible any more: .* “Covered”"):
        need.carry_out(OPEN, None)
    assert not need.events.exists()


def test_what_was_read_before_somebody_else_acted_does_not_count() -> None:
    need = CompetenceNeedFactory.create(state=NeedState.OPEN)
    stale = CompetenceNeed.objects.get(pk=need.pk)
    need.carry_out(ACTS["cover"], None)
    with pytest.raises(ValidationError):
        stale.carry_out(ACTS["clarify"], None)


@examples(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(list(ACTS.values())), max_size=12))
def test_replaying_the_events_gives_the_state(acts: list[Any]) -> None:
    need = CompetenceNeedFactory.create(state=NeedState.DRAFT)
    for act in acts:
        tried(need, act)
    state = "draft"
    for event in need.events.all():
        assert event.from_state == state
        state = event.to_state
    assert CompetenceNeed.objects.get(pk=need.pk).state == state


class TestPages:
    @pytest.fixture
    def need(self, member: Member) -> CompetenceNeed:
        """Of a firm; its broker is logged in."""
        agency = OrganisationFactory.create(roles=["partner"])
        need = CompetenceNeedFactory.create(handled_by=agency)
        agency.serves.add(need.municipality)
        member(MemberRole.BROKER, agency)
        return need

    def act(self, client: Client, need: CompetenceNeed, name: str, **data: str) -> Any:
        return client.post(reverse("need-act", args=[need.pk, name]), data, follow=True)

    def test_the_broker_acts_and_says_why(self, client: Client, need: CompetenceNeed) -> None:
        page = self.act(client, need, "cover", why="Kurset ble fullt.").content.decode()
        assert "The need is now “Covered”." in page
        assert "Kurset ble fullt." in page
        assert need.events.get().why == "Kurset ble fullt."

    def test_a_long_note_is_cut_and_what_cannot_be_stored_left_out(self, client: Client, need: CompetenceNeed) -> None:
        self.act(client, need, "cover", why="\0" + "æ" * 9000)
        assert need.events.get().why == "æ" * 500

    @pytest.mark.parametrize("act", ["reopen", "submit", "expire"])
    def test_an_act_that_is_not_possible_now_says_why(self, client: Client, need: CompetenceNeed, act: str) -> None:
        response = self.act(client, need, act)
        assert response.status_code == 403
        assert response.context["exception"] in response.content.decode()
        assert not need.events.exists()

    @pytest.mark.parametrize("state", NeedState.values)
    def test_the_page_offers_what_is_possible_and_every_offer_holds(
        self, client: Client, need: CompetenceNeed, state: str
    ) -> None:
        CompetenceNeed.objects.filter(pk=need.pk).update(state=state)
        offered = [act.name for act, why_not in client.get(need.get_absolute_url()).context["acts"] if not why_not]
        possible = {name for name, (sources, _target) in NEEDS.items() if state in sources}
        assert set(offered) == possible - {"expire"}
        for name in offered:
            CompetenceNeed.objects.filter(pk=need.pk).update(state=state)
            self.act(client, need, name)
            assert CompetenceNeed.objects.get(pk=need.pk).state == NEEDS[name][1]

    def test_a_firm_reads_why_it_cannot_do_what_its_broker_does(self, client: Client, member: Member) -> None:
        need = CompetenceNeedFactory.create()
        member("employee", need.employer)
        page = client.get(need.get_absolute_url()).content.decode()
        assert "Only the broker who handles the need can do this." in page
        assert reverse("need-act", args=[need.pk, "withdraw"]) in page
        assert reverse("need-act", args=[need.pk, "cover"]) not in page


class TestEveryNight:
    def test_needs_expire_the_day_after_their_latest_start(self) -> None:
        on_time = CompetenceNeedFactory.create(latest_start=DAY)
        late = CompetenceNeedFactory.create(latest_start=DAY - timedelta(days=1))
        draft = CompetenceNeedFactory.create(latest_start=DAY - timedelta(days=1), state=NeedState.DRAFT)
        nightly(DAY)
        states = dict(CompetenceNeed.objects.values_list("pk", "state"))
        assert states == {on_time.pk: "open", late.pk: "expired", draft.pk: "draft"}

    def test_open_needs_are_held_against_new_courses(self) -> None:
        need = CompetenceNeedFactory.create(text="Sveise i aluminium")
        offer = searchable(title="Sveising i aluminium")
        nightly(DAY)
        assert [match.offer for match in need.matches.all()] == [offer]

    def test_a_second_night_changes_nothing(self) -> None:
        CompetenceNeedFactory.create(latest_start=DAY - timedelta(days=1))
        nightly(DAY)
        nightly(DAY)
        assert NeedEvent.objects.get().act == EXPIRE.name


def test_proposals_of_one_need_move_each_by_themselves() -> None:
    one = ProposalFactory.create(state=ProposalState.SENT)
    other = ProposalFactory.create(state=ProposalState.SENT, need=one.need)
    one.carry_out(PROPOSAL_ACTS["decline"], None)
    assert Proposal.objects.get(pk=other.pk).state == ProposalState.SENT
