"""Providers enter, change and withdraw their courses and the dates of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from brokering.models import Competence, CourseOffer, CourseRun
from brokering.models.index import OfferIndex
from partners.models import Organisation, User
from tests.factories import (
    CompetenceFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MunicipalityFactory,
    OrganisationFactory,
)

pytestmark = pytest.mark.django_db

Member = Callable[..., User]
NEW = "/offers/new/"
NO_RUNS = {"runs-TOTAL_FORMS": "0", "runs-INITIAL_FORMS": "0"}


@pytest.fixture
def provider() -> Organisation:
    return OrganisationFactory.create(provider=True, name="Varanger kurssenter")


@pytest.fixture
def offer(provider: Organisation, member: Member) -> CourseOffer:
    """A course that whoever is logged in keeps."""
    member("employee", provider)
    return CourseOfferFactory.create(provider=provider, title="Sveising", description="Lær å sveise.")


def filled(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from this page, with changes."""
    page = client.get(url).context
    data: dict[str, Any] = dict(NO_RUNS)
    for form in filter(None, [page["form"], page["runs"].management_form, *page["runs"]]):
        for field in form:
            value = getattr(field.value(), "pk", field.value())
            if value is not None:
                data[field.html_name] = value
    return data | {"version": page.get("version", "")} | changes


def save(client: Client, url: str, **changes: Any) -> Any:
    data = filled(client, url, **changes)
    return client.post(url, {name: value for name, value in data.items() if value is not False})


def test_a_course_is_entered_and_can_be_searched_at_once(
    client: Client, member: Member, provider: Organisation
) -> None:
    member("employee", provider)
    answer = save(client, NEW, title="Sveising i aluminium")
    offer = CourseOffer.objects.get()
    assert answer["Location"] == offer.get_absolute_url()
    assert (offer.title, offer.provider, offer.source, offer.is_published) == (
        "Sveising i aluminium",
        provider,
        "form",
        True,
    )
    assert OfferIndex.objects.filter(offer=offer).exists()


def test_all_that_is_said_of_a_course_is_kept(client: Client, member: Member, provider: Organisation) -> None:
    member("leader", provider)
    places = [MunicipalityFactory.create(), MunicipalityFactory.create(number="5601", name="Alta", centre="Alta")]
    welding: Competence = CompetenceFactory.create()
    save(
        client,
        NEW,
        title="Sveising",
        outcomes="- sveise\n\n• lese tegninger",
        formal="no",
        modes=["on_site", "online"],
        municipalities=["Kirkenes", "alta", ""],
        competences=[welding.pk, ""],
        price_nok="4500",
    )
    offer = CourseOffer.objects.get()
    assert (offer.outcomes, offer.formal, offer.modes) == (["sveise", "lese tegninger"], False, ["on_site", "online"])
    assert set(offer.municipalities.order_by()) == set(places)
    assert list(offer.competences.order_by()) == [welding]


def test_pressing_save_twice_makes_one_course(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", provider)
    data = filled(client, NEW, title="Sveising")
    assert client.post(NEW, data)["Location"] == client.post(NEW, data)["Location"]
    assert CourseOffer.objects.count() == 1


def test_an_unknown_place_is_told(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", provider)
    page = save(client, NEW, title="Sveising", municipalities=["Andeby"])
    assert "Andeby" in page.context["form"].errors["municipalities"][0]
    assert "Andeby" in page.content.decode()


@pytest.mark.parametrize(("role", "status"), [("employee", 200), ("leader", 200), ("reader", 403)])
def test_only_those_who_keep_offers_enter_them(
    role: str, status: int, client: Client, member: Member, provider: Organisation
) -> None:
    member(role, provider)
    assert client.get(NEW).status_code == status
    assert client.get("/offers/own/").status_code == status


def test_a_firm_enters_no_courses(client: Client, member: Member) -> None:
    member("leader", OrganisationFactory.create())
    assert client.get(NEW).status_code == 403


def test_somebody_elses_provider_cannot_be_chosen(client: Client, offer: CourseOffer) -> None:
    other = OrganisationFactory.create(provider=True)
    assert save(client, NEW, title="Sveising", provider=other.pk).context["form"].errors["provider"]


@pytest.mark.parametrize("page", ["edit", "runs"])
@pytest.mark.parametrize("act", ["edit", "runs", "withdraw", "publish", "refresh"])
def test_somebody_elses_course_is_left_alone(act: str, page: str, client: Client, offer: CourseOffer) -> None:
    other = CourseOfferFactory.create(stale_on=timezone.localdate())
    before = CourseOffer.objects.values().get(pk=other.pk)
    assert client.get(f"/offers/{other.pk}/{page}/").status_code == 403
    assert client.post(f"/offers/{other.pk}/{act}/", NO_RUNS).status_code == 403
    assert CourseOffer.objects.values().get(pk=other.pk) == before


def test_somebody_elses_hidden_course_is_not_found(client: Client, offer: CourseOffer) -> None:
    other = CourseOfferFactory.create(is_published=False)
    assert client.get(f"/offers/{other.pk}/edit/").status_code == 404


def test_a_course_is_changed(client: Client, offer: CourseOffer) -> None:
    answer = save(client, f"/offers/{offer.pk}/edit/", title="Sveising 2")
    assert answer["Location"] == offer.get_absolute_url()
    offer.refresh_from_db()
    assert (offer.title, offer.description, offer.source_id) == ("Sveising 2", "Lær å sveise.", "")


def test_when_somebody_else_saved_meanwhile_both_texts_are_shown(client: Client, offer: CourseOffer) -> None:
    url = f"/offers/{offer.pk}/edit/"
    mine = filled(client, url, title="Min tittel")
    theirs = filled(client, url, title="Deres tittel")
    client.post(url, theirs)
    answer = client.post(url, mine)
    assert answer.status_code == 409
    assert [texts for _label, *texts in answer.context["conflicts"]] == [["Deres tittel", "Min tittel"]]
    offer.refresh_from_db()
    assert offer.title == "Deres tittel"
    client.post(url, mine | {"version": answer.context["version"]})
    offer.refresh_from_db()
    assert offer.title == "Min tittel"


def test_saving_the_same_twice_is_no_conflict(client: Client, offer: CourseOffer) -> None:
    url = f"/offers/{offer.pk}/edit/"
    data = filled(client, url, title="Sveising 2")
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 302


def test_a_course_of_the_national_catalogue_is_changed_there_but_gets_its_dates_here(
    client: Client, offer: CourseOffer
) -> None:
    CourseOffer.objects.update(source="utdanning.no", source_id="x")
    assert client.get(f"/offers/{offer.pk}/edit/").status_code == 403
    assert client.post(f"/offers/{offer.pk}/withdraw/").status_code == 403
    start = timezone.localdate() + timedelta(days=30)
    added = {"runs-TOTAL_FORMS": "1", "runs-INITIAL_FORMS": "0", "runs-0-start": start.isoformat()}
    answer = client.post(f"/offers/{offer.pk}/runs/", added | {"version": offer.updated_at.isoformat()})
    assert answer.status_code == 302
    assert offer.runs.get().start == start


def test_dates_are_added_changed_cancelled_and_removed(client: Client, offer: CourseOffer) -> None:
    MunicipalityFactory.create()
    kept, gone = CourseRunFactory.create_batch(2, offer=offer)
    url = f"/offers/{offer.pk}/edit/"
    data = filled(client, url)
    first = next(n for n in range(2) if data[f"runs-{n}-id"] == kept.pk)
    changes = {
        f"runs-{first}-seats": "20",
        f"runs-{first}-is_cancelled": "on",
        f"runs-{1 - first}-DELETE": "on",
        "runs-2-place": "Industriveien 2",
        "runs-2-municipality": "Kirkenes",
    }
    answer = save(client, url, **changes, more="1")
    assert answer["Location"] == f"/offers/{offer.pk}/runs/"
    kept.refresh_from_db()
    assert (kept.seats, kept.cancelled_at is not None) == (20, True)
    assert not CourseRun.objects.filter(pk=gone.pk).exists()
    added = offer.runs.exclude(pk=kept.pk).get()
    assert (added.place, added.municipality_id, added.seats_taken, added.start) == ("Industriveien 2", "5605", 0, None)


@pytest.mark.parametrize(
    "dates",
    [
        {"runs-0-start": "2027-03-02", "runs-0-end": "2027-03-01"},
        {"runs-0-opens": "2027-03-02", "runs-0-deadline": "2027-03-01"},
        {"runs-0-seats": "3", "runs-0-seats_taken": "4"},
    ],
)
def test_dates_that_cannot_be_are_told(dates: dict[str, str], client: Client, offer: CourseOffer) -> None:
    page = save(client, f"/offers/{offer.pk}/edit/", **dates)
    assert page.status_code == 200
    assert page.context["runs"].errors[0]
    assert not offer.runs.exists()


def test_somebody_elses_dates_cannot_be_taken(client: Client, offer: CourseOffer) -> None:
    other = CourseRunFactory.create()
    theirs = {"runs-TOTAL_FORMS": "1", "runs-INITIAL_FORMS": "1", "runs-0-id": other.pk, "runs-0-seats": "1"}
    client.post(f"/offers/{offer.pk}/runs/", theirs | {"version": offer.updated_at.isoformat()})
    other.refresh_from_db()
    assert (other.offer != offer, other.seats) == (True, 12)
    assert not offer.runs.exists()


def test_dates_that_somebody_else_changed_meanwhile_are_not_overwritten(client: Client, offer: CourseOffer) -> None:
    run = CourseRunFactory.create(offer=offer, seats=10)
    url = f"/offers/{offer.pk}/runs/"
    mine = filled(client, url, **{"runs-0-seats": "11"})
    client.post(url, filled(client, url, **{"runs-0-seats": "12"}))
    assert client.post(url, mine).status_code == 409
    run.refresh_from_db()
    assert run.seats == 12


def test_a_course_is_taken_off_the_list_and_put_back(client: Client, offer: CourseOffer) -> None:
    presses = [client.post(f"/offers/{offer.pk}/withdraw/").status_code for _press in range(2)]
    assert presses == [302, 403]
    assert not CourseOffer.objects.published().exists()
    assert "Sveising" in client.get("/offers/own/").content.decode()
    presses = [client.post(f"/offers/{offer.pk}/publish/").status_code for _press in range(2)]
    assert presses == [302, 403]
    assert CourseOffer.objects.published().exists()


def test_what_is_still_right_gets_as_much_time_again(client: Client, offer: CourseOffer) -> None:
    today = timezone.localdate()
    CourseOffer.objects.update(refreshed_on=today - timedelta(days=90), stale_on=today)
    for _press in range(2):
        client.post(f"/offers/{offer.pk}/refresh/")
    offer.refresh_from_db()
    assert (offer.refreshed_on, offer.stale_on) == (today, today + timedelta(days=90))


def test_hostile_titles_are_shown_as_text(client: Client, offer: CourseOffer) -> None:
    evil = '"><script>alert(1)</script>'
    save(client, f"/offers/{offer.pk}/edit/", title=evil, municipalities=[evil])
    CourseOffer.objects.update(title=evil)
    for url in (f"/offers/{offer.pk}/edit/", f"/offers/{offer.pk}/runs/", "/offers/own/"):
        assert "<script>alert" not in client.get(url).content.decode()


def test_the_list_of_own_courses_asks_the_same_for_one_and_for_ten(
    client: Client, offer: CourseOffer, queries: Callable[[str], int]
) -> None:
    one = queries("/offers/own/")
    for other in CourseOfferFactory.create_batch(9, provider=offer.provider):
        CourseRunFactory.create(offer=other)
    CourseRunFactory.create(offer=offer)
    assert queries("/offers/own/") <= one + 1


@pytest.mark.parametrize("method", ["get", "put"])
@pytest.mark.parametrize("act", ["withdraw", "publish", "refresh"])
def test_looking_changes_nothing(act: str, method: str, client: Client, offer: CourseOffer) -> None:
    assert getattr(client, method)(f"/offers/{offer.pk}/{act}/").status_code == 405


WRONG_RUNS = [
    ("start=2030-05-02 end=2030-05-01", "Choose 2 May 2030 (when the course starts) or a later day."),
    ("opens=2030-05-02 deadline=2030-05-01", "Choose 2 May 2030 (when registration opens) or a later day."),
    ("seats=12 seats_taken=13", "There are 12 seats. Enter that many or fewer here, or more seats."),
    ("seats=1 seats_taken=2", "There is 1 seat. Enter that or fewer here, or more seats."),
]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("typed", "told"), WRONG_RUNS)
def test_a_date_that_cannot_be_is_told_at_its_field(client: Client, offer: CourseOffer, typed: str, told: str) -> None:
    changes = dict(f"runs-0-{one}".split("=") for one in typed.split())
    page = save(client, f"/offers/{offer.pk}/runs/", **changes)
    assert page.context["runs"].forms[0].errors == {list(changes)[-1].removeprefix("runs-0-"): [told]}
    shown = page.content.decode()
    assert shown.index(f'href="#id_{list(changes)[-1]}">A new date, ') < shown.index("<fieldset")
    assert shown.count("To go on, correct the following:") == 1
