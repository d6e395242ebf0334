"""What an agreement lacks before it can move on: a list of sentences, empty when nothing is missing.

The database holds the same (projects/models/agreement_rules.py); here it is said so that people can mend it.
"""

from django.utils.translation import gettext as _

from partners.acts import Act
from projects.models.agreements import PAPER, READY, SEND, Agreement


def missing(agreement: Agreement, act: Act) -> list[str]:
    """What must be there first. Two or three queries for what leads to the parties, none for other acts."""
    if act.name == READY.name:
        return _to_be_ready(agreement)
    return [*_to_be_ready(agreement), *_to_be_sent(agreement)] if act.name in {SEND.name, PAPER.name} else []


def _to_be_ready(agreement: Agreement) -> list[str]:
    if agreement.latest is None:
        return [_("There is no text and no file yet.")]
    if agreement.latest.signatures.exists():
        return [_("Somebody has answered this version already. Write a new version first.")]
    return []


def _to_be_sent(agreement: Agreement) -> list[str]:
    parties = list(agreement.parties.all())
    lacking = [
        (sum(party.required for party in parties) < 2, _("Two or more parties must be to sign it.")),
        (any(party.organisation_id is None for party in parties), _("It is not stated who all the parties are.")),
    ]
    return [sentence for is_missing, sentence in lacking if is_missing]
