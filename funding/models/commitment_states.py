"""How far a promise has come, and the acts that move it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.acts import Act
from partners.models.roles import COUNTY_ROLES, MemberRole


class CommitmentState(models.TextChoices):
    """What others decided is told of, in the first four states; what is decided here goes the way of the others."""

    PUBLIC = "public", _("From public sources")
    REPORTED = "reported", _("Registered by the project")
    CONFIRMED = "confirmed", _("Confirmed by the funder")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("For decision")
    APPROVED = "approved", _("Approved")
    LETTER_SENT = "letter_sent", _("Letter sent")
    ACCEPTED = "accepted", _("Accepted")
    ACTIVE = "active", _("Active")
    SETTLED = "settled", _("Settled")
    ANNULLED = "annulled", _("Annulled")
    LAPSED = "lapsed", _("Lapsed")
    EXPIRED = "expired", _("Expired")


_S = CommitmentState
TOLD = (_S.PUBLIC, _S.REPORTED, _S.CONFIRMED, _S.WITHDRAWN)
# What has been decided, and so counts in the frame that it is paid from.
FRAMED = (_S.APPROVED, _S.LETTER_SENT, _S.ACCEPTED, _S.ACTIVE, _S.SETTLED, _S.EXPIRED)
# What counts as the project's money, and what everybody may know of.
CURRENT = (_S.PUBLIC, _S.REPORTED, _S.CONFIRMED, *FRAMED)
PUBLISHED = (_S.PUBLIC, _S.CONFIRMED, _S.LETTER_SENT, _S.ACCEPTED, _S.ACTIVE, _S.SETTLED, _S.EXPIRED)
# What ended before anything of it was paid: it was no aid either.
NEVER_PAID = (_S.ANNULLED, _S.LAPSED)

REGISTER = Act("register", _("Register"), (), _S.REPORTED)
REGISTER_PUBLIC = Act("register", _("Register"), (), _S.PUBLIC)
DRAFT = Act("draft", _("Draft"), (), _S.DRAFT)
CONFIRM = Act("confirm", _("Confirm"), (_S.PUBLIC, _S.REPORTED), _S.CONFIRMED)
WITHDRAW = Act("withdraw", _("Withdraw"), (_S.PUBLIC, _S.REPORTED, _S.CONFIRMED), _S.WITHDRAWN, with_reason=True)
PROPOSE = Act("propose", _("Put forward for decision"), (_S.DRAFT,), _S.PROPOSED)
SEND_BACK = Act("send_back", _("Send back to the case officer"), (_S.PROPOSED,), _S.DRAFT)
APPROVE = Act("approve", _("Approve"), (_S.PROPOSED,), _S.APPROVED)
SEND_LETTER = Act("send_letter", _("Send the letter"), (_S.APPROVED,), _S.LETTER_SENT)
ACCEPT = Act("accept", _("Accept"), (_S.LETTER_SENT,), _S.ACCEPTED)
ACTIVATE = Act("activate", _("Activate"), (_S.ACCEPTED,), _S.ACTIVE)
SETTLE = Act("settle", _("Settle"), (_S.ACTIVE,), _S.SETTLED)
ANNUL = Act(
    "annul",
    _("Annul"),
    (_S.DRAFT, _S.PROPOSED, _S.APPROVED, _S.LETTER_SENT, _S.ACCEPTED, _S.ACTIVE),
    _S.ANNULLED,
    with_reason=True,
)
LAPSE = Act("lapse", _("Lapse"), (_S.LETTER_SENT,), _S.LAPSED)
EXPIRE = Act("expire", _("Expire"), (_S.ACCEPTED, _S.ACTIVE), _S.EXPIRED)
_DECIDED_HERE = (PROPOSE, SEND_BACK, APPROVE, SEND_LETTER, ACCEPT, ACTIVATE, SETTLE, ANNUL, LAPSE, EXPIRE)
ACTS = {act.name: act for act in (CONFIRM, WITHDRAW, *_DECIDED_HERE)}
# Which of these the funder's people do, and with which role.
ANSWERED_BY: dict[str, tuple[str, ...]] = {
    CONFIRM.name: COUNTY_ROLES,
    SEND_LETTER.name: (MemberRole.CASE_OFFICER,),
    ANNUL.name: (MemberRole.CASE_OFFICER, MemberRole.DECIDER),
}
STATE_COLORS: dict[str, str] = {
    _S.CONFIRMED: "success",
    _S.REPORTED: "info",
    _S.PROPOSED: "info",
    _S.APPROVED: "info",
    _S.LETTER_SENT: "info",
    _S.ACCEPTED: "success",
    _S.ACTIVE: "success",
    _S.SETTLED: "success",
    _S.LAPSED: "warning",
    _S.EXPIRED: "warning",
}
