"""Makes agreements, their parties, versions and documents."""

from typing import Any

import factory

from partners.models import Organisation, User
from projects.documents import Checked, fingerprint
from projects.models import Agreement, AgreementParty, AgreementVersion, Document, Project
from projects.models.agreements import READY, SEND
from projects.models.documents import ContentType
from projects.models.signatures import Answer
from projects.signing import Given, give
from tests.factories import MembershipFactory, OrganisationFactory, ProjectFactory, ProjectPartnerFactory, UserFactory

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


def drafted(*organisations: Organisation | None, **facts: Any) -> Agreement:
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


def house(project: Project, holds: str, **partner: Any) -> tuple[Organisation, User]:
    """A partner of the project, and somebody who has this role there."""
    organisation = OrganisationFactory.create(roles=["partner"])
    ProjectPartnerFactory.create(project=project, organisation=organisation, **partner)
    return organisation, somebody(holds, organisation)


def somebody(role: str, organisation: Organisation) -> User:
    user = UserFactory.create()
    MembershipFactory.create(user=user, role=role, organisation=organisation)
    return user


class Case:
    """A project with an owner, a county that pays, a partner that is party, one that is not, and a party outside it."""

    def __init__(self) -> None:
        self.project = ProjectFactory.create(state="running")
        self.owner, self.leader = house(self.project, "leader", running=True)
        self.county, self.officer = house(self.project, "case_officer", role="funder")
        self.partner, self.signer = house(self.project, "leader")
        self.other, self.onlooker = house(self.project, "leader")
        self.outside = OrganisationFactory.create()
        self.outsider = somebody("decider", self.outside)
        self.reader = somebody("reader", self.partner)
        self.stranger = somebody("leader", OrganisationFactory.create())

    @property
    def parties(self) -> list[Organisation]:
        return [self.owner, self.partner, self.outside]
