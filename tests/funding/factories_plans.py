"""Plans and accounts as tests need them, carried through by the acts that lead there."""

from decimal import Decimal
from typing import Any

from funding.models import Contents, Cost, CostStatement, Financing, PlanVersion
from partners.models import User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import MembershipFactory, ProjectFactory, UserFactory
from tests.funding.factories import CommitmentFactory
from tests.projects.factories_agreements import document

FIRST = Decimal(1_000_000)


def contents(amount: Decimal = FIRST, *years: int) -> Contents:
    """A cost of so much in each year, and a grant that pays it; 2026 when nothing is said."""
    each = dict.fromkeys(years or (2026,), amount)
    return Contents([Cost("Prosjektleder", "wages", years=each)], [Financing("Tilskudd", "grant", years=each)])


def plan(project: Project | None = None, state: str = "approved", what: Contents | None = None) -> PlanVersion:
    """A version in that state; what it holds adds up unless said otherwise."""
    project = project or ProjectFactory.create()
    version = PlanVersion.objects.begin(project, UserFactory.create())
    version.write(what or contents())
    if state != "draft":
        version.submit(version.created_by)
    if state == "approved":
        version.approve(payer(project))
    return version


def payer(project: Project, role: str = MemberRole.CASE_OFFICER) -> User:
    """Somebody with that role in an organisation that pays for the project."""
    commitment = project.commitments.current().first() or CommitmentFactory.create(project=project)
    return MembershipFactory.create(organisation=commitment.funder, role=role).user


def statement(version: PlanVersion | None = None, state: str = "approved", **spent: Any) -> CostStatement:
    """Accounts in that state; `spent` by the text of the cost, 400 000 on the first when nothing is said."""
    version = version or plan()
    project, year = version.plan.project, spent.pop("year", 2026)
    accounts = CostStatement.objects.begin(project, year, UserFactory.create(), title="Regnskap", version=version)
    lines = {line.text: line.pk for line in version.costs.all()}
    accounts.write({lines[text]: amount for text, amount in (spent or {next(iter(lines)): Decimal(400_000)}).items()})
    accounts.documents.add(document(name="regnskap.pdf"))
    if state != "draft":
        accounts.send(UserFactory.create())
    if state == "returned":
        accounts.give_back(payer(project), "Bilag mangler")
    if state == "approved":
        accounts.approve(payer(project))
    return accounts
