"""What the database refuses, and in what order it answers."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from partners.models import Invitation, Membership, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    InvitationFactory,
    MembershipFactory,
    MunicipalityFactory,
    OrganisationFactory,
    ProposalFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NUMBER = "974760673"  # the Brønnøysund Register Centre's own


class TestOrganisation:
    def test_a_number_with_a_wrong_check_digit_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="must be mistyped"):
            Organisation(name="Verksted AS", number="974760674", roles=["employer"]).full_clean()

    @pytest.mark.parametrize("number", ["97476067", "9747606733", "97476067X"])
    def test_a_number_that_is_not_nine_digits_is_refused(self, number: str) -> None:
        with pytest.raises(ValidationError, match="nine digits"):
            Organisation(name="Verksted AS", number=number, roles=["employer"]).full_clean()

    def test_a_valid_number_is_accepted(self) -> None:
        Organisation(name="Verksted AS", number=NUMBER, roles=["employer"]).full_clean()

    def test_a_number_is_registered_once(self) -> None:
        OrganisationFactory.create(number=NUMBER)
        with pytest.raises(IntegrityError, match="number"):
            OrganisationFactory.create(number=NUMBER)

    def test_many_may_be_without_number(self) -> None:
        OrganisationFactory.create_batch(2, number=None)
        assert Organisation.objects.filter(number=None).count() == 2

    def test_it_is_not_part_of_itself(self) -> None:
        organisation = OrganisationFactory.create()
        with pytest.raises(IntegrityError, match="organisation_is_not_part_of_itself"):
            Organisation.objects.filter(pk=organisation.pk).update(parent=organisation)

    def test_its_roles_are_known(self) -> None:
        with pytest.raises(IntegrityError, match="organisation_roles_are_known"):
            OrganisationFactory.create(roles=["emperor"])

    def test_names_come_in_norwegian_order(self) -> None:
        for name in ["Ålesund", "Øst", "zebra", "Ærlig", "Čáhci", "Bø", "aa", "Éa"]:
            OrganisationFactory.create(name=name)
        names = [organisation.name for organisation in Organisation.objects.all()]
        assert names == ["aa", "Bø", "Čáhci", "Éa", "zebra", "Ærlig", "Øst", "Ålesund"]

    def test_nearly_equal_names_are_alike(self) -> None:
        same = OrganisationFactory.create(name="Varanger Verksted AS")
        OrganisationFactory.create(name="Fauske Bakeri AS")
        assert list(Organisation.objects.like("Varanger verkstad")) == [same]

    def test_a_county_council_is_no_employer_unless_it_says_so(self) -> None:
        OrganisationFactory.create(county_council=True)
        provider = OrganisationFactory.create(provider=True)
        assert not Organisation.objects.employers().exists()
        assert list(Organisation.objects.providers()) == [provider]


class TestVisibility:
    def test_a_stranger_to_it_does_not_see_it(self) -> None:
        organisation = OrganisationFactory.create()
        someone = MembershipFactory.create().user
        assert organisation not in Organisation.objects.visible_to(someone)

    def test_its_people_see_it_with_its_units_and_its_parent(self) -> None:
        parent = OrganisationFactory.create()
        organisation = OrganisationFactory.create(parent=parent)
        unit = OrganisationFactory.create(parent=organisation)
        person = MembershipFactory.create(organisation=organisation).user
        assert set(Organisation.objects.visible_to(person)) == {parent, organisation, unit}

    def test_whoever_registered_it_sees_it(self) -> None:
        person = UserFactory.create()
        organisation = OrganisationFactory.create(registered_by=person)
        assert list(Organisation.objects.visible_to(person)) == [organisation]

    def test_a_broker_sees_those_in_the_municipalities_served(self) -> None:
        place = MunicipalityFactory.create()
        served = OrganisationFactory.create(municipality=place)
        elsewhere = OrganisationFactory.create(municipality=MunicipalityFactory.create(number="1804", name="Bodø"))
        broker = MembershipFactory.create(role=MemberRole.BROKER)
        broker.organisation.serves.add(place)
        seen = Organisation.objects.visible_to(broker.user)
        assert served in seen
        assert elsewhere not in seen

    def test_a_broker_sees_those_whose_needs_are_handled(self) -> None:
        need = ProposalFactory.create().need
        broker = MembershipFactory.create(role=MemberRole.BROKER)
        type(need).objects.update(handled_by=broker.organisation)
        assert need.employer in Organisation.objects.visible_to(broker.user)

    def test_a_reader_of_a_broker_organisation_sees_only_that(self) -> None:
        place = MunicipalityFactory.create()
        OrganisationFactory.create(municipality=place)
        reader = MembershipFactory.create(role=MemberRole.READER)
        reader.organisation.serves.add(place)
        assert list(Organisation.objects.visible_to(reader.user)) == [reader.organisation]

    def test_nobody_sees_one_twice(self) -> None:
        broker = MembershipFactory.create(role=MemberRole.BROKER)
        MembershipFactory.create(user=broker.user, organisation=broker.organisation, role=MemberRole.LEADER)
        place = MunicipalityFactory.create()
        broker.organisation.serves.add(place)
        OrganisationFactory.create(municipality=place, registered_by=broker.user)
        assert Organisation.objects.visible_to(broker.user).count() == 2


class TestUser:
    def test_one_address_is_one_person_whatever_the_case(self) -> None:
        UserFactory.create(email="kari@example.no")
        with pytest.raises(IntegrityError, match="one_person_an_address"):
            UserFactory.create(email="Kari@Example.no")

    def test_a_person_without_password_cannot_log_in_with_an_empty_one(self) -> None:
        assert not User.objects.create_user("kari@example.no").check_password("")


class TestMembership:
    def test_a_role_is_held_once(self) -> None:
        first = MembershipFactory.create()
        with pytest.raises(IntegrityError, match="a_role_is_held_once"):
            MembershipFactory.create(user=first.user, organisation=first.organisation)

    def test_its_role_is_known(self) -> None:
        with pytest.raises(IntegrityError, match="membership_role_is_known"):
            MembershipFactory.create(role="emperor")

    def test_the_last_leader_cannot_leave(self) -> None:
        leader = MembershipFactory.create(role=MemberRole.LEADER)
        MembershipFactory.create(organisation=leader.organisation)
        with pytest.raises(ValidationError, match="needs a leader"):
            leader.end()
        assert Membership.objects.filter(pk=leader.pk).exists()

    def test_the_last_leader_cannot_become_something_else(self) -> None:
        leader = MembershipFactory.create(role=MemberRole.LEADER)
        with pytest.raises(ValidationError, match="needs a leader"):
            leader.change_role(MemberRole.EMPLOYEE)
        assert Membership.objects.get(pk=leader.pk).role == MemberRole.LEADER

    def test_one_of_two_leaders_can_leave(self) -> None:
        leader = MembershipFactory.create(role=MemberRole.LEADER)
        MembershipFactory.create(organisation=leader.organisation, role=MemberRole.LEADER)
        leader.end()
        assert not leader.user.memberships.exists()

    def test_who_leaves_takes_open_invitations_along(self) -> None:
        broker = MembershipFactory.create(role=MemberRole.BROKER)
        here = InvitationFactory.create(invited_by=broker.user, organisation=broker.organisation)
        elsewhere = InvitationFactory.create(invited_by=broker.user)
        broker.end()
        assert list(Invitation.objects.open()) == [elsewhere]
        assert Invitation.objects.get(pk=here.pk).withdrawn_at


class TestInvitation:
    def test_a_person_is_invited_to_a_role_once_at_a_time(self) -> None:
        first = InvitationFactory.create()
        with pytest.raises(IntegrityError):
            InvitationFactory.create(organisation=first.organisation, role=first.role, email=first.email)
