"""Enquiries that nobody has taken, for the guides and leaders of the unit; those one has taken, and not answered."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import User
from partners.waiting import MOST, NextAct, Waiting
from projects.models import GuidanceEnquiry
from projects.models.enquiry_states import TAKE, EnquiryState
from projects.models.guidance import IN_TIME, working_days


def waiting(user: User, on: date) -> Iterator[Waiting]:
    """The oldest first. What was written stays out of the card: the front page may be seen over a shoulder."""
    mine = Q(state=EnquiryState.RECEIVED) | Q(state=EnquiryState.TAKEN, taken_by=user)
    found = GuidanceEnquiry.objects.visible_to(user).unanswered().filter(mine).for_listing()
    for enquiry in found[:MOST]:
        yield _card(enquiry, on)


def _card(enquiry: GuidanceEnquiry, on: date) -> Waiting:
    is_new = enquiry.state == EnquiryState.RECEIVED
    late = enquiry.waiting_days(on) > IN_TIME
    title = _("Guidance enquiry from %(place)s") % {"place": enquiry.municipality}
    take = NextAct(TAKE.label, reverse("enquiry-act", args=[enquiry.pk, TAKE.name]))
    return Waiting(
        title,
        enquiry.get_absolute_url(),
        f"{enquiry.get_subject_display()} · {enquiry.waiting_text}",
        _("Answer") if not is_new else _("Nobody has taken it yet"),
        "danger" if late else "warning",
        in_time(timezone.localdate(enquiry.waits_since)),
        take if is_new else None,
    )


def in_time(day: date) -> date:
    """The last day on which an enquiry that came that day is answered in time."""
    return next(last for n in range(1, 8) if working_days(day, last := day + timedelta(days=n)) == IN_TIME)
