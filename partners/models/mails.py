"""A message as it was written, kept until the mail server has taken it: sent again it is the same message."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIRST_PAUSE = timedelta(minutes=50)
"""After the first failure; twice as long after each that follows."""
MOST_ATTEMPTS = 6
WAITING = Q(sent_at=None, given_up_at=None) & ~Q(text="")


class Mail(models.Model):
    """The text is emptied when the message is delivered or given up."""

    OUTLIVED: dict[str, Any] = {"text": "", "html": ""}
    """What is not kept after that."""

    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(_("failed attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)
    error = models.CharField(_("what the mail server said"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.subject

    def delivered(self, at: datetime) -> None:
        self.sent_at, self.error = at, ""
        self._empty()
        self.save()

    def failed(self, why: str, at: datetime, *, for_good: bool) -> None:
        """Try again after a pause, twice as long each time, unless the address is refused for good."""
        self.attempts += 1
        self.error = why[:300]
        self.next_attempt_at = at + FIRST_PAUSE * 2 ** (self.attempts - 1)
        if for_good or self.attempts >= MOST_ATTEMPTS:
            self.given_up_at = at
            self._empty()
        self.save()

    def _empty(self) -> None:
        for name, nothing in self.OUTLIVED.items():
            setattr(self, name, nothing)
