"""What belongs to a guidance enquiry and goes with it: messages, referrals to courses, and who did what."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.acts import Event
from partners.models import Organisation, User
from projects.models.enquiry_states import FORWARD, EnquiryState, Reason
from projects.models.guidance import GuidanceEnquiry

GOES_WITH_ITS_ENQUIRY = """
    IF EXISTS (SELECT 1 FROM projects_guidanceenquiry WHERE id = OLD.enquiry_id) THEN
        RAISE EXCEPTION 'Cannot delete an event of an enquiry that is kept';
    END IF;
    RETURN NULL;
"""


class EnquiryMessage(models.Model):
    """What the unit answered, or whoever asked wrote afterwards (`unit` is then None)."""

    enquiry = models.ForeignKey(GuidanceEnquiry, on_delete=models.CASCADE, related_name="messages")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("text"), max_length=4000)
    at = models.DateTimeField(_("when"), default=timezone.now)

    OF_OTHERS = frozenset({"text"})

    class Meta:
        verbose_name = _("message of an enquiry")
        verbose_name_plural = _("messages of enquiries")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.enquiry}: {self.at:%Y-%m-%d}"


class Referral(models.Model):
    """A course that whoever asked was referred to, as it was called then."""

    enquiry = models.ForeignKey(GuidanceEnquiry, on_delete=models.CASCADE, related_name="referrals")
    offer = models.PositiveBigIntegerField(_("number of the course"))
    title = models.CharField(_("course"), max_length=300)
    provider = models.CharField(_("provider"), max_length=200, blank=True)
    where = models.CharField(_("where"), max_length=300, blank=True)
    url = models.CharField(_("address"), max_length=500)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    OF_OTHERS = frozenset({"title", "provider", "where", "url", "offer"})

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["enquiry", "offer"], name="a_course_is_referred_to_once")]

    def __str__(self) -> str:
        return f"{self.enquiry}: {self.offer}"


class EnquiryEvent(Event):
    """One act. It is never rewritten, holds nothing personal (`why` is a Reason), and goes when its enquiry goes."""

    enquiry = models.ForeignKey(GuidanceEnquiry, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="goes_with_its_enquiry",
                operation=pgtrigger.Delete,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=GOES_WITH_ITS_ENQUIRY,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=["", *Reason.values]), name="events_of_enquiries_say_nothing_personal"
            )
        ]
        verbose_name = _("event of an enquiry")
        verbose_name_plural = _("events of enquiries")

    @property
    def label(self) -> str:
        """Where the act led to."""
        return gettext("Sent on") if self.act == FORWARD.name else str(EnquiryState(self.to_state).label)

    @property
    def reason(self) -> str:
        return str(Reason(self.why).label) if self.why else ""
