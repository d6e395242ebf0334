"""Signing, declining and registering paper, as the parties and those who keep the project do it."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import Agreement, Signature
from projects.models.agreements import READY, SEND
from projects.models.signatures import Method
from tests.projects.factories_agreements import Case, drafted, sent, sign
from tests.projects.files import EXE, docx, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.fixture
def agreement(case: Case) -> Agreement:
    return sent(case.partner, case.outside, project=case.project)


def upload(content: bytes, name: str = "signert.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def answer(agreement: Agreement, at: int, **said: Any) -> dict[str, Any]:
    latest = Agreement.objects.get(pk=agreement.pk).latest
    assert latest
    today = timezone.localdate().isoformat()
    told = {"signatory": "Kari Nordmann", "position": "Daglig leder", "signed_on": today, "binds": "on", "why": "Nei"}
    return told | {"version": latest.pk, "party": agreement.parties.all()[at].pk} | said


def url(name: str, agreement: Agreement) -> str:
    return reverse(f"agreement-{name}", args=[agreement.pk])


class TestSigning:
    def test_shows_what_is_signed_and_what_is_known_of_the_person(
        self, client: Client, case: Case, agreement: Agreement
    ) -> None:
        client.force_login(case.signer)
        page = client.get(url("sign", agreement)).content.decode()
        assert "Øst-Finnmark" in page
        assert case.signer.get_full_name() in page
        assert "at most 20 MB" in page
        assert 'enctype="multipart/form-data"' in page

    def test_by_one_then_the_other(self, client: Client, case: Case, agreement: Agreement) -> None:
        for at, (who, state) in enumerate([(case.signer, "partly_signed"), (case.outsider, "signed")]):
            client.force_login(who)
            assert client.post(url("sign", agreement), answer(agreement, at)).status_code == 302
            agreement.refresh_from_db()
            assert agreement.state == state
        one = Signature.objects.first()
        assert one
        assert (one.method, one.by, one.signatory, one.document) == (
            Method.CONFIRMED,
            case.signer,
            "Kari Nordmann",
            None,
        )
        acts = list(agreement.events.values_list("act", "by"))
        assert acts[-2:] == [("sign", case.signer.pk), ("complete", case.outsider.pk)]

    def test_with_the_signed_file_kept_byte_by_byte(self, client: Client, case: Case, agreement: Agreement) -> None:
        client.force_login(case.signer)
        content = pdf(b"<< /Title (\xe6\xf8\xe5) >>")
        client.post(url("sign", agreement), answer(agreement, 0, file=upload(content)))
        document = Signature.objects.get().document
        assert document
        served = client.get(reverse("agreement-document", args=[agreement.pk, document.pk]))
        assert served.getvalue() == content

    @pytest.mark.parametrize("left_out", ["signatory", "position", "signed_on", "binds", "version", "party"])
    def test_needs_all_of_it(self, client: Client, case: Case, agreement: Agreement, left_out: str) -> None:
        client.force_login(case.signer)
        assert client.post(url("sign", agreement), answer(agreement, 0, **{left_out: ""})).status_code == 200
        assert not Signature.objects.exists()

    def test_is_not_done_for_another_party_or_ahead_of_time(
        self, client: Client, case: Case, agreement: Agreement
    ) -> None:
        client.force_login(case.signer)
        client.post(url("sign", agreement), answer(agreement, 1))
        client.post(url("sign", agreement), answer(agreement, 0, signed_on="2999-01-01"))
        assert not Signature.objects.exists()

    def test_of_a_version_that_is_not_the_latest_any_more(
        self, client: Client, case: Case, agreement: Agreement
    ) -> None:
        seen = answer(agreement, 0)
        agreement.revise(case.leader, "Ny")
        for act in ("ready", "send"):
            client.force_login(case.leader)
            client.post(reverse("agreement-act", args=[agreement.pk, act]))
        client.force_login(case.signer)
        page = client.post(url("sign", agreement), seen)
        assert "The agreement has changed since you opened it" in page.content.decode()
        assert not Signature.objects.exists()

    @pytest.mark.parametrize(
        ("who", "status"), [("leader", 403), ("officer", 403), ("reader", 403), ("onlooker", 404), ("stranger", 404)]
    )
    def test_is_not_for_others(self, client: Client, case: Case, agreement: Agreement, who: str, status: int) -> None:
        client.force_login(getattr(case, who))
        for name in ("sign", "decline"):
            assert client.get(url(name, agreement)).status_code == status
            assert client.post(url(name, agreement), answer(agreement, 0)).status_code == status
        assert not Signature.objects.exists()

    def test_a_refused_file_leaves_what_was_typed(self, client: Client, case: Case, agreement: Agreement) -> None:
        client.force_login(case.signer)
        for file, why in ((upload(EXE), "is a program"), (upload(docx()), "is called"), (upload(b""), "is empty")):
            page = client.post(url("sign", agreement), answer(agreement, 0, file=file, position="Styreleder"))
            assert why in str(page.context["form"].errors["file"])
            assert "Styreleder" in page.content.decode()
        assert not Signature.objects.exists()

    def test_twice_is_told(self, case: Case, agreement: Agreement) -> None:
        party = agreement.parties.all()[0]
        sign(agreement, party, case.signer)
        with pytest.raises(ValidationError, match="has already answered"):
            sign(agreement, party, case.signer)


class TestDeclining:
    def test_stops_it_and_says_why(self, client: Client, case: Case, agreement: Agreement) -> None:
        client.force_login(case.signer)
        assert client.post(url("decline", agreement), answer(agreement, 0, why="For dyrt")).status_code == 302
        agreement.refresh_from_db()
        assert agreement.state == "declined"
        assert "For dyrt" in client.get(agreement.get_absolute_url()).content.decode()

    def test_needs_a_reason(self, client: Client, case: Case, agreement: Agreement) -> None:
        client.force_login(case.signer)
        assert client.post(url("decline", agreement), answer(agreement, 0, why=" ")).status_code == 200
        assert not Signature.objects.exists()

    def test_by_who_need_not_sign_does_not_stop_it(self, case: Case) -> None:
        draft = drafted(case.partner, case.outside, case.other, project=case.project)
        draft.parties.filter(organisation=case.other).update(required=False)
        draft.carry_out(READY, None)
        draft.carry_out(SEND, None)
        sign(draft, draft.parties.get(required=False), case.onlooker, answer="declined", why="Ikke for oss")
        draft.refresh_from_db()
        assert draft.state == "sent"
        assert draft.events.last().why == "Ikke for oss"  # type: ignore[union-attr]


class TestPaper:
    @pytest.fixture
    def ready(self, case: Case) -> Agreement:
        agreement = drafted(case.partner, case.outside, project=case.project)
        agreement.carry_out(READY, None)
        return agreement

    def test_a_party_at_a_time_with_its_file(self, client: Client, case: Case, ready: Agreement) -> None:
        client.force_login(case.leader)
        unknown = {"signatory": "", "position": "", "signed_on": ""}
        for at, state in enumerate(["partly_signed", "signed"]):
            said = answer(ready, at, file=upload(pdf(b"<< /N %d >>" % at)), **unknown)
            assert client.post(url("paper", ready), said).status_code == 302
            ready.refresh_from_db()
            assert ready.state == state
        page = client.get(ready.get_absolute_url()).content.decode()
        assert page.count(f"Signed on paper, registered by {case.leader}") == 2
        assert "not stated" in page
        assert page.count("signert.pdf") == 2

    def test_not_without_the_file(self, client: Client, case: Case, ready: Agreement) -> None:
        client.force_login(case.leader)
        assert client.post(url("paper", ready), answer(ready, 0)).status_code == 200
        assert client.post(url("paper", ready), answer(ready, 0, file=upload(EXE))).status_code == 200
        assert not Signature.objects.exists()
        with pytest.raises(IntegrityError, match="what_is_signed_on_paper_is_attached"):
            sign(ready, ready.parties.all()[0], case.leader, method=Method.ON_PAPER)

    @pytest.mark.parametrize(
        ("who", "status"), [("officer", 403), ("signer", 403), ("outsider", 403), ("onlooker", 404), ("stranger", 404)]
    )
    def test_is_not_for_others(self, client: Client, case: Case, ready: Agreement, who: str, status: int) -> None:
        client.force_login(getattr(case, who))
        said = answer(ready, 0, file=upload(pdf()))
        assert client.post(url("paper", ready), said).status_code == status
