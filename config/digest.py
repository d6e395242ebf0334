"""What the weekly e-mail tells of all apps together: the tasks that wait."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.front import everything
from partners.digest import Item, Section
from partners.models import User
from partners.waiting import grouped

MOST = 10


class Tasks:
    """What waits for the person, under the headings of the front page; what has no hurry is counted only."""

    name = "tasks"
    label = _("What waits for you")

    def is_for(self, user: User) -> bool:
        return bool(user.standings)

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        today = timezone.localdate(until)
        url, left = reverse("waiting"), MOST
        found = []
        for group in grouped(everything(user, today), today):
            shown = group.items[:left]
            left -= len(shown)
            items = [Item(f"{one.title}: {one.tag}", one.url, one.text) for one in shown]
            if items:
                found.append(Section(str(group.label), url, items, len(group.items) - len(shown)))
        return found
