"""Letters, and what is told by them."""

from collections.abc import Callable

from funding.letters import make
from funding.models.decision_states import TELL
from tests.funding.factories_cases import case


def numbered_twice() -> None:
    made = case("granted")
    letter = make(made.decision, made.house.officer)
    letter.pk = None
    letter.save()


def told_twice() -> None:
    made = case("letter_sent")
    facts = {"from_state": "decided", "to_state": TELL.target, "by": made.house.officer}
    made.decision.events.create(act=TELL.name, **facts)


BREAKS: dict[str, Callable[[], object]] = {
    "a_letter_has_its_number": numbered_twice,
    "a_decision_is_told_once": told_twice,
}
