"""Requests for payment, and aid."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from funding.models import AidAward, AidCeiling, DisbursementRequest, DisbursementRequestEvent, EuroRate, Undertaking
from tests.funding.factories_payments import Case


def request(state: str = "draft", kind: str = "part", **facts: Any) -> None:
    """One that is stored as it is said here, whatever happened."""
    tranche = Case().promise(100_000).tranches.get()
    about = {"commitment": tranche.commitment, "tranche": tranche, "kind": kind, "state": state, "claimed": 1}
    DisbursementRequest.objects.create(**{**about, **facts})


def same_person(first: str, second: str) -> Callable[[], object]:
    def act() -> None:
        case = Case()
        DisbursementRequest.objects.begin(case.promise(100_000).tranches.get(), "part", Decimal(1), case.leader)
        DisbursementRequest.objects.update(**{first: case.leader, second: case.leader})

    return act


def two_finals() -> None:
    case = Case()
    tranche = case.promise(100_000).tranches.get()
    for _time in range(2):
        DisbursementRequest.objects.begin(tranche, "final", Decimal(0), case.leader)


def unknown_act() -> None:
    case = Case()
    made = DisbursementRequest.objects.begin(case.promise(100_000).tranches.get(), "part", Decimal(1), case.leader)
    DisbursementRequestEvent.objects.create(disbursementrequest=made, act="jump", from_state="draft", to_state="paid")


def award(**facts: Any) -> None:
    told: dict[str, Any] = {"given_by": "Andre", "awarded_on": date(2026, 1, 1), "amount_nok": 1, "nok_per_eur": 11}
    AidAward.objects.create(**{"undertaking": Undertaking.objects.create(name="Foretak"), **told, **facts})


PAIRS = [
    (first, second)
    for index, first in enumerate(("sent_by", "controlled_by", "attested_by", "ordered_by", "paid_by"))
    for second in ("sent_by", "controlled_by", "attested_by", "ordered_by", "paid_by")[index + 1 :]
]
BREAKS: dict[str, Callable[[], object]] = {
    "request_state_is_known": lambda: request("lost", approved=1),
    "claimed_has_its_sign": lambda: request(claimed=0),
    "approved_is_not_more_than_claimed": lambda: request(approved=2),
    "paying_less_needs_a_reason": lambda: request("controlled", approved=Decimal("0.5")),
    "approved_once_controlled": lambda: request("controlled"),
    "paid_says_when": lambda: request("paid", "final", claimed=0, approved=0),
    **{f"{second}_is_another_than_{first}": same_person(first, second) for first, second in PAIRS},
    "one_final_payment": two_finals,
    "request_moves_by_its_acts": unknown_act,
    "aid_ceiling_is_more_than_nothing": lambda: AidCeiling.objects.create(amount_eur=0, valid_from=date(2020, 1, 1)),
    "rate_of_the_euro_is_positive": lambda: EuroRate.objects.create(on=date(2020, 1, 1), nok_per_eur=0),
    "aid_is_more_than_nothing": lambda: award(amount_nok=0, declared=True),
    "aid_given_here_names_its_commitment": lambda: award(declared=True, commitment=Case().promise(100_000)),
}
