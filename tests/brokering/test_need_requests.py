"""A need sent without an account: nothing is stored without a yes, and nothing is a need before it is confirmed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokering.jobs import nightly, send_need_request
from brokering.models import CompetenceNeed, NeedRequest
from brokering.models.requests import BEFORE_IT_IS_SENT_AGAIN, LIFE_OF_A_REQUEST
from brokering.waiting import waiting_for
from partners.models import Organisation
from partners.models.roles import MemberRole
from tests.factories import (
    MembershipFactory,
    NeedRequestFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "place")]
Work = Callable[[], int]
Queries = Callable[[str], int]
SAID = {
    "text": "Fire mann skal lære å sveise i aluminium.",
    "municipality": "Kirkenes",
    "headcount": "4",
    "max_travel_km": "",
    "latest_start": "",
    "firm": "Polarnatt Mekaniske AS",
    "number": "",
    "contact_name": "Kari Hansen",
    "contact_email": "kari@polarnatt.example",
    "consent": "on",
    "homepage": "",
}
NUMBER = "974760673"


def send(client: Client, **said: str) -> Any:
    return client.post(reverse("need-send"), SAID | said)


def press(client: Client, asked: NeedRequest, act: str) -> Any:
    return client.post(reverse(f"need-request-{act}", args=[asked.token]), follow=True)


def read(client: Client, asked: NeedRequest) -> str:
    return str(client.get(asked.get_absolute_url()).content.decode())


@pytest.fixture
def asked() -> NeedRequest:
    """Sent, and not confirmed yet."""
    return NeedRequestFactory.create()


def html(message: Any) -> str:
    return str(message.alternatives[0].content)


def expire(asked: NeedRequest) -> None:
    NeedRequest.objects.filter(pk=asked.pk).update(asked_at=timezone.now() - LIFE_OF_A_REQUEST)


def test_from_the_typed_need_to_the_broker(client: Client, agency: Organisation, work: Work) -> None:
    offer = searchable(title="Sveising i aluminium")
    broker = MembershipFactory.create(organisation=agency, role=MemberRole.BROKER).user
    tried = client.get(reverse("match"), {"q": SAID["text"]})
    assert f"{reverse('need-send')}?q=Fire+mann" in tried.content.decode()
    assert send(client).headers["Location"] == reverse("need-sent")
    assert work() == 1
    asked = NeedRequest.objects.get()
    assert f"{asked.get_absolute_url()}\n" in mail.outbox[0].body
    assert SAID["text"] in read(client, asked)
    assert not CompetenceNeed.objects.exists()
    assert offer.title in press(client, asked, "confirm").content.decode()
    assert [item.title for item in waiting_for(broker, timezone.localdate())] == ["Polarnatt Mekaniske AS"]


class TestTheForm:
    def test_what_was_typed_comes_along(self, client: Client) -> None:
        typed = {"q": "Truckførere", "municipality": "Kirkenes", "headcount": "3", "latest_start": "2027-02-01"}
        page = client.get(reverse("need-send"), typed).content.decode()
        for shown in ("Truckførere", 'value="Kirkenes"', 'value="3"', 'value="2027-02-01"'):
            assert shown in page

    def test_afterwards_it_says_where_to_look(self, client: Client) -> None:
        assert "Look in your inbox" in client.get(send(client).headers["Location"]).content.decode()

    def test_without_a_yes_nothing_is_stored(self, client: Client) -> None:
        page = send(client, consent="").content.decode()
        assert "Without your yes we can neither store the need nor send it." in page
        assert not NeedRequest.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("municipality", "Nowhere", "We know no place called “Nowhere”."),
            ("municipality", "", "This field is required."),
            ("number", "123456789", "must be mistyped"),
            ("number", "12", "An organisation number is nine digits"),
            ("contact_email", "kari", "Enter a valid email address."),
            ("contact_email", "kari@a.example\r\nBcc: alle@b.example", "Enter a valid email address."),
            ("text", "", "This field is required."),
            ("text", "a\0b", "Null characters are not allowed."),
            ("text", "a" * 4001, "at most 4000 characters"),
            ("headcount", "0", "greater than or equal to 1"),
            ("max_travel_km", "99999", "less than or equal to 5000"),
            ("latest_start", "soon", "Enter a valid date."),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(
        self, client: Client, field: str, value: str, sentence: str
    ) -> None:
        assert sentence in send(client, **{field: value}).content.decode()
        assert not NeedRequest.objects.exists()

    def test_what_is_written_is_kept_as_written(self, client: Client) -> None:
        send(client, number="974 760 673", max_travel_km="80", latest_start="2027-03-01")
        asked = NeedRequest.objects.get()
        assert (asked.firm, asked.number, asked.headcount, asked.max_travel_km) == (SAID["firm"], NUMBER, 4, 80)
        assert (asked.contact_name, asked.contact_email) == (SAID["contact_name"], SAID["contact_email"])
        assert asked.language == "en"

    def test_the_same_twenty_times_is_one(self, client: Client, work: Work) -> None:
        assert {send(client).status_code for _ in range(20)} == {302}
        assert work() == 1
        assert NeedRequest.objects.count() == len(mail.outbox) == 1

    def test_who_got_no_mail_may_ask_again_after_a_while(self, client: Client, work: Work) -> None:
        send(client)
        NeedRequest.objects.update(asked_at=timezone.now() - BEFORE_IT_IS_SENT_AGAIN)
        work()
        send(client)
        work()
        assert NeedRequest.objects.count() == 1
        assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2

    def test_a_robot_is_told_the_same_and_stores_nothing(self, client: Client, work: Work) -> None:
        assert send(client, homepage="https://spam.example").headers["Location"] == reverse("need-sent")
        assert not NeedRequest.objects.exists()
        assert work() == 0

    def test_an_address_gets_five_mails_a_day_and_then_a_sentence(self, client: Client, work: Work) -> None:
        answers = [send(client, text=f"Behov {n}") for n in range(6)]
        assert [answer.status_code for answer in answers] == [302] * 5 + [429]
        assert "Nothing was stored; try again later." in answers[-1].content.decode()
        assert "Behov 5" in answers[-1].content.decode()
        assert NeedRequest.objects.count() == work() == 5

    def test_a_network_sends_twenty_an_hour(self, client: Client) -> None:
        answers = [send(client, contact_email=f"nr{n}@firma.example").status_code for n in range(21)]
        assert answers == [302] * 20 + [429]
        elsewhere = client.post(reverse("need-send"), SAID, REMOTE_ADDR="192.0.2.7")
        assert elsewhere.status_code == 302


class TestTheMail:
    def test_it_is_sent_once_in_the_language_of_the_page(self, asked: NeedRequest) -> None:
        for _ in range(2):
            send_need_request(asked.pk)
        (message,) = mail.outbox
        assert (message.to, message.subject) == ([asked.contact_email], "Confirm your need in Kompetansebro")
        assert asked.get_absolute_url() in html(message)

    def test_nothing_that_was_typed_is_in_it(self, asked: NeedRequest) -> None:
        """The form is no way to write to others."""
        send_need_request(asked.pk)
        said = mail.outbox[0].body + html(mail.outbox[0])
        assert [word for word in (asked.text, asked.firm, asked.contact_name) if word in said] == []

    def test_one_that_could_not_go_is_tried_again_under_the_same_name(
        self, asked: NeedRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = []

        def refused(message: mail.EmailMessage, **_options: Any) -> int:
            names.append(message.extra_headers["Message-ID"])
            raise ConnectionRefusedError

        with monkeypatch.context() as patch:
            patch.setattr(mail.EmailMultiAlternatives, "send", refused)
            with pytest.raises(ConnectionRefusedError):
                send_need_request(asked.pk)
        send_need_request(asked.pk)
        assert [message.extra_headers["Message-ID"] for message in mail.outbox] == names

    def test_what_is_deleted_or_run_out_is_not_sent(self, asked: NeedRequest) -> None:
        expire(asked)
        send_need_request(asked.pk)
        send_need_request(0)
        assert mail.outbox == []


class TestBefore:
    def test_opening_the_link_changes_nothing(self, client: Client, asked: NeedRequest) -> None:
        """A mail server that follows links is no reader."""
        for _ in range(2):
            assert "Yes, send the need" in read(client, asked)
        for act in ("confirm", "withdraw", "erase"):
            assert client.get(reverse(f"need-request-{act}", args=[asked.token])).status_code == 405
        assert NeedRequest.objects.get().confirmed_at is None

    def test_it_shows_what_was_written_and_who_gets_it(
        self, client: Client, asked: NeedRequest, agency: Organisation
    ) -> None:
        page = read(client, asked)
        for shown in (asked.text, asked.firm, asked.contact_name, asked.contact_email, "Sør-Varanger"):
            assert shown in page
        assert f"The need goes to {agency}, who brokers competence in Sør-Varanger." in page

    def test_no_deletes_everything(self, client: Client, asked: NeedRequest) -> None:
        assert "What we knew about you is deleted." in press(client, asked, "erase").content.decode()
        assert not NeedRequest.objects.exists()
        assert client.get(asked.get_absolute_url()).status_code == 404

    def test_what_is_not_sent_cannot_be_withdrawn(self, client: Client, asked: NeedRequest) -> None:
        assert "Yes, send the need" in press(client, asked, "withdraw").content.decode()

    def test_only_the_link_opens_it(self, client: Client, asked: NeedRequest) -> None:
        assert len(asked.token) >= 40
        response = client.get(reverse("need-request", args=["guessed"]))
        assert response.status_code == 404
        assert "Perhaps a part of it is missing" in response.content.decode()
        assert {press(client, NeedRequest(token="guessed"), act).status_code for act in ("confirm", "erase")} == {404}

    def test_after_seven_days_the_link_is_kindly_closed(self, client: Client, asked: NeedRequest) -> None:
        expire(asked)
        response = client.get(asked.get_absolute_url())
        assert response.status_code == 410
        assert "It was good for seven days" in response.content.decode()
        assert press(client, asked, "confirm").status_code == 410
        assert not CompetenceNeed.objects.exists()

    def test_the_night_after_it_is_deleted(self, client: Client, asked: NeedRequest) -> None:
        fresh, confirmed = NeedRequestFactory.create(text="Et annet"), NeedRequestFactory.create(text="Et tredje")
        press(client, confirmed, "confirm")
        NeedRequest.objects.exclude(pk=fresh.pk).update(asked_at=timezone.now() - LIFE_OF_A_REQUEST)
        nightly()
        assert set(NeedRequest.objects.all()) == {fresh, confirmed}

    def test_the_same_may_be_asked_anew_when_the_first_has_run_out(self, client: Client, work: Work) -> None:
        send(client)
        expire(NeedRequest.objects.get())
        send(client)
        assert NeedRequest.objects.waiting().count() == 1
        assert work() == 2
        assert len(mail.outbox) == 1


def test_the_link_is_good_for_seven_days(asked: NeedRequest) -> None:
    assert asked.expires_at - asked.asked_at == timedelta(days=7)
    assert not asked.has_expired


def test_what_was_put_right_before_goes_with_the_need(client: Client) -> None:
    searchable(title="Sveising")
    left_out = ["competence:sveising", "word:aluminium", "word:truck", "word:x y", "fact:place"]
    query = QueryDict(mutable=True)
    query.setlist("without", left_out)
    query.setlist("about", ["sveising", "unknown"])
    client.post(f"{reverse('need-send')}?{query.urlencode()}", SAID)
    sent = NeedRequest.objects.get()
    assert (sent.about, sent.without) == (["sveising"], ["word:aluminium"]), "what the text still says, and is known"
    page = read(client, sent)
    assert "Meant as well" in page
    assert "Not meant" in page
    press(client, sent, "confirm")
    need = CompetenceNeed.objects.get()
    assert need.without == ["word:aluminium"]
    assert [one.pk for one in need.competences.all()] == ["sveising"]
    sent.refresh_from_db()
    assert (sent.about, sent.without) == ([], []), "a confirmed request keeps nothing"
