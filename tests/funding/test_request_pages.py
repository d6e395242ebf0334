"""Requests for payment in pages: who sees what, five people each their step, and why not for the rest."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.models import Condition, DecisionKind, DisbursementRequest
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, UserFactory
from tests.funding.factories_payments import Case, person
from tests.projects.factories_agreements import document
from tests.projects.files import png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
STEPS = ["sent", "controlled", "attested", "ordered", "paid"]


@pytest.fixture
def case() -> Case:
    return Case()


def at(name: str, *key: object, **query: object) -> str:
    return reverse(name, args=key, query=query)


@pytest.fixture
def text(client: Client) -> Callable[..., str]:
    def shown(user: User, url: str) -> str:
        client.force_login(user)
        response = client.get(url)
        assert response.status_code == 200
        return response.content.decode()

    return shown


@pytest.fixture
def status(client: Client) -> Callable[..., int]:
    def code(user: User, url: str, method: str = "get") -> int:
        client.force_login(user)
        return getattr(client, method)(url).status_code

    return code


class TestAsking:
    @pytest.fixture
    def url(self, case: Case) -> str:
        return at("request-create", case.promise(100_000, 80_000, released=1).pk)

    def test_says_what_can_still_be_asked_for_and_why_no_more(
        self, case: Case, url: str, text: Callable[..., str]
    ) -> None:
        shown = text(case.leader, url)
        assert "<strong>NOK 100\u00a0000</strong> of NOK 100\u00a0000" in shown
        assert "Of this NOK 50\u00a0000 in advance" in shown
        assert "The money of 2027 is not released." in shown
        assert "The approved costs are NOK 0" in shown

    def test_stores_a_draft(self, case: Case, url: str, client: Client) -> None:
        tranche = case.project.commitments.get().tranches.get(year=2026)
        client.force_login(case.leader)
        file = SimpleUploadedFile("krav.png", png())
        facts = {"kind": "advance", "tranche": tranche.pk, "claimed": "12 345,67", "text": "Oppstart"}
        assert client.post(url, {**facts, "document": file}).status_code == 302
        made = DisbursementRequest.objects.get()
        assert (made.state, made.claimed, made.documents.count()) == ("draft", Decimal("12345.67"), 1)

    @pytest.mark.parametrize(
        ("kind", "claimed", "why"),
        [
            ("advance", "50 000,01", "NOK 50\u00a0000 can still be paid in advance"),
            ("part", "100 000,01", "There is NOK 100\u00a0000 left of this year."),
            ("part", "0", "Only a final payment can be of nothing."),
            ("part", "mye", "is not an amount"),
        ],
    )
    def test_says_what_is_wrong(self, case: Case, url: str, client: Client, kind: str, claimed: str, why: str) -> None:
        tranche = case.project.commitments.get().tranches.get(year=2026)
        client.force_login(case.leader)
        response = client.post(url, {"kind": kind, "tranche": tranche.pk, "claimed": claimed})
        assert why in response.content.decode()
        assert not DisbursementRequest.objects.exists()

    def test_is_for_those_who_get_the_money(self, case: Case, url: str, status: Callable[..., int]) -> None:
        assert status(case.officer, url) == 403
        assert status(person(case.recipient, MemberRole.READER), url) == 403
        assert status(case.payer, url) == 404
        assert status(UserFactory.create(), url) == 404

    def test_of_nothing_released_says_why_not(self, case: Case, client: Client) -> None:
        url = at("request-create", case.promise(100_000, released=0).pk)
        client.force_login(case.leader)
        assert "The commitment is “Accepted”." in client.get(url).content.decode()

    def test_anew_takes_over_what_was_returned(self, case: Case, text: Callable[..., str], client: Client) -> None:
        commitment = case.promise(100_000)
        first = case.asked(commitment.tranches.get(), "advance", 4321, text="Oppstart")
        client.force_login(case.officer)
        client.post(at("request-act", first.pk, "return_it"), {"return_it-why": "Feil bilag"})
        assert "Ask anew" in text(case.leader, at("request", first.pk))
        url = at("request-create", commitment.pk, corrects=first.pk)
        shown = text(case.leader, url)
        assert "Feil bilag" in shown
        assert "Oppstart" in shown
        client.post(url, {"kind": "advance", "tranche": first.tranche_id, "claimed": "4 000"})
        assert DisbursementRequest.objects.get(corrects=first).claimed == Decimal(4000)

    def test_a_draft_that_somebody_else_has_changed(self, case: Case, client: Client) -> None:
        payment = case.asked(case.promise(100_000).tranches.get(), "advance", 4321, "draft", text="Oppstart")
        url, typed = at("request-edit", payment.pk), {"kind": "advance", "tranche": payment.tranche_id, "text": "Nå"}
        client.force_login(case.leader)
        answer = client.post(url, {**typed, "claimed": "4 000", "version": "as it was before"})
        assert answer.status_code == 409
        assert "Somebody else changed the request" in answer.content.decode()
        payment.refresh_from_db()
        assert (payment.claimed, payment.text) == (Decimal(4321), "Oppstart")
        read = payment.updated_at.isoformat()
        assert client.post(url, {**typed, "claimed": "4 000", "version": read}).status_code == 302
        payment.refresh_from_db()
        assert (payment.claimed, payment.text) == (Decimal(4000), "Nå")


class TestTheFiveHands:
    def test_take_it_to_the_bank(self, case: Case, client: Client) -> None:
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 5000, "draft")
        today = timezone.localdate().isoformat()
        people = (case.leader, case.officer, case.attester, case.decider, case.payer)
        filled: tuple[dict[str, str], ...] = (
            {},
            {"control-approved": "4 000", "control-reason": "For mye"},
            {},
            {},
            {"pay-paid_on": today, "pay-reference": "B1"},
        )
        for who, act, facts in zip(people, ("send", "control", "attest", "order", "pay"), filled, strict=True):
            client.force_login(who)
            shown = client.get(at("request", request.pk))
            if act != "pay" and act != "order":
                assert shown.status_code == 200
            response = client.post(at("request-act", request.pk, act), facts)
            assert response.status_code == 302, response.content.decode()
        request.refresh_from_db()
        assert (request.state, request.approved, request.reference) == ("paid", Decimal(4000), "B1")
        last = client.get(at("request", request.pk)).content.decode()
        assert all(str(one) in last for one in people)

    @pytest.mark.parametrize("step", range(1, 5))
    def test_nobody_does_two(self, case: Case, client: Client, step: int) -> None:
        """The person holds the role of the next step as well, and is stopped with a sentence."""
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 5000, STEPS[step - 1])
        people = [case.leader, case.officer, case.attester, case.decider, case.payer]
        roles = ["", MemberRole.CASE_OFFICER, MemberRole.ATTESTER, MemberRole.DECIDER, MemberRole.FINANCE]
        both = people[step - 1]
        MembershipFactory.create(user=both, organisation=case.funder, role=roles[step])
        client.force_login(both)
        act = ["send", "control", "attest", "order", "pay"][step]
        told = client.get(at("request", request.pk)).content.decode()
        refused = client.post(at("request-act", request.pk, act))
        assert refused.status_code == 403
        sentence = "You have a role in the organisation" if step == 1 else "You did another step of this payment"
        assert sentence in told
        assert sentence in refused.content.decode()

    def test_each_is_told_who_does_the_next(self, case: Case, text: Callable[..., str]) -> None:
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 5000, "controlled")
        assert f"This is done with the role “attester” at {case.funder}." in text(
            case.officer, at("request", request.pk)
        )

    def test_paying_less_asks_for_a_reason(self, case: Case, client: Client) -> None:
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 5000)
        client.force_login(case.officer)
        url = at("request-act", request.pk, "control")
        for facts, why in (
            ({"control-approved": "4 000"}, "Say why less is paid than was asked for."),
            ({"control-approved": "6 000"}, "No more than was asked for"),
        ):
            response = client.post(url, facts)
            assert response.status_code == 200
            assert why in response.content.decode()
        request.refresh_from_db()
        assert request.state == "sent"

    def test_what_stands_in_the_way_is_said_before(self, case: Case, text: Callable[..., str]) -> None:
        commitment = case.promise(100_000)
        request = case.asked(commitment.tranches.get(), "part", 5000, "controlled")
        assert "The approved costs carry NOK 0 more." in text(case.attester, at("request", request.pk))
        case.accounts(5000)
        Condition.objects.register(commitment, "progress", "Framdrift", case.officer, tranche=None, binds="condition")
        shown = text(case.attester, at("request", request.pk))
        assert "Not met yet: Framdrift." in shown
        assert "approved costs carry" not in shown


class TestWhoSeesARequest:
    @pytest.mark.parametrize(
        ("state", "leader", "officer", "payer", "stranger"),
        [("draft", 200, 404, 404, 404), ("sent", 200, 200, 404, 404), ("attested", 200, 200, 200, 404)],
    )
    def test_by_state(
        self, case: Case, status: Callable[..., int], state: str, leader: int, officer: int, payer: int, stranger: int
    ) -> None:
        url = at("request", case.asked(case.promise(100_000).tranches.get(), "advance", 5000, state).pk)
        assert status(case.leader, url) == leader
        assert status(case.officer, url) == officer
        assert status(case.payer, url) == payer
        assert status(Case().officer, url) == stranger

    def test_finance_sees_the_payment_and_nothing_of_the_case(self, case: Case, text: Callable[..., str]) -> None:
        facts = {"text": "Fortrolig begrunnelse"}
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 5000, "ordered", **facts)
        shown = text(case.payer, at("request", request.pk))
        assert "NOK 5\u00a0000" in shown
        assert "Fortrolig" not in shown
        assert "What there is of" not in shown

    def test_documents_come_with_it(self, case: Case, client: Client, status: Callable[..., int]) -> None:
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 5000, "draft")
        file = document()
        request.documents.add(file)
        url = at("request-document", request.pk, file.pk)
        client.force_login(case.leader)
        assert client.get(url)["Content-Disposition"].startswith("attachment")
        assert status(case.officer, url) == 404
        assert status(case.leader, at("request-document", request.pk, document(name="annet.pdf").pk)) == 404

    @pytest.mark.parametrize("number", [1, 10])
    def test_asks_few_queries(self, case: Case, client: Client, queries: Callable[[str], int], number: int) -> None:
        first = case.promise(100_000).tranches.get()
        for _time in range(number):
            request = case.asked(first, "advance", 100, "attested")
        client.force_login(case.decider)
        assert queries(at("request", request.pk)) <= 24

    def test_an_act_that_is_not_there_is_not_found(self, case: Case, status: Callable[..., int]) -> None:
        request = case.asked(case.promise(100_000).tranches.get(), "advance", 5000, "draft")
        assert status(case.leader, at("request-act", request.pk, "jump"), "post") == 404
        assert status(case.leader, at("request-act", request.pk, "send")) == 405


class TestMoneyBack:
    def test_is_claimed_by_decision_and_comes_in(self, case: Case, client: Client) -> None:
        commitment = case.promise(100_000)
        first = commitment.tranches.get()
        case.asked(first, "advance", 40_000, "paid")
        client.force_login(case.preparer)
        url = at("return-create", commitment.pk)
        assert "There is no decision to recover money" in client.get(url).content.decode()
        case.decide(commitment, DecisionKind.RECOVER)
        response = client.post(url, {"tranche": first.pk, "amount": "40 001", "text": "For mye"})
        assert "Only NOK 40\u00a0000 is paid." in response.content.decode()
        assert client.post(url, {"tranche": first.pk, "amount": "10 000", "text": "For mye"}).status_code == 302
        back = DisbursementRequest.objects.get(kind="return")
        assert back.claimed == Decimal(-10_000)
        assert client.post(at("request-act", back.pk, "send")).status_code == 302
        client.force_login(case.officer)
        client.post(at("request-act", back.pk, "control"), {"control-approved": "10 000"})
        case_back = DisbursementRequest.objects.get(pk=back.pk)
        case.bring(case_back, "paid")
        assert first.disbursements.paid() == Decimal(30_000)


class TestTheListOfPayments:
    def test_shows_finance_what_is_to_be_paid(self, case: Case, text: Callable[..., str]) -> None:
        first = case.promise(100_000).tranches.get()
        case.asked(first, "advance", 1111)
        case.asked(first, "advance", 2222, "ordered")
        shown = text(case.payer, at("payment-list"))
        assert "2\u00a0222" in shown
        assert "1\u00a0111" not in shown
        assert "1\u00a0111" in text(case.officer, at("payment-list"))

    def test_is_searched_and_narrowed(self, case: Case, text: Callable[..., str]) -> None:
        case.asked(case.promise(100_000).tranches.get(), "advance", 2222, "ordered")
        assert "2\u00a0222" in text(case.payer, at("payment-list", q="kompetansemegling", state="ordered"))
        assert "No payment fits" in text(case.payer, at("payment-list", q="noe annet"))
        assert "No payment fits" in text(case.payer, at("payment-list", state="paid"))
        assert "2\u00a0222" in text(case.payer, at("payment-list", state="nonsense"))

    def test_is_for_those_who_work_with_money(self, case: Case, status: Callable[..., int]) -> None:
        assert status(case.leader, at("payment-list")) == 403

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, case: Case, client: Client, queries: Callable[[str], int]
    ) -> None:
        first = case.promise(100_000).tranches.get()
        client.force_login(case.payer)
        case.asked(first, "advance", 100, "attested")
        one = queries(at("payment-list"))
        for _time in range(9):
            case.asked(first, "advance", 100, "attested")
        assert queries(at("payment-list")) == one
