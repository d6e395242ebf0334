"""What a unit does with an enquiry: takes, answers, refers to courses, sends on, closes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from partners.models import Organisation, User
from projects.models import GuidanceEnquiry
from projects.models.enquiry_states import ANSWER, CALL, TAKE, EnquiryState, Reason
from tests.factories import UserFactory
from tests.projects.factories_guidance import GuidanceEnquiryFactory, UnitServiceFactory
from tests.projects.guidance.conftest import COURSES, SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def press(client: Client, enquiry: GuidanceEnquiry, name: str, **said: Any) -> Any:
    args = [enquiry.pk] if name not in {"take", "close"} else [enquiry.pk, name]
    url = reverse("enquiry-act" if len(args) == 2 else f"enquiry-{name}", args=args)
    return client.post(url, said, follow=True)


class TestActs:
    def test_taking(self, client: Client, guide: User, enquiry: GuidanceEnquiry) -> None:
        page = press(client, enquiry, "take").content.decode()
        enquiry.refresh_from_db()
        assert (enquiry.state, enquiry.taken_by) == (EnquiryState.TAKEN, guide)
        assert f"{guide} has taken it." in page
        assert press(client, enquiry, "take").status_code == 403

    def test_answering(self, client: Client, guide: User, enquiry: GuidanceEnquiry, work: Callable[[], int]) -> None:
        assert (
            f"{enquiry.name} now finds your answer."
            in press(client, enquiry, "answer", text="Kom på torsdag").content.decode()
        )
        enquiry.refresh_from_db()
        assert (enquiry.state, enquiry.taken_by) == (EnquiryState.ANSWERED, guide)
        assert work() == 1
        assert mail.outbox[0].to == [enquiry.email]

    def test_an_answer_says_something(self, client: Client, guide: User, enquiry: GuidanceEnquiry) -> None:
        assert "This field is required." in press(client, enquiry, "answer", text=" ").content.decode()
        assert not enquiry.events.exists()

    def test_by_phone_a_note_is_not_needed(self, client: Client, guide: User, enquiry: GuidanceEnquiry) -> None:
        press(client, enquiry, "call", text="")
        assert [event.act for event in enquiry.events.all()] == [CALL.name]
        assert not enquiry.messages.exists()

    def test_without_a_number_nobody_calls(self, client: Client, guide: User, unit: Organisation) -> None:
        silent = GuidanceEnquiryFactory.create(unit=unit, phone="")
        assert "No phone number was given." in client.get(silent.get_absolute_url()).content.decode()
        assert press(client, silent, "call").status_code == 403

    def test_closing(self, client: Client, guide: User, enquiry: GuidanceEnquiry) -> None:
        refused = press(client, enquiry, "close")
        assert refused.status_code == 403
        assert "Not possible while the enquiry is “Received”." in refused.content.decode()
        press(client, enquiry, "take")
        press(client, enquiry, "close")
        enquiry.refresh_from_db()
        assert enquiry.state == EnquiryState.CLOSED
        for act in ("answer", "call"):
            assert press(client, enquiry, act, text="x").status_code == 403

    def test_what_is_no_act_is_not_found(self, client: Client, guide: User, enquiry: GuidanceEnquiry) -> None:
        for name in ("ask_more", "delete"):
            assert client.post(reverse("enquiry-act", args=[enquiry.pk, name])).status_code == 404

    def test_two_at_once_do_not_both_take_it(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        same = GuidanceEnquiry.objects.get()
        enquiry.carry_out(TAKE, guide)
        with pytest.raises(ValidationError, match="not possible any more"):
            same.carry_out(TAKE, UserFactory.create())


class TestReferring:
    def test_courses_by_what_was_written(
        self, client: Client, guide: User, enquiry: GuidanceEnquiry, catalogue: list[tuple[str, str]]
    ) -> None:
        page = client.get(reverse("enquiry-refer", args=[enquiry.pk])).content.decode()
        assert catalogue == [(SECRET, enquiry.municipality_id)]
        assert all(course.title in page for course in COURSES)

    def test_or_by_the_guides_own_words(
        self, client: Client, guide: User, enquiry: GuidanceEnquiry, catalogue: list[tuple[str, str]]
    ) -> None:
        client.get(reverse("enquiry-refer", args=[enquiry.pk]), {"q": "logistikk"})
        assert catalogue == [("logistikk", enquiry.municipality_id)]

    @pytest.mark.usefixtures("catalogue")
    def test_several_with_a_note(
        self, client: Client, guide: User, enquiry: GuidanceEnquiry, work: Callable[[], int]
    ) -> None:
        press(client, enquiry, "refer", offers=["0", "2"], text="Begge går på kveldstid")
        kept = enquiry.referrals.values_list("offer", "title", "url", "provider", "where")
        assert list(kept) == [(n, f"Logistikk {n}", f"/offers/{n}/", "Fagskolen", "Bodø") for n in (0, 2)]
        assert enquiry.messages.get().text == "Begge går på kveldstid"
        assert work() == 1
        press(client, enquiry, "refer", offers=["0"])
        assert enquiry.referrals.count() == 2, "the same course is there once"

    @pytest.mark.usefixtures("catalogue")
    @pytest.mark.parametrize("offers", [[], ["99"], ["x"]])
    def test_only_what_is_shown_can_be_chosen(
        self, client: Client, guide: User, enquiry: GuidanceEnquiry, offers: list[str]
    ) -> None:
        press(client, enquiry, "refer", offers=offers)
        assert not enquiry.referrals.exists()

    def test_none_is_said_in_words(self, client: Client, guide: User, enquiry: GuidanceEnquiry) -> None:
        page = client.get(reverse("enquiry-refer", args=[enquiry.pk]), {"q": "xyz\0zy"}).content.decode()
        assert "No course fits these words" in page


class TestSendingOn:
    def test_the_old_unit_sees_it_no_more(
        self, client: Client, guide: User, enquiry: GuidanceEnquiry, other: Organisation, work: Callable[[], int]
    ) -> None:
        press(client, enquiry, "take")
        page = press(client, enquiry, "forward", unit=other.pk, why=Reason.SERVICE).content.decode()
        assert f"{enquiry.reference} is sent to {other}." in page
        assert client.get(enquiry.get_absolute_url()).status_code == 404
        new = other.memberships.get().user
        (seen,) = GuidanceEnquiry.objects.visible_to(new)
        assert (seen.state, seen.taken_by) == ("received", None)
        assert [event.reason for event in seen.events.all()] == ["", "They give this help"]
        assert work() == 1
        assert [message.to for message in mail.outbox] == [[new.email]]

    @pytest.mark.parametrize("said", [{}, {"why": "because she is a nuisance"}])
    def test_with_a_reason_that_is_no_text(
        self, client: Client, guide: User, enquiry: GuidanceEnquiry, other: Organisation, said: dict[str, str]
    ) -> None:
        press(client, enquiry, "forward", unit=other.pk, **said)
        assert not enquiry.events.exists()

    def test_only_to_units_where_somebody_reads(
        self, client: Client, guide: User, enquiry: GuidanceEnquiry, other: Organisation
    ) -> None:
        deaf = UnitServiceFactory.create().unit
        press(client, enquiry, "forward", unit=deaf.pk, why=Reason.PLACE)
        press(client, enquiry, "forward", unit=enquiry.unit.pk, why=Reason.PLACE)
        assert not enquiry.events.exists()

    def test_where_there_is_no_other_it_says_so(self, client: Client, guide: User, enquiry: GuidanceEnquiry) -> None:
        assert "No other unit takes enquiries." in client.get(enquiry.get_absolute_url()).content.decode()
        assert client.get(reverse("enquiry-forward", args=[enquiry.pk])).status_code == 403

    def test_an_answer_that_comes_too_late_is_refused(
        self, guide: User, enquiry: GuidanceEnquiry, other: Organisation
    ) -> None:
        late = GuidanceEnquiry.objects.get()
        enquiry.send_on(guide, other, Reason.PLACE)
        with pytest.raises(ValidationError, match="not here any more"):
            late.answer(ANSWER, guide, "x")
        assert not late.messages.exists()

    def test_so_is_one_to_what_was_deleted(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        GuidanceEnquiry.objects.all().delete()
        with pytest.raises(ValidationError, match="not here any more"):
            enquiry.answer(ANSWER, guide, "x")
