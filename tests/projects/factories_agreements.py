"""Makes agreements, their parties, versions and documents."""

from typing import Any

import factory

from partners.models import Organisation, User
from projects.documents import Checked, fingerprint
from projects.models import Agreement, AgreementParty, AgreementVersion, Document
from projects.models.agreements import READY, SEND
from projects.models.documents import ContentType
from projects.models.signatures import Answer
from projects.signing import Given, give
from tests.factories import OrganisationFactory, ProjectFactory

TODAY = "2026-05-01"


class AgreementFactory(factory.django.DjangoModelFactory[Agreement]):
    class Meta:
        model = Agreement

    project = factory.SubFactory(ProjectFactory)
    kind = "cooperation"
    title = factory.Sequence(lambda n: f"Samarbeidsavtale {n}")


class AgreementPartyFactory(factory.django.DjangoModelFactory[AgreementParty]):
    class Meta:
        model = AgreementParty

    agreement = factory.SubFactory(AgreementFactory)
    organisation = factory.SubFactory(OrganisationFactory, roles=["partner"])


class AgreementVersionFactory(factory.django.DjangoModelFactory[AgreementVersion]):
    class Meta:
        model = AgreementVersion

    agreement = factory.SubFactory(AgreementFactory)
    number = 1
    text = "Partene samarbeider om kompetanse i Øst-Finnmark."


def document(content: bytes = b"%PDF-1.7 signert", name: str = "avtale.pdf", by: User | None = None) -> Document:
    """One that lies in the storage, without having been looked through."""
    return Document.keep(Checked(name, content, ContentType.PDF, fingerprint(content)), by)


def drafted(*organisations: Organisation, **facts: Any) -> Agreement:
    """A draft with a text, between these organisations (else between two)."""
    agreement = AgreementFactory.create(**facts)
    for order, organisation in enumerate(organisations or OrganisationFactory.create_batch(2, roles=["partner"])):
        AgreementPartyFactory.create(agreement=agreement, organisation=organisation, order=order)
    AgreementVersionFactory.create(agreement=agreement)
    return agreement


def sent(*organisations: Organisation, **facts: Any) -> Agreement:
    agreement = drafted(*organisations, **facts)
    agreement.carry_out(READY, None)
    agreement.carry_out(SEND, None)
    return agreement


def sign(agreement: Agreement, party: AgreementParty, by: User, **said: Any) -> None:
    """The party answers the latest version through somebody who may."""
    assert agreement.latest is not None
    said = {"answer": Answer.SIGNED, "signatory": "Kari Nordmann", "position": "Daglig leder"} | said
    give(Given(party=party, version=agreement.latest, by=by, signed_on=said.pop("signed_on", TODAY), **said))


def signed(*organisations: Organisation, by: User, **facts: Any) -> Agreement:
    agreement = sent(*organisations, **facts)
    for party in agreement.parties.all():
        sign(agreement, party, by)
    agreement.refresh_from_db()
    return agreement
