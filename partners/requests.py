"""The request of a page that asks for login: its user is a person."""

from django.http import HttpRequest

from partners.models import User


class Request(HttpRequest):
    """For annotations; the middleware that asks for login makes it true."""

    user: User
