"""Agreements that wait for a person: to sign, long unsigned, to send, and about to end."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.translation import gettext as _

from partners.models import Organisation, User
from partners.waiting import MOST, Waiting
from projects.agreement_permissions import SIGNATORIES
from projects.models import Agreement, AgreementParty, AgreementState, AgreementVersion, Project, Signature
from projects.models.agreements import LONG_SENT


def waiting(user: User, on: date) -> Iterator[Waiting]:
    """Two queries."""
    yield from _to_sign(user)
    yield from _to_keep(user, on)


def _to_keep(user: User, on: date) -> Iterator[Waiting]:
    """Of the projects one leads: first what has lain unsigned, then what is ready to send, then what ends soon."""
    led = Agreement.objects.filter(project__in=Project.objects.led_by(user).order_by().values("pk"))
    lain = Q(pk__in=led.lain(on).order_by().values("pk"))
    ends = Q(pk__in=led.expiring(on).order_by().values("pk"))
    turn = Case(When(lain, then=0), When(state=AgreementState.READY, then=1), default=2)
    found = led.filter(lain | ends | Q(state=AgreementState.READY)).with_since().select_related("project")
    for agreement in found.order_by(turn, F("since"), "pk")[:MOST]:
        if agreement.state == AgreementState.READY:
            yield _card(agreement, _("Ready to send"), "info")
        elif agreement.is_signed:
            yield _card(agreement, _("Expires soon"), "warning", agreement.valid_to)
        else:
            yield _card(agreement, _("Unsigned for over 14 days"), "danger", agreement.came_on + LONG_SENT)


def _to_sign(user: User) -> Iterator[Waiting]:
    """What was sent to an organisation the person may sign for; urgent from the day it would lie too long."""
    houses = Organisation.objects.with_role(user, *SIGNATORIES)
    own = Q(organisation__in=houses) | Q(organisation__parent__in=houses)
    newer = AgreementVersion.objects.filter(
        agreement=OuterRef("version__agreement"), number__gt=OuterRef("version__number")
    )
    answered = Signature.objects.filter(~Exists(newer), party=OuterRef("pk"))
    parties = AgreementParty.objects.filter(own, ~Exists(answered), agreement=OuterRef("pk"))
    found = Agreement.objects.unanswered().filter(Exists(parties)).with_since().with_since().select_related("project")
    for agreement in found[:MOST]:
        yield _card(agreement, _("To be signed"), "warning", agreement.came_on + LONG_SENT)


def _card(agreement: Agreement, tag: str, color: str, urgency: date | None = None) -> Waiting:
    return Waiting(agreement.title, agreement.get_absolute_url(), agreement.project.name, tag, color, urgency)
