"""A course is proposed to the employer: one e-mail, one link, an answer that can be changed until a place is agreed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from brokering.jobs import send_proposal
from brokering.models import CompetenceNeed, CourseOffer, Proposal
from brokering.models.matches import ProposalState
from brokering.models.needs import NeedState
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceNeedFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MatchFactory,
    MembershipFactory,
    ProposalFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Work = Callable[[], int]
Member = Callable[..., User]
SUBJECT = {"subject": {"value": 0.7, "words": ["sveise", "aluminium"], "competences": []}}


@pytest.fixture
def need(agency: Organisation) -> CompetenceNeed:
    return CompetenceNeedFactory.create(handled_by=agency, employer__email="post@firma.example")


@pytest.fixture
def offer(need: CompetenceNeed) -> CourseOffer:
    """It fits the need."""
    return MatchFactory.create(need=need, offer__title="Sveising i aluminium", parts=SUBJECT).offer


def propose(client: Client, need: CompetenceNeed, offer: CourseOffer, **said: Any) -> Any:
    return client.post(reverse("propose", args=[need.pk, offer.pk]), {"message": "Dette kan passe.", **said})


def sent(**facts: Any) -> Proposal:
    return ProposalFactory.create(**{"state": ProposalState.SENT, **facts})


def answer(client: Client, proposal: Proposal, **said: str) -> str:
    return str(client.post(proposal.get_absolute_url(), said, follow=True).content.decode())


class TestProposing:
    def test_the_employer_gets_one_mail_with_the_reasons_and_the_link(
        self, client: Client, broker: User, need: CompetenceNeed, offer: CourseOffer, work: Work
    ) -> None:
        propose(client, need, offer)
        assert work() == 1
        message, proposal = mail.outbox[0], Proposal.objects.get()
        assert message.to == ["post@firma.example"]
        for said in ("Sveising i aluminium", "Dette kan passe.", "sveise", f"{proposal.get_absolute_url()}\n"):
            assert said in message.body
        assert proposal.state == ProposalState.SENT
        assert proposal.proposed_by == broker

    def test_the_mail_says_what_one_has_to_know_to_decide(
        self, client: Client, broker: User, need: CompetenceNeed, offer: CourseOffer, work: Work
    ) -> None:
        run = CourseRunFactory.create(offer=offer, price_nok=4500)
        page = client.get(reverse("propose", args=[need.pk, offer.pk])).content.decode()
        assert str(run) in page
        assert "post@firma.example" in page
        propose(client, need, offer, run=run.pk)
        work()
        (message,) = mail.outbox
        for said in (run.dates, "Sør-Varanger", "500 kroner", need.text, str(broker)):
            assert said in message.body
        assert message.reply_to == [broker.email]

    def test_the_job_done_again_sends_nothing(
        self, client: Client, broker: User, need: CompetenceNeed, offer: CourseOffer, work: Work
    ) -> None:
        propose(client, need, offer)
        work()
        send_proposal(Proposal.objects.get().pk)
        assert len(mail.outbox) == 1
        assert Proposal.objects.get().events.count() == 1

    def test_a_mail_that_could_not_go_is_tried_again_under_the_same_name(
        self, need: CompetenceNeed, offer: CourseOffer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        proposal = ProposalFactory.create(need=need, offer=offer)
        names = []

        def refused(message: mail.EmailMessage, **_options: Any) -> int:
            names.append(message.extra_headers["Message-ID"])
            raise ConnectionRefusedError

        with monkeypatch.context() as patch:
            patch.setattr(mail.EmailMultiAlternatives, "send", refused)
            with pytest.raises(ConnectionRefusedError):
                send_proposal(proposal.pk)
        assert Proposal.objects.get().state == ProposalState.PROPOSED
        send_proposal(proposal.pk)
        assert [message.extra_headers["Message-ID"] for message in mail.outbox] == names

    def test_the_mail_is_in_the_language_of_the_firms_people(self, need: CompetenceNeed, offer: CourseOffer) -> None:
        MembershipFactory.create(organisation=need.employer, user__language="en")
        send_proposal(ProposalFactory.create(need=need, offer=offer).pk)
        assert mail.outbox[0].subject == "A course for you: Sveising i aluminium"

    def test_a_title_with_a_line_break_makes_no_second_header(self, need: CompetenceNeed) -> None:
        offer = CourseOfferFactory.create(title="Kurs\r\nBcc: alle@example.no")
        send_proposal(ProposalFactory.create(need=need, offer=offer).pk)
        assert "\n" not in mail.outbox[0].subject

    def test_without_an_address_of_its_own_the_firms_people_get_it(self, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency)
        people = {MembershipFactory.create(organisation=need.employer).user.email for _ in range(2)}
        send_proposal(ProposalFactory.create(need=need).pk)
        assert set(mail.outbox[0].to) == people

    def test_without_any_address_it_says_what_to_do_and_proposes_nothing(
        self, client: Client, broker: User, agency: Organisation, offer: CourseOffer
    ) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency)
        page = propose(client, need, offer).content.decode()
        assert "We have no e-mail address for the firm." in page
        assert "Dette kan passe." in page
        assert not Proposal.objects.exists()

    def test_a_second_press_leads_to_what_is_proposed_already(
        self, client: Client, broker: User, need: CompetenceNeed, offer: CourseOffer, work: Work
    ) -> None:
        propose(client, need, offer)
        response = propose(client, need, offer)
        assert response.headers["Location"] == Proposal.objects.get().get_absolute_url()
        assert work() == 1

    def test_only_runs_of_the_course_that_can_be_attended_are_there_to_choose(
        self, client: Client, broker: User, need: CompetenceNeed, offer: CourseOffer
    ) -> None:
        run, full = CourseRunFactory.create(offer=offer), CourseRunFactory.create(offer=offer, seats=3, seats_taken=3)
        page = client.get(reverse("propose", args=[need.pk, offer.pk]))
        assert list(page.context["form"].fields["run"].queryset) == [run]
        assert "run" in propose(client, need, offer, run=full.pk).context["form"].errors
        propose(client, need, offer, run=run.pk)
        assert Proposal.objects.get().run == run

    @pytest.mark.parametrize("state", [NeedState.COVERED, NeedState.WITHDRAWN])
    def test_nothing_is_proposed_for_a_closed_need(
        self, client: Client, broker: User, need: CompetenceNeed, offer: CourseOffer, state: str
    ) -> None:
        CompetenceNeed.objects.update(state=state)
        assert propose(client, need, offer).status_code == 403

    def test_a_course_that_is_not_published_is_not_proposed(
        self, client: Client, broker: User, need: CompetenceNeed
    ) -> None:
        assert propose(client, need, CourseOfferFactory.create(is_published=False)).status_code == 404


class TestAnswering:
    def test_yes_without_an_account(self, client: Client) -> None:
        proposal = sent()
        page = answer(client, proposal, answer="accept", comment="Gjerne to plasser.")
        assert "Thank you." in page
        proposal.refresh_from_db()
        assert (proposal.state, proposal.comment) == (ProposalState.INTERESTED, "Gjerne to plasser.")
        event = proposal.events.get()
        assert (event.by, event.why) == (None, "Gjerne to plasser.")

    def test_no_with_an_account_and_a_reason(self, client: Client, member: Member) -> None:
        proposal = sent()
        person = member("employee", proposal.need.employer)
        answer(client, proposal, answer="decline", reason="far")
        proposal.refresh_from_db()
        assert (proposal.state, proposal.reason) == (ProposalState.DECLINED, "far")
        assert proposal.events.get().by == person

    def test_it_can_be_changed_until_a_place_is_agreed(self, client: Client) -> None:
        proposal = sent()
        for said in ("accept", "decline", "accept"):
            answer(client, proposal, answer=said)
        assert [event.act for event in proposal.events.all()] == ["accept", "decline", "accept"]
        Proposal.objects.update(state=ProposalState.AGREED)
        page = answer(client, proposal, answer="decline", comment="Angret.")
        assert "is not possible any more" in page
        proposal.refresh_from_db()
        assert (proposal.state, proposal.comment) == (ProposalState.AGREED, "")

    @pytest.mark.parametrize("said", [{}, {"answer": "perhaps"}, {"answer": "decline", "comment": "x" * 301}])
    def test_what_is_no_answer_changes_nothing(self, client: Client, said: dict[str, str]) -> None:
        proposal = sent()
        assert "Error:" in answer(client, proposal, **said, reason="unknown")
        assert not proposal.events.exists()

    def test_the_page_shows_the_need_the_course_and_the_reasons(
        self, client: Client, need: CompetenceNeed, offer: CourseOffer
    ) -> None:
        page = client.get(sent(need=need, offer=offer, message="Fra megleren.").get_absolute_url()).content.decode()
        for shown in (need.text, offer.title, "Fra megleren.", "Covers sveise and aluminium"):
            assert shown in page

    def test_links_cannot_be_guessed(self, client: Client) -> None:
        assert len(sent().token) >= 40
        assert client.get("/proposals/abc/").status_code == 404


class TestSeen:
    def test_opening_the_page_notes_it_once(self, client: Client) -> None:
        proposal = sent()
        seen = reverse("proposal-seen", args=[proposal.token])
        assert seen in client.get(proposal.get_absolute_url()).content.decode()
        assert [client.post(seen).status_code for _ in range(2)] == [204, 204]
        assert [event.act for event in proposal.events.all()] == ["see"]
        assert seen not in client.get(proposal.get_absolute_url()).content.decode()

    def test_reading_it_changes_nothing_by_itself(self, client: Client) -> None:
        """A mail server that follows links is no reader."""
        proposal = sent()
        client.get(proposal.get_absolute_url())
        assert not proposal.events.exists()

    def test_whoever_proposed_it_does_not_see_it_for_the_employer(
        self, client: Client, broker: User, need: CompetenceNeed
    ) -> None:
        proposal = sent(need=need)
        client.post(reverse("proposal-seen", args=[proposal.token]))
        assert not proposal.events.exists()


class TestNoting:
    def note(self, client: Client, proposal: Proposal, act: str) -> int:
        return int(client.post(reverse("proposal-act", args=[proposal.pk, act])).status_code)

    def test_the_broker_notes_what_came_of_it(self, client: Client, broker: User, need: CompetenceNeed) -> None:
        proposal = sent(need=need, state=ProposalState.INTERESTED)
        assert [self.note(client, proposal, act) for act in ("agree", "complete")] == [302, 302]
        assert [event.to_state for event in proposal.events.all()] == ["agreed", "completed"]

    def test_what_is_not_possible_now_says_why(self, client: Client, broker: User, need: CompetenceNeed) -> None:
        response = client.post(reverse("proposal-act", args=[sent(need=need).pk, "complete"]))
        assert response.status_code == 403
        assert "Not possible while the proposal is “Sent”." in response.content.decode()

    def test_the_needs_page_offers_what_is_possible(self, client: Client, broker: User, need: CompetenceNeed) -> None:
        proposal = sent(need=need, state=ProposalState.INTERESTED)
        page = client.get(need.get_absolute_url()).content.decode()
        assert reverse("proposal-act", args=[proposal.pk, "agree"]) in page
        assert reverse("proposal-act", args=[proposal.pk, "complete"]) not in page

    def test_brokers_elsewhere_have_nothing_to_do_with_it(self, client: Client, member: Member) -> None:
        member(MemberRole.BROKER)
        assert self.note(client, sent(state=ProposalState.INTERESTED), "agree") == 404


def test_a_proposal_outlives_who_made_it() -> None:
    broker = UserFactory.create()
    proposal = sent(proposed_by=broker)
    broker.delete()
    proposal.refresh_from_db()
    assert proposal.proposed_by is None


def test_the_page_tells_that_it_was_opened_with_the_token_of_its_form() -> None:
    proposal, browser = sent(), Client(enforce_csrf_checks=True)
    page = browser.get(proposal.get_absolute_url())
    url = reverse("proposal-seen", args=[proposal.token])
    assert f'hx-post="{url}"' in page.content.decode()
    token = page.context["csrf_token"]
    assert browser.post(url, {"csrfmiddlewaretoken": str(token)}).status_code == 204
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SEEN
