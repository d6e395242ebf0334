"""E-mails about guidance enquiries. None says what was written or by whom; each may be sent again without harm."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from partners.letters import letter
from partners.models import User
from projects.models import GuidanceEnquiry
from projects.models.services import GUIDES


def send_receipt(pk: int) -> None:
    """To whoever asked: reference and link. Nothing that was typed, lest the form be used to write to others."""
    enquiry = GuidanceEnquiry.objects.for_listing().filter(pk=pk, receipt_sent_at=None).exclude(email="").first()
    if enquiry:
        _write_to_asker(enquiry, "projects/email/receipt", f"enquiry-{enquiry.pk}-receipt")
        GuidanceEnquiry.objects.filter(pk=pk).update(receipt_sent_at=timezone.now())


def tell_asker(pk: int) -> None:
    """That there is an answer, and where to read it."""
    enquiry = GuidanceEnquiry.objects.for_listing().filter(pk=pk, asker_told_at=None).exclude(email="").first()
    last = enquiry and enquiry.events.filter(to_state="answered").last()
    if enquiry and last:
        _write_to_asker(enquiry, "projects/email/answer", f"enquiry-{enquiry.pk}-answer-{last.pk}")
        GuidanceEnquiry.objects.filter(pk=pk).update(asker_told_at=timezone.now())


def _write_to_asker(enquiry: GuidanceEnquiry, template: str, name: str) -> None:
    with translation.override(enquiry.language):
        context = {"enquiry": enquiry, "url": settings.SITE_URL + enquiry.get_own_url()}
        letter(template, context, [enquiry.email], name).send()


def tell_unit(pk: int) -> None:
    """The guides and leaders of the unit that has it: one has come, or somebody wrote again."""
    enquiry = GuidanceEnquiry.objects.for_listing().filter(pk=pk, unit_told_at=None).first()
    if enquiry is None:
        return
    about = f"enquiry-{enquiry.pk}-{enquiry.unit_id}-{enquiry.messages.count()}"
    readers = User.objects.filter(
        memberships__organisation=enquiry.unit_id, memberships__role__in=GUIDES, is_active=True
    )
    for reader in readers.distinct().order_by("pk"):
        with translation.override(reader.language):
            context = {"enquiry": enquiry, "url": settings.SITE_URL + reverse("enquiry", args=[pk])}
            letter("projects/email/enquiry", context, [reader.email], f"{about}-{reader.pk}").send()
    GuidanceEnquiry.objects.filter(pk=pk).update(unit_told_at=timezone.now())
