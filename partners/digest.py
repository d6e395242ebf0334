"""The weekly e-mail: what a person must act on and what is new to them, gathered from kinds.

A kind is a class named in settings.DIGEST_KINDS; whatever app it lies in, it says whom it is for and what there is to
tell. A digest is written once a week and person, and sent from what was written, until the mail server has taken it.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from logging import getLogger
from typing import NamedTuple, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from partners import delivery
from partners.models import Digest, DigestRefusal, User

FIRST_LOOKS_BACK = timedelta(days=7)
STILL_THIS_WEEKS = timedelta(days=1)
"""A worker that was down at the hour writes the digests so long after; later they wait for the next week."""
ALL = "all"
logger = getLogger(__name__)


class Item(NamedTuple):
    """One thing to tell, with the page it is on."""

    title: str
    url: str
    text: str = ""


class Section(NamedTuple):
    """What belongs together: the new courses for one need."""

    title: str
    url: str
    items: list[Item]
    more: int = 0
    """How many more there are on the page."""


class Kind(Protocol):
    name: str
    """In addresses and in the database; never changed."""
    label: str | Promise

    def is_for(self, user: User) -> bool:
        """Whether the person may be told of it at all."""
        ...

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        """In the language that is on; empty when there is nothing to tell."""
        ...


class Chapter(NamedTuple):
    """What a digest tells of one kind."""

    kind: Kind
    sections: list[Section]
    unsubscribe_url: str


@cache
def kinds() -> tuple[Kind, ...]:
    return tuple(import_string(path)() for path in settings.DIGEST_KINDS)


def kinds_for(user: User) -> list[Kind]:
    return [kind for kind in kinds() if kind.is_for(user)]


def opening(at: datetime) -> datetime | None:
    """The hour of the week at which digests are written, when it was less than a day ago."""
    local = timezone.localtime(at)
    day, hour = settings.DIGEST_AT
    start = local.replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=(local.weekday() - day) % 7)
    start = start if start <= local else start - timedelta(days=7)
    return start if local - start < STILL_THIS_WEEKS else None


def write_all(at: datetime) -> None:
    """This week's digests of those who have none yet. One person's trouble is not another's: each in a transaction."""
    if (start := opening(at)) is None:
        return
    week = (start - timedelta(days=start.weekday())).date()
    people = User.objects.filter(is_active=True, memberships__isnull=False).exclude(digests__week=week)
    for user in people.distinct().order_by("pk"):
        try:
            write(user, week, at)
        except Exception:
            logger.exception("The weekly e-mail of person %s could not be written", user.pk)


@transaction.atomic
def write(user: User, week: date, at: datetime) -> None:
    """Of two workers that write at once, one writes. With nothing to tell it is noted that nothing was."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.digests.filter(week=week).exists():
        return
    last = user.digests.order_by("-week").first()
    since = last.until if last else at - FIRST_LOOKS_BACK
    with translation.override(user.language):
        chapters = list(_chapters(user, since, at))
        digest = Digest(user=user, week=week, until=at, next_attempt_at=at)
        if chapters:
            context = {"chapters": chapters, "site_url": settings.SITE_URL, "language_code": user.language}
            digest.subject = " ".join(render_to_string("partners/email/digest_subject.txt", context).split())[:200]
            digest.text = render_to_string("partners/email/digest.txt", context)
            digest.html = render_to_string("partners/email/digest.html", context)
        digest.save()


def _chapters(user: User, since: datetime, until: datetime) -> Iterator[Chapter]:
    for kind in wanted(user):
        if sections := kind.sections(user, since, until):
            yield Chapter(kind, sections, unsubscribe_url(user, kind.name))


def wanted(user: User) -> list[Kind]:
    """The kinds that are for the person, less those they have said no to.

    Who wants no weekly e-mail is still told of what is told at once.
    """
    refused = set(user.digest_refusals.values_list("kind", flat=True))
    kept = [kind for kind in kinds_for(user) if kind.name not in refused]
    return [kind for kind in kept if is_at_once(kind)] if ALL in refused else kept


def is_at_once(kind: Kind) -> bool:
    """Whether it comes when it happens, and stands in no weekly e-mail; where one refuses it is the same."""
    return getattr(kind, "is_at_once", False)


def wants(user: User, name: str) -> bool:
    """Whether a person has not refused what is told at once."""
    return not user.digest_refusals.filter(kind=name).exists()


def send_due(at: datetime) -> None:
    """Those that wait, each as one message."""
    delivery.send_due(Digest.objects.select_related("user"), message, at)


def message(digest: Digest) -> EmailMultiAlternatives:
    url = unsubscribe_url(digest.user, ALL)
    mail = EmailMultiAlternatives(
        subject=digest.subject,
        body=digest.text,
        to=[digest.user.email],
        headers={
            "Message-ID": f"<{digest.name}@kompetansebro>",
            "Date": format_datetime(digest.until),
            "List-Unsubscribe": f"<{url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(digest.html, "text/html")
    return mail


def unsubscribe_url(user: User, kind: str) -> str:
    return settings.SITE_URL + reverse("digest-unsubscribe", args=[_signer().sign_object([user.pk, kind])])


def holder(token: str) -> tuple[User, Kind | None] | None:
    """Whose link it is, and the kind it is about, or all of them; None when it is no link of ours."""
    try:
        pk, name = _signer().unsign_object(token)
    except BadSignature:
        return None
    user = User.objects.filter(pk=pk).first()
    kind = next((kind for kind in kinds() if kind.name == name), None)
    return (user, kind) if user and (kind or name == ALL) else None


def _signer() -> Signer:
    return Signer(salt="digest")


def refuse(user: User, kind: Kind | None) -> None:
    """From now on the person is told nothing of this kind, or nothing at all, not even what waits to be sent."""
    DigestRefusal.objects.get_or_create(user=user, kind=kind.name if kind else ALL)
    if kind is None or not wanted(user):
        user.digests.waiting().update(text="", html="")


def choose(user: User, names: Collection[str]) -> None:
    """Of the kinds that are for the person, these and no others."""
    for_them = kinds_for(user)
    user.digest_refusals.filter(kind__in=[ALL, *names]).delete()
    for kind in for_them:
        if kind.name not in names:
            refuse(user, kind)
