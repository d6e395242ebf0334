"""A promise from draft to acceptance, and the release of a year's money: who does what, and what stands in the way."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from funding import settling
from funding.models import Commitment, FrameEntry, Tranche
from funding.models.commitment_states import ACCEPT, ANNUL, APPROVE, EXPIRE, LAPSE, PROPOSE, SEND_LETTER
from funding.models.conditions import FAIL, MEET, WAIVE
from partners.models import User
from partners.models.roles import MemberRole
from tests.factories import OrganisationFactory, UserFactory
from tests.funding.factories import ConditionFactory, FundingSchemeFactory, TrancheFactory
from tests.funding.factories_promises import decided, drafted, frame_of, hand, promised, year_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
YESTERDAY = timezone.localdate() - timedelta(days=1)


def officer_of(commitment: Commitment) -> User:
    return hand(commitment.funder, MemberRole.CASE_OFFICER)


class TestTurning:
    def test_held_out_money_becomes_firm_by_a_decision_which_it_keeps(self) -> None:
        commitment = promised(to={2026: "conditional"})
        year = year_of(commitment, 2026)
        decision = decided(commitment, {2026: "firm"}, kind="strengthen")
        year.refresh_from_db()
        assert (year.state, year.decision) == ("firm", decision)
        told = [(event.act, event.to_state, event.amount) for event in year.events.all()]
        amount = Decimal(400_000)
        assert told == [
            ("register", "held_out", amount),
            ("decide", "conditional", amount),
            ("decide", "firm", amount),
        ]

    def test_a_decision_may_state_the_amount(self) -> None:
        commitment = drafted(amount=None)
        commitment.tranches.get(year=2027).amend(None, None)
        decided(commitment, {2027: "conditional"}, amounts={2027: Decimal("0.01")})
        assert year_of(commitment, 2027).amount == Decimal("0.01")

    @pytest.mark.parametrize(("before", "after"), [("firm", "conditional"), ("conditional", "held_out")])
    def test_a_decision_never_makes_money_weaker(self, before: str, after: str) -> None:
        tranche = TrancheFactory.create(state=before)
        with pytest.raises(ValidationError):
            tranche.turn("decide", after, None, "Ombestemt")

    @pytest.mark.parametrize(
        ("before", "after"), [("held_out", "firm"), ("held_out", "conditional"), ("conditional", "firm")]
    )
    def test_a_correction_never_makes_it_surer(self, before: str, after: str) -> None:
        tranche = TrancheFactory.create(state=before)
        with pytest.raises(ValidationError):
            tranche.correct(after, UserFactory.create(), "Feil ført")

    def test_a_correction_makes_it_weaker_and_says_why(self) -> None:
        tranche = TrancheFactory.create(state="firm")
        with pytest.raises(ValidationError):
            tranche.correct("held_out", UserFactory.create(), " ")
        tranche.correct("held_out", UserFactory.create(), "Feil ført")
        tranche.refresh_from_db()
        assert tranche.state == "held_out"

    def test_another_amount_is_written_down_with_its_event(self) -> None:
        tranche = TrancheFactory.create()
        tranche.amend(Decimal("12.34"), None)
        assert Tranche.objects.get().amount == tranche.events.latest("pk").amount == Decimal("12.34")
        tranche.amend(None, None)
        assert Tranche.objects.get().amount is None


class TestTheWayOfAPromise:
    def test_goes_from_draft_to_acceptance(self) -> None:
        commitment = promised()
        told = list(commitment.events.values_list("act", flat=True))
        assert told == ["draft", "propose", "approve", "send_letter", "accept"]
        assert commitment.grant

    def test_no_letter_is_sent_before_it_is_made(self) -> None:
        commitment = drafted()
        commitment.carry_out(PROPOSE, officer_of(commitment))
        decided(commitment, {2026: "firm", 2027: "firm"})
        commitment.carry_out(APPROVE, officer_of(commitment))
        with pytest.raises(ValidationError, match="The letter has not been made"):
            commitment.carry_out(SEND_LETTER, officer_of(commitment))

    def test_the_scheme_says_how_long_it_can_be_accepted(self) -> None:
        scheme = FundingSchemeFactory.create(acceptance_days=21)
        assert promised(scheme=scheme).accept_by == timezone.localdate() + timedelta(days=21)
        assert promised().accept_by is None

    @pytest.mark.parametrize("who", [MemberRole.READER, MemberRole.BROKER, None])
    def test_it_is_accepted_by_those_who_speak_for_the_recipient(self, who: str | None) -> None:
        commitment = promised(state="letter_sent")
        person = hand(commitment.recipient, who) if who else officer_of(commitment)
        with pytest.raises(ValidationError, match="Only leaders and deciders"):
            commitment.carry_out(ACCEPT, person)

    def test_not_after_the_last_day_and_then_it_lapses(self) -> None:
        commitment = sent(accept_by=YESTERDAY)
        with pytest.raises(ValidationError, match="The last day to accept has passed"):
            commitment.carry_out(ACCEPT, hand(commitment.recipient, MemberRole.LEADER))
        commitment.carry_out(LAPSE, None)
        assert Commitment.objects.get().state == "lapsed"

    @pytest.mark.parametrize("day", [None, timezone.localdate()])
    def test_it_does_not_lapse_before(self, day: date | None) -> None:
        with pytest.raises(ValidationError, match="The last day has not passed yet"):
            sent(accept_by=day).carry_out(LAPSE, None)

    def test_nor_expire(self) -> None:
        with pytest.raises(ValidationError, match="The last day has not passed yet"):
            promised().carry_out(EXPIRE, None)
        old = promised(expires_on=YESTERDAY)
        settling.expire(old)
        assert (old.state, {one.state for one in old.tranches.all()}) == ("expired", {"lapsed"})

    def test_it_is_annulled_by_the_funder_with_a_reason(self) -> None:
        commitment = promised()
        decider = hand(commitment.funder, MemberRole.DECIDER)
        with pytest.raises(ValidationError, match="Say why"):
            commitment.carry_out(ANNUL, decider)
        with pytest.raises(ValidationError, match="Only people of the organisation that pays"):
            commitment.carry_out(ANNUL, UserFactory.create(), "Angrer")
        commitment.carry_out(ANNUL, decider, "Prosjektet ble ikke noe av")
        assert commitment.state == "annulled"


class TestRelease:
    def test_makes_the_commitment_active_once(self) -> None:
        commitment = promised(released=(2026, 2027))
        assert [one.state for one in commitment.tranches.all()] == ["released", "released"]
        assert all(one.released_at for one in commitment.tranches.all())
        assert commitment.events.filter(act="activate").count() == 1
        assert commitment.state == "active"

    def test_is_for_case_officers_of_the_funder(self) -> None:
        commitment = promised()
        with pytest.raises(ValidationError, match="Only people of the organisation that pays"):
            year_of(commitment, 2026).release(hand(commitment.funder, MemberRole.ATTESTER))
        assert year_of(commitment, 2026).state == "firm"

    def test_waits_for_what_it_hangs_on(self) -> None:
        commitment = promised(to={2026: "conditional", 2027: "firm"})
        year, officer = year_of(commitment, 2026), officer_of(commitment)
        of_the_year = ConditionFactory.create(commitment=commitment, tranche=year, text="Rapporten")
        of_all = ConditionFactory.create(commitment=commitment, text="Egenandelen")
        ConditionFactory.create(commitment=commitment, text="Logoen", is_precondition=False)
        of_all.carry_out(FAIL, officer, "Ingen bekreftelse")
        told = ["“Rapporten” is “Not assessed”.", "“Egenandelen” is “Not met”."]
        assert sorted(missing(year)) == sorted(told)
        with pytest.raises(ValidationError, match="Rapporten"):
            year.release(officer)
        of_the_year.carry_out(MEET, officer, "Rapport 1")
        of_all.carry_out(WAIVE, hand(commitment.funder, MemberRole.DECIDER), "Brev")
        assert missing(year) == []
        year.release(officer)

    def test_waits_for_acceptance(self) -> None:
        year = year_of(promised(state="letter_sent"), 2026)
        assert missing(year) == ["The recipient has not accepted it: the commitment is “Letter sent”."]

    def test_not_after_the_last_day_for_payments(self) -> None:
        year = year_of(promised(expires_on=YESTERDAY), 2026)
        assert "The last day for payments was" in missing(year)[0]
        assert year.hindrances(YESTERDAY) == []

    def test_not_beyond_the_frame(self) -> None:
        commitment = drafted_in_a_frame_of(Decimal(1_000_000))
        year = year_of(commitment, 2026)
        assert missing(year) == []
        frame = frame_of(commitment.funder, 2026)
        FrameEntry.objects.create(frame=frame, amount=-Decimal("600000.01"), on=date(2020, 1, 2), why="Kutt")
        assert missing(year) == [f"The frame {frame} lacks NOK 0.01."]

    def test_what_is_held_out_released_or_decided_elsewhere_is_not_released(self) -> None:
        commitment = promised(to={2026: "firm"}, released=(2026,))
        assert missing(year_of(commitment, 2026)) == ["It is “Released”."]
        assert missing(year_of(commitment, 2027)) == ["It is “Held out”."]
        assert missing(TrancheFactory.create()) == ["It was decided elsewhere, so it is paid elsewhere."]


class TestLapsing:
    def test_when_what_it_hangs_on_is_not_met(self) -> None:
        commitment = promised(to={2026: "conditional"})
        year, decider = year_of(commitment, 2026), hand(commitment.funder, MemberRole.DECIDER)
        condition = ConditionFactory.create(commitment=commitment, tranche=year)
        with pytest.raises(ValidationError, match="Money lapses by a decision"):
            year.lapse(decider, "Fordi")
        condition.carry_out(FAIL, decider, "Ingen framdrift")
        year.lapse(decider, "Ingen framdrift")
        assert Tranche.objects.get(pk=year.pk).state == "lapsed"

    def test_by_a_decision(self) -> None:
        commitment = promised()
        decided(commitment, {2027: "lapsed"}, kind="change")
        assert year_of(commitment, 2027).state == "lapsed"


def missing(tranche: Tranche) -> list[str]:
    return Tranche.objects.get(pk=tranche.pk).hindrances(timezone.localdate())


def sent(accept_by: date | None) -> Commitment:
    commitment = promised(state="approved")
    commitment.carry_out(SEND_LETTER, officer_of(commitment), accept_by=accept_by)
    return commitment


def drafted_in_a_frame_of(size: Decimal) -> Commitment:
    funder = OrganisationFactory.create(county_council=True)
    frame_of(funder, 2026, size)
    return promised({2026: Decimal(400_000)}, to={2026: "conditional"}, funder=funder)
