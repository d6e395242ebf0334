"""What an agreement asks of people: the cards on the front page, and the e-mail to those who may sign."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import User
from projects.agreement_mail import send_agreement
from projects.models.agreements import READY, SEND
from projects.waiting import agreements as waits
from tests.projects.factories_agreements import AgreementFactory, Case, drafted, sent, sign, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return Case()


class TestWaiting:
    def cards(self, user: User, days: int = 0) -> list[tuple[str, str]]:
        found = waits.waiting(user, timezone.localdate() + timedelta(days))
        return [(card.title, card.tag) for card in found]

    def test_for_who_may_sign_until_they_have(self, case: Case) -> None:
        agreement = sent(*case.parties, project=case.project)
        assert self.cards(case.signer) == [(agreement.title, "To be signed")]
        sign(agreement, agreement.parties.get(organisation=case.partner), case.signer)
        assert self.cards(case.signer) == self.cards(case.reader) == self.cards(case.stranger) == []

    def test_again_when_there_is_a_new_version(self, case: Case) -> None:
        agreement = sent(*case.parties, project=case.project)
        sign(agreement, agreement.parties.get(organisation=case.partner), case.signer)
        agreement.revise(case.leader, "Ny")
        assert self.cards(case.signer) == []
        agreement.carry_out(READY, case.leader)
        agreement.carry_out(SEND, case.leader)
        assert len(self.cards(case.signer)) == 1

    def test_for_the_leader_when_it_has_lain_over_fourteen_days(self, case: Case) -> None:
        sent(case.partner, case.outside, project=case.project)
        assert self.cards(case.leader, 14) == []
        assert [tag for _title, tag in self.cards(case.leader, 15)] == ["Unsigned for over 14 days"]

    def test_for_the_leader_when_it_is_ready_or_expires(self, case: Case) -> None:
        drafted(*case.parties, project=case.project).carry_out(READY, None)
        end = timezone.localdate() + timedelta(60)
        ending = signed(*case.parties, project=case.project, by=case.leader, valid_to=end)
        assert [tag for _title, tag in self.cards(case.leader)] == ["Ready to send", "Expires soon"]
        assert len(self.cards(case.leader, -1)) == 1
        AgreementFactory.create(project=case.project, replaces=ending)
        assert len(self.cards(case.leader)) == 1
        assert self.cards(case.officer) == []

    def test_asks_two_queries(self, case: Case, django_assert_max_num_queries: Any) -> None:
        for _number in range(5):
            sent(*case.parties, project=case.project)
        with django_assert_max_num_queries(2):
            assert len(self.cards(case.leader, 15)) == 10


class TestMail:
    def test_goes_once_to_each_who_may_sign_in_their_language(
        self, client: Client, case: Case, mailoutbox: list[Any], work: Callable[[], int]
    ) -> None:
        User.objects.filter(pk=case.signer.pk).update(language="en")
        agreement = drafted(*case.parties, project=case.project, title="Avtale & <b>")
        agreement.carry_out(READY, None)
        client.force_login(case.leader)
        client.post(reverse("agreement-act", args=[agreement.pk, "send"]))
        assert work() == 1
        send_agreement(agreement.pk)
        assert sorted(mail.to[0] for mail in mailoutbox) == sorted(
            one.email for one in (case.leader, case.signer, case.outsider)
        )
        english = next(mail for mail in mailoutbox if mail.to == [case.signer.email])
        assert english.subject == "To be signed: Avtale & <b>"
        assert f"http://127.0.0.1:8000{agreement.get_absolute_url()}" in english.body
        assert "<b>" not in english.alternatives[0][0]
        assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 3

    def test_again_for_a_new_version_but_not_when_taken_back(self, case: Case, mailoutbox: list[Any]) -> None:
        agreement = sent(*case.parties, project=case.project)
        send_agreement(agreement.pk)
        agreement.revise(case.leader, "Ny")
        send_agreement(agreement.pk)
        assert len(mailoutbox) == 3
        agreement.carry_out(READY, None)
        agreement.carry_out(SEND, None)
        sign(agreement, agreement.parties.get(organisation=case.partner), case.signer)
        send_agreement(agreement.pk)
        assert len(mailoutbox) == 5
