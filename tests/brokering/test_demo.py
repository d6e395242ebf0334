"""The demonstration region: it loads, loads again without loss, and its dates go along with today."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.test import Client
from pytest_django import Settings

from brokering.models import CompetenceNeed, CourseOffer, CourseRun, Visit
from brokering.models.needs import NeedState
from config import demo_region
from partners.management.commands import load_places
from partners.models import Membership, Organisation, User
from partners.models.roles import MemberRole

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places without their distances, competences, and the ceiling of aid, which tests with transactions wipe out."""
    import_module("funding.migrations.0005_begin").begin(apps, None)
    monkeypatch.setattr(load_places, "measure", lambda: 0)
    call_command("load_places", verbosity=0)
    call_command("load_competences", verbosity=0)


def stored() -> dict[str, list[dict[str, Any]]]:
    """All that the region consists of, but for when it was written."""
    models: list[type[Model]] = [Organisation, User, Membership, CourseOffer, CourseRun, CompetenceNeed, Visit]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def test_loads_once_and_moves_its_dates_along() -> None:
    demo_region.load(TODAY)
    before = stored()
    demo_region.load(TODAY)
    assert stored() == before
    demo_region.load(TODAY + timedelta(days=40))
    for model, rows in stored().items():
        assert len(rows) == len(before[model])
        for old, new in zip(before[model], rows, strict=True):
            assert new == {name: moved(name, value, 40) for name, value in old.items()}


def moved(name: str, value: Any, days: int) -> Any:
    dates = (
        "start",
        "end",
        "deadline",
        "opens",
        "earliest_start",
        "latest_start",
        "next_follow_up",
        "refreshed_on",
        "on",
    )
    return value + timedelta(days=days) if name in dates and value else value


def test_what_was_entered_in_between_stays() -> None:
    demo_region.load(TODAY)
    need = CompetenceNeed.objects.filter(state=NeedState.OPEN).earliest("pk")
    own = CompetenceNeed.objects.create(employer=need.employer, text="Eget", latest_start=TODAY, consent_to_share=False)
    CompetenceNeed.objects.filter(pk=need.pk).update(text="Rettet")
    demo_region.load(TODAY + timedelta(days=3))
    own.refresh_from_db()
    need.refresh_from_db()
    assert (own.latest_start, need.text) == (TODAY, "Rettet")


def test_holds_what_it_promises() -> None:
    demo_region.load(TODAY)
    counts = (CompetenceNeed.objects.count(), CourseOffer.objects.count(), Organisation.objects.employers().count())
    assert counts >= (40, 100, 25)
    assert not CompetenceNeed.objects.filter(is_demo=False).exists()
    assert not CourseOffer.objects.filter(is_demo=False).exists()
    assert not Organisation.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(is_demo=False).exists()
    states = set(CompetenceNeed.objects.values_list("state", flat=True))
    assert states >= {NeedState.DRAFT, NeedState.SUBMITTED, NeedState.CLARIFYING, NeedState.OPEN, NeedState.COVERED}
    assert set(Membership.objects.values_list("role", flat=True)) == set(MemberRole.values)
    assert CourseOffer.objects.published(TODAY).count() == CourseOffer.objects.count()


def test_visits_come_to_a_region_that_was_loaded_without_them() -> None:
    demo_region.load(TODAY)
    CompetenceNeed.objects.update(visit=None)
    Visit.objects.all().delete()
    demo_region.load(TODAY)
    assert Visit.objects.filter(is_demo=True).count() > 5
    assert CompetenceNeed.objects.filter(visit__isnull=False).count() > 5
    assert not Visit.objects.exclude(firm__is_demo=True).exists()


def test_the_events_of_every_need_lead_to_its_state() -> None:
    demo_region.load(TODAY)
    for need in CompetenceNeed.objects.prefetch_related("events"):
        state: str = NeedState.DRAFT
        for event in need.events.all():
            assert event.from_state == state
            state = event.to_state
        assert need.state == state


def test_the_invented_project_has_the_needs_of_its_broker_and_the_founding_cases_have_none() -> None:
    demo_region.load(TODAY)
    own = set(CompetenceNeed.objects.exclude(project=None).values_list("project__key", "handled_by__name"))
    assert own == {("demo:kongekrabba", "Sør-Varanger Utvikling")}


def test_everybody_can_log_in_and_sees_something(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    demo_region.load()
    logins = demo_region.logins()
    assert len(logins) == len(demo_region.kinds())
    for _kind, email in logins:
        response = client.post("/account/login/", {"login": email, "password": demo_region.PASSWORD})
        assert response.status_code == 302
        assert client.get("/").status_code == 200
        assert client.get("/needs/").status_code == 200
        client.logout()


def test_where_there_is_no_demonstration_its_people_stay_out(client: Client) -> None:
    demo_region.load(TODAY)
    _kind, email = demo_region.logins()[0]
    client.post("/account/login/", {"login": email, "password": demo_region.PASSWORD})
    assert "_auth_user_id" not in client.session
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")
