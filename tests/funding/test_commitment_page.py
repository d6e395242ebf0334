"""The page of a promise: the next step, what each year waits for, what the system proposes, and who may do what."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.jobs import nightly
from funding.models import Commitment, Condition, ConditionKind, FrameEntry
from funding.models.commitment_states import SEND_LETTER
from funding.models.conditions import FAIL, MEET
from funding.proposals import propose
from funding.waiting import waiting_for
from partners.models.roles import MemberRole
from projects.models import ProjectState
from tests.factories import ProjectFactory, ProjectPartnerFactory, UserFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory
from tests.funding.factories_promises import frame_of, hand, promised, year_of
from tests.projects.factories_agreements import AgreementFactory
from tests.projects.factories_reports import begun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = timezone.localdate()


def with_recipient(**facts: object) -> Commitment:
    """A promise to one that carries the project out."""
    commitment = promised(**facts)  # type: ignore[arg-type]
    ProjectPartnerFactory.create(project=commitment.project, organisation=commitment.recipient, running=True)
    return commitment


def log_in(client: Client, commitment: Commitment, role: str, *, recipient: bool = False) -> None:
    client.force_login(hand(commitment.recipient if recipient else commitment.funder, role))


def page(client: Client, commitment: Commitment) -> str:
    response = client.get(reverse("commitment", args=[commitment.pk]))
    assert response.status_code == 200
    return response.content.decode()


class TestWhoSees:
    def test_the_funders_people_always_and_the_recipients_once_the_letter_is_sent(self, client: Client) -> None:
        commitment = with_recipient(state="approved")
        url = reverse("commitment", args=[commitment.pk])
        for role, status in ((MemberRole.CASE_OFFICER, 200), (MemberRole.FINANCE, 200), (MemberRole.EMPLOYEE, 404)):
            log_in(client, commitment, role)
            assert client.get(url).status_code == status
        log_in(client, commitment, MemberRole.READER, recipient=True)
        assert client.get(url).status_code == 404
        commitment.carry_out(SEND_LETTER, hand(commitment.funder, MemberRole.CASE_OFFICER))
        assert client.get(url).status_code == 200
        client.force_login(UserFactory.create())
        assert client.get(url).status_code == 404

    def test_nothing_of_it_is_told_in_the_history_before_that(self, client: Client) -> None:
        commitment = with_recipient(state="approved")
        assert not Commitment.objects.visible_to(hand(commitment.recipient, MemberRole.LEADER)).exists()
        assert not Condition.objects.visible_to(hand(commitment.recipient, MemberRole.LEADER)).exists()

    def test_as_many_questions_for_ten_years_as_for_one(self, client: Client, queries: Callable[[str], int]) -> None:
        one, ten = (
            promised({2026 + number: Decimal(1000) for number in range(count)}, state="accepted") for count in (1, 10)
        )
        for commitment in (one, ten):
            for tranche in commitment.tranches.all():
                ConditionFactory.create(commitment=commitment, tranche=tranche)
        asked = list[int]()
        for commitment in (one, ten):
            log_in(client, commitment, MemberRole.CASE_OFFICER)
            asked.append(queries(reverse("commitment", args=[commitment.pk])))
        assert asked[0] == asked[1]


class TestAccepting:
    def test_is_for_those_who_speak_for_the_recipient(self, client: Client) -> None:
        commitment = with_recipient(state="letter_sent")
        url = reverse("promise-act", args=[commitment.pk, "accept"])
        log_in(client, commitment, MemberRole.READER, recipient=True)
        assert "Only leaders and deciders" in page(client, commitment)
        assert client.post(url).status_code == 403
        log_in(client, commitment, MemberRole.LEADER, recipient=True)
        assert "Accept the commitment" in page(client, commitment)
        assert client.post(reverse("promise-act", args=[commitment.pk, "annul"])).status_code == 404
        client.post(url)
        commitment.refresh_from_db()
        assert commitment.state == "accepted"

    def test_waits_on_their_front_page(self) -> None:
        commitment = with_recipient(state="letter_sent")
        leader = hand(commitment.recipient, MemberRole.LEADER)
        assert [card.tag for card in waiting_for(leader, TODAY)] == ["To accept"]


class TestReleasing:
    def test_is_for_case_officers_when_nothing_stands_in_the_way(self, client: Client) -> None:
        commitment = with_recipient()
        year = year_of(commitment, 2026)
        condition = ConditionFactory.create(commitment=commitment, tranche=year, text="Rapporten")
        url = reverse("tranche-act", args=[year.pk, "release"])
        log_in(client, commitment, MemberRole.CASE_OFFICER)
        assert "“Rapporten” is “Not assessed”." in page(client, commitment)
        assert client.post(url).status_code == 403
        condition.carry_out(MEET, hand(commitment.funder, MemberRole.CASE_OFFICER), "Rapport 1")
        log_in(client, commitment, MemberRole.ATTESTER)
        assert client.post(url).status_code == 403
        log_in(client, commitment, MemberRole.CASE_OFFICER)
        assert client.post(url)["Location"] == commitment.get_absolute_url()
        year.refresh_from_db()
        assert year.state == "released"
        assert client.post(reverse("tranche-act", args=[year.pk, "steal"])).status_code == 404

    def test_a_year_lapses_when_its_condition_failed(self, client: Client) -> None:
        commitment = with_recipient()
        year, decider = year_of(commitment, 2026), hand(commitment.funder, MemberRole.DECIDER)
        condition = ConditionFactory.create(commitment=commitment, tranche=year)
        url = reverse("tranche-act", args=[year.pk, "lapse"])
        client.force_login(decider)
        assert client.post(url, {"why": "Fordi"}).status_code == 403
        condition.carry_out(FAIL, decider, "Ingen framdrift")
        client.post(url, {"why": "Ingen framdrift"})
        year.refresh_from_db()
        assert year.state == "lapsed"


class TestProposals:
    def told(self, condition: Condition) -> tuple[str, str]:
        proposal = propose(Condition.objects.get(pk=condition.pk), date(2026, 6, 1))
        return (proposal.act.name if proposal.act else "", proposal.because)

    @pytest.fixture
    def commitment(self) -> Commitment:
        project = ProjectFactory.create(state=ProjectState.PLANNED)
        return with_recipient(to={2026: "firm", 2027: "conditional"}, project=project)

    def test_a_report_of_the_year_before(self, commitment: Commitment) -> None:
        year = year_of(commitment, 2026)
        condition = ConditionFactory.create(commitment=commitment, tranche=year, kind=ConditionKind.PROGRESS)
        assert self.told(condition) == ("", "No report is asked for yet.")
        report = begun(project=commitment.project)
        assert self.told(condition)[0] == "fail"
        report.send(UserFactory.create())
        assert self.told(condition)[0] == ""
        report.approve(UserFactory.create())
        assert self.told(condition)[0] == "meet"
        officer = hand(commitment.funder, MemberRole.CASE_OFFICER)
        cards = [card for card in waiting_for(officer, TODAY) if card.tag == "To be confirmed"]
        assert ["Proposed: Met." in card.text for card in cards] == [True]

    def test_an_allocation_that_is_cut(self, commitment: Commitment) -> None:
        frame = frame_of(commitment.funder, 2027)
        facts = {"source": frame.source, "baseline_amount": Decimal(10_000_000)}
        condition = ConditionFactory.create(
            commitment=commitment, tranche=year_of(commitment, 2027), kind=ConditionKind.ALLOCATION, **facts
        )
        assert self.told(condition)[0] == "meet"
        FrameEntry.objects.create(frame=frame, amount=Decimal("-0.01"), on=date(2026, 1, 1), why="Kutt")
        assert self.told(condition)[0] == "fail"
        Condition.objects.update(tolerance=Decimal("0.05"))
        assert self.told(condition)[0] == "meet"
        Condition.objects.update(baseline_amount=None)
        assert self.told(condition) == ("", "What the allocation is compared with is not known.")

    def test_an_agreement_that_is_signed(self, commitment: Commitment) -> None:
        agreement = AgreementFactory.create(project=commitment.project)
        condition = ConditionFactory.create(commitment=commitment, kind=ConditionKind.AGREEMENT, agreement=agreement)
        assert self.told(condition)[0] == ""

    def test_co_financing_and_acceptance(self, commitment: Commitment) -> None:
        other = CommitmentFactory.create(project=commitment.project)
        condition = ConditionFactory.create(commitment=commitment, kind=ConditionKind.CO_FINANCING, supports=other)
        assert self.told(condition)[0] == ""
        other.add(2026, Decimal(1), "firm", None)
        assert self.told(condition)[0] == "meet"
        accepted = ConditionFactory.create(commitment=commitment, kind=ConditionKind.ACCEPTANCE)
        assert self.told(accepted)[0] == "meet"

    def test_a_person_confirms_it_and_what_was_proposed_is_kept(self, client: Client, commitment: Commitment) -> None:
        condition = ConditionFactory.create(commitment=commitment, kind=ConditionKind.ACCEPTANCE, text="Aksept")
        log_in(client, commitment, MemberRole.CASE_OFFICER)
        assert "Confirm it or judge otherwise" in page(client, commitment)
        url = reverse("condition-assess", args=[commitment.project_id, condition.pk])
        shown = client.get(url).content.decode()
        assert "The commitment is “Accepted”." in shown
        assert "Waived" not in shown
        client.post(url, {"act": "meet", "evidence": "Aksepten i brevet"})
        event = condition.events.latest("pk")
        assert (event.act, event.proposed, event.why) == ("meet", "meet", "Aksepten i brevet")


class TestAtNight:
    def test_what_is_not_accepted_lapses_and_what_is_over_expires(self) -> None:
        late = promised(state="approved")
        officer = hand(late.funder, MemberRole.CASE_OFFICER)
        late.carry_out(SEND_LETTER, officer, accept_by=TODAY - timedelta(days=1))
        over, going = promised(expires_on=TODAY - timedelta(days=1)), promised(expires_on=TODAY)
        for _time in range(2):
            nightly()
        states = [Commitment.objects.get(pk=one.pk).state for one in (late, over, going)]
        assert states == ["lapsed", "expired", "accepted"]


def test_a_hidden_project_does_not_hide_its_money_from_those_who_pay(client: Client) -> None:
    commitment = promised(project=ProjectFactory.create(is_public=False))
    condition = ConditionFactory.create(commitment=commitment)
    log_in(client, commitment, MemberRole.CASE_OFFICER)
    assert client.get(reverse("condition-assess", args=[commitment.project_id, condition.pk])).status_code == 200
