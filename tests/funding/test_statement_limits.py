"""Accounts cannot be broken: through the models and by raw SQL."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from funding.models import (
    ActualLine,
    Approval,
    Contents,
    Cost,
    CostStatement,
    CostStatementEvent,
    Financing,
    StatementDocument,
)
from funding.models.statements import approved_costs
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, UserFactory
from tests.funding.factories_plans import payer, plan, statement
from tests.funding.test_limits import refused, sql
from tests.projects.factories_agreements import document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ONE = Decimal("0.01")


class TestAccounts:
    def test_are_of_an_approved_plan_of_the_project(self) -> None:
        draft, other = plan(state="submitted"), plan()
        for version in (draft, other):
            with pytest.raises(ValidationError, match="held against an approved plan"):
                CostStatement.objects.begin(draft.project, 2026, None, title="Regnskap", version=version)
        with pytest.raises(ValidationError, match="no approved plan"):
            CostStatement.objects.begin(draft.project, 2026, None, title="Regnskap")
        statement(other, "draft")
        with refused("accounts_of_an_approved_plan"):
            sql("UPDATE funding_coststatement SET version_id = %s", draft.pk)

    def test_are_complete_when_they_are_sent(self) -> None:
        accounts = statement(state="draft")
        StatementDocument.objects.all().delete()
        with pytest.raises(ValidationError, match="no document"):
            accounts.send(UserFactory.create())
        with refused("accounts_are_documented"):
            send(accounts)
        accounts.write({})
        with pytest.raises(ValidationError, match="Nothing that was spent"):
            accounts.send(UserFactory.create())

    def test_stay_as_they_were_sent(self) -> None:
        accounts = statement(state="sent")
        with pytest.raises(ValidationError, match="stay as they are"):
            accounts.write({})
        for change in ("SET claimed = claimed + 1", "SET statement_id = statement_id + 1"):
            with refused("accounts_stay_as_sent"):
                sql(f"UPDATE funding_actualline {change}")
        with refused("accounts_stay_as_sent"):
            sql("DELETE FROM funding_actualline")
        with refused("accounts_stay_as_sent"):
            sql("DELETE FROM funding_coststatement_documents")
        with refused("accounts_stay_as_sent"):
            accounts.documents.add(document(b"%PDF-1.7 mer"))
        with refused("accounts_stay_as_sent"):
            sql("UPDATE funding_coststatement_documents SET id = id + 1")

    def test_are_not_approved_before_they_are_sent(self) -> None:
        statement(state="draft")
        with refused("accounts_stay_as_sent"):
            ActualLine.objects.update(approved=1)

    def test_are_spent_on_lines_of_their_plan(self) -> None:
        statement(state="draft")
        with refused("spent_on_a_line_of_the_plan"):
            ActualLine.objects.update(line=plan().costs.get())

    def test_stay_when_they_are_approved(self) -> None:
        accounts = statement()
        with refused("approved_statement_stays"):
            accounts.save()
        for change in ("SET title = 'Ny'", "SET state = 'sent'", "SET year = 2030"):
            with refused("approved_statement_stays"):
                sql(f"UPDATE funding_coststatement {change}")
        with refused("approved_statement_stays"):
            sql("DELETE FROM funding_coststatement")
        with refused("accounts_stay_as_sent"):
            ActualLine.objects.update(approved=1, why="Fordi")
        with refused("accounts_stay_as_sent"):
            sql(
                "INSERT INTO funding_actualline (statement_id, line_id, claimed, why) SELECT s.id, l.id, 1, ''"
                " FROM funding_coststatement s, funding_costline l"
            )

    def test_are_approved_line_by_line(self) -> None:
        accounts = statement(state="sent")
        line, officer = accounts.lines.get(), payer(accounts.project)
        with pytest.raises(ValidationError, match="why less"):
            accounts.approve(officer, {line.pk: Approval(Decimal(1))})
        with pytest.raises(ValidationError, match="No more can be approved"):
            accounts.approve(officer, {line.pk: Approval(line.claimed + ONE, "Mer")})
        with refused("approved_says_how_much"):
            approve(accounts, officer.pk)
        accounts.approve(officer, {line.pk: Approval(Decimal(300_000), "Ikke i planen")})
        assert approved_costs(accounts.project) == Decimal(300_000)

    def test_are_approved_by_a_case_officer_who_did_not_send_them(self) -> None:
        accounts = statement(state="sent")
        sender, officer = accounts.sent_by, payer(accounts.project)
        assert sender is not None
        MembershipFactory.create(
            user=sender, organisation=officer.memberships.get().organisation, role=MemberRole.CASE_OFFICER
        )
        with pytest.raises(ValidationError, match=r"[Ss]omebody else"):
            accounts.approve(sender)
        ActualLine.objects.update(approved=1, why="Fordi")
        with refused("nobody_answers_themselves"):
            approve(accounts, sender.pk)
        with refused("only_who_pays_answers"):
            approve(accounts, payer(accounts.project, MemberRole.DECIDER).pk)

    def test_say_by_whom(self) -> None:
        statement(state="draft")
        with pytest.raises(IntegrityError, match="accounts_say_by_whom"):
            CostStatement.objects.update(state="sent")


def send(accounts: CostStatement) -> None:
    by = UserFactory.create()
    CostStatementEvent.objects.create(coststatement=accounts, act="send", from_state="draft", to_state="sent", by=by)
    CostStatement.objects.update(state="sent", sent_by=by)


def approve(accounts: CostStatement, by: int) -> None:
    sql(
        "INSERT INTO funding_coststatementevent (coststatement_id, act, from_state, to_state, by_id, at, why)"
        " VALUES (%s, 'approve', 'sent', 'approved', %s, now(), '')",
        *(accounts.pk, by),
    )
    sql("UPDATE funding_coststatement SET state = 'approved', approved_by_id = %s", by)


class TestApprovedCosts:
    def test_count_what_is_eligible_and_approved_up_to_now(self) -> None:
        million = Decimal(1_000_000)
        what = Contents(
            [Cost("Lønn", years={2026: million}), Cost("Gaver", eligible=False, years={2026: million})],
            [Financing("Tilskudd", years={2026: 2 * million})],
        )
        version = plan(what=what)
        statement(version, Lønn=Decimal("100.10"), Gaver=Decimal(50))
        statement(version, year=2027, Lønn=Decimal("-0.10"))
        statement(version, "sent", Lønn=Decimal(7))
        statement(Lønn=Decimal(1), version=plan(what=replace(what)))
        assert approved_costs(version.project) == Decimal(100)
        from funding.models.limits.plans import approved_costs as in_sql

        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {in_sql(str(version.project.pk))}")
            assert cursor.fetchone()[0] == Decimal(100)
