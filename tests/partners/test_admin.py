"""The administration: it opens, it is closed to others, and it bypasses no state."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from brokering.models import Competence, CompetenceNeed, NeedEvent
from brokering.models.needs import SUBMIT, NeedState
from partners.models import Invitation, Organisation, User
from tests.factories import (
    PASSWORD,
    CompetenceFactory,
    CompetenceNeedFactory,
    CourseRunFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    ProposalFactory,
    UserFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
OURS = [model for model in admin.site._registry if model._meta.app_label in {"partners", "brokering"}]


@pytest.fixture
def administrator(client: Client) -> User:
    user = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def one_of_each() -> None:
    need = CompetenceNeedFactory.create(state=NeedState.DRAFT)
    need.carry_out(SUBMIT, UserFactory.create())
    CourseRunFactory.create()
    CompetenceFactory.create()
    InvitationFactory.create()
    MembershipFactory.create()
    ProposalFactory.create()
    VisitFactory.create()


def url_of(model: type[Any], act: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}", args=args)


@pytest.mark.usefixtures("one_of_each", "administrator")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_lists_search_and_pages_open(client: Client, model: type[Any]) -> None:
    assert client.get(url_of(model, "changelist")).status_code == 200
    if admin.site._registry[model].search_fields:
        assert client.get(url_of(model, "changelist"), {"q": "a"}).status_code == 200
    for thing in model._default_manager.all()[:1]:
        assert client.get(url_of(model, "change", thing.pk)).status_code == 200


@pytest.mark.usefixtures("one_of_each", "administrator")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_pages_need_no_inline_script_or_style(client: Client, model: type[Any]) -> None:
    """So that the site's content security policy holds there too."""
    things = [url_of(model, "change", thing.pk) for thing in model._default_manager.all()[:1]]
    for url in (url_of(model, "changelist"), *things):
        response = client.get(url)
        page = response.content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]


def test_a_stranger_meets_the_sites_own_login(client: Client) -> None:
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_who_does_not_run_the_site_is_refused(client: Client) -> None:
    client.force_login(UserFactory.create())
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


@pytest.mark.usefixtures("administrator")
def test_the_state_of_a_need_is_seen_not_set(client: Client) -> None:
    need = CompetenceNeedFactory.create(state=NeedState.OPEN)
    values = {"employer": need.employer_id, "text": "Nytt", "headcount": 2, "source": "form", "state": "covered"}
    events = {"events-TOTAL_FORMS": 0, "events-INITIAL_FORMS": 0}
    client.post(url_of(CompetenceNeed, "change", need.pk), {**values, **events})
    need.refresh_from_db()
    assert (need.text, need.state) == ("Nytt", NeedState.OPEN)


@pytest.mark.usefixtures("administrator")
def test_events_are_not_changed(client: Client) -> None:
    need = CompetenceNeedFactory.create(state=NeedState.DRAFT)
    need.carry_out(SUBMIT, UserFactory.create(), "because")
    event = need.events.get()
    events = {"events-TOTAL_FORMS": 1, "events-INITIAL_FORMS": 1, "events-0-id": event.pk, "events-0-why": "altered"}
    values = {"employer": need.employer_id, "text": "Nytt", "headcount": 2, "source": "form"}
    client.post(url_of(CompetenceNeed, "change", need.pk), {**values, **events, "events-0-DELETE": "on"})
    assert NeedEvent.objects.get(need=need).why == "because"


@pytest.mark.usefixtures("administrator")
def test_a_need_is_not_deleted(client: Client) -> None:
    need = CompetenceNeedFactory.create()
    assert client.post(url_of(CompetenceNeed, "delete", need.pk), {"post": "yes"}).status_code == 403


@pytest.mark.usefixtures("administrator")
def test_texts_with_commas_stay_whole(client: Client) -> None:
    sentences = ["Vi sveiser stål, aluminium og rør.", "Vi trenger sertifikat."]
    competence = CompetenceFactory.create(sentences=sentences)
    form = client.get(url_of(Competence, "change", competence.pk)).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields} | {"codes": '{"styrk08": ["7212"]}'}
    sent = {name: str(value).replace("\n", "\r\n") for name, value in shown.items()}
    client.post(url_of(Competence, "change", competence.pk), {**sent, "name_en": "Joining"})
    competence.refresh_from_db()
    assert (competence.name_en, competence.sentences) == ("Joining", sentences)


@pytest.mark.usefixtures("administrator")
def test_no_key_of_an_invitation_is_shown(client: Client) -> None:
    invitation = InvitationFactory.create()
    for url in (url_of(Invitation, "changelist"), url_of(Invitation, "change", invitation.pk)):
        assert invitation.token not in client.get(url).content.decode()


@pytest.mark.usefixtures("administrator")
def test_an_organisation_gets_its_roles_by_ticking(client: Client) -> None:
    organisation = OrganisationFactory.create()
    members = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    values = {"name": organisation.name, "roles": ["county", "funder"], **members}
    client.post(url_of(Organisation, "change", organisation.pk), values)
    organisation.refresh_from_db()
    assert organisation.roles == ["county", "funder"]


@pytest.mark.usefixtures("administrator")
def test_a_person_is_added_with_an_address(client: Client) -> None:
    password = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    client.post(url_of(User, "add"), {"email": "ny@example.no", **password})
    assert User.objects.get(email="ny@example.no").check_password(PASSWORD)


def test_staff_who_are_not_superusers_make_nobody_staff(client: Client) -> None:
    staff = UserFactory.create(is_staff=True)
    permissions = apps.get_model("auth.Permission").objects.filter(content_type__model="user")
    staff.user_permissions.set(permissions)
    client.force_login(staff)
    values = {"email": staff.email, "language": "nb", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    assert client.post(url_of(User, "change", staff.pk), values).status_code == 302
    staff.refresh_from_db()
    assert not staff.is_superuser
