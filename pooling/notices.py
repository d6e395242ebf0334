"""Writes e-mails to those who have no account, and sends them: each once, as the weekly e-mail is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from partners import delivery
from pooling.models import Notice


def send_due(at: datetime) -> None:
    """With what was written a moment ago."""
    delivery.send_due(Notice.objects.all(), message, max(at, timezone.now()))


def write(name: str, template: str, context: Mapping[str, Any], to: Sequence[str], language: str) -> None:
    """Once under a name, in the receiver's language; nothing where there is nobody to write to."""
    if not to:
        return
    with translation.override(language):
        said = {**context, "language_code": language}
        Notice.objects.get_or_create(
            name=name,
            defaults={
                "to": list(to),
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
    mail = EmailMultiAlternatives(subject=notice.subject, body=notice.text, to=notice.to, headers=headers)
    mail.attach_alternative(notice.html, "text/html")
    return mail
