"""Agreements that wait for a person: to sign, long unsigned, to send, and about to end."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Organisation, User
from partners.waiting import MOST, Waiting
from projects.agreement_permissions import SIGNATORIES
from projects.models import Agreement, AgreementParty, AgreementState, AgreementVersion, Project, Signature
from projects.models.agreements import LONG_SENT


def waiting(user: User, on: date) -> Iterator[Waiting]:
    """Four queries."""
    yield from _to_sign(user)
    led = Agreement.objects.filter(project__in=Project.objects.led_by(user).order_by().values("pk")).with_since()
    for agreement in led.unanswered().select_related("project")[:MOST]:
        if agreement.has_lain(on):
            tag = _("Unsigned for over 14 days")
            due = timezone.localdate(agreement.came_at) + LONG_SENT
            yield _card(agreement, tag, "danger", due)
    for agreement in led.filter(state=AgreementState.READY).select_related("project")[:MOST]:
        yield _card(agreement, _("Ready to send"), "info")
    for agreement in led.expiring(on).select_related("project")[:MOST]:
        yield _card(agreement, _("Expires soon"), "warning", agreement.valid_to)


def _to_sign(user: User) -> Iterator[Waiting]:
    """What was sent to an organisation the person may sign for; urgent from the day it would lie too long."""
    houses = Organisation.objects.with_role(user, *SIGNATORIES)
    own = Q(organisation__in=houses) | Q(organisation__parent__in=houses)
    newer = AgreementVersion.objects.filter(
        agreement=OuterRef("version__agreement"), number__gt=OuterRef("version__number")
    )
    answered = Signature.objects.filter(~Exists(newer), party=OuterRef("pk"))
    parties = AgreementParty.objects.filter(own, ~Exists(answered), agreement=OuterRef("pk"))
    found = Agreement.objects.unanswered().filter(Exists(parties)).with_since().select_related("project")
    for agreement in found[:MOST]:
        due = timezone.localdate(agreement.came_at) + LONG_SENT
        yield _card(agreement, _("To be signed"), "warning", due)


def _card(agreement: Agreement, tag: str, color: str, urgency: date | None = None) -> Waiting:
    return Waiting(agreement.title, agreement.get_absolute_url(), agreement.project.name, tag, color, urgency)
