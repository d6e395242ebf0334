"""What a double click sends: the same page's form, twice to the letter."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import Client, RequestFactory

from partners.models import User
from partners.models.roles import MemberRole
from partners.once import once
from projects.models import Activity, Agreement, Project, ReportingRequirement
from tests.factories import OrganisationFactory, ProjectFactory, ProjectPartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = {"csrfmiddlewaretoken": "x" * 64}
NO_PARTIES = {"party-TOTAL_FORMS": "0", "party-INITIAL_FORMS": "0"}


@pytest.fixture
def project(member: Callable[..., User]) -> Project:
    """Whoever is logged in leads it."""
    project = ProjectFactory.create(leader=member(MemberRole.READER))
    ProjectPartnerFactory.create(project=project, running=True)
    return project


@pytest.mark.parametrize(
    ("path", "typed", "model"),
    [
        ("activities/new/", {"title": "Norsk på arbeidsplassen"}, Activity),
        ("agreements/new/", {"kind": "intent", "title": "Intensjonsavtale", **NO_PARTIES}, Agreement),
    ],
)
def test_makes_one_thing(client: Client, project: Project, path: str, typed: dict[str, str], model: Any) -> None:
    url = f"/projects/{project.pk}/{path}"
    first, again = (client.post(url, typed | PAGE) for _time in range(2))
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert model.objects.count() == 1


def test_a_report_is_asked_for_once(client: Client, member: Callable[..., User], project: Project) -> None:
    council = OrganisationFactory.create(county_council=True)
    ProjectPartnerFactory.create(project=project, organisation=council, role="funder")
    member(MemberRole.CASE_OFFICER, council)
    typed = {"kind": "progress", "title": "2026", "first_day": "2026-01-01", "last_day": "2026-12-31"}
    for _time in range(2):
        client.post(f"/projects/{project.pk}/reports/new/", typed | PAGE | {"due_on": "2027-01-31"})
    assert ReportingRequirement.objects.count() == 1


def test_a_page_opened_anew_makes_another_of_the_same(client: Client, project: Project) -> None:
    for letter in "xy":
        client.post(f"/projects/{project.pk}/activities/new/", {"title": "A", "csrfmiddlewaretoken": letter * 64})
    assert Activity.objects.count() == 2


def test_what_was_refused_can_be_sent_again(client: Client, project: Project) -> None:
    url = f"/projects/{project.pk}/activities/new/"
    assert client.post(url, {"title": "", **PAGE}).status_code == 200
    assert client.post(url, {"title": "", **PAGE}).status_code == 200
    assert client.post(url, {"title": "A", **PAGE}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_later_waits_for_the_first() -> None:
    done = list[str]()

    @once
    def view(request: HttpRequest) -> HttpResponse:
        done.append("done")
        return redirect("/there/")

    def send() -> str:
        request = RequestFactory().post("/", PAGE)
        request.user = User()
        with transaction.atomic():
            return view(request)["Location"]

    def later() -> None:
        done.append(send())
        connection.close()

    try:
        other = Thread(target=later)
        with transaction.atomic():
            send()
            other.start()
            other.join(0.5)
            assert done == ["done"]
        other.join(10)
        assert done == ["done", "/there/"]
    finally:
        cache.clear()
