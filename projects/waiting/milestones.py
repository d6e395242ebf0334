"""Milestones that are late or soon due, for those who answer for them."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners.models import User
from partners.waiting import NextAct, Waiting
from projects.models import Milestone, Project
from projects.models.milestones import REACH, SOON


def waiting(user: User, on: date) -> Iterator[Waiting]:
    due = Milestone.objects.of(user).due_by(on + SOON).filter(project__in=Project.objects.active())
    for milestone in due.visible_to(user).for_listing():
        tag = _("Due %(day)s") % {"day": date_format(milestone.due_on)}
        color = "danger" if milestone.due_on < on else "warning"
        act = NextAct(REACH.label, reverse("milestone-act", args=[milestone.pk, REACH.name]))
        text, url = str(milestone.project), milestone.get_absolute_url()
        yield Waiting(milestone.title, url, text, tag, color, milestone.due_on, act)
