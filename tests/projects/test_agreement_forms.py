"""Writing agreements and versions, renewing them, and their files: what is stored, who may fetch it, and how."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from projects.differences import differences
from projects.models import Agreement, Document
from projects.models.agreements import READY, SEND
from tests.projects.factories_agreements import Case, document, drafted, sent, sign, signed
from tests.projects.files import EXE, docx, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TERMS = {"kind": "intent", "title": "Intensjonsavtale", "valid_from": "", "valid_to": "", "decided_on": "", "note": ""}


@pytest.fixture
def case() -> Case:
    return Case()


def rows(*parties: tuple[object, bool], initial: int = 0) -> dict[str, Any]:
    typed: dict[str, Any] = {"party-TOTAL_FORMS": len(parties), "party-INITIAL_FORMS": initial}
    for number, (who, required) in enumerate(parties):
        typed[f"party-{number}-who"] = getattr(who, "pk", who)
        if required:
            typed[f"party-{number}-required"] = "on"
    return typed


def upload(content: bytes, name: str = "avtale.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


class TestNew:
    def create(self, client: Client, case: Case, query: str = "", **typed: Any) -> Any:
        return client.post(reverse("agreement-create", args=[case.project.pk]) + query, TERMS | rows() | typed)

    def test_with_parties_and_text(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        parties = rows((case.owner, True), (case.partner, True), ("unstated", False), ("", True))
        answer = self.create(client, case, text="Vi vil samarbeide.\r\nHilsen", **parties)
        agreement = Agreement.objects.get()
        assert answer.url == agreement.get_absolute_url()
        assert [(party.organisation, party.required) for party in agreement.parties.all()] == [
            (case.owner, True),
            (case.partner, True),
            (None, False),
        ]
        assert agreement.latest
        assert agreement.latest.text == "Vi vil samarbeide.\nHilsen"
        assert (agreement.state, agreement.created_by) == ("draft", case.leader)

    def test_with_a_title_only(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        self.create(client, case)
        assert Agreement.objects.get().latest is None

    def test_says_what_is_wrong_and_keeps_what_was_typed(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        twice = rows((case.owner, True), (case.owner, True))
        page = self.create(client, case, valid_from="2026-02-01", valid_to="2026-01-01", text="Min tekst", **twice)
        told = page.content.decode()
        assert page.status_code == 200
        assert "or a later day" in told
        assert "The same organisation stands there twice." in told
        assert "Min tekst" in told

    def test_refuses_a_bad_file_and_stores_nothing(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        page = self.create(client, case, file=upload(EXE))
        assert "is a program" in str(page.context["first"].errors["file"])
        assert not Agreement.objects.exists()
        assert not Document.objects.exists()

    @pytest.mark.parametrize(
        ("who", "status"), [("officer", 403), ("signer", 403), ("outsider", 403), ("stranger", 403)]
    )
    def test_is_not_for_others(self, client: Client, case: Case, who: str, status: int) -> None:
        client.force_login(getattr(case, who))
        assert client.get(reverse("agreement-create", args=[case.project.pk])).status_code == status
        assert self.create(client, case).status_code == status

    def test_that_replaces_a_signed_one(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        earlier = signed(case.owner, case.partner, project=case.project, by=case.leader)
        query = f"?replaces={earlier.pk}"
        page = client.get(reverse("agreement-create", args=[case.project.pk]) + query)
        assert [row.initial.get("who") for row in page.context["rows"]][:2] == [
            str(case.owner.pk),
            str(case.partner.pk),
        ]
        self.create(client, case, query, **rows((case.owner, True), (case.partner, True)))
        assert list(earlier.replacements.values_list("title", flat=True)) == ["Intensjonsavtale"]
        assert earlier.events.last().act == "renew"  # type: ignore[union-attr]
        later = earlier.replacements.get()
        assert earlier.title in client.get(later.get_absolute_url()).content.decode()
        assert later.title in client.get(earlier.get_absolute_url()).content.decode()

    def test_does_not_replace_what_was_not_signed_or_is_of_another_project(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        draft = drafted(project=case.project)
        assert self.create(client, case, f"?replaces={draft.pk}").status_code == 403
        assert self.create(client, case, f"?replaces={drafted().pk}").status_code == 404
        assert self.create(client, case, "?replaces=9' or 1").status_code == 302


class TestChanging:
    def edit(self, client: Client, agreement: Agreement, **typed: Any) -> Any:
        url = reverse("agreement-edit", args=[agreement.pk])
        page = client.get(url)
        return client.post(url, TERMS | rows() | {"version": page.context["version"]} | typed)

    def test_terms_and_parties(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        agreement = drafted(case.owner, None, project=case.project)
        parties = rows((case.owner, False), (case.partner, True), initial=2)
        assert self.edit(client, agreement, **parties).status_code == 302
        agreement.refresh_from_db()
        assert agreement.title == "Intensjonsavtale"
        assert list(agreement.parties.values_list("organisation", "required")) == [
            (case.owner.pk, False),
            (case.partner.pk, True),
        ]

    def test_a_party_that_has_answered_before_stays(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        agreement = sent(case.owner, case.partner, project=case.project)
        sign(agreement, agreement.parties.get(organisation=case.partner), case.signer)
        agreement.revise(case.leader, "Ny")
        page = self.edit(client, agreement, **rows((case.owner, True), ("", True), initial=2))
        assert "has answered an earlier version and stays" in page.content.decode()
        assert agreement.parties.count() == 2

    def test_over_what_somebody_else_saved_is_not_done(self, client: Client, case: Case) -> None:
        client.force_login(case.leader)
        agreement = drafted(case.owner, case.partner, project=case.project)
        page = self.edit(client, agreement, version="2026-01-01", title="Min")
        assert page.status_code == 409
        assert agreement.title in page.content.decode()
        assert Agreement.objects.get().title == agreement.title

    @pytest.mark.parametrize("name", ["edit", "version"])
    def test_is_not_for_others_nor_after_signing(self, client: Client, case: Case, name: str) -> None:
        done = signed(case.owner, case.partner, project=case.project, by=case.leader)
        going = sent(case.owner, case.partner, project=case.project)
        for who, agreement, status in [
            (case.leader, done, 403),
            (case.officer, going, 403),
            (case.signer, going, 403),
            (case.onlooker, going, 404),
            (case.stranger, going, 404),
        ]:
            client.force_login(who)
            for ask in (client.get, client.post):
                assert ask(reverse(f"agreement-{name}", args=[agreement.pk])).status_code == status


class TestVersions:
    def write(self, client: Client, agreement: Agreement, **typed: Any) -> Any:
        return client.post(reverse("agreement-version", args=[agreement.pk]), {"text": ""} | typed)

    def test_a_new_text_makes_a_draft_and_clears_what_was_signed(self, client: Client, case: Case) -> None:
        agreement = sent(case.owner, case.partner, project=case.project)
        sign(agreement, agreement.parties.get(organisation=case.partner), case.signer)
        client.force_login(case.leader)
        warned = client.get(reverse("agreement-version", args=[agreement.pk])).content.decode()
        assert "That answer does not count for the new one." in warned
        assert self.write(client, agreement, text="Ny").status_code == 302
        agreement = Agreement.objects.get(pk=agreement.pk)
        assert agreement.state == "draft"
        assert agreement.latest
        assert (agreement.latest.number, agreement.latest.signatures.count()) == (2, 0)

    def test_is_not_empty_and_not_the_same(self, client: Client, case: Case) -> None:
        agreement = drafted(case.owner, case.partner, project=case.project)
        client.force_login(case.leader)
        assert agreement.latest
        for text in ("", " \r\n", agreement.latest.text):
            assert self.write(client, agreement, text=text).status_code == 200
        assert agreement.versions.count() == 1

    def test_a_file_is_stored_byte_by_byte(self, client: Client, case: Case) -> None:
        agreement = drafted(case.owner, case.partner, project=case.project)
        client.force_login(case.leader)
        content = docx({"word/media/image1.xml": b"<a/>"})
        self.write(client, agreement, file=upload(content, "C:\\Avtaler\\Endelig .DOCX"))
        kept = Document.objects.get()
        assert default_storage.open(str(kept.file)).read() == content
        assert (kept.name, kept.uploaded_by) == ("Endelig.docx", case.leader)
        before, after = agreement.versions.all()
        assert before.sha256 != after.sha256 == after.fingerprint()

    def test_a_hundred_megabytes_are_refused_before_they_are_stored(
        self, client: Client, case: Case, settings: Settings
    ) -> None:
        settings.FILE_UPLOAD_HANDLERS = ["partners.uploads.BoundedUploadHandler", *settings.FILE_UPLOAD_HANDLERS[-2:]]
        agreement = drafted(case.owner, case.partner, project=case.project)
        client.force_login(case.leader)
        page = self.write(client, agreement, file=upload(b"%PDF-1.7" + bytes(100 * 1024 * 1024)))
        assert page.status_code == 413
        assert "Files of up to 20 MB are taken. Nothing of this one was stored." in page.content.decode()
        assert not Document.objects.exists()


class TestFetching:
    @pytest.fixture
    def url(self, case: Case) -> str:
        agreement = drafted(case.partner, case.outside, project=case.project)
        kept = document(pdf(), "Avtale – endelig.pdf")
        agreement.revise(case.leader, document=kept)
        sent_now(agreement)
        return reverse("agreement-document", args=[agreement.pk, kept.pk])

    @pytest.mark.parametrize("who", ["leader", "officer", "signer", "reader", "outsider"])
    def test_as_a_file_to_save_and_nothing_else(self, client: Client, case: Case, url: str, who: str) -> None:
        client.force_login(getattr(case, who))
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.getvalue() == pdf()
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        assert answer.headers["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize(("who", "status"), [("onlooker", 404), ("stranger", 404), (None, 302)])
    def test_not_by_others(self, client: Client, case: Case, url: str, who: str | None, status: int) -> None:
        if who:
            client.force_login(getattr(case, who))
        assert client.get(url).status_code == status

    def test_not_through_another_agreement(self, client: Client, case: Case, url: str) -> None:
        client.force_login(case.leader)
        other = sent(case.partner, case.outside, project=case.project)
        kept = Document.objects.get()
        assert client.get(reverse("agreement-document", args=[other.pk, kept.pk])).status_code == 404

    def test_not_when_the_storage_has_something_else(self, client: Client, case: Case, url: str) -> None:
        path = str(Document.objects.get().file)
        with default_storage.open(path, "wb") as file:
            file.write(b"%PDF-1.7 byttet ut")
        client.force_login(case.leader)
        assert client.get(url).status_code == 400

    def test_nor_by_any_address_of_the_storage(self, client: Client, case: Case, url: str) -> None:
        client.force_login(case.leader)
        path = str(Document.objects.get().file)
        for guess in (f"/{path}", f"/media/{path}", f"/static/{path}", f"/var/media/{path}"):
            assert client.get(guess).status_code == 404


def sent_now(agreement: Agreement) -> None:

    agreement.carry_out(READY, None)
    agreement.carry_out(SEND, None)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Vi er to.", "Vi er tre.", [("same", "Vi er "), ("gone", "to"), ("new", "tre"), ("same", ".")]),
        ("En.\nTo.", "En.\n", [("same", "En.\n"), ("gone", "To.")]),
        ("", "Ny", [("new", "Ny")]),
        ("Likt", "Likt", [("same", "Likt")]),
    ],
)
def test_differences(before: str, after: str, told: list[tuple[str, str]]) -> None:
    assert differences(before, after) == told


def test_long_texts_that_have_nothing_in_common_are_compared_at_once() -> None:
    before, after = (" ".join(f"{letter}{number}" for number in range(12_000)) for letter in "ab")
    assert [passage.kind for passage in differences(before, after)] == ["gone", "new"]
