"""How people get and use an account, on top of django-allauth: by invitation, with their e-mail address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from partners.models import Invitation

INVITATION = "invitation"


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The open invitation whose link this visitor followed."""
    token = request.session.get(INVITATION, "")
    return Invitation.objects.open().select_related("organisation").filter(token=token).first() if token else None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation."""
        return invitation_of(request) is not None

    def clean_email(self, email: str) -> str:
        """An invited person signs up with the address the invitation was sent to."""
        return str(super().clean_email(email))

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Demonstration accounts open the demonstration region only."""
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)
