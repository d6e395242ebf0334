"""Who may do what with organisations, members and invitations: small tables."""

import pytest
from django.core.exceptions import PermissionDenied

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from partners.permissions import (
    Standing,
    allowed_actions,
    invitation_actions,
    may_register,
    membership_actions,
    require,
)
from tests.factories import InvitationFactory, MembershipFactory, MunicipalityFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
M = MemberRole


def everything() -> Organisation:
    """An organisation where every role makes sense, with a leader."""
    organisation = OrganisationFactory.create(roles=["county", "employer"])
    organisation.serves.add(MunicipalityFactory.create())
    MembershipFactory.create(organisation=organisation, role=M.LEADER)
    return organisation


def standing(role: str, organisation: Organisation) -> Standing:
    return Standing.of(MembershipFactory.create(role=role, organisation=organisation).user, organisation)


@pytest.mark.parametrize(
    ("role", "gives"),
    [
        (M.LEADER, set(M)),
        (M.BROKER, {M.BROKER, M.GUIDE, M.EMPLOYEE, M.READER}),
        (M.DECIDER, {M.CASE_OFFICER, M.DECIDER, M.ATTESTER, M.EMPLOYEE, M.READER}),
        (M.CASE_OFFICER, {M.CASE_OFFICER, M.EMPLOYEE, M.READER}),
        (M.ATTESTER, {M.CASE_OFFICER, M.EMPLOYEE, M.READER}),
        (M.EMPLOYEE, set()),
        (M.GUIDE, set()),
        (M.READER, set()),
    ],
)
def test_each_role_gives_only_its_own(role: str, gives: set[MemberRole]) -> None:
    assert standing(role, everything()).gives == gives


@pytest.mark.parametrize(
    ("kinds", "serves", "possible"),
    [
        (["employer"], False, {M.LEADER, M.EMPLOYEE, M.READER}),
        (["provider"], False, {M.LEADER, M.EMPLOYEE, M.READER, M.GUIDE}),
        (["partner"], True, {M.LEADER, M.EMPLOYEE, M.READER, M.GUIDE, M.BROKER}),
        (["funder"], False, {M.LEADER, M.EMPLOYEE, M.READER, M.CASE_OFFICER, M.DECIDER, M.ATTESTER, M.FINANCE}),
    ],
)
def test_a_leader_gives_only_roles_that_make_sense_there(
    kinds: list[str], serves: bool, possible: set[MemberRole]
) -> None:
    organisation = OrganisationFactory.create(roles=kinds)
    if serves:
        organisation.serves.add(MunicipalityFactory.create())
    assert standing(M.LEADER, organisation).gives == possible


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (M.LEADER, {"edit", "add_unit", "see_members", "invite"}),
        (M.BROKER, {"edit", "add_unit", "see_members", "invite"}),
        (M.CASE_OFFICER, {"edit", "add_unit", "see_members", "invite"}),
        (M.DECIDER, {"edit", "add_unit", "see_members", "invite"}),
        (M.ATTESTER, {"edit", "add_unit", "see_members", "invite"}),
        (M.EMPLOYEE, {"see_members"}),
        (M.GUIDE, {"see_members"}),
        (M.READER, {"see_members"}),
    ],
)
def test_what_a_role_allows_in_ones_own_organisation(role: str, allowed: set[str]) -> None:
    organisation = everything()
    person = MembershipFactory.create(role=role, organisation=organisation).user
    actions = allowed_actions(person, organisation)
    assert {act for act, why_not in actions.items() if not why_not} == allowed
    assert all(why_not == "" or why_not.endswith(".") for why_not in actions.values())


def allowed(person: User, organisation: Organisation) -> set[str]:
    actions = allowed_actions(person, organisation)
    return {act for act, why_not in actions.items() if not why_not}


def test_a_stranger_may_nothing() -> None:
    assert allowed(UserFactory.create(), everything()) == set()


def test_a_broker_of_the_place_sees_members_and_corrects_until_there_is_a_leader() -> None:
    place = MunicipalityFactory.create()
    firm = OrganisationFactory.create(municipality=place)
    broker = MembershipFactory.create(role=M.BROKER)
    broker.organisation.serves.add(place)
    assert allowed(broker.user, firm) == {"edit", "add_unit", "see_members"}
    MembershipFactory.create(organisation=firm, role=M.LEADER)
    assert allowed(broker.user, firm) == {"see_members"}


def test_whoever_registered_it_invites_until_there_is_a_leader() -> None:
    registrar = UserFactory.create()
    firm = OrganisationFactory.create(registered_by=registrar)
    assert Standing.of(registrar, firm).gives == {M.LEADER, M.EMPLOYEE, M.READER}
    MembershipFactory.create(organisation=firm, role=M.LEADER)
    assert allowed(registrar, firm) == set()


def test_the_first_employee_invites_colleagues_until_there_is_a_leader() -> None:
    firm = OrganisationFactory.create()
    first, second = (MembershipFactory.create(organisation=firm).user for _ in range(2))
    assert Standing.of(first, firm).gives == {M.EMPLOYEE, M.READER}
    assert not Standing.of(second, firm).gives
    MembershipFactory.create(organisation=firm, role=M.LEADER)
    assert not Standing.of(first, firm).gives


def test_a_reader_who_came_first_invites_nobody() -> None:
    firm = OrganisationFactory.create()
    assert not standing(M.READER, firm).gives


def test_a_leader_of_the_parent_leads_its_units() -> None:
    leader = MembershipFactory.create(role=M.LEADER)
    unit = OrganisationFactory.create(parent=leader.organisation)
    assert allowed(leader.user, unit) == {"edit", "see_members", "invite"}


@pytest.mark.parametrize(
    ("mine", "theirs", "change", "remove"),
    [
        (M.LEADER, M.DECIDER, True, True),
        (M.LEADER, M.LEADER, True, True),
        (M.BROKER, M.EMPLOYEE, True, True),
        (M.BROKER, M.DECIDER, False, False),
        (M.BROKER, M.LEADER, False, False),
        (M.CASE_OFFICER, M.DECIDER, False, False),
        (M.EMPLOYEE, M.READER, False, False),
    ],
)
def test_one_takes_only_what_one_could_give(mine: str, theirs: str, change: bool, remove: bool) -> None:
    organisation = everything()
    member = MembershipFactory.create(role=theirs, organisation=organisation)
    actions = membership_actions(standing(mine, organisation), member)
    assert {act: not why_not for act, why_not in actions.items()} == {"change_role": change, "remove": remove}


def test_nobody_changes_their_own_role_but_everybody_can_leave() -> None:
    organisation = everything()
    mine = MembershipFactory.create(organisation=organisation, role=M.LEADER)
    actions = membership_actions(Standing.of(mine.user, organisation), mine)
    assert actions == {"change_role": "Somebody else has to change your role.", "remove": ""}


def test_the_last_leader_stays() -> None:
    leader = MembershipFactory.create(role=M.LEADER)
    actions = membership_actions(Standing.of(leader.user, leader.organisation), leader)
    assert "needs a leader" in actions["remove"]


def test_an_invitation_is_managed_by_those_who_could_give_its_role() -> None:
    organisation = everything()
    invitation = InvitationFactory.create(organisation=organisation, role=M.DECIDER)
    assert invitation_actions(standing(M.LEADER, organisation), invitation) == {"resend": "", "withdraw": ""}
    assert all(invitation_actions(standing(M.BROKER, organisation), invitation).values())


def test_only_brokers_register_organisations() -> None:
    broker = MembershipFactory.create(role=M.BROKER)
    broker.organisation.serves.add(MunicipalityFactory.create())
    assert may_register(broker.user) == ""
    assert may_register(MembershipFactory.create(role=M.LEADER).user).endswith(".")


def test_a_refusal_carries_its_reason() -> None:
    with pytest.raises(PermissionDenied, match="Not today"):
        require({"edit": "Not today."}, "edit")
