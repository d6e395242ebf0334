"""What a decision can be about, its states and the acts between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from partners.acts import Act


class DecisionKind(models.TextChoices):
    GRANT = "grant", pgettext_lazy("decision", "Grant")
    REJECT = "reject", _("Rejection")
    RETURN = "return", _("Sent back unexamined")
    STRENGTHEN = "strengthen", _("Money made surer")
    CHANGE = "change", _("Change of a commitment")
    ANNUL = "annul", _("Annulment")
    RECOVER = "recover", _("Recovery of what was paid")


class DecisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("For decision")
    DECIDED = "decided", _("Decided")
    DROPPED = "dropped", _("Dropped")


_S, _K = DecisionState, DecisionKind
BEGIN = Act("begin", _("Begin"), (), _S.DRAFT)
PROPOSE = Act("propose", _("Put forward for decision"), (_S.DRAFT,), _S.PROPOSED)
SEND_BACK = Act("send_back", _("Send back to the case officer"), (_S.PROPOSED,), _S.DRAFT, with_reason=True)
DECIDE = Act("decide", _("Decide"), (_S.PROPOSED,), _S.DECIDED)
DROP = Act("drop", _("Drop"), (_S.DRAFT, _S.PROPOSED), _S.DROPPED, with_reason=True)
ACTS = {act.name: act for act in (PROPOSE, SEND_BACK, DECIDE, DROP)}
# Done by sending its letter (funding/letters.py). From then on those whom it is about know of it.
TELL = Act("tell", _("Send the letter"), (_S.DECIDED,), _S.DECIDED)
STATE_COLORS: dict[str, str] = {_S.PROPOSED: "info", _S.DECIDED: "success"}


class Result(models.TextChoices):
    GRANTED = "granted", _("Granted as applied for")
    PARTLY = "partly", _("Granted in part")
    REJECTED = "rejected", pgettext_lazy("application", "Rejected")
    RETURNED = "returned", _("Sent back unexamined")


class AidBasis(models.TextChoices):
    NONE = "none", _("Not state aid")
    DE_MINIMIS = "de_minimis", _("De minimis aid")


# What every decision says from the start (the Public Administration Act, section 29: three weeks).
COMPLAINT = gettext_noop(
    "You can complain within three weeks of receiving this letter. Send the complaint to us, and say what you want "
    "changed, and why. You have a right to see the documents of the case."
)
