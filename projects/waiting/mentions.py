"""Comments by which somebody told the person something that is not read yet."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from partners.models import User
from partners.waiting import Waiting
from projects.models import Comment


def waiting(user: User, on: date) -> Iterator[Waiting]:
    told = Comment.objects.visible_to(user).unseen_by(user).filter(told=user)
    for comment in told.for_listing():
        title = _("%(who)s tells you something") % {"who": comment.author} if comment.author else _("A comment for you")
        yield Waiting(title, comment.get_absolute_url(), str(comment), str(comment.project), "info")
