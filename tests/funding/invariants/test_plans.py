"""Plans and accounts: I1, I2 and I17."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import models

from funding.models import ActualLine, CostLine, CostStatement, CostYear, FinancingLine, FinancingYear, PlanVersion
from funding.models.contents import Contents, Cost
from funding.models.plans import SUBMIT
from partners.acts import move
from projects.models import Report
from tests.funding.factories_cases import case
from tests.funding.invariants.attempts import insert, move_by_sql, refused, sql, told
from tests.funding.invariants.chain import FIRST, ORE, accounts, plan_of
from tests.projects.factories_reports import approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
FINANCE = "UPDATE funding_financingyear SET amount = amount - 0.01 WHERE year = 2026"


class TestI01:
    """In a submitted or approved plan, costs are financed in each year."""

    @pytest.fixture
    def short(self) -> PlanVersion:
        """A draft that lacks an øre in one year, and has one too many in another."""
        version = plan_of(case("review"), "draft")
        line = version.financing.get()
        for year, change in ((2026, -ORE), (2027, ORE)):
            sql(
                "UPDATE funding_financingyear SET amount = amount + %s WHERE line_id = %s AND year = %s",
                change,
                line.pk,
                year,
            )
        return version

    def test_the_model_says_so(self, short: PlanVersion) -> None:
        with told("2026 lacks financing: NOK 0.01"):
            short.submit(short.created_by)
        assert PlanVersion.objects.get(pk=short.pk).state == "draft"

    def test_raw_sql_is_refused(self, short: PlanVersion) -> None:
        with refused("costs_are_financed"):
            move_by_sql(short, "submit", "submitted")
        with refused("costs_are_financed"):
            move(short, SUBMIT, short.created_by)
        with refused("state_follows_its_events"):
            PlanVersion.objects.create(plan=short.plan, number=99, state="approved")


class TestI02:
    """An approved plan never changes, nor any line of it."""

    @pytest.fixture
    def version(self) -> PlanVersion:
        return plan_of(case("review"))

    def test_the_model_says_so(self, version: PlanVersion) -> None:
        with told("Only a draft"):
            version.write(Contents([Cost("Annet", years={FIRST: ORE})], []))
        for change in (lambda: version.submit(None), lambda: version.take_back(None)):
            with told("not possible any more"):
                change()

    @pytest.mark.parametrize("kind", [CostLine, CostYear, FinancingLine, FinancingYear])
    def test_no_line_of_it_changes(self, version: PlanVersion, kind: type[models.Model]) -> None:
        table = kind._meta.db_table
        for change in (f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"):
            with refused("only_a_draft_is_edited", "foreign key"):
                sql(change)

    def test_raw_sql_is_refused(self, version: PlanVersion) -> None:
        for change in ("title = 'x'", "number = 7", "state = 'draft'", "based_on_id = id"):
            with refused("approved_version_stays"):
                sql(f"UPDATE funding_planversion SET {change}")
        with refused("approved_version_stays"):
            sql("DELETE FROM funding_planversion")
        with refused("approved_version_stays", "plan_moves_by_its_acts"):
            move_by_sql(version, "take_back", "draft")
        line = version.costs.get()
        with refused("only_a_draft_is_edited"):
            insert(CostYear, line_id=line.pk, year=2030, amount=1)
        with refused("only_a_draft_is_edited"):
            sql("UPDATE funding_costyear SET amount = amount + 1")

    def test_nor_does_one_that_is_handed_over(self) -> None:
        plan_of(case("review"), "submitted")
        with refused("only_a_draft_is_edited"):
            sql(FINANCE)


class TestI17:
    """Approved accounts and reports stay; a correction comes in the next ones."""

    @pytest.fixture
    def statement(self) -> CostStatement:
        return accounts(case("review"), Decimal(400_000))

    def test_the_model_says_so(self, statement: CostStatement) -> None:
        line = statement.lines.get().line_id
        with told("stay as they are"):
            statement.write({line: ORE})
        assert statement.approved_by
        with told("not possible any more"):
            statement.give_back(statement.approved_by, "Feil")

    def test_raw_sql_is_refused(self, statement: CostStatement) -> None:
        for change in ("title = 'x'", "state = 'sent'", "approved_by_id = NULL", "auditor_confirmed = true"):
            with refused("approved_statement_stays"):
                sql(f"UPDATE funding_coststatement SET {change}")
        with refused("approved_statement_stays", "accounts_stay_as_sent"):
            sql("DELETE FROM funding_coststatement")
        for change in ("approved = approved - 1, why = 'x'", "claimed = claimed + 1"):
            with refused("accounts_stay_as_sent"):
                sql(f"UPDATE funding_actualline SET {change}")
        with refused("accounts_stay_as_sent"):
            ActualLine.objects.all().delete()

    def test_nor_does_an_approved_report(self) -> None:
        report = approved()
        with refused("An approved report is never changed"):
            Report.objects.filter(pk=report.pk).update(done="Noe annet")
        with refused("An approved report is never changed"):
            sql(f"UPDATE {apps.get_model('projects', 'Report')._meta.db_table} SET state = 'sent'")
