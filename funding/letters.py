"""The letter that tells of a decision: made of what is decided, seen to be stale when that changes, and sent once."""

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from funding.letter_facts import facts_of
from funding.letter_words import paper
from funding.models import Decision, DecisionKind, DecisionState, Letter
from funding.models.commitment_states import SEND_LETTER
from funding.models.decision_states import TELL
from funding.models.limits import within_limits
from partners.models import User
from projects.pdf import render

Facts = dict[str, Any]


def data_of(decision: Decision) -> Facts:
    """What its letter is made of: `facts` to compare with, and `paper`, every word in the decision's language."""
    facts = facts_of(decision)
    with translation.override(decision.language):
        return {"facts": facts, "paper": paper(facts)}


def last_letter(decision: Decision) -> Letter | None:
    return decision.letters.order_by("-number").first()


def is_told(decision: Decision) -> bool:
    """Whether its letter has been sent."""
    return decision.events.filter(act=TELL.name).exists()


def is_stale(decision: Decision) -> bool:
    """Whether there is no letter that says what is decided as it stands now."""
    letter = last_letter(decision)
    return letter is None or bool(changed(letter, facts_of(decision)))


def changed(letter: Letter, facts: Facts) -> list[str]:
    """The names of the facts that are others than when the letter was made."""
    before = letter.data["facts"]
    return [name for name in facts if facts[name] != before.get(name)]


@transaction.atomic
def make(decision: Decision, by: User) -> Letter:
    """The next letter of what is decided as it stands now. ValidationError when one has been sent."""
    stored = _locked(decision)
    data = data_of(stored)
    last = last_letter(stored)
    number = last.number + 1 if last else 1
    return stored.letters.create(
        number=number, language=stored.language, data=data, sha256=fingerprint(data), made_by=by
    )


@within_limits()
def send(decision: Decision, by: User) -> None:
    """Tell those whom it is about: from here on they can read it. A grant waits for their acceptance from now on.

    ValidationError when it is not decided, the letter is not of today's facts, or it has been sent.
    """
    if decision.kind == DecisionKind.GRANT and decision.commitment:
        decision.commitment.carry_out(SEND_LETTER, by)
    stored = _locked(decision)
    if stored.state != DecisionState.DECIDED:
        raise ValidationError(_("Only what is decided can be told."))
    if is_stale(stored):
        raise ValidationError(_("The letter does not say what is decided now. Make it anew first."))
    stored.events.create(act=TELL.name, from_state=stored.state, to_state=TELL.target, by=by)


def _locked(decision: Decision) -> Decision:
    stored = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if is_told(stored):
        raise ValidationError(_("The letter has been sent, and stays as it was."))
    return stored


def printed(letter: Letter) -> bytes:
    """As PDF, with its fingerprint; the same letter is the same to the byte."""
    sheet = letter.data["paper"]
    sheet = sheet | {"fingerprint": sheet["fingerprint"] | {"text": letter.sha256}}
    return render("letter", sheet, letter.language, at=letter.made_at)


def fingerprint(data: Facts) -> str:
    """SHA-256 of all that a letter says, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
