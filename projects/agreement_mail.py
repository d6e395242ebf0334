"""Tells those who may sign an agreement that it is sent."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from partners.letters import letter
from partners.models import User
from projects.agreement_permissions import SIGNATORIES
from projects.models import Agreement, AgreementParty
from projects.models.agreements import ANSWERABLE


def send_agreement(pk: int) -> None:
    """Once for each party and version: who was told is written down, and the mail's name is the same if it goes again.

    Who has answered meanwhile, or whose agreement was taken back, hears nothing.
    """
    agreement = Agreement.objects.select_related("project").get(pk=pk)
    if agreement.state not in ANSWERABLE or agreement.latest is None:
        return
    number = agreement.latest.number
    answered = agreement.latest.signatures.values("party")
    for party in agreement.parties.exclude(told_version__isnull=False, told_version=number).exclude(pk__in=answered):
        _tell(agreement, party, number)


@transaction.atomic
def _tell(agreement: Agreement, party: AgreementParty, number: int) -> None:
    locked = AgreementParty.objects.select_for_update().get(pk=party.pk)
    if locked.told_version == number:
        return
    AgreementParty.objects.filter(pk=party.pk).update(told_version=number)
    url = settings.SITE_URL + agreement.get_absolute_url()
    for person in signatories(party):
        with translation.override(person.language):
            context = {"agreement": agreement, "party": party, "url": url}
            name = f"agreement-{party.pk}-{number}-{person.pk}"
            letter("projects/email/agreement", context, [person.email], name).send()


def signatories(party: AgreementParty) -> list[User]:
    """Those who may sign for it, as in agreement_permissions.may_sign_for."""
    house = Q(memberships__organisation=party.organisation) | Q(memberships__organisation__units=party.organisation)
    return list(User.objects.filter(house, memberships__role__in=SIGNATORIES, is_active=True).distinct().order_by("pk"))
