"""A report on paper: what it says, who gets it, and that a screen reader can read it."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import Goal, Project, Report
from projects.pdf import render
from tests.factories import OrganisationFactory, ProjectFactory, ProjectPartnerFactory, UserFactory
from tests.projects.counted import Counted
from tests.projects.factories_reports import approved, begun, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]


@pytest.fixture
def project() -> Project:
    project = ProjectFactory.create(name="Šibmos æøå ŋž", state="running", first_year=2024, last_year=2026)
    agency = OrganisationFactory.create(name="Varanger Utvikling", roles=["partner"])
    ProjectPartnerFactory.create(project=project, organisation=agency, running=True)
    Goal.objects.create(project=project, text="Reach the small firms", indicator="firms", target=50)
    return project


@pytest.fixture
def leader(member: Member, project: Project) -> User:
    return member(MemberRole.LEADER, project.partners.get().organisation)


@pytest.fixture
def read(client: Client) -> Callable[..., PdfReader]:
    def get(report: Report, query: str = "") -> PdfReader:
        answer = client.get(reverse("report-pdf", args=[report.pk]) + query)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        return PdfReader(io.BytesIO(answer.content))

    return get


def text(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


class TestPaper:
    def test_holds_all_that_was_sent(
        self, project: Project, leader: User, counted: Counted, read: Callable[..., PdfReader]
    ) -> None:
        approved(project=project, first_day=date(2024, 1, 1), last_day=date(2024, 12, 31), title="Of 2024")
        counted.happened["firms"].append(date(2024, 5, 1))
        report = approved(project=project)
        shown = text(read(report))
        version = report.versions.get()
        for words in (
            "Šibmos æøå ŋž",
            "Framdriftsrapport 2025",
            "1 January 2025 to 31 December 2025",
            "Varanger Utvikling (owner)",
            "Firms 2 3",
            "Reach the small firms 50 3",
            "Vi besøkte 40 bedrifter.",
            "not stated",
            "Firms: 1 more than reported for the period 2024.",
            "What firms means.",
            "Version 1, approved",
            version.sha256,
            "Page 1 of",
        ):
            assert words in shown
        assert "Draft" not in shown

    def test_is_tagged_and_says_so(self, project: Project, leader: User, read: Callable[..., PdfReader]) -> None:
        reader = read(sent(project=project))
        root: Any = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata
        assert reader.metadata.title == f"Framdriftsrapport 2025 – {project.name}"
        assert reader.xmp_metadata
        assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()
        tags = set(kinds(root["/StructTreeRoot"]))
        assert {"/Title", "/H1", "/P", "/Table", "/TH", "/TD"} <= tags

    def test_of_the_same_version_is_the_same_to_the_byte(self, client: Client, project: Project, leader: User) -> None:
        url = reverse("report-pdf", args=[sent(project=project).pk])
        assert client.get(url).content == client.get(url).content

    def test_a_draft_says_so_to_those_who_write_it(
        self, project: Project, leader: User, read: Callable[..., PdfReader]
    ) -> None:
        shown = text(read(begun(project=project)))
        assert "This is a draft." in shown
        assert "Fingerprint" not in shown

    def test_an_earlier_version_says_that_it_was_replaced(
        self, project: Project, leader: User, read: Callable[..., PdfReader]
    ) -> None:
        report = sent(project=project)
        report.ask_for_changes(UserFactory.create(), "Look again.")
        report.send(UserFactory.create())
        assert "Version 1, replaced by a later one" in text(read(report, "?version=1"))
        assert "Version 2, sent" in text(read(report))

    def test_is_a_file_with_a_name(self, client: Client, project: Project, leader: User) -> None:
        answer = client.get(reverse("report-pdf", args=[sent(project=project).pk]))
        name = unquote(answer["Content-Disposition"].removeprefix("attachment; filename*=utf-8''"))
        assert name == "šibmos-æøå-ŋž-framdriftsrapport-2025-1.pdf"

    def test_others_get_what_was_sent_and_no_draft(self, client: Client, member: Member, project: Project) -> None:
        partner: Organisation = OrganisationFactory.create(roles=["partner"])
        ProjectPartnerFactory.create(project=project, organisation=partner)
        report = begun(project=project)
        url = reverse("report-pdf", args=[report.pk])
        assert client.get(url).status_code == 404
        member(MemberRole.EMPLOYEE, partner)
        assert client.get(url).status_code == 404
        report.send(UserFactory.create())
        assert client.get(url).status_code == 200

    def test_everybody_gets_a_public_one(self, client: Client, project: Project) -> None:
        assert client.get(reverse("report-pdf", args=[approved(project=project, is_public=True).pk])).status_code == 200


def kinds(node: Any) -> list[str]:
    """The kinds of all tags below."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [kind for one in node for kind in kinds(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (kinds(node["/K"]) if "/K" in node else [])


def test_text_is_never_markup(project: Project, leader: User, read: Callable[..., PdfReader]) -> None:
    """What is typed can neither read files nor break the page."""
    report = begun(project=project)
    typed = '#read("report.typ") *bold* $x^2$ #import "x": y \\ = Heading @ref <label> ]] "quoted" // gone /* gone */'
    Report.objects.update(done=typed)
    assert typed in text(read(report))


def test_long_reports_run_over_pages(project: Project, leader: User, read: Callable[..., PdfReader]) -> None:
    report = begun(project=project)
    Report.objects.update(done="\n\n".join(["Vi besøkte mange bedrifter. " * 20] * 20))
    reader = read(report)
    assert len(reader.pages) > 3
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in text(reader)


def test_a_document_needs_a_title_that_is_data(project: Project) -> None:
    with pytest.raises(RuntimeError):
        render("report", {}, "nb")
