"""What two people do at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from partners.models import Invitation, Membership, Organisation
from partners.models.roles import MemberRole
from tests.factories import InvitationFactory, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(acts: list[Callable[[], object]]) -> list[bool]:
    """Does all of them at once; says of each whether it succeeded."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        try:
            ready.wait()
            act()
        except (ValidationError, Invitation.DoesNotExist):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_leaders_who_leave_together_do_not_leave_the_organisation_without() -> None:
    organisation = OrganisationFactory.create()
    leaders = MembershipFactory.create_batch(2, organisation=organisation, role=MemberRole.LEADER)
    assert sorted(together([leader.end for leader in leaders])) == [False, True]
    assert Membership.objects.leaders().count() == 1


def test_an_invitation_opened_twice_at_once_gives_one_role() -> None:
    invitation = InvitationFactory.create()
    people = UserFactory.create_batch(2)
    done = together([lambda person=person: invitation.accept(person) for person in people])  # type: ignore[misc]
    assert sorted(done) == [False, True]
    assert Organisation.objects.get(pk=invitation.organisation_id).memberships.count() == 1
