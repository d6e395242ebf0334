"""Rules over several rows that no invariant is named after, where the tests of their own parts do not name them."""

import pytest
from django.db import connection

from funding import letters
from funding.models import CostStatement, Letter
from tests.funding.factories_cases import case
from tests.funding.factories_frames import frame
from tests.funding.invariants.attempts import allowed, move_by_sql, refused, sql, told
from tests.funding.invariants.chain import ORE, accounts
from tests.projects.factories_agreements import document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("a_frame_keeps_its_year", "UPDATE funding_budgetframe SET year = 2031"),
        ("a_source_keeps_its_owner", "UPDATE funding_fundingsource SET owner_id = NULL"),
    ],
)
def test_a_frame_stays_what_money_was_promised_by(rule: str, change: str) -> None:
    frame()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname LIKE %s", [f"pgtrigger_{rule}%"])
        assert cursor.fetchone()
    with refused("Cannot update rows"):
        sql(change)


def test_a_plan_that_an_application_rests_on_is_not_taken_back() -> None:
    """Trigger `a_plan_under_review_stays`."""
    made = case("submitted")
    version = made.application.plan_version
    assert version
    with told("rests on this plan"):
        version.take_back(made.leader)
    with refused("a_plan_under_review_stays"):
        move_by_sql(version, "take_back", "draft")
    made.application.withdraw(made.leader, "Vi venter")
    version.take_back(made.leader)


def test_accounts_keep_the_documents_they_were_sent_with() -> None:
    statement = accounts(case("review"), ORE, "sent")
    documents = "DELETE FROM funding_coststatement_documents"
    with refused("accounts_stay_as_sent"):  # by the trigger "documents_stay_as_sent"
        sql(documents)
    with refused("accounts_stay_as_sent"):
        statement.documents.add(document(b"%PDF-1.7 et annet", "annet.pdf"))


def test_accounts_are_sent_with_a_document_only() -> None:
    statement = accounts(case("review"), ORE, "draft")
    with allowed():
        statement.documents.clear()
    with refused("accounts_are_documented"):  # by the trigger "accounts_are_complete"
        move_by_sql(statement, "send", "sent", statement.version.created_by, sent_by_id=statement.version.created_by_id)
    assert CostStatement.objects.get().state == "draft"


def test_a_decision_is_told_by_a_letter_and_only_once() -> None:
    made = case("granted")
    decision, officer = made.decision, made.house.officer
    with refused("told_by_a_letter"):
        decision.events.create(act="tell", from_state="decided", to_state="decided", by=officer)
    letters.make(decision, officer)
    letters.send(decision, officer)
    with told("stays as it was"):
        letters.make(decision, officer)
    with refused("what_was_sent_is_the_last"):
        Letter.objects.create(decision=decision, number=2, language="nb", data={}, sha256="0" * 64)


def test_a_commitment_ends_on_its_day() -> None:
    """Trigger `ends_in_its_time`."""
    made = case("letter_sent")
    with refused("it_ends_on_its_day"):
        move_by_sql(made.commitment, "lapse", "lapsed")
    made = case("accepted")
    with refused("it_ends_on_its_day"):
        move_by_sql(made.commitment, "expire", "expired")
