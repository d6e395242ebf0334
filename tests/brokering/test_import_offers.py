"""`manage.py import_offers` and the catalogue it keeps."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from brokering.models import CourseOffer, ImportRun
from partners.models import Organisation
from tests.brokering.test_import_files import BROKEN, feed, search
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def places() -> None:
    MunicipalityFactory.create(number="5601", name="Alta", centre="Alta")
    MunicipalityFactory.create(number="5501", name="Tromsø", centre="Tromsø")
    MunicipalityFactory.create(number="4204", name="Kristiansand", centre="Kristiansand")
    MunicipalityFactory.create(number="1505", name="Kristiansund", centre="Kristiansund")
    MunicipalityFactory.create(number="4020", name="Midt-Telemark", settlements=["bø i telemark"])
    MunicipalityFactory.create(number="1867", name="Bø", centre="Straume")
    MunicipalityFactory.create(number="1818", name="Herøy", centre="Silvalen")
    MunicipalityFactory.create(number="1515", name="Herøy", centre="Fosnavåg")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of these records: `write(search(), name="a.json")`."""

    def file(*records: Any, name: str = "offers.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(records, indent=1), encoding="utf-8")
        return path

    return file


def run(*files: Path, **options: Any) -> str:
    told = StringIO()
    call_command("import_offers", *files, stdout=told, **options)
    return told.getvalue()


def places_of(source_id: str) -> set[str]:
    offer = CourseOffer.objects.get(source_id=source_id)
    return set(offer.municipalities.order_by().values_list("number", flat=True))


def test_an_offer_comes_in_with_its_provider_and_places(write: Write) -> None:
    assert "1 changes made." in run(write(search()))
    offer = CourseOffer.objects.get(source="utdanning.no", source_id="uit.no___1")
    assert (offer.title, offer.provider.name, offer.provider.roles) == ("Biologi", "UiT", ["provider"])
    assert (offer.provider.number, offer.provider.key) == (None, "utdanning.no:uit")
    assert places_of("uit.no___1") == {"5601", "5501"}


def test_a_second_run_changes_nothing(write: Write) -> None:
    file = write(search(), search(entity_id="uit.no___2"))
    run(file)
    before = list(CourseOffer.objects.order_by("pk").values())
    assert "0 changes made." in run(file)
    assert list(CourseOffer.objects.order_by("pk").values()) == before


def test_only_what_differs_is_updated(write: Write) -> None:
    run(write(search(), search(entity_id="uit.no___2")))
    assert "1 changes made." in run(write(search(title="Botanikk"), search(entity_id="uit.no___2")))
    assert CourseOffer.objects.get(source_id="uit.no___1").title == "Botanikk"


def test_a_move_to_another_place_is_an_update(write: Write) -> None:
    run(write(search()))
    assert "1 changes made." in run(write(search(stedsnavn="Alta")))
    assert places_of("uit.no___1") == {"5601"}


def test_what_people_added_stays(write: Write) -> None:
    run(write(search()))
    CourseOffer.objects.update(price_nok=500, is_published=False)
    run(write(search(title="Botanikk")))
    offer = CourseOffer.objects.get()
    assert (offer.title, str(offer.price_nok), offer.is_published) == ("Botanikk", "500.00", False)


def test_the_same_offer_in_several_files_is_taken_once(write: Write) -> None:
    files = [write(search(), search(), name="a.json"), write(search(stedsnavn="Alta"), name="b.json")]
    told = run(*files)
    assert CourseOffer.objects.count() == 1
    assert "The offer came earlier in this import with other content, which was kept." in told
    assert "0 changes made." in run(*files)


def test_a_dry_run_says_what_would_happen_and_does_nothing(write: Write) -> None:
    assert "1 changes would be made." in run(write(search()), dry_run=True)
    assert not CourseOffer.objects.exists()
    assert not Organisation.objects.filter(roles=["provider"]).exists()


def test_absence_withdraws_only_when_the_files_are_all_there_is(write: Write) -> None:
    run(write(search(), search(entity_id="uit.no___2")))
    only_one = write(search(), name="one.json")
    run(only_one)
    assert not CourseOffer.objects.exclude(withdrawn_at=None).exists()
    run(only_one, complete=True)
    assert [one.source_id for one in CourseOffer.objects.exclude(withdrawn_at=None)] == ["uit.no___2"]


def test_a_rejected_record_is_no_absence(write: Write) -> None:
    run(write(search(), search(entity_id="uit.no___2")))
    run(write(search(), search(entity_id="uit.no___2", title="")), complete=True)
    assert not CourseOffer.objects.exclude(withdrawn_at=None).exists()


@pytest.mark.parametrize("content", ["[", "[]"])
def test_a_broken_or_empty_whole_withdraws_nothing(content: str, write: Write, tmp_path: Path) -> None:
    run(write(search()))
    (tmp_path / "broken.json").write_text(content)
    with pytest.raises(CommandError, match="Nothing was withdrawn"):
        run(tmp_path / "broken.json", complete=True)
    assert CourseOffer.objects.get().withdrawn_at is None


def test_an_offer_that_comes_back_is_not_withdrawn_any_more(write: Write) -> None:
    file = write(search())
    run(file)
    CourseOffer.objects.get().withdraw()
    assert "1 changes made." in run(file)
    assert CourseOffer.objects.get().withdrawn_at is None


def test_an_unchanged_offer_is_noted_as_seen_once_a_week(write: Write) -> None:
    file = write(search())
    run(file)
    CourseOffer.objects.update(refreshed_on=timezone.localdate() - timedelta(days=8))
    run(file)
    assert CourseOffer.objects.get().refreshed_on == timezone.localdate()


@pytest.mark.parametrize(
    ("place", "numbers", "told"),
    [
        ("ALTA", {"5601"}, ""),
        ("Kristiansan", {"4204"}, "“Kristiansan” was taken for Kristiansand."),
        ("Kristiansand S.", {"4204"}, ""),
        ("Bø", {"4020"}, "“Bø” was taken for Midt-Telemark."),
        ("Herøy", set(), "There is more than one place called “Herøy”."),
        ("Longyearbyen, Alta", {"5601"}, "The place “Longyearbyen” is not known."),
        ("Tilbys på 7 studiesteder", set(), "Held at 7 places that the source does not name."),
        ("", set(), ""),
    ],
)
def test_places_are_found_by_name(place: str, numbers: set[str], told: str, write: Write) -> None:
    report = run(write(search(stedsnavn=place)))
    assert places_of("uit.no___1") == numbers
    assert told in report
    assert ("Remark" in report) == bool(told)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_changes_nothing_and_the_others_go_in(name: str, write: Write, tmp_path: Path) -> None:
    content, told = BROKEN[name]
    (tmp_path / "broken").write_bytes(content)
    report = StringIO()
    with pytest.raises(CommandError, match="1 of 2 files could not be read"):
        call_command("import_offers", tmp_path / "broken", write(search()), stdout=report)
    assert [offer.source_id for offer in CourseOffer.objects.all()] == ["uit.no___1"]
    assert f"  {told}" in report.getvalue()


def test_a_rejected_record_is_told_with_its_place(write: Write) -> None:
    told = run(write(search(), search(entity_id="")))
    assert "Rejected: offers.json, record 2, line 12: “Biologi”: The record has no id." in told
    assert CourseOffer.objects.count() == 1


def test_a_remark_names_the_first_records_it_is_about(write: Write) -> None:
    told = run(write(search(stedsnavn="Atlantis")))
    assert "Remark: The place “Atlantis” is not known. (in offers.json, record 1, line 2, “Biologi”)" in told
    told = run(write(*(search(entity_id=str(n), stedsnavn="Utopia") for n in range(4))))
    assert "Remark: The place “Utopia” is not known. (4 times, first offers.json, record 1, line 2, “Biologi”; " in told
    assert "record 4," not in told


def test_what_came_of_a_file_is_kept(write: Write) -> None:
    run(write(search(), search(title="")))
    kept = ImportRun.objects.get()
    assert (kept.state, kept.file_name, kept.content, len(kept.sha256)) == ("imported", "offers.json", None, 64)
    assert (kept.counts["created"], kept.counts["rejected"]) == (1, 1)
    assert kept.rejected[0]["sentence"]["text"] == "The record has no title."


def test_entries_of_the_feed_come_in(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(feed())
    run(tmp_path / "feed.xml")
    assert CourseOffer.objects.get(source_id="1c97").level == "upper_secondary"


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_do_not_disturb_each_other(write: Write) -> None:
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('import utdanning.no', 0))")
            with pytest.raises(CommandError, match="1 of 1 files"):
                run(write(search()))
        assert not CourseOffer.objects.exists()
        other.rollback()  # gives the lock back before it answers, as closing alone does not
        run(write(search()))
    finally:
        other.close()
    assert CourseOffer.objects.count() == 1


def test_the_number_of_queries_does_not_grow_with_the_file(write: Write) -> None:
    def queries(records: int) -> int:
        file = write(*(search(entity_id=f"uit.no___{records}-{n}") for n in range(records)))
        before = len(connection.queries_log)
        run(file)
        return len(connection.queries_log) - before

    connection.force_debug_cursor = True
    try:
        assert queries(50) <= queries(5) + 2
    finally:
        connection.force_debug_cursor = False


class TestRealFiles:
    """All files of real data: 3 185 offers of the site search in 16 files, 353 of the feed."""

    @pytest.fixture
    def files(self, shared: Path) -> list[Path]:
        call_command("load_places", verbosity=0)
        return sorted((shared / "data" / "utdanningno").iterdir())

    def test_all_come_in_and_a_second_run_changes_nothing(self, files: list[Path]) -> None:
        assert "3538 changes made." in run(*files)
        offers = CourseOffer.objects.filter(source="utdanning.no")
        assert (len(files), offers.count(), offers.values("provider").distinct().count()) == (17, 3538, 51)
        assert not ImportRun.objects.exclude(rejected=[]).exists()
        placed = CourseOffer.municipalities.through.objects.values("courseoffer").distinct().count()
        assert placed > 3000
        assert "0 changes made." in run(*files)
        assert "0 changes made." in run(*reversed(files))
