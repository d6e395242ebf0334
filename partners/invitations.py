"""The e-mail that carries an invitation: queued with the invitation, sent by the worker, once."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_q.tasks import async_task

from partners.models import Invitation, User


def queue(invitation: Invitation) -> None:
    """The job is stored in the caller's transaction."""
    async_task("partners.invitations.send", invitation.pk)


def send(pk: int) -> None:
    """Send the invitation unless that has been done; an attempt that is repeated carries the same Message-ID."""
    invitation = (
        Invitation.objects.open().filter(pk=pk, sent_at=None).select_related("organisation", "invited_by").first()
    )
    if invitation is None:
        return
    with translation.override(language_of(invitation)):
        message(invitation).send()
    Invitation.objects.filter(pk=pk).update(sent_at=timezone.now())


def language_of(invitation: Invitation) -> str:
    """The receiver's, when we know the person; else the inviter's."""
    receiver = User.objects.filter(email__iexact=invitation.email).first()
    return (receiver or invitation.invited_by).language


def message(invitation: Invitation) -> EmailMultiAlternatives:
    context = {"invitation": invitation, "url": settings.SITE_URL + invitation.get_absolute_url()}
    subject = render_to_string("partners/email/invitation_subject.txt", context)
    round_ = int(invitation.expires_at.timestamp())
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string("partners/email/invitation_message.txt", context).strip(),
        to=[invitation.email],
        headers={"Message-ID": f"<invitation.{invitation.pk}.{round_}@{urlsplit(settings.SITE_URL).hostname}>"},
    )
    mail.attach_alternative(render_to_string("partners/email/invitation_message.html", context), "text/html")
    return mail
