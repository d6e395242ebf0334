"""E-mails as jobs send them: as text and as HTML, and known by name when they are sent again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def letter(
    template: str, context: dict[str, Any], to: Sequence[str], name: str, headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """In the language that is on. What is sent again has the same name, by which mail programs know it."""
    message = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{template}_subject.txt", context).split()),
        body=render_to_string(f"{template}.txt", context),
        to=to,
        headers={"Message-ID": f"<{name}@kompetansebro>"} | dict(headers or {}),
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message
