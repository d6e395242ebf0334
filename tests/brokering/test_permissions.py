"""Who may do what with needs and proposals: small tables."""

import pytest

from brokering.models import CompetenceNeed
from brokering.models.matches import ProposalState
from brokering.models.needs import NeedState
from brokering.permissions import may_broker, need_actions, proposal_actions
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceNeedFactory,
    MembershipFactory,
    OrganisationFactory,
    ProposalFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
M = MemberRole
BROKERS = {"clarify", "cover", "give_up", "withdraw", "edit", "judge", "propose"}
FIRMS = {"withdraw", "edit", "judge"}


@pytest.fixture
def need(agency: Organisation) -> CompetenceNeed:
    return CompetenceNeedFactory.create(handled_by=agency)


def somebody(role: str, organisation: Organisation) -> User:
    return MembershipFactory.create(role=role, organisation=organisation).user


def allowed(person: User, need: CompetenceNeed) -> set[str]:
    return {act for act, why_not in need_actions(person, need).items() if not why_not}


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        (M.LEADER, BROKERS),
        (M.BROKER, BROKERS),
        (M.EMPLOYEE, set()),
        (M.GUIDE, set()),
        (M.READER, set()),
    ],
)
def test_in_the_organisation_that_handles_an_open_need(need: CompetenceNeed, role: str, acts: set[str]) -> None:
    assert need.handled_by
    assert allowed(somebody(role, need.handled_by), need) == acts


@pytest.mark.parametrize(
    ("role", "acts"), [(M.LEADER, FIRMS), (M.EMPLOYEE, FIRMS), (M.GUIDE, FIRMS), (M.READER, set())]
)
def test_in_the_firm_whose_need_it_is(need: CompetenceNeed, role: str, acts: set[str]) -> None:
    assert allowed(somebody(role, need.employer), need) == acts


@pytest.mark.parametrize("role", M)
def test_nobody_elsewhere_may_anything(need: CompetenceNeed, role: str) -> None:
    assert allowed(somebody(role, OrganisationFactory.create()), need) == set()


def test_whoever_wrote_it_down_may_what_the_firm_may(need: CompetenceNeed) -> None:
    need.created_by = UserFactory.create()
    assert allowed(need.created_by, need) == FIRMS


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        (NeedState.DRAFT, {"submit", "withdraw", "edit", "judge", "propose"}),
        (NeedState.SUBMITTED, {"clarify", "open", "withdraw", "edit", "judge", "propose"}),
        (NeedState.CLARIFYING, {"open", "withdraw", "edit", "judge", "propose"}),
        (NeedState.OPEN, BROKERS),
        (NeedState.COVERED, {"reopen"}),
        (NeedState.UNCOVERED, {"reopen"}),
        (NeedState.WITHDRAWN, {"reopen"}),
        (NeedState.EXPIRED, {"reopen"}),
    ],
)
def test_what_its_broker_may_in_each_state(need: CompetenceNeed, state: str, acts: set[str]) -> None:
    need.state = state
    assert need.handled_by
    assert allowed(somebody(M.BROKER, need.handled_by), need) == acts


def test_of_a_closed_need_each_reads_what_that_person_can_do(need: CompetenceNeed) -> None:
    need.state = NeedState.COVERED
    assert need.handled_by
    broker, firm = somebody(M.BROKER, need.handled_by), somebody(M.EMPLOYEE, need.employer)
    assert need_actions(broker, need)["edit"] == "The need is closed. Open it again first."
    asks = f"The need is closed. Ask {need.handled_by} to open it again, or enter a new need."
    assert need_actions(firm, need)["edit"] == asks
    need.handled_by = None
    assert need_actions(firm, need)["edit"] == "The need is closed. Enter a new need instead."


def test_every_no_is_a_sentence(need: CompetenceNeed) -> None:
    for state in NeedState:
        need.state = state
        for person in (UserFactory.create(), somebody(M.EMPLOYEE, need.employer)):
            assert all(why == "" or why.endswith(".") for why in need_actions(person, need).values())


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        (ProposalState.PROPOSED, set()),
        (ProposalState.SENT, set()),
        (ProposalState.SEEN, set()),
        (ProposalState.INTERESTED, {"agree"}),
        (ProposalState.DECLINED, set()),
        (ProposalState.AGREED, {"complete", "miss"}),
        (ProposalState.COMPLETED, set()),
        (ProposalState.ABSENT, set()),
    ],
)
def test_what_its_broker_notes_of_a_proposal(need: CompetenceNeed, state: str, acts: set[str]) -> None:
    proposal = ProposalFactory.create(need=need, state=state)
    assert need.handled_by
    answers = proposal_actions(somebody(M.BROKER, need.handled_by), proposal)
    assert {act for act, why_not in answers.items() if not why_not} == acts
    assert all(proposal_actions(somebody(M.EMPLOYEE, need.employer), proposal).values())


def test_a_broker_is_who_leads_or_brokers_where_municipalities_are_served(agency: Organisation) -> None:
    firm = OrganisationFactory.create()
    brokers = {(role, place): may_broker(somebody(role, place)) for role in M for place in (agency, firm)}
    assert {who for who, broker in brokers.items() if broker} == {(M.LEADER, agency), (M.BROKER, agency)}
