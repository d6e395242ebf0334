"""Who decides what (I12, I13), and what stays as it was sent: broken through the models and by raw SQL."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from funding.models import Application, Delegation, Recusal
from funding.models.decision_states import ACTS
from partners.acts import move
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.models import PartnerRole
from tests.factories import MembershipFactory, OrganisationFactory, ProjectPartnerFactory
from tests.funding.factories_cases import Case, case, house, person
from tests.funding.test_limits import refused, settled, sql

pytestmark = pytest.mark.django_db

EVENT = """
    INSERT INTO funding_decisionevent (decision_id, act, from_state, to_state, by_id, at, why)
    VALUES (%s, %s, %s, %s, %s, now(), '')
"""
DECIDED = """
    UPDATE funding_decision SET state = 'decided', decided_by_id = %s, decided_on = %s, delegation_id = %s WHERE id = %s
"""


def decided_by_hand(made: Case, by: User, *, on: date | None = None, told: User | None = None) -> None:
    """Past the model: the event and then the decision, as `decide` writes them."""
    delegation = Delegation.objects.latest("pk")
    sql(EVENT, made.decision.pk, "decide", "proposed", "decided", by.pk)
    sql(DECIDED, (told or by).pk, on or timezone.localdate(), delegation.pk, made.decision.pk)


class TestWhoIsImpartial:
    """An act by somebody with a tie to who gets the money is refused; in Python the same."""

    @pytest.fixture
    def made(self) -> Case:
        return case("proposed")

    def tie(self, made: Case, name: str) -> Organisation:
        """Somewhere that the decider has a role."""
        agency, project = made.application.applicant, made.project
        if name == "the recipient":
            return agency
        if name == "a unit of it":
            return OrganisationFactory.create(parent=agency)
        if name == "its parent":
            parent = OrganisationFactory.create()
            Organisation.objects.filter(pk=agency.pk).update(parent=parent)
            return parent
        partner = OrganisationFactory.create()
        runs = name == "who carries it out as well"
        ProjectPartnerFactory.create(project=project, organisation=partner, runs=runs)
        return partner

    @pytest.mark.parametrize(
        "name", ["the recipient", "a unit of it", "its parent", "who carries it out as well", "who takes part"]
    )
    @pytest.mark.parametrize("how", ["role", "recusal"])
    def test_by_role_and_by_recusal(self, made: Case, name: str, how: str) -> None:
        where, decider = self.tie(made, name), made.house.decider
        if how == "role":
            MembershipFactory.create(user=decider, organisation=where, role=MemberRole.READER)
        else:
            Recusal.objects.create(user=decider, organisation=where, why="Svigersønn")
        if name == "who takes part":
            with settled():
                decided_by_hand(made, decider)
        else:
            with refused("nobody_decides_for_their_own"):
                decided_by_hand(made, decider)

    def test_the_funder_may_be_the_parent_of_who_gets_the_money(self, made: Case) -> None:
        Organisation.objects.filter(pk=made.application.applicant_id).update(parent=made.house.funder)
        with settled():
            decided_by_hand(made, made.house.decider)

    def test_the_funder_may_carry_it_out_with_others(self, made: Case) -> None:
        made.project.partners.filter(role=PartnerRole.FUNDER).update(runs=True)
        with settled():
            decided_by_hand(made, made.house.decider)

    def test_a_recusal_is_never_taken_back(self, made: Case) -> None:
        Recusal.objects.create(user=made.leader, organisation=made.house.funder, why="Svigersønn")
        for statement in ("DELETE FROM funding_recusal", "UPDATE funding_recusal SET why = ''"):
            with pytest.raises(Exception, match="Cannot update or delete"), settled():
                sql(statement)


class TestEachHandIsAnother:
    def test_who_prepared_it_does_not_decide_it(self) -> None:
        made = case("proposed")
        MembershipFactory.create(user=made.house.officer, organisation=made.house.funder, role=MemberRole.DECIDER)
        with refused("each_hand_is_another_person"):
            move(made.decision, ACTS["decide"], made.house.officer)

    def test_nor_by_raw_sql_under_another_name(self) -> None:
        made = case("proposed")
        MembershipFactory.create(user=made.house.officer, organisation=made.house.funder, role=MemberRole.DECIDER)
        with refused("each_hand_is_another_person"):
            decided_by_hand(made, made.house.officer)
        with refused("decider_is_delegated"):
            decided_by_hand(made, made.house.decider, told=made.house.officer)

    def test_one_may_put_it_forward_again(self) -> None:
        made = case("proposed")
        made.decision.send_back(made.house.decider, "Begrunn")
        made.decision.propose(made.house.officer)
        connection.check_constraints()

    @pytest.mark.parametrize("who", ["attester", "finance"])
    def test_only_a_decider_decides(self, who: str) -> None:
        made = case("proposed")
        with refused("only_the_funder_answers"):
            decided_by_hand(made, getattr(made.house, who))

    def test_only_the_funders_case_officer_puts_forward_and_takes(self) -> None:
        made = case("drafted")
        for person_ in (made.leader, person(house().funder, MemberRole.CASE_OFFICER)):
            with refused("only_the_funder_answers"):
                sql(EVENT, made.decision.pk, "propose", "draft", "proposed", person_.pk)
        sent = case("submitted")
        with refused("only_the_funder_answers"):
            sent.application.events.create(act="take", from_state="submitted", to_state="review", by=made.leader)


class TestTheDelegation:
    @pytest.fixture
    def made(self) -> Case:
        return case("proposed")

    @pytest.mark.parametrize(
        ("facts", "holds"),
        [
            ({}, True),
            ({"max_amount": 900_000}, True),
            ({"max_amount": 899_999}, False),
            ({"valid_from": date(2020, 1, 1), "valid_to": date(2020, 12, 31)}, False),
            ({"valid_from": timezone.localdate() + timedelta(days=1)}, False),
            ({"user": "decider"}, True),
            ({"user": "attester"}, False),
            ({"scheme": "scheme"}, True),
            ({"scheme": "another"}, False),
            ({"organisation": "another"}, False),
            ({"body": "Fylkesrådet"}, False),
        ],
    )
    def test_covers_person_scheme_day_and_amount(self, made: Case, facts: dict[str, Any], holds: bool) -> None:
        known = {"decider": made.house.decider, "attester": made.house.attester, "scheme": made.house.scheme}
        told = {name: known.get(fact, fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        if "another" in told.values():
            other = house()
            told = {name: other.scheme if name == "scheme" else other.funder for name in told}
        Delegation.objects.exclude(organisation__in=[told.get("organisation", 0)]).delete()
        Delegation.objects.create(**{"organisation": made.house.funder, "valid_from": date(2020, 1, 1), **told})
        if holds:
            with settled():
                decided_by_hand(made, made.house.decider)
        else:
            with refused("decider_is_delegated"):
                decided_by_hand(made, made.house.decider)

    def test_an_unknown_amount_needs_one_without_a_limit(self) -> None:
        made = case("drafted", house(up_to=None))
        made.commitment.tranches.get(year=2028).amend(None, made.house.officer)
        made.decision.propose(made.house.officer)
        Delegation.objects.update(max_amount=10**9)
        with refused("decider_is_delegated"):
            decided_by_hand(made, made.house.decider)
        Delegation.objects.update(max_amount=None)
        with settled():
            decided_by_hand(made, made.house.decider)

    def test_a_decision_is_not_born_decided(self, made: Case) -> None:
        statement = """
            INSERT INTO funding_decision (application_id, kind, result, facts, reasoning, legal_basis, complaint,
                language, aid_basis, prepared_by_id, decided_by_id, decided_on, delegation_id, body_reference, state,
                is_demo, created_at, updated_at)
            SELECT application_id, 'strengthen', '', '', '', '', '', 'nb', 'none', NULL, %s, now(), d.id, '',
                'decided', false, now(), now() FROM funding_decision, funding_delegation d
        """
        with refused("decider_is_delegated"):
            sql(statement, made.house.decider.pk)


class TestWhatIsSentStays:
    @pytest.mark.parametrize("state", ["submitted", "review", "granted"])
    def test_the_application(self, state: str) -> None:
        made = case(state)
        with refused("application_is_fixed_once_sent"):
            Application.objects.update(title="Noe annet")
        for statement in (
            "UPDATE funding_application SET plan_version_id = NULL",
            "UPDATE funding_applicationyear SET amount = amount + 1",
            "DELETE FROM funding_applicationyear",
        ):
            with refused("application_is_fixed_once_sent"):
                sql(statement)
        with refused("application_is_fixed_once_sent"):
            made.application.years.create(year=2030, amount=1)

    def test_until_more_is_asked_for(self) -> None:
        made = case("review")
        made.application.ask(made.house.officer, "Hvor mange deltakere?")
        with settled():
            Application.objects.update(need="Tolv")
            made.application.years.filter(year=2026).update(amount=1)
        made.application.answer(made.leader, "Tolv")
        with refused("application_is_fixed_once_sent"):
            Application.objects.update(need="Tretten")

    def test_what_is_put_forward_or_decided(self) -> None:
        proposed = case("proposed")
        for statement in (
            "UPDATE funding_decision SET reasoning = 'En annen grunn'",
            "UPDATE funding_decisionitem SET to_state = 'firm'",
            "DELETE FROM funding_decisionitem",
            "UPDATE funding_decisioncondition SET text = 'Ingen'",
        ):
            with refused("decision_stays"):
                sql(statement)
        proposed.decision.decide(proposed.house.decider, timezone.localdate(), Delegation.objects.get())
        for statement in (
            "UPDATE funding_decision SET decided_on = '2020-01-01'",
            "DELETE FROM funding_decision",
            "DELETE FROM funding_decisioncondition",
        ):
            with refused("decision_stays"):
                sql(statement)

    @pytest.mark.parametrize("answer", ["grant", "reject"])
    def test_only_a_decision_answers_an_application(self, answer: str) -> None:
        made = case("proposed")
        to_state = {"grant": "granted", "reject": "rejected"}[answer]
        with refused("only_a_decision_answers"):
            made.application.events.create(act=answer, from_state="review", to_state=to_state, by=made.house.decider)
