"""The weekly e-mail: what of it a person wants, and the one that is made for them each week."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.mails import WAITING, Mail
from partners.models.users import User

KEPT = timedelta(days=120)


class DigestQuerySet(models.QuerySet["Digest"]):
    def due(self, at: datetime) -> "DigestQuerySet":
        """Those still to be sent, now."""
        return self.waiting().filter(next_attempt_at__lte=at, user__is_active=True)

    def waiting(self) -> "DigestQuerySet":
        return self.filter(WAITING)

    def outlived(self, at: datetime) -> "DigestQuerySet":
        return self.filter(until__lt=at - KEPT)


class Digest(Mail):
    """What a person is told in a week. One with nothing to tell has no text and is never sent; it remembers up to when
    was looked."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests", verbose_name=_("person"))
    week = models.DateField(_("week"), help_text=_("Its Monday."))
    until = models.DateTimeField(_("tells of what came until"))

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
