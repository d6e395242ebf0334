"""Makes the plainest valid object of each kind; traits name the rest."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from brokering.exchange.report import Report
from brokering.matching import competences, index
from brokering.matching.score import OWN
from brokering.models import (
    Competence,
    CompetenceArea,
    CompetenceNeed,
    CourseOffer,
    CourseRun,
    ImportRun,
    Match,
    NeedRequest,
    Proposal,
    ScoreVersion,
    Verdict,
    Visit,
)
from brokering.models.choices import Mode
from brokering.models.imports import ImportState
from brokering.models.learning import LEARN, REFUSE, ScoreState
from brokering.models.matches import Band
from brokering.models.needs import NeedState
from partners.models import County, Invitation, Membership, Municipality, Organisation, User
from partners.models.memberships import MemberRole
from projects.models import PartnerRole, Project, ProjectPartner

PASSWORD = "korrekt hest batteri"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.no")
    first_name = "Kari"
    last_name = factory.Sequence(lambda n: f"Nordmann {n}")
    password = factory.django.Password(PASSWORD)


class CountyFactory(factory.django.DjangoModelFactory[County]):
    class Meta:
        model = County
        django_get_or_create = ("number",)

    number = "56"
    name = "Finnmark"
    official_name = "Finnmark – Finnmárku – Finmarkku"


class MunicipalityFactory(factory.django.DjangoModelFactory[Municipality]):
    class Meta:
        model = Municipality
        django_get_or_create = ("number",)

    number = "5605"
    name = "Sør-Varanger"
    official_name = factory.SelfAttribute("name")
    centre = "Kirkenes"
    county = factory.SubFactory(CountyFactory)
    latitude = 69.7271
    longitude = 30.0450
    point = "centre"


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Varanger Verksted {n} AS")
    roles = ["employer"]

    class Params:
        provider = factory.Trait(roles=["provider"], name=factory.Sequence(lambda n: f"Kursholder {n} AS"))
        county_council = factory.Trait(
            roles=["county", "funder"], name="Finnmark fylkeskommune", county=factory.SubFactory(CountyFactory)
        )


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = MemberRole.EMPLOYEE


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    organisation = factory.SubFactory(OrganisationFactory)
    role = MemberRole.EMPLOYEE
    email = factory.Sequence(lambda n: f"invited{n}@example.no")
    invited_by = factory.SubFactory(UserFactory)


class CompetenceAreaFactory(factory.django.DjangoModelFactory[CompetenceArea]):
    class Meta:
        model = CompetenceArea
        django_get_or_create = ("slug",)

    slug = "industri"
    name_nb = name_nn = "Industri"
    name_en = "Industry"
    name_se = "Industriija"


class CompetenceFactory(factory.django.DjangoModelFactory[Competence]):
    class Meta:
        model = Competence
        django_get_or_create = ("slug",)

    slug = "sveising"
    area = factory.SubFactory(CompetenceAreaFactory)
    name_nb = "Sveising"
    name_nn = "Sveising"
    name_en = "Welding"
    name_se = "Sveisen"
    description = "Sveise i stål og aluminium."


class CourseOfferFactory(factory.django.DjangoModelFactory[CourseOffer]):
    class Meta:
        model = CourseOffer
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Sveisekurs {n}")
    provider = factory.SubFactory(OrganisationFactory, provider=True)
    description = "Grunnkurs i sveising av stål og aluminium."

    @factory.post_generation  # type: ignore[untyped-decorator]  # factory is not read
    def places(self: CourseOffer, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.municipalities.set(extracted)


def searchable(**facts: Any) -> CourseOffer:
    """A course that search and matching find by its words, in a catalogue that knows what welding is."""
    CompetenceFactory.create()
    competences.refresh()
    offer = CourseOfferFactory.create(**facts)
    index.refresh([offer.pk])
    return offer


class CourseRunFactory(factory.django.DjangoModelFactory[CourseRun]):
    class Meta:
        model = CourseRun

    offer = factory.SubFactory(CourseOfferFactory)
    mode = Mode.ON_SITE
    municipality = factory.SubFactory(MunicipalityFactory)
    start = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))
    end = factory.LazyAttribute(lambda run: run.start and run.start + timedelta(days=2))
    deadline = factory.LazyAttribute(lambda run: run.start and run.start - timedelta(days=20))
    seats = 12


class CompetenceNeedFactory(factory.django.DjangoModelFactory[CompetenceNeed]):
    class Meta:
        model = CompetenceNeed

    employer = factory.SubFactory(OrganisationFactory)
    municipality = factory.SubFactory(MunicipalityFactory)
    text = "Vi trenger folk som kan sveise i aluminium."
    headcount = 2
    consent_to_share = False
    state = NeedState.OPEN


class ProposalFactory(factory.django.DjangoModelFactory[Proposal]):
    class Meta:
        model = Proposal

    need = factory.SubFactory(CompetenceNeedFactory)
    offer = factory.SubFactory(CourseOfferFactory)


class NeedRequestFactory(factory.django.DjangoModelFactory[NeedRequest]):
    class Meta:
        model = NeedRequest

    text = "Fire mann skal lære å sveise i aluminium."
    municipality = factory.SubFactory(MunicipalityFactory)
    headcount = 4
    firm = "Polarnatt Mekaniske AS"
    contact_name = "Kari Hansen"
    contact_email = "kari@polarnatt.example"
    language = "en"
    fingerprint = factory.Sequence(str)


class MatchFactory(factory.django.DjangoModelFactory[Match]):
    class Meta:
        model = Match

    need = factory.SubFactory(CompetenceNeedFactory)
    offer = factory.SubFactory(CourseOfferFactory)
    rank = factory.Sequence(lambda n: n + 1)
    score = 0.8
    band = Band.STRONG
    parts = factory.LazyFunction(dict)
    gates = factory.LazyFunction(list)
    engine = "tests"


class ImportRunFactory(factory.django.DjangoModelFactory[ImportRun]):
    class Meta:
        model = ImportRun

    by = factory.SubFactory(UserFactory)
    file_name = "feed.atom"
    state = ImportState.IMPORTED
    counts = factory.LazyFunction(lambda: Report("feed.atom").counts)


class VerdictFactory(factory.django.DjangoModelFactory[Verdict]):
    class Meta:
        model = Verdict

    need = factory.SubFactory(CompetenceNeedFactory)
    offer = factory.SubFactory(CourseOfferFactory)
    by = factory.SubFactory(UserFactory)
    fits = True


class ScoreVersionFactory(factory.django.DjangoModelFactory[ScoreVersion]):
    """One that was learnt and passed its check; its weights are the program's own."""

    class Meta:
        model = ScoreVersion
        skip_postgeneration_save = True

    state = ScoreState.LEARNT
    weights = factory.LazyFunction(lambda: OWN.as_json)
    instead_of = factory.LazyFunction(lambda: OWN.as_json)
    program = OWN.version
    learnt_from = factory.Sequence(lambda n: f"{n:064}")
    counts = factory.LazyFunction(lambda: {"verdicts": 400, "needs": 40, "people": 4, "yes": 100, "no": 300})
    before = factory.LazyFunction(lambda: {"loss": 0.6, "ranked": 0.8, "unsure": 0.02, "strong": 40, "strong_yes": 0.8})
    after = factory.LazyFunction(
        lambda: {"loss": 0.5, "ranked": 0.85, "unsure": 0.02, "strong": 40, "strong_yes": 0.85}
    )

    @factory.post_generation  # type: ignore[untyped-decorator]  # factory is not read
    def told(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """It begins by its act, as every version does."""
        act = REFUSE if self.state == ScoreState.REFUSED else LEARN
        self.events.create(act=act.name, to_state=act.target)


class VisitFactory(factory.django.DjangoModelFactory[Visit]):
    class Meta:
        model = Visit

    firm = factory.SubFactory(OrganisationFactory)
    handled_by = factory.SubFactory(OrganisationFactory, roles=["partner"])
    by = factory.SubFactory(UserFactory)
    notes = "De mangler folk som kan sveise."


class ProjectFactory(factory.django.DjangoModelFactory[Project]):
    class Meta:
        model = Project

    name = factory.Sequence(lambda n: f"Kompetanseløftet {n}")
    purpose = "Bedre samsvar mellom tilbud og etterspørsel etter kompetanse."
    first_year, last_year = 2026, 2028


class ProjectPartnerFactory(factory.django.DjangoModelFactory[ProjectPartner]):
    class Meta:
        model = ProjectPartner

    project = factory.SubFactory(ProjectFactory)
    organisation = factory.SubFactory(OrganisationFactory, roles=["partner"])
    role = PartnerRole.PARTNER

    class Params:
        running = factory.Trait(role=PartnerRole.OWNER, runs=True)
