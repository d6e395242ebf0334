"""The one door through which a party answers an agreement, and the seam for other ways to sign.

A way to sign is whatever comes back with a `Given`: for `Method.CONFIRMED` the form where a person who may bind the
party confirms, logged in; for `Method.ON_PAPER` the form where those who run the project attach what was signed
before. An e-signature service would be a third `Method`: a view sends the person to it with the version's fingerprint
(`AgreementVersion.sha256`), and when it calls back, the name and day it vouches for and its sealed file go into a
`Given` like any other. Nothing else needs to change: the rules are the database's, whoever calls.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners.models import User
from projects.models.agreements import ANSWERABLE, COMPLETE, DECLINE, PAPER, SIGN, Agreement
from projects.models.documents import Document
from projects.models.signatures import AgreementParty, AgreementVersion, Answer, Method, Signature


@dataclass(frozen=True, kw_only=True)
class Given:
    """A party's answer to the version that the person saw."""

    party: AgreementParty
    version: AgreementVersion
    answer: Answer
    method: Method = Method.CONFIRMED
    by: User | None
    """Who answered or, on paper, who registered it."""
    signatory: str = ""
    position: str = ""
    signed_on: date | None = None
    why: str = ""
    document: Document | None = None


@transaction.atomic
def give(given: Given) -> Signature:
    """Keep the answer, and move the agreement as it follows from all answers to the version.

    ValidationError when the agreement has moved on, or the party has answered, since the person saw it.
    """
    agreement = Agreement.objects.select_for_update().get(pk=given.party.agreement_id)
    if given.method == Method.ON_PAPER and PAPER.possible_from(agreement.state):
        agreement.carry_out(PAPER, given.by)
    _still_open(agreement, given)
    signature = Signature.objects.create(**vars(given), is_demo=agreement.is_demo)
    _follow(agreement, signature)
    return signature


def _still_open(agreement: Agreement, given: Given) -> None:
    if agreement.state not in ANSWERABLE or agreement.latest != given.version:
        raise ValidationError(_("The agreement has changed since you opened it. Read it again before you answer."))
    if given.version.signatures.filter(party=given.party).exists():
        raise ValidationError(_("%(party)s has already answered this version.") % {"party": given.party})


def _follow(agreement: Agreement, signature: Signature) -> None:
    """Where the agreement goes from here. A party that need not sign does not stop it by declining."""
    signed = signature.version.signatures.filter(answer=Answer.SIGNED)
    lacking = agreement.parties.filter(required=True).exclude(signatures__in=signed)
    if signature.answer == Answer.DECLINED:
        if signature.party.required:
            agreement.carry_out(DECLINE, signature.by, signature.why)
        else:
            _note(agreement, DECLINE.name, signature)
    else:
        agreement.carry_out(SIGN if lacking.exists() else COMPLETE, signature.by, str(signature.party))


def _note(agreement: Agreement, act: str, signature: Signature) -> None:
    """An event that leads nowhere."""
    state = agreement.state
    agreement.events.create(act=act, from_state=state, to_state=state, by=signature.by, why=signature.why)
