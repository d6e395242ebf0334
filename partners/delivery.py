"""Sends what was written (partners.models.mails.Mail) until the mail server has taken it, each as one message."""

from collections.abc import Callable
from datetime import datetime
from logging import getLogger
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

REFUSED = 500
logger = getLogger(__name__)


def send_due(mails: Any, message: Callable[[Any], EmailMultiAlternatives], at: datetime) -> None:
    """Each in a transaction that holds its row: who comes second passes it over, and no failure stops the others.

    `mails` is a queryset with `due(at)`. A worker that dies after the mail server has taken a message and before that
    is noted sends the same message again, under the same name, by which mail programs show it once.
    """
    while send_next(mails, message, at):
        pass


@transaction.atomic
def send_next(mails: Any, message: Callable[[Any], EmailMultiAlternatives], at: datetime) -> bool:
    mail = mails.due(at).select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
    if mail is None:
        return False
    try:
        message(mail).send()
    except Exception as error:
        logger.warning("%s %s was not taken: %s", mail._meta.label, mail.pk, error)
        mail.failed(str(error), at, for_good=is_refused(error))
    else:
        mail.delivered(at)
    return True


def is_refused(error: Exception) -> bool:
    """Whether the server will never take it: the address or the message is refused with a code from 500 up."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= REFUSED for code, _said in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code >= REFUSED
