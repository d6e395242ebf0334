"""Changing and ending roles."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Membership, User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
Login = Callable[..., User]


def test_a_leader_gives_another_role(client: Client, member: Login) -> None:
    colleague = MembershipFactory.create()
    member("leader", colleague.organisation)
    response = client.post(colleague.get_absolute_url(), {"role": "leader"})
    assert response.headers["Location"] == colleague.organisation.get_absolute_url()
    assert Membership.objects.get(pk=colleague.pk).role == "leader"


def test_a_role_one_may_not_give_is_refused(client: Client, member: Login) -> None:
    organisation = OrganisationFactory.create(roles=["county"])
    colleague = MembershipFactory.create(organisation=organisation)
    member("case_officer", organisation)
    response = client.post(colleague.get_absolute_url(), {"role": "decider"})
    assert "role" in response.context["form"].errors
    assert Membership.objects.get(pk=colleague.pk).role == "employee"


def test_a_role_already_held_is_refused_with_a_sentence(client: Client, member: Login) -> None:
    colleague = MembershipFactory.create()
    MembershipFactory.create(user=colleague.user, organisation=colleague.organisation, role=MemberRole.READER)
    member("leader", colleague.organisation)
    response = client.post(colleague.get_absolute_url(), {"role": "reader"})
    assert len(response.context["form"].errors["role"]) == 1


def test_an_employee_sees_the_reason_instead_of_the_form(client: Client, member: Login) -> None:
    leader = MembershipFactory.create(role=MemberRole.LEADER)
    member("employee", leader.organisation)
    response = client.get(leader.get_absolute_url())
    assert response.context["actions"]["change_role"] in response.content.decode()
    assert 'name="role"' not in response.content.decode()
    assert client.post(leader.get_absolute_url(), {"role": "reader"}).status_code == 403


def test_a_leader_removes_a_member(client: Client, member: Login) -> None:
    colleague = MembershipFactory.create()
    member("leader", colleague.organisation)
    client.post(reverse("membership-remove", args=[colleague.pk]))
    assert not Membership.objects.filter(pk=colleague.pk).exists()


def test_one_leaves_and_comes_back_to_the_account(client: Client, member: Login) -> None:
    organisation = OrganisationFactory.create()
    mine = member("employee", organisation).memberships.get()
    response = client.post(reverse("membership-remove", args=[mine.pk]))
    assert response.headers["Location"] == reverse("account")
    assert not organisation.memberships.exists()


def test_the_last_leader_does_not_leave(client: Client, member: Login) -> None:
    mine = member("leader").memberships.get()
    assert client.post(reverse("membership-remove", args=[mine.pk])).status_code == 403
    assert Membership.objects.filter(pk=mine.pk).exists()


def test_members_of_others_are_404(client: Client, member: Login) -> None:
    theirs = MembershipFactory.create()
    member("leader")
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.post(reverse("membership-remove", args=[theirs.pk])).status_code == 404


def test_members_of_the_parent_are_404_for_the_people_of_a_unit(client: Client, member: Login) -> None:
    above = MembershipFactory.create(role=MemberRole.LEADER)
    member("employee", OrganisationFactory.create(parent=above.organisation))
    assert client.get(above.get_absolute_url()).status_code == 404


def test_removing_needs_a_post(client: Client, member: Login) -> None:
    mine = member("employee").memberships.get()
    assert client.get(reverse("membership-remove", args=[mine.pk])).status_code == 405
