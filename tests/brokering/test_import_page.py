"""Importing on the page: who may, a look first, then for good; wrong files are told and change nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from brokering.exchange.imports import record
from brokering.exchange.report import Report
from brokering.models import CourseOffer, ImportRun
from brokering.models.imports import ImportState
from partners.models import Organisation, User
from tests.brokering.test_import_files import BROKEN, feed, search
from tests.factories import CourseOfferFactory, MunicipalityFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

Member = Callable[..., User]
URL = "/imports/"


@pytest.fixture
def provider() -> Organisation:
    return OrganisationFactory.create(provider=True, name="Varanger kurssenter")


def broker_organisation() -> Organisation:
    organisation = OrganisationFactory.create(roles=["partner"], name="Næringshagen")
    organisation.serves.add(MunicipalityFactory.create())
    return organisation


def file(*records: Any, content: bytes = b"", name: str = "offers.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or json.dumps(records).encode(), "application/json")


def upload(client: Client, upload: SimpleUploadedFile, whose: object) -> Any:
    return client.post(URL, {"file": upload, "whose": str(whose)})


WHO = [
    ("employee", "provider", 200),
    ("leader", "provider", 200),
    ("reader", "provider", 403),
    ("case_officer", "county", 200),
    ("broker", "broker", 200),
    ("leader", "firm", 403),
    ("employee", "firm", 403),
]


@pytest.mark.parametrize(("role", "where", "status"), WHO)
def test_providers_counties_and_brokers_import(
    role: str, where: str, status: int, client: Client, member: Member, provider: Organisation
) -> None:
    places: dict[str, Callable[[], Organisation]] = {
        "provider": lambda: provider,
        "county": lambda: OrganisationFactory.create(county_council=True),
        "broker": broker_organisation,
        "firm": OrganisationFactory.create,
    }
    member(role, places[where]())
    assert client.get(URL).status_code == status
    assert (upload(client, file(search()), "catalogue").status_code == 403) == (status == 403)


def test_a_stranger_is_asked_to_log_in(client: Client) -> None:
    assert client.get(URL)["Location"].startswith("/account/login/")


def test_the_catalogue_is_for_counties_and_brokers(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", provider)
    page = upload(client, file(search()), "catalogue")
    assert page.context["form"].errors["whose"]
    assert not ImportRun.objects.exists()


def test_a_file_is_looked_at_first_and_imported_when_confirmed(client: Client, member: Member) -> None:
    member("case_officer", OrganisationFactory.create(county_council=True))
    looked_at = upload(client, file(search(), search(entity_id="")), "catalogue")
    run = ImportRun.objects.get()
    assert looked_at["Location"] == run.get_absolute_url() == f"/imports/{run.pk}/"
    assert not CourseOffer.objects.exists()
    page = client.get(run.get_absolute_url()).content.decode()
    assert "Biologi" in page
    client.post(f"/imports/{run.pk}/confirm/")
    assert CourseOffer.objects.get().source == "utdanning.no"
    run.refresh_from_db()
    assert (run.state, run.content, run.counts["created"], run.counts["rejected"]) == ("imported", None, 1, 1)


def test_confirming_twice_imports_once(client: Client, member: Member) -> None:
    member("case_officer", OrganisationFactory.create(county_council=True))
    upload(client, file(search()), "catalogue")
    run = ImportRun.objects.get()
    client.post(f"/imports/{run.pk}/confirm/")
    CourseOffer.objects.all().delete()
    assert client.post(f"/imports/{run.pk}/confirm/").status_code == 302
    assert not CourseOffer.objects.exists()


def test_a_providers_file_changes_only_its_own_courses(client: Client, member: Member, provider: Organisation) -> None:
    national = CourseOfferFactory.create(source="utdanning.no", source_id="uit.no___1", title="Nasjonalt")
    member("employee", provider)
    upload(client, file(search(), content=b""), provider.pk)
    client.post(f"/imports/{ImportRun.objects.get().pk}/confirm/")
    national.refresh_from_db()
    assert national.title == "Nasjonalt"
    own = CourseOffer.objects.exclude(pk=national.pk).get()
    assert (own.title, own.provider, own.source) == ("Biologi", provider, f"upload:{provider.pk}")


def test_somebody_elses_provider_cannot_be_chosen(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", OrganisationFactory.create(provider=True))
    assert upload(client, file(search()), provider.pk).context["form"].errors["whose"]


def test_somebody_elses_import_is_not_found(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", provider)
    upload(client, file(search()), provider.pk)
    run = ImportRun.objects.get()
    member("leader", provider)
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.post(f"/imports/{run.pk}/confirm/").status_code == 404


@pytest.mark.parametrize("name", sorted(BROKEN.keys() - {"empty"}))
def test_a_broken_file_is_told_in_the_form(name: str, client: Client, member: Member, provider: Organisation) -> None:
    content, _told = BROKEN[name]
    member("employee", provider)
    page = upload(client, file(content=content, name="offers.json"), provider.pk)
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert (ImportRun.objects.get().state, ImportRun.objects.get().content) == ("failed", None)
    assert not CourseOffer.objects.exists()


def test_the_kind_of_file_is_told_by_its_content(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", provider)
    assert upload(client, file(content=feed(), name="offers.exe"), provider.pk).status_code == 302


def test_an_empty_file_is_told_in_the_form(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", provider)
    page = client.post(URL, {"file": SimpleUploadedFile("offers.json", b""), "whose": str(provider.pk)})
    assert page.context["form"].errors["file"]


def test_a_file_that_is_too_big_is_told_in_the_form(
    client: Client, member: Member, provider: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brokering.forms.imports.LARGEST_UPLOAD", 100)
    member("employee", provider)
    assert upload(client, file(search()), provider.pk).context["form"].errors["file"]


def test_a_body_that_is_far_too_big_is_refused_before_it_is_stored(
    client: Client, member: Member, provider: Organisation, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["partners.uploads.BoundedUploadHandler", *settings.FILE_UPLOAD_HANDLERS]
    monkeypatch.setattr("partners.uploads.LARGEST_UPLOAD", 100)
    monkeypatch.setattr("partners.uploads.BESIDES", 0)
    member("employee", provider)
    assert upload(client, file(search()), provider.pk).status_code == 413
    assert not ImportRun.objects.exists()


def test_hostile_titles_are_shown_as_text(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", provider)
    evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    records = search(title=f"Kurs & {evil}", entity_id="x"), search(title=f"&lt;b&gt;{evil}", larested="")
    upload(client, file(*records), provider.pk)
    run = ImportRun.objects.get()
    client.post(f"/imports/{run.pk}/confirm/")
    for url in (run.get_absolute_url(), URL, CourseOffer.objects.get().get_absolute_url()):
        page = client.get(url).content.decode()
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "<b>" not in page


def test_what_one_looked_at_before_and_left_is_given_up(client: Client, member: Member, provider: Organisation) -> None:
    member("employee", provider)
    upload(client, file(search()), provider.pk)
    upload(client, file(search(title="Botanikk")), provider.pk)
    assert ImportRun.objects.get().content is not None


def test_the_list_of_imports_asks_the_same_for_one_and_for_ten(
    client: Client, member: Member, provider: Organisation, queries: Callable[[str], int]
) -> None:
    user = member("employee", provider)

    def imports(number: int) -> None:
        for n in range(number):
            record(Report(f"{n}.json"), b"[]", user, provider, state=ImportState.IMPORTED)

    imports(1)
    one = queries(URL)
    imports(9)
    assert queries(URL) == one


@pytest.fixture
def checked(client: Client, member: Member, provider: Organisation, english: None) -> Callable[..., str]:
    """The page that shows what a file of the provider's own would change."""
    member("employee", provider)

    def look(*records: Any, content: bytes = b"") -> str:
        upload(client, file(*records, content=content), provider.pk)
        page: str = client.get(ImportRun.objects.latest("pk").get_absolute_url()).content.decode()
        return " ".join(page.split())

    return look


def test_the_first_titles_of_what_is_new_or_changed_are_shown(client: Client, checked: Callable[..., str]) -> None:
    page = checked(*(search(entity_id=str(n), title=f"Sveising {n:02}") for n in range(12)))
    assert "New courses" in page
    assert "<li>Sveising 09</li>" in page
    assert "<li>Sveising 10</li>" not in page
    assert "and 2 more" in page
    client.post(f"/imports/{ImportRun.objects.get().pk}/confirm/")
    page = checked(search(entity_id="3", title="Lodding"), search(entity_id="4", title="Sveising 04"))
    assert "New courses" not in page
    assert "Changed courses" in page
    assert "<li>Lodding</li>" in page
    assert "<li>Sveising 04</li>" not in page


def test_a_file_that_names_other_schools_is_warned_of_above_the_button(checked: Callable[..., str]) -> None:
    schools = ["Nord", "Nord", "Varanger  kurssenter, avd. Vadsø", "UiB", "UiO", "UiS", "varanger KURSSENTER"]
    page = checked(*(search(entity_id=str(n), larested=school) for n, school in enumerate(schools)))
    told = "The file names 4 other schools, such as Nord, UiB, UiO. Their courses would be stored as yours."
    assert page.index(told) < page.index("Import the courses</button>")


def test_one_other_school_is_named(checked: Callable[..., str]) -> None:
    told = "The file names 1 other school: UiT. Its courses would be stored as yours."
    assert told in checked(search(), search(entity_id="2", larested="Varanger kurssenter"))


@pytest.mark.parametrize("content", [feed(), b""], ids=["a feed, which names no schools", "a file of one's own"])
def test_a_file_of_ones_own_is_not_warned_of(content: bytes, checked: Callable[..., str]) -> None:
    assert "would be stored as yours" not in checked(search(larested="Varanger kurssenter"), content=content)


def test_the_national_catalogue_is_of_many_schools(client: Client, member: Member, english: None) -> None:
    member("case_officer", OrganisationFactory.create(county_council=True))
    upload(client, file(search(), search(entity_id="2", larested="Nord")), "catalogue")
    page = client.get(ImportRun.objects.get().get_absolute_url()).content.decode()
    assert "would be stored as yours" not in page


def test_a_remark_names_the_first_records_it_is_about(checked: Callable[..., str]) -> None:
    page = checked(*(search(entity_id=str(n), title=f"Kurs {n}", stedsnavn="Atlantis") for n in range(5)))
    assert "The place “Atlantis” is not known." in page
    assert "5 times: record 1, line 1, “Kurs 0”; record 2, line 1, “Kurs 1”; record 3, line 1, “Kurs 2” …" in page
