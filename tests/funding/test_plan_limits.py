"""Plans and accounts cannot be broken: through the models and by raw SQL."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funding.models import (
    Contents,
    Cost,
    CostLine,
    CostYear,
    Financing,
    FinancingLine,
    FinancingYear,
    PlanVersion,
    PlanVersionEvent,
)
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, OrganisationFactory, ProjectPartnerFactory, UserFactory
from tests.funding.factories_plans import contents, payer, plan
from tests.funding.test_limits import refused, settled, sql

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ONE = Decimal("0.01")
LINES = ["costline", "costyear", "financingline", "financingyear"]


def odd() -> Contents:
    """Costs one øre more than it is financed."""
    return Contents([Cost("Reise", years={2026: Decimal(100)})], [Financing("Egne", years={2026: Decimal("99.99")})])


def event(version: PlanVersion, act: str, before: str, after: str, by: int | None = None) -> None:
    sql(
        "INSERT INTO funding_planversionevent (planversion_id, act, from_state, to_state, by_id, at, why)"
        " VALUES (%s, %s, %s, %s, %s, now(), '')",
        *(version.pk, act, before, after, by),
    )
    sql("UPDATE funding_planversion SET state = %s WHERE id = %s", after, version.pk)


class TestCostsAreFinanced:
    def test_the_model_says_what_is_missing(self) -> None:
        draft = plan(state="draft", what=odd())
        with pytest.raises(ValidationError, match=r"2026 lacks financing: NOK 0\.01"):
            draft.submit(draft.created_by)
        draft.write(replace(odd(), costs=[Cost("Reise", years={2026: Decimal(1)})]))
        with pytest.raises(ValidationError, match=r"2026 has more financing than costs: NOK 98\.99"):
            draft.submit(draft.created_by)
        draft.write(Contents())
        with pytest.raises(ValidationError, match="There are no costs"):
            draft.submit(draft.created_by)

    def test_raw_sql_is_refused(self) -> None:
        draft = plan(state="draft", what=odd())
        with refused("costs_are_financed"):
            event(draft, "submit", "draft", "submitted")

    def test_each_year_is_held_by_itself(self) -> None:
        hundred = Decimal(100)
        what = Contents(
            [Cost("Reise", years={2026: hundred, 2027: hundred})], [Financing("Egne", years={2026: 2 * hundred})]
        )
        draft = plan(state="draft", what=what)
        assert draft.differences() == {2026: -hundred, 2027: hundred}
        with refused("costs_are_financed"):
            event(draft, "submit", "draft", "submitted")

    def test_hours_count_by_their_rate_to_the_nearest_ore(self) -> None:
        cost = Cost("Egeninnsats", "own_effort", Decimal("333.33"), years={2026: Decimal("1.5")})
        what = Contents([cost], [Financing("Egeninnsats", "own_effort", years={2026: Decimal("500.00")})])
        draft = plan(state="draft", what=what)
        assert draft.costs_by_year() == {2026: Decimal("500.00")} == draft.contents().costs_by_year
        with settled():
            draft.submit(draft.created_by)

    def test_what_is_not_financed_is_a_line(self) -> None:
        draft = plan(state="draft", what=odd())
        draft.write(draft.contents().with_gap())
        assert draft.gap_by_year() == {2026: ONE}
        draft.submit(draft.created_by)
        assert draft.state == "submitted"


class TestHoursHaveARate:
    def test_the_model_is_refused(self) -> None:
        draft = plan(state="draft")
        line = draft.costs.get()
        with refused("hours_have_a_rate"):
            CostYear.objects.create(line=line, year=2030, hours=Decimal(5))
        with refused("hours_have_a_rate"):
            CostLine.objects.update(rate=Decimal(400))

    def test_raw_sql_is_refused(self) -> None:
        plan(state="draft")
        with refused("hours_have_a_rate"):
            sql("UPDATE funding_costyear SET amount = NULL, hours = 5")
        with refused("hours_have_a_rate"):
            sql("UPDATE funding_costline SET rate = 5")


class TestAnApprovedVersionStays:
    @pytest.mark.parametrize("change", ["SET title = 'Ny'", "SET state = 'draft'", "SET number = 9"])
    def test_raw_sql_is_refused(self, change: str) -> None:
        plan()
        with refused("approved_version_stays"):
            sql(f"UPDATE funding_planversion {change}")
        with refused("approved_version_stays"):
            sql("DELETE FROM funding_planversion")

    def test_the_model_is_refused(self) -> None:
        version = plan()
        with refused("approved_version_stays"):
            version.save()
        with pytest.raises(ValidationError, match="Only a draft can be changed"):
            version.write(contents(ONE))
        with pytest.raises(ValidationError, match="not possible any more"):
            version.take_back(version.created_by)

    @pytest.mark.parametrize("state", ["submitted", "approved"])
    @pytest.mark.parametrize("table", LINES)
    def test_its_lines_stay(self, state: str, table: str) -> None:
        plan(state=state)
        with refused("only_a_draft_is_edited"):
            sql(f"UPDATE funding_{table} SET id = id + 1")  # noqa: S608
        with refused("only_a_draft_is_edited"):
            sql(f"DELETE FROM funding_{table}")  # noqa: S608

    def test_no_line_is_added_or_moved_there(self) -> None:
        version = plan()
        draft = PlanVersion.objects.begin(version.project, UserFactory.create())
        with refused("only_a_draft_is_edited"):
            CostLine.objects.create(version=version, text="Reise", kind="travel")
        with refused("only_a_draft_is_edited"):
            FinancingLine.objects.create(version=version, text="Reise", kind="gap")
        with refused("only_a_draft_is_edited"):
            FinancingYear.objects.create(line=version.financing.get(), year=2030, amount=ONE)
        with refused("only_a_draft_is_edited"):
            sql("UPDATE funding_costline SET version_id = %s WHERE version_id = %s", version.pk, draft.pk)
        with refused("only_a_draft_is_edited"):
            sql("UPDATE funding_costyear SET line_id = %s", version.costs.get().pk)


class TestWhoApprovesAPlan:
    def test_is_neither_its_author_nor_who_submitted_it(self) -> None:
        version = plan(state="submitted")
        decider, author = payer(version.project, MemberRole.DECIDER), version.created_by
        house = decider.memberships.get().organisation
        MembershipFactory.create(user=author, organisation=house, role=MemberRole.DECIDER)
        with pytest.raises(ValidationError, match="somebody else"):
            version.approve(author)
        with refused("nobody_answers_themselves"):
            event(version, "approve", "submitted", "approved", author.pk if author else None)
        version.approve(decider)

    @pytest.mark.parametrize("role", [MemberRole.ATTESTER, MemberRole.FINANCE, MemberRole.LEADER])
    def test_works_with_the_money_of_who_pays(self, role: str) -> None:
        version = plan(state="submitted")
        elsewhere = MembershipFactory.create(role=MemberRole.DECIDER).user
        for person in (elsewhere, payer(version.project, role)):
            with pytest.raises(ValidationError, match="Only case officers and deciders"):
                version.approve(person)
        with refused("only_who_pays_answers"):
            event(version, "approve", "submitted", "approved", elsewhere.pk)
        with refused("only_who_pays_answers"):
            event(version, "approve", "submitted", "approved")

    def test_has_no_role_with_those_who_carry_the_project_out(self) -> None:
        version = plan(state="submitted")
        house = OrganisationFactory.create(roles=["partner"])
        ProjectPartnerFactory.create(project=version.project, organisation=house, running=True)
        person = payer(version.project)
        MembershipFactory.create(user=person, organisation=OrganisationFactory.create(parent=house))
        with pytest.raises(ValidationError, match="You have a role in the organisation"):
            version.approve(person)
        with refused("nobody_decides_for_their_own"):
            event(version, "approve", "submitted", "approved", person.pk)


class TestEventsOfPlans:
    def test_state_and_events_go_together(self) -> None:
        plan(state="draft")
        with refused("state_follows_its_events"):
            sql("UPDATE funding_planversion SET state = 'submitted'")
        with refused("plan_moves_by_its_acts"):
            PlanVersionEvent.objects.create(
                planversion=PlanVersion.objects.get(), act="submit", from_state="draft", to_state="approved"
            )
