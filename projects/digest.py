"""The e-mail that tells a person what is new in their projects: at most one a day, and nothing that was read."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from partners.letters import letter
from partners.models import User
from projects.models import Comment, CommentMail

LOOKS_BACK = timedelta(days=7)
"""Whoever is told for the first time hears of the last week only."""
MOST = 50


def send_all(at: datetime | None = None) -> None:
    """To everybody who has something new to read. One person's trouble is not another's: each in a transaction."""
    at = at or timezone.now()
    lately = Comment.objects.said().filter(created_at__gt=at - LOOKS_BACK).order_by()
    if not lately.exists():
        return
    for user in User.objects.filter(is_active=True).exclude(comment_mail__wanted=False).order_by("pk"):
        send(user, at)


@transaction.atomic
def send(user: User, at: datetime) -> None:
    """The row of the person is locked and noted first: a second worker, or a second run, finds the day used.

    Should the worker die between mail and commit, the mail goes out again with the same Message-ID.
    """
    if not news(user, CommentMail(user=user), at).exists():
        return
    CommentMail.objects.get_or_create(user=user)
    mail = CommentMail.objects.select_for_update().get(user=user)
    today = timezone.localdate(at)
    if not mail.wanted or mail.sent_on == today:
        return
    comments = list(news(user, mail, at)[:MOST])
    if not comments:
        return
    CommentMail.objects.filter(pk=mail.pk).update(sent_on=today, told_until=at)
    with translation.override(user.language):
        message(user, mail, comments, today).send()


def news(user: User, mail: CommentMail, at: datetime) -> QuerySet[Comment]:
    """What others said since the last e-mail, that the person may see and has not read; what was told them first."""
    since = max(mail.told_until or at - LOOKS_BACK, at - LOOKS_BACK)
    unseen = Comment.objects.visible_to(user).unseen_by(user).filter(created_at__gt=since, created_at__lte=at)
    return unseen.for_listing().select_related("project").order_by("project", "created_at", "pk")


def message(user: User, mail: CommentMail, comments: list[Comment], day: date) -> EmailMultiAlternatives:
    """In the language that is on."""
    url = settings.SITE_URL + reverse("comment-unsubscribe", args=[mail.token])
    context = {
        "comments": comments,
        "told": [one for one in comments if user in one.told.all()],
        "site_url": settings.SITE_URL,
        "unsubscribe_url": url,
    }
    name = f"comments-{user.pk}-{day.isoformat()}"
    headers = {"List-Unsubscribe": f"<{url}>", "Auto-Submitted": "auto-generated"}
    return letter("projects/email/comments", context, [user.email], name, headers)
