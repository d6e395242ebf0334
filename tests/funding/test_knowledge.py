"""What projects are told about their money."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funding.models import Strength
from funding.models.commitment_states import WITHDRAW
from projects.knowledge import knowledge
from projects.models import Project, ProjectState
from projects.models.states import FINANCE
from tests.factories import MunicipalityFactory, ProjectFactory, ProjectPartnerFactory
from tests.funding.factories import CommitmentFactory, ConditionFactory, TrancheFactory, funded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NONE = "No commitment of money is registered."
NOT_BINDING = "The first year has no firm or conditional money, only what is held out or falls later."
UNKNOWN = "How much money the first year has is not known."


@pytest.fixture
def project() -> Project:
    project = ProjectFactory.create(state=ProjectState.PLANNED)
    project.municipalities.add(MunicipalityFactory.create())
    ProjectPartnerFactory.create(project=project, running=True)
    return project


def test_without_a_commitment_it_is_not_financed(project: Project) -> None:
    assert knowledge().missing_money(project) == [NONE]
    with pytest.raises(ValidationError, match=NONE):
        project.carry_out(FINANCE, None)


@pytest.mark.parametrize(
    ("year", "strength", "amount", "lacking"),
    [
        (2026, Strength.FIRM, 100, []),
        (2026, Strength.CONDITIONAL, 100, []),
        (2026, Strength.HELD_OUT, 100, [NOT_BINDING]),
        (2027, Strength.FIRM, 100, [NOT_BINDING]),
        (2026, Strength.FIRM, None, [UNKNOWN]),
        (None, Strength.FIRM, 100, []),
        (None, Strength.HELD_OUT, 100, [NOT_BINDING]),
        (None, Strength.FIRM, None, [UNKNOWN]),
    ],
)
def test_the_first_year_must_be_covered(
    project: Project, year: int | None, strength: str, amount: int | None, lacking: list[str]
) -> None:
    commitment = CommitmentFactory.create(project=project)
    commitment.add(year, amount and Decimal(amount), strength, None)
    assert knowledge().missing_money(project) == lacking


def test_a_commitment_without_its_years_is_not_enough(project: Project) -> None:
    CommitmentFactory.create(project=project)
    assert knowledge().missing_money(project) == [NOT_BINDING]


def test_withdrawn_money_finances_nothing(project: Project) -> None:
    funded(project=project).carry_out(WITHDRAW, None, "Ført feil")
    assert knowledge().missing_money(project) == [NONE]
    assert knowledge().money(project) == []


def test_with_its_first_year_secured_it_is_financed(project: Project) -> None:
    funded(project=project)
    project.carry_out(FINANCE, None)
    project.refresh_from_db()
    assert project.state == ProjectState.FINANCED


def test_lines_are_by_source_and_year_the_firm_first_with_their_conditions(project: Project) -> None:
    commitment = CommitmentFactory.create(project=project, amount=None)
    second = TrancheFactory.create(commitment=commitment, year=2027, amount=None, state=Strength.HELD_OUT)
    TrancheFactory.create(commitment=commitment, year=None, amount=Decimal(50))
    TrancheFactory.create(commitment=commitment, year=2026, amount=Decimal(300_000))
    ConditionFactory.create(commitment=commitment, tranche=second, binds="reservation")
    told = [(line.year, line.amount, line.strength) for line in knowledge().money(project)]
    assert told == [(2026, Decimal(300_000), "firm"), (None, Decimal(50), "firm"), (2027, None, "held_out")]
    *_others, last = knowledge().money(project)
    assert last.conditions == ("The funder’s reservation: Tilfredsstillende framdrift (not assessed)",)
    assert last.strength_label == "Held out"
