"""The weekly e-mail: what of it a person wants, and the one that is made for them each week."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.users import User

FIRST_PAUSE = timedelta(minutes=50)
"""After the first failure; twice as long after each that follows."""
MOST_ATTEMPTS = 6
KEPT = timedelta(days=120)


class DigestQuerySet(models.QuerySet["Digest"]):
    def due(self, at: datetime) -> "DigestQuerySet":
        """Those still to be sent, now."""
        return self.waiting().filter(next_attempt_at__lte=at, user__is_active=True)

    def waiting(self) -> "DigestQuerySet":
        return self.filter(sent_at=None, given_up_at=None).exclude(text="")

    def outlived(self, at: datetime) -> "DigestQuerySet":
        return self.filter(until__lt=at - KEPT)


class Digest(models.Model):
    """What a person is told in a week, as it was written then: sent again it is the same message.

    One with nothing to tell has no text and is never sent; it remembers up to when was looked. The text is emptied when
    the message is delivered.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests", verbose_name=_("person"))
    week = models.DateField(_("week"), help_text=_("Its Monday."))
    until = models.DateTimeField(_("tells of what came until"))
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(_("failed attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)
    error = models.CharField(_("what the mail server said"), max_length=300, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly e-mail")
        verbose_name_plural = _("weekly e-mails")
        ordering = ["-week", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "week"], name="one_digest_a_person_and_week"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(given_up_at=None), name="a_digest_is_sent_or_given_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.week}"

    @property
    def name(self) -> str:
        """By which mail programs know it, however often it comes."""
        return f"digest-{self.user_id}-{self.week.isoformat()}"

    def delivered(self, at: datetime) -> None:
        self.sent_at, self.error, self.text, self.html = at, "", "", ""
        self.save()

    def failed(self, why: str, at: datetime, *, for_good: bool) -> None:
        """Try again after a pause, twice as long each time, unless the address is refused for good."""
        self.attempts += 1
        self.error = why[:300]
        self.next_attempt_at = at + FIRST_PAUSE * 2 ** (self.attempts - 1)
        if for_good or self.attempts >= MOST_ATTEMPTS:
            self.given_up_at, self.text, self.html = at, "", ""
        self.save()


class DigestRefusal(models.Model):
    """That a person wants nothing of a kind in the weekly e-mail."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digest_refusals")
    kind = models.CharField(_("kind"), max_length=40)

    class Meta:
        verbose_name = _("part of the weekly e-mail that is not wanted")
        verbose_name_plural = _("parts of the weekly e-mail that are not wanted")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="a_kind_is_refused_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
