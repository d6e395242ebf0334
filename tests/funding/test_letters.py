"""Letters of decisions: made of what is decided, stale when that changes, sent once, and read by whom they are for."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from funding.letters import changed, data_of, is_stale, is_told, last_letter, make, printed, send
from funding.models import Commitment, Condition, Decision, Letter
from funding.models.commitment_states import ACCEPT
from funding.models.conditions import MEET
from funding.models.decision_states import TELL
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import UserFactory
from tests.funding.factories_cases import Case, case, draft, house, person
from tests.projects.reports.test_pdf import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def granted() -> Case:
    """2026 is firm, 2027 conditional, 2028 held out; nobody has been told."""
    return case("granted", house(advance_share=Decimal("0.5"), share_cap=Decimal("0.7"), claim_months=6))


def fresh(made: Case) -> Decision:
    """With its letter."""
    make(made.decision, made.house.officer)
    return made.decision


class TestData:
    def test_tells_what_was_decided_of_each_year(self, granted: Case) -> None:
        facts = data_of(granted.decision)["facts"]
        assert facts["years"] == [
            {"year": 2026, "amount": "400000", "state": "firm"},
            {"year": 2027, "amount": "300000", "state": "conditional"},
            {"year": 2028, "amount": "200000", "state": "held_out"},
        ]
        assert facts["application"]["years"] == {"2026": "400000", "2027": "300000", "2028": "200000"}
        assert facts["terms"] == {
            "share": "0.7",
            "advance_share": "0.5",
            "auditor_from": None,
            "expires_on": "2029-06-30",
            "acceptance_days": 21,
        }
        assert [one["text"] for one in facts["conditions"]] == ["Tilfredsstillende framdrift"]
        assert (facts["prepared_by"], facts["decided_by"]) == (
            str(granted.house.officer),
            str(granted.house.decider),
        )

    def test_of_a_draft_tells_what_it_would_decide(self) -> None:
        made = case("drafted", house(advance_share=Decimal("0.5")))
        facts = data_of(made.decision)["facts"]
        assert [one["state"] for one in facts["years"]] == ["firm", "conditional", "held_out"]
        assert [one["text"] for one in facts["conditions"]] == ["Tilfredsstillende framdrift"]
        assert facts["terms"]["advance_share"] == "0.5"
        assert not facts["decided"]

    def test_is_the_same_when_nothing_was_done(self, granted: Case) -> None:
        assert data_of(granted.decision) == data_of(granted.decision)

    def test_is_in_the_language_of_the_decision(self) -> None:
        decision = case("drafted", language="nn").decision
        letter = make(decision, decision.prepared_by or UserFactory.create())
        assert letter.language == "nn"

    def test_of_a_rejection_has_no_years_and_no_terms(self) -> None:
        facts = data_of(case("rejected").decision)["facts"]
        assert (facts["years"], facts["conditions"], facts["terms"]) == ([], [], None)
        assert facts["recipient"]["name"]


class TestStale:
    def test_without_a_letter_there_is_nothing_to_send(self, granted: Case) -> None:
        assert is_stale(granted.decision)

    def test_a_letter_holds_until_a_fact_changes(self, granted: Case) -> None:
        decision = fresh(granted)
        assert not is_stale(decision)
        Organisation.objects.filter(pk=granted.application.applicant_id).update(name="Et annet navn")
        assert is_stale(granted.decision)
        assert changed(Letter.objects.get(), data_of(granted.decision)["facts"]) == ["recipient"]

    def test_made_of_a_draft_it_is_stale_once_that_is_decided(self) -> None:
        made = case("drafted")
        make(made.decision, made.house.officer)
        made.decision.propose(made.house.officer)
        assert not is_stale(made.decision)
        day = timezone.localdate()
        made.decision.decide(made.house.decider, day, made.decision.delegations(made.house.decider, day).first())
        assert is_stale(made.decision)

    def test_what_is_done_with_the_money_later_leaves_it(self, granted: Case) -> None:
        send(fresh(granted), granted.house.officer)
        granted.commitment.carry_out(ACCEPT, granted.leader)
        granted.commitment.conditions.get().carry_out(MEET, granted.house.officer, "Rapporten")
        granted.commitment.tranches.get(year=2026).release(granted.house.officer)
        letter = last_letter(granted.decision)
        assert letter
        assert changed(letter, data_of(granted.decision)["facts"]) == []

    def test_is_numbered_and_kept(self, granted: Case) -> None:
        for _time in range(2):
            make(granted.decision, granted.house.officer)
        assert [one.number for one in granted.decision.letters.all()] == [2, 1]
        with pytest.raises(InternalError, match="Cannot update or delete"):
            Letter.objects.update(number=9)


class TestSending:
    def test_tells_of_a_grant_which_then_waits_for_acceptance(self, granted: Case) -> None:
        send(fresh(granted), granted.house.officer)
        assert is_told(granted.decision)
        assert granted.commitment.state == "letter_sent"
        assert granted.commitment.accept_by == timezone.localdate() + timedelta(days=21)

    def test_tells_of_a_rejection_as_well(self) -> None:
        made = case("rejected")
        assert not Decision.objects.visible_to(made.leader).exists()
        send(fresh(made), made.house.officer)
        assert Decision.objects.visible_to(made.leader).exists()

    def test_is_refused_for_what_is_not_decided(self) -> None:
        made = case("proposed")
        with pytest.raises(ValidationError):
            send(fresh(made), made.house.officer)
        rejected = case("review")
        draft(rejected, "reject")
        with pytest.raises(ValidationError, match="Only what is decided can be told"):
            send(fresh(rejected), rejected.house.officer)

    def test_is_refused_for_a_stale_letter(self, granted: Case) -> None:
        decision = fresh(granted)
        Organisation.objects.filter(pk=granted.application.applicant_id).update(name="Et annet navn")
        with pytest.raises(ValidationError, match="does not say what is decided now"):
            send(Decision.objects.get(pk=decision.pk), granted.house.officer)
        assert granted.commitment.state == "approved"

    def test_happens_once_and_then_no_letter_is_made(self, granted: Case) -> None:
        made = case("rejected")
        send(fresh(made), made.house.officer)
        with pytest.raises(ValidationError, match="has been sent"):
            send(made.decision, made.house.officer)
        with pytest.raises(ValidationError, match="has been sent"):
            make(made.decision, made.house.officer)

    @pytest.mark.parametrize("role", ["decider", "attester"])
    def test_is_for_case_officers(self, role: str) -> None:
        made = case("rejected")
        with pytest.raises(ValidationError):
            send(fresh(made), getattr(made.house, role))


class TestDatabase:
    def test_tells_nothing_without_a_letter(self) -> None:
        made = case("rejected")
        with pytest.raises(IntegrityError, match="told_by_a_letter"):
            told(made)

    def test_makes_no_letter_after_the_one_that_was_sent(self) -> None:
        made = case("rejected")
        letter = make(made.decision, made.house.officer)
        told(made)
        with pytest.raises(IntegrityError, match="what_was_sent_is_the_last"):
            Letter.objects.create(decision=made.decision, number=2, language="nb", data=letter.data, sha256="")


def told(made: Case) -> None:
    made.decision.events.create(act=TELL.name, from_state="decided", to_state="decided", by=made.house.officer)


class TestPaper:
    def test_carries_the_fingerprint_of_all_it_says(self, granted: Case) -> None:
        letter = make(granted.decision, granted.house.officer)
        shown = text(PdfReader(io.BytesIO(printed(letter))))
        assert letter.sha256 in shown
        assert "Kompetanse til kysten" in shown

    def test_is_the_same_to_the_byte(self, granted: Case) -> None:
        letter = make(granted.decision, granted.house.officer)
        assert printed(letter) == printed(Letter.objects.get(pk=letter.pk))


@pytest.fixture
def page(client: Client) -> Callable[[User, Decision], str]:
    def get(user: User, decision: Decision) -> str:
        client.force_login(user)
        answer = client.get(reverse("letter", args=[decision.pk]))
        assert answer.status_code == 200
        return " ".join(answer.content.decode().replace("\xa0", " ").split())

    return get


Page = Callable[[User, Decision], str]


class TestPages:
    def test_show_the_officer_what_it_would_say(self, page: Page, granted: Case) -> None:
        shown = page(granted.house.officer, granted.decision)
        for words in ("No letter is made yet", "Make the letter", "Betinget", "400 000 kroner", "ikke bindende"):
            assert words in shown
        assert "Letter as PDF" not in shown

    def test_make_and_send_it(self, client: Client, page: Page, granted: Case, work: Callable[[], int]) -> None:
        officer, decision = granted.house.officer, granted.decision
        client.force_login(officer)
        assert client.post(reverse("letter-make", args=[decision.pk])).status_code == 302
        shown = page(officer, decision)
        assert "It says what is registered now, and is not sent." in shown
        letter = last_letter(decision)
        assert letter
        sent = client.post(reverse("letter-send", args=[decision.pk]), {"sha256": letter.sha256})
        assert sent.status_code == 302
        assert is_told(decision)
        work()
        assert [one.to for one in mail.outbox] == [[granted.leader.email]]
        assert reverse("letter", args=[decision.pk]) in str(mail.outbox[0].body)
        assert "Kompetanse til kysten" not in str(mail.outbox[0].body)

    def test_send_only_what_was_read(self, client: Client, granted: Case) -> None:
        client.force_login(granted.house.officer)
        make(granted.decision, granted.house.officer)
        url = reverse("letter-send", args=[granted.decision.pk])
        assert "Read it again first" in client.post(url, {"sha256": "another"}, follow=True).content.decode()
        assert not is_told(granted.decision)

    def test_say_what_changed(self, page: Page, granted: Case) -> None:
        fresh(granted)
        Organisation.objects.filter(pk=granted.application.applicant_id).update(name="Et annet navn")
        shown = page(granted.house.officer, granted.decision)
        assert "The letter is out of date" in shown
        assert "Since then this has changed: who gets it." in shown
        assert "does not say what is decided now" in shown

    def test_keep_showing_what_was_sent(self, page: Page, granted: Case) -> None:
        send(fresh(granted), granted.house.officer)
        before = granted.application.applicant.name
        Organisation.objects.filter(pk=granted.application.applicant_id).update(name="Et annet navn")
        mine, theirs = page(granted.house.officer, granted.decision), page(granted.leader, granted.decision)
        for shown in (mine, theirs):
            assert before in shown
            assert "It stays as it was." in shown
            assert "Et annet navn" not in shown
        assert "Since then this has changed" in mine
        assert "Since then this has changed" not in theirs

    @pytest.mark.parametrize("name", ["letter", "letter-file"])
    def test_are_not_there_for_the_applicant_before_it_is_sent(self, client: Client, granted: Case, name: str) -> None:
        decision = fresh(granted)
        client.force_login(granted.leader)
        url = reverse(name, args=[decision.pk])
        assert client.get(url).status_code == 404
        send(decision, granted.house.officer)
        assert client.get(url).status_code == 200

    def test_are_not_there_for_others(self, client: Client, granted: Case) -> None:
        send(fresh(granted), granted.house.officer)
        for stranger in (UserFactory.create(), person(house().funder, MemberRole.DECIDER)):
            client.force_login(stranger)
            assert client.get(reverse("letter", args=[granted.decision.pk])).status_code == 404

    def test_give_no_paper_before_there_is_one(self, client: Client, granted: Case) -> None:
        client.force_login(granted.house.officer)
        assert client.get(reverse("letter-file", args=[granted.decision.pk])).status_code == 404
        fresh(granted)
        answer = client.get(reverse("letter-file", args=[granted.decision.pk]))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")

    def test_ask_no_more_for_many_conditions(
        self, client: Client, granted: Case, queries: Callable[[str], int]
    ) -> None:
        url = reverse("letter", args=[granted.decision.pk])
        client.force_login(granted.house.officer)
        asked = queries(url)
        commitment: Any = Commitment.objects.get(pk=granted.commitment.pk)
        for number in range(9):
            Condition.objects.register(
                commitment, "documents", f"Vilkår {number}", granted.house.officer, tranche=None, binds="condition"
            )
        assert queries(url) == asked
