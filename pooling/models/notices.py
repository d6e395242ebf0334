"""E-mails to those who have no account: written once, and kept until the mail server has taken them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.mails import WAITING, Mail

KEPT = timedelta(days=120)


class NoticeKind(models.TextChoices):
    """What can be refused at an address. What somebody has agreed to, and must know of, is of no kind."""

    POOLS = "pools", _("Questions whether your firm wants to take part in a course together with others")
    REQUESTS = "requests", _("Questions whether you can hold a course for several firms")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def waiting(self) -> "NoticeQuerySet":
        return self.filter(WAITING)

    def due(self, at: datetime) -> "NoticeQuerySet":
        return self.waiting().filter(next_attempt_at__lte=at)

    def sent(self, start: str) -> "NoticeQuerySet":
        """Under names that begin so."""
        return self.filter(name__startswith=start, sent_at__isnull=False)

    def outlived(self, at: datetime) -> "NoticeQuerySet":
        return self.filter(written_at__lt=at - KEPT)

    def withdraw(self, start: str = "") -> None:
        """What is not sent yet under names that begin so, is not. Nobody waits for what is being sent this moment."""
        unsent = self.waiting().filter(name__startswith=start).order_by().select_for_update(skip_locked=True)
        self.filter(pk__in=unsent.values("pk")).update(**Notice.OUTLIVED, given_up_at=timezone.now())


class Notice(Mail):
    """To one address, which is emptied with its text."""

    OUTLIVED = {**Mail.OUTLIVED, "to": "", "reply_to": "", "stop_url": ""}

    name = models.CharField(max_length=80, unique=True, help_text=_("By which mail programs know it."))
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind, blank=True)
    to = models.EmailField(_("to"), blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    stop_url = models.CharField(max_length=600, blank=True)
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


class NoticeRefusalQuerySet(models.QuerySet["NoticeRefusal"]):
    def wanted(self, emails: Sequence[str], kind: str) -> list[str]:
        """Those of the addresses at which the kind is not refused."""
        small = [email.lower() for email in emails]
        refused = set(self.filter(kind=kind, email__in=small).values_list("email", flat=True))
        return [email for email in emails if email.lower() not in refused]


class NoticeRefusal(models.Model):
    """That nothing of a kind is to be sent to an address, which is written small."""

    email = models.EmailField(_("e-mail address"))
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = NoticeRefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mails that are not wanted at an address")
        verbose_name_plural = _("e-mails that are not wanted at addresses")
        constraints = [
            models.UniqueConstraint(fields=["email", "kind"], name="a_kind_of_notice_is_refused_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="kind_of_notice_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.kind}"
