"""One's own account, and logging in and out."""

import json
from collections.abc import Callable

import pytest
from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from partners.models import User
from tests.factories import (
    PASSWORD,
    CompetenceNeedFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
Login = Callable[..., User]
LOGIN = "/account/login/"


class TestAccount:
    url = "/account/"

    def test_shows_my_address_and_roles(self, client: Client, member: Login) -> None:
        user = member("leader", OrganisationFactory.create(name="Varanger Verksted AS"))
        page = client.get(self.url).content.decode()
        assert user.email in page
        assert "Varanger Verksted AS" in page

    def test_asks_strangers_to_log_in(self, client: Client) -> None:
        for name in ("account", "account-data", "account-export"):
            assert client.get(reverse(name)).headers["Location"].startswith(LOGIN)

    def test_saves_my_name_and_language_and_switches_to_it(self, client: Client, member: Login) -> None:
        user = member()
        client.post(self.url, {"first_name": "Ola", "last_name": "Moe", "language": "nn"})
        user.refresh_from_db()
        assert (user.first_name, user.last_name, user.language) == ("Ola", "Moe", "nn")
        assert client.cookies["language"].value == "nn"
        assert client.get(self.url).headers["Content-Language"] == "nn"

    def test_nobody_makes_themselves_an_administrator(self, client: Client, member: Login) -> None:
        user = member()
        client.post(self.url, {"first_name": "Ola", "language": "nb", "is_staff": "on", "is_superuser": "on"})
        user.refresh_from_db()
        assert (user.is_staff, user.is_superuser) == (False, False)

    def test_asks_as_many_queries_for_ten_roles_as_for_one(
        self, client: Client, member: Login, queries: Callable[[str], int]
    ) -> None:
        user = member()
        one = queries(self.url)
        MembershipFactory.create_batch(9, user=user)
        assert queries(self.url) == one


class TestPersonalData:
    def test_the_page_leads_to_the_file(self, client: Client, member: Login) -> None:
        member()
        assert reverse("account-export") in client.get(reverse("account-data")).content.decode()

    def test_the_file_holds_what_is_stored_about_me_in_every_app(self, client: Client, member: Login) -> None:
        user = member("leader")
        organisation = user.memberships.get().organisation
        CompetenceNeedFactory.create(created_by=user, text="Vi trenger sveisere.")
        InvitationFactory.create(invited_by=user, organisation=organisation, email="ola@example.no")
        InvitationFactory.create(email=user.email.upper(), role="reader")
        response = client.get(reverse("account-export"))
        about = json.loads(response.content)
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "no-store" in response.headers["Cache-Control"]
        assert about["partners.User"][0]["email"] == user.email
        assert about["partners.Membership"][0]["role"] == "leader"
        assert about["partners.MembershipHistory"]
        assert about["brokering.CompetenceNeed"][0]["text"] == "Vi trenger sveisere."
        assert {one["role"] for one in about["partners.Invitation"]} == {"employee", "reader"}

    def test_the_file_holds_no_keys_and_nobody_else(self, client: Client, member: Login) -> None:
        other = InvitationFactory.create(invited_by=UserFactory.create(email="kari@example.no"))
        user = member()
        mine = InvitationFactory.create(invited_by=user, organisation=user.memberships.get().organisation)
        text = client.get(reverse("account-export")).content.decode()
        for secret in (user.password, mine.token, other.token, other.email, "kari@example.no"):
            assert secret not in text

    def test_the_file_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, member: Login, queries: Callable[[str], int]
    ) -> None:
        user = member()
        one = queries(reverse("account-export"))
        CompetenceNeedFactory.create_batch(9, created_by=user)
        assert queries(reverse("account-export")) == one


class TestLoggingIn:
    def test_with_the_right_password_whatever_the_case_of_the_address(self, client: Client) -> None:
        user = UserFactory.create()
        response = client.post(LOGIN, {"login": user.email.upper(), "password": PASSWORD})
        assert response.headers["Location"] == reverse("front")
        assert client.session["_auth_user_id"] == str(user.pk)

    def test_a_wrong_password_and_an_unknown_address_read_the_same(self, client: Client) -> None:
        user = UserFactory.create()
        said = [
            client.post(LOGIN, {"login": email, "password": "feil"}).context["form"].errors
            for email in (user.email, "ingen@example.no")
        ]
        assert said[0] == said[1]

    def test_brings_the_persons_language_where_none_was_chosen(self, client: Client) -> None:
        user = UserFactory.create(language="nn")
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert client.cookies["language"].value == "nn"

    def test_keeps_the_language_that_was_chosen(self, client: Client) -> None:
        client.cookies["language"] = "en"
        user = UserFactory.create(language="nn")
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert client.cookies["language"].value == "en"

    @pytest.mark.parametrize(("demo", "lands"), [(False, "/account/inactive/"), (True, "/")])
    def test_a_demonstration_account_opens_the_demonstration_only(
        self, client: Client, settings: Settings, demo: bool, lands: str
    ) -> None:
        settings.DEMO = demo
        user = UserFactory.create(is_demo=True)
        response = client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert response.headers["Location"] == lands
        assert ("_auth_user_id" in client.session) is demo

    def test_does_not_lead_to_another_site(self, client: Client) -> None:
        user = UserFactory.create()
        response = client.post(f"{LOGIN}?next=https://evil.example/", {"login": user.email, "password": PASSWORD})
        assert response.headers["Location"] == reverse("front")

    def test_is_slowed_down_after_many_wrong_passwords(self, client: Client) -> None:
        user = UserFactory.create()
        for _ in range(11):
            client.post(LOGIN, {"login": user.email, "password": "feil"})
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session

    def test_logging_out_needs_a_post(self, client: Client, member: Login) -> None:
        member()
        client.get(reverse("account_logout"))
        assert "_auth_user_id" in client.session
        client.post(reverse("account_logout"))
        assert "_auth_user_id" not in client.session


class TestForgottenPassword:
    url = "/account/password/reset/"

    def test_a_link_comes_by_email_and_sets_a_new_one(
        self, client: Client, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        user = UserFactory.create(language="nn")
        client.post(self.url, {"email": user.email})
        [mail] = mailoutbox
        link = next(word for word in mail.body.split() if word.startswith("http"))
        html = str(mail.alternatives[0][0])
        assert link in html
        assert '<html lang="nn">' in html
        form = client.get(link, follow=True)
        client.post(form.redirect_chain[-1][0], {"password1": "tre nye ord her", "password2": "tre nye ord her"})
        user.refresh_from_db()
        assert user.check_password("tre nye ord her")

    def test_the_answer_does_not_tell_whether_there_is_an_account(
        self, client: Client, mailoutbox: list[EmailMultiAlternatives]
    ) -> None:
        user = UserFactory.create()
        known = client.post(self.url, {"email": user.email})
        unknown = client.post(self.url, {"email": "ingen@example.no"})
        assert known.headers["Location"] == unknown.headers["Location"]
        assert mailoutbox[1].to == ["ingen@example.no"]
        assert "http" not in mailoutbox[1].body


class TestLanguageSwitch:
    def test_is_remembered_for_a_person(self, client: Client, member: Login) -> None:
        user = member()
        client.post(reverse("set_language"), {"language": "nn", "next": "/"})
        user.refresh_from_db()
        assert user.language == "nn"

    def test_takes_only_our_languages(self, client: Client, member: Login) -> None:
        user = member()
        client.post(reverse("set_language"), {"language": "de", "next": "/"})
        user.refresh_from_db()
        assert user.language == "nb"


def test_a_greeting_follows_the_signing_up(client: Client) -> None:
    invitation = InvitationFactory.create(organisation__name="Varanger Verksted AS")
    client.get(invitation.get_absolute_url())
    values = {"first_name": "Ola", "last_name": "Moe", "password1": "tre ord og ett til", "email": invitation.email}
    response = client.post(reverse("account_signup"), values)
    said = [str(message) for message in messages.get_messages(response.wsgi_request)]
    assert any("Varanger Verksted AS" in one for one in said)
