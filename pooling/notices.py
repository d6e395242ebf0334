"""Writes e-mails about pools and courses, in the transaction of what they tell of, and sends each of them once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django_q.tasks import async_task

from partners import delivery
from partners.models import User
from pooling.models import Notice, NoticeRefusal
from pooling.models.notices import NoticeKind


def send_due(at: datetime | None = None) -> None:
    """With what was written a moment ago."""
    now = timezone.now()
    delivery.send_due(Notice.objects.all(), message, max(at or now, now))


def send_soon() -> None:
    """As soon as what was written is stored. Should that fail, the next hour sends it."""
    async_task("pooling.notices.send_due")


def write(
    name: str,
    template: str,
    context: Mapping[str, Any],
    to: Sequence[str],
    language: str,
    *,
    kind: str = "",
    reply_to: User | None = None,
) -> None:
    """Once under a name to each address, in the language of who has it here, else in this one.

    What is of a kind says how one gets no more of it, and is not written to those who have said so. Functions in the
    context are called in the receiver's language.
    """
    languages = dict(User.objects.filter(email__in=to, is_active=True).values_list("email", "language"))
    wanted = NoticeRefusal.objects.wanted(to, kind)
    for number, address in enumerate(to, start=1):
        if address in wanted:
            stop = {"stop_url": stop_url(address, kind)} if kind else {}
            own = f"{name}-{number}" if number > 1 else name
            facts = {"kind": kind, "to": address, "reply_to": reply_to.email if reply_to else ""}
            _write(own, template, {**context, **stop}, languages.get(address, language), facts)


def _write(name: str, template: str, context: dict[str, Any], language: str, facts: dict[str, str]) -> None:
    with translation.override(language):
        said = {**context, "language_code": language}
        Notice.objects.get_or_create(
            name=name,
            defaults={
                **facts,
                "stop_url": context.get("stop_url", ""),
                "subject": " ".join(render_to_string(f"{template}_subject.txt", said).split())[:200],
                "text": render_to_string(f"{template}.txt", said),
                "html": render_to_string(f"{template}.html", said),
            },
        )


def message(notice: Notice) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": f"<{notice.name}@kompetansebro>",
        "Date": format_datetime(notice.written_at),
        "Auto-Submitted": "auto-generated",
    }
    if notice.stop_url:
        headers |= {"List-Unsubscribe": f"<{notice.stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    answers = [notice.reply_to] if notice.reply_to else None
    mail = EmailMultiAlternatives(notice.subject, notice.text, to=[notice.to], reply_to=answers, headers=headers)
    mail.attach_alternative(notice.html, "text/html")
    return mail


def stop_url(address: str, kind: str) -> str:
    """Where whoever holds the e-mail says that no more of its kind is wanted."""
    return settings.SITE_URL + reverse("notice-stop", args=[_signer().sign_object([address, kind])])


def holder(token: str) -> tuple[str, NoticeKind] | None:
    """Whose link it is, and the kind it is about; None when it is no link of ours."""
    try:
        address, kind = _signer().unsign_object(token)
    except BadSignature:
        return None
    return address, NoticeKind(kind)


def _signer() -> Signer:
    return Signer(salt="notice")


def refuse(address: str, kind: NoticeKind) -> None:
    """From now on nothing of the kind is written to the address, nor sent that waits."""
    NoticeRefusal.objects.get_or_create(email=address.lower(), kind=kind)
    Notice.objects.filter(to__iexact=address, kind=kind).withdraw()


def want(address: str, kind: NoticeKind) -> None:
    """Again, after all."""
    NoticeRefusal.objects.filter(email=address.lower(), kind=kind).delete()
