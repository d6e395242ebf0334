"""How people get and use an account, on top of django-allauth: by invitation, with their e-mail address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from partners.models import Invitation, User

INVITATION = "invitation"


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The open invitation whose link this visitor followed."""
    token = request.session.get(INVITATION, "")
    return Invitation.objects.open().select_related("organisation").filter(token=token).first() if token else None


def welcome(invitation: Invitation) -> str:
    """What a person reads who has just accepted."""
    return _("Welcome. You are now registered with %(organisation)s as “%(role)s”.") % {
        "organisation": invitation.organisation,
        "role": invitation.get_role_display(),
    }


def remember_language(response: HttpResponse, language: str) -> None:
    """Later pages come in this language, also after logging out."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
    )


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation."""
        return invitation_of(request) is not None

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Demonstration accounts open the demonstration region only."""
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """On a machine where no language was chosen, the person's own."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(response, user.language)
        return response

    def format_email_subject(self, subject: str) -> str:
        return subject

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """In the receiver's language where we know the person, else in the page's."""
        person = User.objects.filter(email__iexact=email).first()
        with translation.override(person.language if person else translation.get_language()):
            mail: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        return mail
