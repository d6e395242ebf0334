"""E-mails to those who have no account: written once, and kept until the mail server has taken them."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.mails import WAITING, Mail

KEPT = timedelta(days=120)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> "NoticeQuerySet":
        return self.filter(WAITING)

    def due(self, at: datetime) -> "NoticeQuerySet":
        return self.waiting().filter(next_attempt_at__lte=at)

    def outlived(self, at: datetime) -> "NoticeQuerySet":
        return self.filter(written_at__lt=at - KEPT)

    def withdraw(self, start: str) -> None:
        """What is not sent yet under such names, is not."""
        self.waiting().filter(name__startswith=start).update(**Notice.OUTLIVED, given_up_at=timezone.now())


class Notice(Mail):
    """Its address is emptied with its text."""

    OUTLIVED = {**Mail.OUTLIVED, "to": [], "stop_url": ""}

    name = models.CharField(max_length=80, unique=True, help_text=_("By which mail programs know it."))
    to = ArrayField(models.EmailField(), verbose_name=_("to"), default=list, blank=True)
    stop_url = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | Q(given_up_at=None), name="a_notice_is_sent_or_given_up")
        ]

    def __str__(self) -> str:
        return self.name
