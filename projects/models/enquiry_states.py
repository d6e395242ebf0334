"""The words about a guidance enquiry: its states and acts, who asks, and why a unit has it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.acts import Act


class EnquiryState(models.TextChoices):
    RECEIVED = "received", _("Received")
    TAKEN = "taken", _("Being worked on")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class Asker(models.TextChoices):
    PERSON = "person", _("A person")
    FIRM = "firm", _("A firm or other organisation")


class AnswerBy(models.TextChoices):
    EMAIL = "email", _("By e-mail")
    PHONE = "phone", _("By phone")


class Route(models.TextChoices):
    """Why a unit got an enquiry."""

    HERE = "here", _("It gives this help there")
    COVERS = "covers", _("It gives this help for a larger area")
    GUIDES = "guides", _("It guides people there, and nobody gives this very help")
    NEAREST = "nearest", _("Nobody nearer takes enquiries, and whoever asked chose it")
    SENT_ON = "sent_on", _("Another unit sent it on")


class Reason(models.TextChoices):
    """Why a unit sends an enquiry on. A choice, not a text: events are kept as they are, and hold nothing personal."""

    PLACE = "place", _("They cover the place")
    SERVICE = "service", _("They give this help")
    CAPACITY = "capacity", _("They can answer sooner")
    ASKED = "asked", _("The one who asked wants it")


_S = EnquiryState
_OPEN = (_S.RECEIVED, _S.TAKEN, _S.ANSWERED)
TAKE = Act("take", _("Take it"), (_S.RECEIVED,), _S.TAKEN)
ANSWER = Act("answer", _("Answer"), _OPEN, _S.ANSWERED)
CALL = Act("call", _("Answered by phone"), _OPEN, _S.ANSWERED)
REFER = Act("refer", _("Refer to courses"), _OPEN, _S.ANSWERED)
FORWARD = Act("forward", _("Send on to another unit"), _OPEN, _S.RECEIVED)
CLOSE = Act("close", _("Close"), (_S.TAKEN, _S.ANSWERED), _S.CLOSED)
ASK_MORE = Act("ask_more", _("Asked more"), (_S.ANSWERED, _S.CLOSED), _S.TAKEN)
ENQUIRY_ACTS = {act.name: act for act in (TAKE, ANSWER, CALL, REFER, FORWARD, CLOSE, ASK_MORE)}
STATE_COLORS: dict[str, str] = {_S.RECEIVED: "warning", _S.TAKEN: "info", _S.ANSWERED: "success"}
