"""A plan as a spreadsheet: what goes out comes in again to the øre, and what cannot be read is said with its cell."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from funding import sheets
from funding.comparing import compare
from funding.forms.plans import GridForm, typed
from funding.models import Contents, Cost, Financing, PlanVersion
from funding.sheet_reading import read
from partners.models import User
from projects.documents import Refused
from projects.models import Project
from tests.factories import OrganisationFactory
from tests.funding.factories import CommitmentFactory
from tests.funding.factories_plans import contents, payer, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
EVIL = ["=1+1", "@SUM(A1)", "+47 00 00", "-2", '=HYPERLINK("http://example.no")', "ÆØÅ æøå", "<b>fet</b>", "a\x0bb"]


def full(project: Project) -> Contents:
    house, commitment = OrganisationFactory.create(), CommitmentFactory.create(project=project)
    return Contents(
        [
            Cost("Lønn", "wages", years={2026: Decimal("650000.01"), 2028: Decimal(0)}),
            Cost("Egeninnsats", "own_effort", Decimal("412.37"), note="Timelister", years={2026: Decimal("37.25")}),
            Cost("Gaver", eligible=False, years={2027: Decimal("0.99")}),
        ],
        [
            Financing("Tilskudd", "grant", house.pk, commitment.pk, confirmed=True, years={2026: Decimal("0.01")}),
            Financing("Udekket", "gap", years={2027: Decimal("999999999999.99")}),
        ],
    )


def changed(content: bytes, change: Callable[[Workbook], object]) -> bytes:
    """The file after somebody has worked with it."""
    book, file = load_workbook(BytesIO(content)), BytesIO()
    change(book)
    book.save(file)
    return file.getvalue()


def put(sheet: str, cell: str, value: Any) -> Callable[[Workbook], object]:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


class TestARoundTrip:
    def test_brings_back_what_went_out(self) -> None:
        version = plan(state="draft")
        version.write(full(version.project))
        before = version.contents()
        assert read(sheets.write(version), before) == before

    def test_keeps_what_looks_like_a_formula_a_text(self) -> None:
        what = Contents([Cost(text, years={2026: Decimal(1)}) for text in EVIL])
        version = plan(state="draft", what=what)
        content = sheets.write(version)
        found = read(content, version.contents())
        assert [line.text for line in found.costs] == [text.replace("\x0b", "") for text in EVIL]
        cells = [cell for row in load_workbook(BytesIO(content))[sheets.COSTS].iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}

    def test_sums_are_values(self) -> None:
        version = plan(state="draft", what=contents(Decimal("0.10"), 2026, 2027, 2028))
        book = load_workbook(BytesIO(sheets.write(version)))
        sheet = book[sheets.COSTS]
        heads = [cell.value for cell in sheet[2]]
        assert sheet.cell(3, heads.index("Sum") + 1).value == 0.3
        assert sheet.column_dimensions["A"].hidden
        assert sheet["A3"].protection.locked
        assert not sheet["C3"].protection.locked
        about = {row[0].value: row[1].value for row in book[sheets.ABOUT].iter_rows()}
        assert about["Prosjekt"] == version.project.name
        assert len(str(about["SHA-256"])) == 64

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        amounts=st.lists(st.decimals(0, Decimal("999999999999.99"), places=2), min_size=1, max_size=4),
        hours=st.lists(st.decimals(0, Decimal("9999999.99"), places=2), min_size=1, max_size=4),
        rate=st.decimals(Decimal("0.01"), 100_000, places=2),
    )
    def test_of_every_decimal_that_is_typed(
        self, draft: PlanVersion, amounts: list[Decimal], hours: list[Decimal], rate: Decimal
    ) -> None:
        """Form → database → XLSX → form."""
        kroner = Cost("Lønn", years=dict(enumerate(amounts, 2026)))
        effort = Cost("Egeninnsats", rate=rate, years=dict(enumerate(hours, 2026)))
        paid = Financing("Tilskudd", years=dict(enumerate(amounts, 2026)))
        form = GridForm(draft, sent(kroner, effort, paid))
        assert form.errors == []
        draft.write(form.contents)
        stored = draft.contents()
        found = read(sheets.write(draft), stored)
        assert [line.years for line in found.costs] == [kroner.years, effort.years]
        assert found.costs[1].rate == rate
        assert found.financing[0].years == paid.years
        again = GridForm(draft, contents=found)
        shown = [[cell.value() for cell in row.cells if cell.value()] for row in again.rows if not row.is_empty]
        assert shown == [[typed(value) for value in line.years.values()] for line in (kroner, effort, paid)]


@pytest.fixture
def draft() -> PlanVersion:
    return plan(state="draft")


def sent(*lines: Cost | Financing) -> QueryDict:
    data = QueryDict(mutable=True)
    data.setlist("year", [str(year) for year in range(2026, 2030)])
    for line in lines:
        name, letter = ("cost", "c") if isinstance(line, Cost) else ("financing", "f")
        data.appendlist(name, str(line.key))
        row = {"kind": line.kind, "text": line.text, **{str(year): typed(line.years[year]) for year in line.years}}
        if isinstance(line, Cost) and line.rate:
            row["rate"] = typed(line.rate)
        for column, value in row.items():
            data[f"{letter}-{line.key}-{column}"] = value
    return data


class TestReading:
    def test_takes_new_rows_and_leaves_out_those_that_are_gone(self, draft: PlanVersion) -> None:
        def change(book: Workbook) -> None:
            book[sheets.COSTS].delete_rows(3)
            for column, value in {"B": "Reise og møter", "C": "Fly", "E": "Nei", "F": "12 500,50"}.items():
                book[sheets.COSTS][f"{column}3"] = value

        found = read(changed(sheets.write(draft), change), draft.contents())
        assert [(line.text, line.eligible, line.years) for line in found.costs] == [
            ("Fly", False, {2026: Decimal("12500.50")})
        ]
        assert not compare(draft.contents(), found).is_same

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (put("Kostnader", "F3", "mange"), "Kostnader, cell F3: “mange” is not a number"),
            (put("Kostnader", "F3", -1), "Kostnader, cell F3: “-1” is not a possible amount"),
            (put("Kostnader", "F3", 1.005), "Kostnader, cell F3: “1.005” has more than two decimals"),
            (put("Kostnader", "F3", "=1+1"), "Kostnader, cell F3: the formula was never computed"),
            (put("Kostnader", "F3", True), "Kostnader, cell F3"),
            (put("Kostnader", "B3", "Vær"), "Kostnader, cell B3: “Vær” is no kind"),
            (put("Kostnader", "C3", None), "Kostnader, cell C3: Say in words"),
            (put("Kostnader", "D3", 500), "Kostnader, cell F2|cell F3: A line with a rate"),
            (put("Kostnader", "G3", 5), "Kostnader, cell D3: Say what an hour costs"),
            (put("Kostnader", "E3", "kanskje"), "Kostnader, cell E3: Write “ja” or “nei”"),
            (put("Kostnader", "F2", "Rabatt"), "Kostnader, cell F2: the heading “Rabatt” is not known"),
            (put("Kostnader", "F2", "2027 kr"), "the heading “2027 kr” is there twice"),
            (put("Kostnader", "C2", None), "lacks the column “Tekst”"),
            (put("Finansiering", "E3", "x"), "Finansiering, cell E3"),
            (put("Kostnader", "C504", "Langt nede"), "more than 500 rows"),
            (lambda book: book.remove(book["Finansiering"]), "no sheet “Finansiering”"),
        ],
    )
    def test_says_what_is_wrong_and_where(
        self, draft: PlanVersion, change: Callable[[Workbook], object], sentence: str
    ) -> None:
        with pytest.raises(Refused, match=sentence):
            read(changed(sheets.write(draft), change), draft.contents())

    def test_refuses_what_is_no_workbook_and_bombs(self) -> None:
        bomb = BytesIO()
        with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b"0" * 70_000_000)
        for content in (b"", b"kroner;2026", bomb.getvalue(), b"0" * (sheets.LARGEST + 1)):
            with pytest.raises(Refused):
                read(content, Contents())

    def test_a_key_twice_is_a_copy(self, draft: PlanVersion) -> None:
        def copy(book: Workbook) -> None:
            sheet = book[sheets.COSTS]
            for column in range(1, 8):
                sheet.cell(4, column).value = sheet.cell(3, column).value

        found = read(changed(sheets.write(draft), copy), draft.contents())
        assert len({line.key for line in found.costs}) == 2


class TestThePages:
    def test_a_file_is_fetched_and_brought_back(self, client: Client, project: Project, leader: User) -> None:
        version = plan(project)
        content = client.get(reverse("plan-file", args=[version.pk]))
        assert content["Content-Type"] == sheets.CONTENT_TYPE
        assert ".xlsx" in content["Content-Disposition"]
        url = reverse("plan-import", args=[project.pk])
        upload = changed(content.content, put("Kostnader", "F3", 900_000))
        shown = client.post(url, {"file": SimpleUploadedFile("plan.xlsx", upload)})
        assert "900\u00a0000" in shown.content.decode()
        assert "Costs and financing differ in 2026." in shown.content.decode()
        assert not PlanVersion.objects.drafts().exists()
        kept = {"do": "save", "token": shown.context["token"], "seen": shown.context["seen"]}
        assert client.post(url, kept).status_code == 302
        draft = PlanVersion.objects.drafts().get()
        assert draft.costs_by_year() == {2026: Decimal(900_000)}
        assert (draft.created_by, draft.based_on) == (leader, version)
        assert version.costs_by_year() == {2026: Decimal(1_000_000)}

    def test_a_draft_that_changed_meanwhile_is_compared_anew(
        self, client: Client, project: Project, leader: User
    ) -> None:
        draft = PlanVersion.objects.begin(project, leader)
        draft.write(contents())
        url = reverse("plan-import", args=[project.pk])
        shown = client.post(url, {"file": SimpleUploadedFile("plan.xlsx", sheets.write(draft))})
        kept = {"do": "save", "token": shown.context["token"], "seen": shown.context["seen"]}
        draft.write(contents(Decimal(5)))
        answer = client.post(url, kept)
        assert answer.status_code == 409
        assert draft.costs_by_year() == {2026: Decimal(5)}
        assert client.post(url, {**kept, "seen": answer.context["seen"]}).status_code == 302
        assert draft.costs_by_year() == {2026: Decimal(1_000_000)}

    @pytest.mark.usefixtures("leader")
    @pytest.mark.parametrize("token", ["", "0", "../x", "a" * 500])
    def test_what_nobody_read_is_not_saved(self, client: Client, project: Project, token: str) -> None:
        answer = client.post(reverse("plan-import", args=[project.pk]), {"do": "save", "token": token, "seen": ""})
        assert answer.status_code == 302
        assert not PlanVersion.objects.exists()

    @pytest.mark.usefixtures("leader")
    def test_what_cannot_be_read_is_said(self, client: Client, project: Project) -> None:
        url = reverse("plan-import", args=[project.pk])
        assert "Choose a file." in client.post(url, {}).content.decode()
        shown = client.post(url, {"file": SimpleUploadedFile("plan.xlsx", b"kroner")}).content.decode()
        assert "broken" in shown

    def test_is_for_those_who_keep_the_project(self, client: Client, project: Project) -> None:
        client.force_login(payer(project))
        assert client.get(reverse("plan-import", args=[project.pk])).status_code == 403
