"""The rules over several rows: broken through the models and by raw SQL, in one connection and in two at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from funding.models import Commitment, Condition, Decision, SchemeCeiling, Strength, Tranche
from funding.models.commitment_states import CONFIRM, WITHDRAW
from funding.models.conditions import MEET
from partners.models import User
from partners.models.roles import COUNTY_ROLES, MemberRole
from projects.models import Project, ProjectState
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    ProjectFactory,
    ProjectPartnerFactory,
    UserFactory,
)
from tests.funding.factories import (
    CommitmentFactory,
    ConditionFactory,
    SchemeCeilingFactory,
    TrancheFactory,
    funded,
)
from tests.funding.factories_promises import drafted, year_of

HALF, MILLION = Decimal(500_000), Decimal(1_000_000)
db = pytest.mark.django_db


@contextmanager
def settled() -> Iterator[None]:
    """What came before is in order; what is done here is checked as when its transaction ends."""
    connection.check_constraints()
    with transaction.atomic():
        yield
        connection.check_constraints()


@contextmanager
def refused(name: str) -> Iterator[None]:
    """What is done here fails by that rule, at the latest when its transaction would end."""
    with pytest.raises(IntegrityError, match=name), settled():
        yield


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def amend_by_sql(amount: str) -> None:
    """Every year gets that amount, with an event made by hand."""
    sql(
        "INSERT INTO funding_trancheevent (tranche_id, act, from_state, to_state, at, why, amount)"
        " SELECT id, 'amend', state, state, now(), '', %s FROM funding_tranche",
        amount,
    )
    sql("UPDATE funding_tranche SET amount = %s", amount)


def staff(commitment: Commitment, role: str = MemberRole.DECIDER) -> User:
    return MembershipFactory.create(organisation=commitment.funder, role=role).user


@db
class TestTheYearsOfACommitment:
    def test_sum_to_no_more_than_it(self) -> None:
        commitment = TrancheFactory.create(amount=MILLION).commitment
        with refused("tranches_within_commitment"):
            commitment.add(2027, Decimal("0.01"), Strength.FIRM, None)

    def test_nor_by_raw_sql(self) -> None:
        TrancheFactory.create()
        with refused("tranches_within_commitment"):
            amend_by_sql("1000000.01")
        with refused("tranches_within_commitment"):
            sql("UPDATE funding_commitment SET amount = 399999.99")

    def test_may_sum_to_all_of_it_be_moved_about_and_be_unknown(self) -> None:
        first = TrancheFactory.create(amount=MILLION - 1)
        second = TrancheFactory.create(commitment=first.commitment, year=2027, amount=Decimal(1))
        with transaction.atomic():
            second.amend(MILLION - 1, None)
            first.amend(Decimal(1), None)
            first.commitment.add(2028, None, Strength.HELD_OUT, None)
            connection.check_constraints()

    def test_of_unknown_size_may_be_anything(self) -> None:
        TrancheFactory.create(commitment=CommitmentFactory.create(amount=None), amount=99 * MILLION)
        connection.check_constraints()


@db
class TestTheCeilingOfAScheme:
    @pytest.fixture
    def ceiling(self) -> SchemeCeiling:
        return SchemeCeilingFactory.create(amount=HALF)

    def test_holds_for_a_project_and_a_year_over_all_commitments(self, ceiling: SchemeCeiling) -> None:
        first = TrancheFactory.create(amount=HALF, commitment__scheme=ceiling.scheme).commitment
        other = CommitmentFactory.create(project=first.project, scheme=ceiling.scheme)
        with refused("tranches_within_ceiling"):
            other.add(2026, Decimal(1), Strength.HELD_OUT, None)

    def test_counts_another_project_another_year_and_withdrawn_money_apart(self, ceiling: SchemeCeiling) -> None:
        first = TrancheFactory.create(amount=HALF, commitment__scheme=ceiling.scheme).commitment
        TrancheFactory.create(amount=HALF, commitment__scheme=ceiling.scheme)
        TrancheFactory.create(commitment=first, year=2027, amount=HALF)
        first.carry_out(WITHDRAW, None, "Ført feil")
        again = CommitmentFactory.create(project=first.project, scheme=ceiling.scheme)
        again.add(2026, HALF, Strength.FIRM, None)
        connection.check_constraints()

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE funding_schemeceiling SET amount = 499999.99",
            "UPDATE funding_commitment SET scheme_id = (SELECT id FROM funding_fundingscheme) WHERE scheme_id IS NULL",
            "UPDATE funding_tranche SET year = 2026 WHERE year = 2027",
        ],
    )
    def test_holds_by_raw_sql(self, ceiling: SchemeCeiling, change: str) -> None:
        project = ProjectFactory.create()
        TrancheFactory.create(amount=HALF, commitment__project=project, commitment__scheme=ceiling.scheme)
        TrancheFactory.create(amount=HALF, commitment__project=project)
        TrancheFactory.create(amount=HALF, year=2027, commitment__project=project, commitment__scheme=ceiling.scheme)
        connection.check_constraints()
        with refused("tranches_within_ceiling"):
            sql(change)

    def test_nor_by_raising_an_amount(self, ceiling: SchemeCeiling) -> None:
        TrancheFactory.create(amount=HALF, commitment__scheme=ceiling.scheme)
        with refused("tranches_within_ceiling"):
            amend_by_sql("500000.01")

    def test_a_later_ceiling_is_not_below_what_is_given(self, ceiling: SchemeCeiling) -> None:
        TrancheFactory.create(year=2027, amount=HALF, commitment__scheme=ceiling.scheme)
        with refused("tranches_within_ceiling"):
            SchemeCeilingFactory.create(scheme=ceiling.scheme, year=2027, amount=HALF - 1)


@db
class TestStrength:
    @pytest.mark.parametrize("strength", ["firm", "conditional"])
    def test_is_not_set_by_raw_sql(self, strength: str) -> None:
        TrancheFactory.create(state=Strength.HELD_OUT)
        with refused("state_follows_its_events"):
            sql("UPDATE funding_tranche SET state = %s", strength)

    def test_a_year_without_an_event_is_not_stored(self) -> None:
        commitment = CommitmentFactory.create()
        with refused("state_follows_its_events"):
            sql(
                "INSERT INTO funding_tranche (commitment_id, year, amount, state, decided_by)"
                " VALUES (%s, 2026, NULL, 'firm', '')",
                commitment.pk,
            )

    @pytest.mark.parametrize("by", ["nobody", "case officer", "decider elsewhere", "leader of the project"])
    def test_is_decided_by_deciders_of_the_funder_only(self, by: str) -> None:
        tranche = year_of(drafted(), 2026)
        people: dict[str, Callable[[], User | None]] = {
            "nobody": lambda: None,
            "case officer": lambda: staff(tranche.commitment, MemberRole.CASE_OFFICER),
            "decider elsewhere": lambda: MembershipFactory.create(role=MemberRole.DECIDER).user,
            "leader of the project": UserFactory.create,
        }
        with refused("only_the_funder_answers"):
            decide_by_sql(tranche, people[by]())

    @pytest.mark.parametrize("named", [True, False])
    def test_nobody_decides_for_their_own(self, named: bool) -> None:
        """Whether as the recipient or as the one who carries the project out, whoever is named; units count too."""
        house = OrganisationFactory.create(roles=["partner"])
        commitment = drafted(recipient=house) if named else drafted()
        if not named:
            ProjectPartnerFactory.create(project=commitment.project, organisation=house, running=True)
        decider = staff(commitment)
        MembershipFactory.create(user=decider, organisation=OrganisationFactory.create(parent=house))
        with refused("nobody_decides_for_their_own"):
            decide_by_sql(year_of(commitment, 2026), decider)

    def test_an_event_alone_is_refused(self) -> None:
        tranche = TrancheFactory.create()
        with refused("event_moves_its_thing"):
            tranche.events.create(act="correct", from_state="firm", to_state="held_out", amount=tranche.amount)

    def test_an_event_starts_where_the_last_one_ended(self) -> None:
        tranche = TrancheFactory.create(state=Strength.HELD_OUT)
        with refused("events_follow_each_other"):
            tranche.events.create(act="correct", from_state="firm", to_state="conditional", why="-")


def decide_by_sql(tranche: Tranche, by: User | None) -> None:
    decision = Decision.objects.create(commitment=tranche.commitment, kind="grant", state="draft")
    decision.events.create(act="begin", to_state="draft")
    sql(
        "INSERT INTO funding_trancheevent (tranche_id, act, from_state, to_state, by_id, at, why, amount, decision_id)"
        " VALUES (%s, 'decide', 'held_out', 'firm', %s, %s, 'x', %s, %s)",
        tranche.pk,
        by and by.pk,
        timezone.now(),
        tranche.amount,
        decision.pk,
    )
    sql("UPDATE funding_tranche SET state = 'firm'")


@db
class TestConditionsAndStates:
    def test_a_condition_is_not_met_by_raw_sql(self) -> None:
        ConditionFactory.create()
        with refused("state_follows_its_events"):
            sql("UPDATE funding_condition SET state = 'met'")

    def test_a_commitment_is_not_confirmed_by_raw_sql(self) -> None:
        CommitmentFactory.create()
        with refused("state_follows_its_events"):
            sql("UPDATE funding_commitment SET state = 'confirmed'")

    def test_only_the_funder_assesses_and_confirms(self) -> None:
        condition = ConditionFactory.create()
        with pytest.raises(ValidationError):
            condition.carry_out(MEET, UserFactory.create(), "Rapport")
        with pytest.raises(ValidationError):
            condition.commitment.carry_out(CONFIRM, UserFactory.create())
        with refused("only_the_funder_answers"):
            condition.events.create(act="meet", from_state="open", to_state="met", why="Rapport")

    @pytest.mark.parametrize("role", COUNTY_ROLES)
    def test_and_all_who_work_with_its_cases_may(self, role: str) -> None:
        condition = ConditionFactory.create()
        condition.carry_out(MEET, staff(condition.commitment, role), "Rapport")
        connection.check_constraints()

    def test_a_condition_is_about_a_year_of_its_own_commitment(self) -> None:
        condition, elsewhere = ConditionFactory.create(), TrancheFactory.create()
        with refused("condition_is_of_its_commitment"):
            Condition.objects.filter(pk=condition.pk).update(tranche=elsewhere)


@db
class TestFinancedProjects:
    FINANCE = "UPDATE projects_project SET state = 'financed'"

    def test_have_a_commitment(self) -> None:
        ProjectFactory.create(state=ProjectState.PLANNED)
        with refused("financed_means_money"):
            sql(self.FINANCE)

    def test_that_is_not_withdrawn(self) -> None:
        funded(project__state=ProjectState.PLANNED).carry_out(WITHDRAW, None, "Ført feil")
        with refused("financed_means_money"):
            sql(self.FINANCE)

    def test_and_may_then_be_financed(self) -> None:
        funded(project__state=ProjectState.PLANNED)
        sql(self.FINANCE)
        assert Project.objects.get().state == ProjectState.FINANCED

    def test_other_changes_of_a_financed_project_ask_for_nothing(self) -> None:
        ProjectFactory.create(state=ProjectState.FINANCED)
        Project.objects.update(name="Et annet navn")
