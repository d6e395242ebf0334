"""From an invitation to a role, by e-mail: every way it can go."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.invitations import send
from partners.models import Invitation, Membership, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import PASSWORD, InvitationFactory, MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
Login = Callable[..., User]
Outbox = list[EmailMultiAlternatives]
NEW = {"first_name": "Ola", "last_name": "Nordmann", "password1": "tre ord og ett til"}


@pytest.fixture
def firm(member: Login) -> Organisation:
    """One whose leader is logged in."""
    organisation = OrganisationFactory.create(name="Varanger Verksted AS")
    member("leader", organisation)
    return organisation


def invite(client: Client, firm: Organisation, **values: str) -> Invitation:
    url = reverse("invitation-create", args=[firm.pk])
    assert client.post(url, {"email": "ola@example.no", "role": "employee", **values}).status_code == 302
    return Invitation.objects.get()


def html(mail: EmailMultiAlternatives) -> str:
    return str(mail.alternatives[0][0])


class TestSending:
    def test_the_email_says_who_invites_to_what_and_holds_the_link(
        self, client: Client, firm: Organisation, deliver: Callable[[], int], mailoutbox: Outbox
    ) -> None:
        invitation = invite(client, firm, email="Ola@Example.no")
        assert deliver() == 1
        [mail] = mailoutbox
        link = f"http://127.0.0.1:8000{invitation.get_absolute_url()}"
        assert mail.to == ["ola@example.no"]
        assert firm.name in mail.subject
        for body in (str(mail.body), html(mail)):
            assert link in body
            assert firm.name in body
            assert str(invitation.invited_by) in body
        assert mail.alternatives[0][1] == "text/html"

    def test_names_in_the_email_are_escaped_in_html_only(self, mailoutbox: Outbox) -> None:
        send(InvitationFactory.create(organisation__name="Rør & Varme <AS>").pk)
        [mail] = mailoutbox
        assert "Rør & Varme <AS>" in mail.body
        assert "Rør & Varme <AS>" in mail.subject
        assert "Rør &amp; Varme &lt;AS&gt;" in html(mail)

    def test_it_is_sent_once_however_often_the_job_runs(self, mailoutbox: Outbox) -> None:
        invitation = InvitationFactory.create()
        send(invitation.pk)
        send(invitation.pk)
        assert len(mailoutbox) == 1
        assert Invitation.objects.get().sent_at

    def test_an_attempt_that_is_repeated_has_the_same_message_id(self, mailoutbox: Outbox) -> None:
        invitation = InvitationFactory.create()
        send(invitation.pk)
        Invitation.objects.update(sent_at=None)
        send(invitation.pk)
        first, second = (mail.extra_headers["Message-ID"] for mail in mailoutbox)
        assert first == second

    @pytest.mark.parametrize(("known", "language"), [("en", "en"), (None, "nn")])
    def test_the_language_is_the_receivers_or_else_the_inviters(
        self, mailoutbox: Outbox, known: str | None, language: str
    ) -> None:
        invitation = InvitationFactory.create(invited_by__language="nn")
        if known:
            UserFactory.create(email=invitation.email, language=known)
        send(invitation.pk)
        assert f'<html lang="{language}">' in html(mailoutbox[0])

    def test_it_waits_for_nothing_when_withdrawn_meanwhile(self, mailoutbox: Outbox) -> None:
        invitation = InvitationFactory.create()
        invitation.withdraw()
        send(invitation.pk)
        assert mailoutbox == []

    def test_a_role_one_may_not_give_is_not_offered(self, client: Client, firm: Organisation) -> None:
        url = reverse("invitation-create", args=[firm.pk])
        response = client.post(url, {"email": "ola@example.no", "role": "decider"})
        assert "role" in response.context["form"].errors
        assert not Invitation.objects.exists()

    def test_nobody_is_invited_twice_to_the_same(self, client: Client, firm: Organisation) -> None:
        invite(client, firm)
        url = reverse("invitation-create", args=[firm.pk])
        response = client.post(url, {"email": "OLA@example.no", "role": "employee"})
        assert "email" in response.context["form"].errors
        assert Invitation.objects.count() == 1

    def test_nobody_is_invited_to_what_they_are(self, client: Client, firm: Organisation) -> None:
        there = MembershipFactory.create(organisation=firm)
        url = reverse("invitation-create", args=[firm.pk])
        response = client.post(url, {"email": there.user.email, "role": "employee"})
        assert "email" in response.context["form"].errors

    def test_an_employee_is_told_why_not(self, client: Client, member: Login) -> None:
        leader = MembershipFactory.create(role=MemberRole.LEADER)
        member("employee", leader.organisation)
        assert client.get(reverse("invitation-create", args=[leader.organisation.pk])).status_code == 403


class TestManaging:
    def test_sending_again_gives_two_more_weeks(
        self, client: Client, firm: Organisation, deliver: Callable[[], int], mailoutbox: Outbox
    ) -> None:
        yesterday = timezone.now() - timedelta(days=1)
        invitation = InvitationFactory.create(organisation=firm, expires_at=yesterday, sent_at=yesterday)
        client.post(reverse("invitation-resend", args=[invitation.pk]))
        deliver()
        assert len(mailoutbox) == 1
        assert Invitation.objects.open().get().expires_at > timezone.now() + timedelta(days=13)

    def test_sending_again_waits_five_minutes(
        self, client: Client, firm: Organisation, deliver: Callable[[], int]
    ) -> None:
        invitation = InvitationFactory.create(organisation=firm, sent_at=timezone.now())
        assert client.post(reverse("invitation-resend", args=[invitation.pk])).status_code == 403
        assert deliver() == 0

    def test_a_withdrawn_one_leaves_the_page_and_its_link_says_so(self, client: Client, firm: Organisation) -> None:
        invitation = InvitationFactory.create(organisation=firm)
        client.post(reverse("invitation-withdraw", args=[invitation.pk]))
        assert client.get(firm.get_absolute_url()).context["invitations"] == []
        assert client.get(invitation.get_absolute_url()).status_code == 410

    def test_those_of_others_are_404(self, client: Client, firm: Organisation) -> None:
        theirs = InvitationFactory.create()
        for act in ("invitation-resend", "invitation-withdraw"):
            assert client.post(reverse(act, args=[theirs.pk])).status_code == 404


class TestAnswering:
    def test_a_newcomer_makes_an_account_and_has_the_role(self, client: Client) -> None:
        invitation = InvitationFactory.create(email="ola@example.no", organisation__name="Varanger Verksted AS")
        page = client.get(invitation.get_absolute_url()).content.decode()
        assert "Varanger Verksted AS" in page
        assert reverse("account_signup") in page
        assert 'value="ola@example.no"' in client.get(reverse("account_signup")).content.decode()
        response = client.post(reverse("account_signup"), {"email": "ola@example.no", **NEW})
        assert response.headers["Location"] == reverse("front")
        membership = Membership.objects.get(user__email="ola@example.no")
        assert (membership.organisation, membership.role) == (invitation.organisation, "employee")
        assert client.session["_auth_user_id"] == str(membership.user.pk)
        assert EmailAddress.objects.get(user=membership.user).verified

    def test_signing_up_with_another_address_is_refused_with_a_sentence(self, client: Client) -> None:
        client.get(InvitationFactory.create(email="ola@example.no").get_absolute_url())
        response = client.post(reverse("account_signup"), {"email": "kari@example.no", **NEW})
        assert len(response.context["form"].errors["email"]) == 1
        assert not User.objects.filter(email="kari@example.no").exists()

    def test_a_weak_password_is_refused(self, client: Client) -> None:
        client.get(InvitationFactory.create(email="ola@example.no").get_absolute_url())
        response = client.post(reverse("account_signup"), {"email": "ola@example.no", **NEW, "password1": "1234567890"})
        assert "password1" in response.context["form"].errors

    def test_nobody_signs_up_without_an_invitation(self, client: Client) -> None:
        response = client.post(reverse("account_signup"), {"email": "ola@example.no", **NEW})
        assert "account/signup_closed.html" in [template.name for template in response.templates]
        assert not User.objects.filter(email="ola@example.no").exists()

    def test_one_with_an_account_logs_in_and_accepts(self, client: Client) -> None:
        user = UserFactory.create()
        invitation = InvitationFactory.create(email=user.email.upper(), role=MemberRole.READER)
        url = invitation.get_absolute_url()
        assert f"{reverse('account_login')}?next={url}" in client.get(url).content.decode()
        login = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": url})
        assert login.headers["Location"] == url
        accept = reverse("invitation-accept", args=[invitation.token])
        assert accept in client.get(url).content.decode()
        assert not user.memberships.exists()
        assert client.post(accept).headers["Location"] == reverse("front")
        assert user.memberships.get().role == "reader"

    def test_one_logged_in_with_another_address_is_told_who_gets_the_role(self, client: Client, member: Login) -> None:
        user = member()
        page = client.get(InvitationFactory.create(email="ola@example.no").get_absolute_url()).content.decode()
        assert page.count("ola@example.no") == 1
        assert user.email in page.split("<main")[1]

    def test_the_link_alone_changes_nothing(self, client: Client, member: Login) -> None:
        user = member()
        client.get(InvitationFactory.create().get_absolute_url())
        assert user.memberships.count() == 1

    def test_a_stranger_cannot_accept(self, client: Client) -> None:
        invitation = InvitationFactory.create()
        response = client.post(reverse("invitation-accept", args=[invitation.token]))
        assert response.headers["Location"].startswith(reverse("account_login"))

    @pytest.mark.parametrize("why", ["accepted_at", "withdrawn_at", "expires_at"])
    def test_a_closed_link_says_kindly_why(self, client: Client, member: Login, why: str) -> None:
        invitation = InvitationFactory.create(**{why: timezone.now() - timedelta(days=1)})
        user = member()
        response = client.get(invitation.get_absolute_url())
        assert response.status_code == 410
        assert response.context["text"].endswith(".")
        assert client.post(reverse("invitation-accept", args=[invitation.token])).status_code == 410
        assert user.memberships.count() == 1

    def test_each_reason_has_its_own_sentence(self, client: Client) -> None:
        past = timezone.now() - timedelta(days=1)
        closed = [InvitationFactory.create(**{why: past}) for why in ("accepted_at", "withdrawn_at", "expires_at")]
        said = {client.get(invitation.get_absolute_url()).context["text"] for invitation in closed}
        assert len(said) == 3

    def test_an_unknown_link_is_404_with_a_sentence(self, client: Client) -> None:
        response = client.get(reverse("invitation", args=["mangler-noe"]))
        assert response.status_code == 404
        assert response.context["text"].endswith(".")

    def test_it_works_once(self, client: Client, member: Login) -> None:
        invitation = InvitationFactory.create()
        accept = reverse("invitation-accept", args=[invitation.token])
        member()
        assert client.post(accept).status_code == 302
        second = member()
        assert client.post(accept).status_code == 410
        assert second.memberships.count() == 1
