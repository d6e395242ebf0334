"""Promises that are made here, driven through the acts that real people do: drafted, decided, sent, accepted."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from funding.models import (
    BudgetFrame,
    Commitment,
    Decision,
    Delegation,
    FrameEntry,
    FundingSource,
    Letter,
    Tranche,
)
from funding.models.commitment_states import ACCEPT, ACTIVATE, APPROVE, PROPOSE, SEND_LETTER
from funding.models.decision_states import DECIDE
from funding.models.decision_states import PROPOSE as PUT_FORWARD
from partners.acts import move
from partners.models import Membership, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, OrganisationFactory, ProjectFactory

YEARS = {2026: Decimal(400_000), 2027: Decimal(600_000)}
WAY = ("draft", "proposed", "approved", "letter_sent", "accepted", "active")


def hand(organisation: Organisation | None, role: str) -> User:
    """The one who has this role there: the same each time."""
    assert organisation
    there = Membership.objects.filter(organisation=organisation, role=role).order_by("pk").first()
    return there.user if there else MembershipFactory.create(organisation=organisation, role=role).user


def frame_of(funder: Organisation, year: int, size: Decimal | int = 10_000_000) -> BudgetFrame:
    """The frame of the funder's only source that year; made, with its allocation, when it is not there."""
    source, _made = FundingSource.objects.get_or_create(owner=funder, name="Kompetansemidler")
    frame, made = BudgetFrame.objects.get_or_create(source=source, year=year)
    if made:
        FrameEntry.objects.create(frame=frame, amount=size, on=date(2020, 1, 1), why="Bevilgning")
    return frame


def drafted(years: dict[int, Decimal] | None = None, **facts: Any) -> Commitment:
    """A draft of a promise: its years are held out, in frames that are large enough."""
    funder = facts.pop("funder", None) or OrganisationFactory.create(county_council=True)
    recipient = facts.pop("recipient", None) or OrganisationFactory.create(roles=["partner"])
    years = YEARS if years is None else years
    officer = hand(funder, MemberRole.CASE_OFFICER)
    stated = {"title": "Tilskudd", "amount": sum(years.values()), "project": None} | facts
    stated["project"] = stated["project"] or ProjectFactory.create()
    commitment = Commitment.objects.draft(officer, funder=funder, recipient=recipient, case_officer=officer, **stated)
    for year, amount in years.items():
        commitment.add(year, amount, "held_out", officer, frame=frame_of(funder, year))
    return commitment


@transaction.atomic
def decided(
    commitment: Commitment, to: dict[int, str], kind: str = "grant", amounts: dict[int, Decimal] | None = None
) -> Decision:
    """A decision about these years of it, carried out: prepared by the case officer, decided by the decider."""
    officer, decider = (hand(commitment.funder, role) for role in (MemberRole.CASE_OFFICER, MemberRole.DECIDER))
    delegation, _made = Delegation.objects.get_or_create(
        organisation=commitment.funder, defaults={"valid_from": date(2020, 1, 1)}
    )
    result = "granted" if kind == "grant" else ""
    decision = Decision.objects.create(
        commitment=commitment, kind=kind, result=result, state="draft", prepared_by=officer, delegation=delegation
    )
    decision.events.create(act="begin", to_state="draft", by=officer)
    for year, state in to.items():
        tranche = commitment.tranches.get(year=year)
        decision.items.create(tranche=tranche, to_state=state, amount=(amounts or {}).get(year))
    move(decision, PUT_FORWARD, officer)
    move(decision, DECIDE, decider, decided_by=decider, decided_on=timezone.localdate())
    for item in decision.items.select_related("tranche"):
        act = "lapse" if item.to_state == "lapsed" else "decide"
        why = "Vedtak" if act == "lapse" else ""
        item.tranche.turn(act, item.to_state, decider, why, decision=decision, amount=item.amount)
    return decision


def promised(
    years: dict[int, Decimal] | None = None,
    to: dict[int, str] | None = None,
    state: str = "accepted",
    released: tuple[int, ...] = (),
    **facts: Any,
) -> Commitment:
    """A promise that has come as far as `state`. `to`: what the decision made of which years; all firm when not said.

    `released`: years whose money can be paid; then it is active.
    """
    commitment = drafted(years, **facts)
    funder, recipient = commitment.funder, commitment.recipient
    officer, decider = (hand(funder, role) for role in (MemberRole.CASE_OFFICER, MemberRole.DECIDER))
    wanted = WAY[: WAY.index(state) + 1]
    if "proposed" in wanted:
        commitment.carry_out(PROPOSE, officer)
    if "approved" in wanted:
        firm = {year: "firm" for year in commitment.tranches.values_list("year", flat=True) if year}
        decision = decided(commitment, firm if to is None else to)
        commitment.carry_out(APPROVE, decider)
        Letter.objects.create(decision=decision, number=1, language="nb", data={}, sha256="0" * 64, made_by=officer)
    if "letter_sent" in wanted:
        commitment.carry_out(SEND_LETTER, officer)
    if "accepted" in wanted:
        commitment.carry_out(ACCEPT, hand(recipient, MemberRole.LEADER))
    for year in released:
        commitment.tranches.get(year=year).release(officer)
    commitment.refresh_from_db()
    if state == "active" and not released:
        commitment.carry_out(ACTIVATE, officer)
    return commitment


def year_of(commitment: Commitment, year: int) -> Tranche:
    return commitment.tranches.get(year=year)
