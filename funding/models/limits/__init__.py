"""What the database refuses of money, whoever writes it: the rules over several rows, as triggers.

Most are checked when the transaction ends, so that amounts can be moved about inside it. Each locks the row that the
sum belongs to first, so that two who write at the same moment cannot both be within it. They fail as a broken
constraint does, with their name in the message.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pgtrigger
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import BaseConstraint
from django.utils.translation import gettext_lazy as _

REFUSED = "USING ERRCODE = 'check_violation', CONSTRAINT = '{name}'"
WRITTEN = pgtrigger.Insert | pgtrigger.Update
# The connection's day is UTC's; money goes by Oslo's.
TODAY = "(now() AT TIME ZONE 'Europe/Oslo')::date"

SENTENCES: dict[str, Any] = {
    "tranches_within_commitment": _("The years sum to more than the amount in all."),
    "tranches_within_ceiling": _("The scheme gives less than that in one of these years. Its page says how much."),
    "frame_is_not_overdrawn": _("There is not that much left in the budget frame."),
    "tranche_is_of_its_frame": _("A budget frame pays its own year only, of what its owner has promised."),
    "only_the_funder_answers": _("Only people of the organisation that pays, with the right role, can do this."),
    "nobody_decides_for_their_own": _(
        "You have a role in the organisation that gets the money, so somebody else has to do this."
    ),
    "each_hand_is_another_person": _("You did another of the steps yourself, so somebody else has to do this one."),
    "nobody_decides_what_they_prepared": _("You prepared this, so somebody else has to decide it."),
    "decider_is_delegated": _("No delegation covers this decision by this person on this day."),
    "decision_stays": _("What is put forward or decided is not changed. Send it back, or make a new decision."),
    "application_is_fixed_once_sent": _("What is sent is not changed, unless the funder asks for more."),
    "only_a_decision_answers": _("An application is answered by a decision."),
    "one_application_a_call": _("The project has an application to this call already."),
    "one_live_decision_a_case": _("There is a decision on this case already."),
}


@contextmanager
def within_limits() -> Iterator[None]:
    """Does all that is done here or nothing: ValidationError with a sentence when it breaks one of the rules below.

    They are checked before this ends, not when the request does.
    """
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        sentence = SENTENCES.get(name or "") or _sentence_of_a_constraint(name)
        if not sentence:
            raise
        raise ValidationError(sentence) from error


def _sentence_of_a_constraint(name: str | None) -> Any:
    """What the constraint of that name says itself. None when it says nothing of its own."""
    for model in apps.get_app_config("funding").get_models():
        for rule in model._meta.constraints:
            told = rule.violation_error_message
            if rule.name == name and told != BaseConstraint.default_violation_error_message:
                return told
    return None


def at_the_end(
    name: str, func: str, declare: list[tuple[str, str]], operation: pgtrigger.Operation = WRITTEN
) -> object:
    """A rule that must hold when the transaction ends."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=operation,
        declare=declare,
        func=func,
    )


def update_of(*columns: str) -> pgtrigger.Operation:
    """Columns as the database names them. A change of any other does not ask."""
    return pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]  # untyped in pgtrigger


def refuse(name: str, sentence: str) -> str:
    return f"RAISE EXCEPTION '{name}: {sentence}' {REFUSED.format(name=name)};"


def tranches_within_commitment(commitment: str) -> object:
    """The years of a commitment never sum to more than it promises in all. `commitment`: where the row names its id."""
    name = "tranches_within_commitment"
    return at_the_end(
        name,
        f"""
        SELECT amount INTO whole FROM funding_commitment WHERE id = {commitment} FOR NO KEY UPDATE;
        SELECT sum(amount) INTO parts FROM funding_tranche WHERE commitment_id = {commitment} AND state <> 'lapsed';
        IF parts > whole THEN {refuse(name, "the years sum to more than the whole")} END IF;
        RETURN NULL;
        """,
        declare=[("whole", "numeric"), ("parts", "numeric")],
    )


def state_is_of_the_last_event(thing: str, column: str = "state") -> object:
    """A state, or a strength, is where the last event led to: none changes without an act that leaves an event."""
    return _follows(thing, column, "NEW.id", "state_follows_its_events")


def event_moves_its_thing(thing: str, column: str = "state") -> object:
    """An event is not written down without what it tells."""
    return _follows(thing, column, f"NEW.{thing}_id", "event_moves_its_thing", pgtrigger.Insert)


def _follows(thing: str, column: str, key: str, name: str, operation: pgtrigger.Operation = WRITTEN) -> object:
    return at_the_end(
        name,
        f"""
        SELECT {column} INTO stored FROM funding_{thing} WHERE id = {key};
        SELECT to_state INTO told FROM funding_{thing}event WHERE {thing}_id = {key} ORDER BY id DESC LIMIT 1;
        IF stored IS NOT NULL AND stored IS DISTINCT FROM told THEN
            {refuse(name, "only an act with its event changes this")}
        END IF;
        RETURN NULL;
        """,
        [("stored", "text"), ("told", "text")],
        operation,
    )


def events_follow_each_other(thing: str) -> object:
    """Each event starts where the one before it ended; the first from nothing. Locks the thing it is about."""
    name = "events_follow_each_other"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("told", "text")],
        func=f"""
        PERFORM 1 FROM funding_{thing} WHERE id = NEW.{thing}_id FOR NO KEY UPDATE;
        SELECT to_state INTO told FROM funding_{thing}event WHERE {thing}_id = NEW.{thing}_id ORDER BY id DESC LIMIT 1;
        IF NEW.from_state <> COALESCE(told, '') THEN {refuse(name, "it starts where the last one did not end")} END IF;
        RETURN NEW;
        """,
    )


def listed(words: Iterable[str]) -> str:
    """For IN (…)."""
    return ", ".join(f"'{word}'" for word in words)


CONDITION_OF_ITS_COMMITMENT = pgtrigger.Trigger(
    name="condition_is_of_its_commitment",
    when=pgtrigger.Before,
    operation=WRITTEN,
    func=f"""
    IF NEW.tranche_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM funding_tranche WHERE id = NEW.tranche_id AND commitment_id = NEW.commitment_id
    ) THEN {refuse("condition_is_of_its_commitment", "that year belongs to another commitment")} END IF;
    RETURN NEW;
    """,
)
