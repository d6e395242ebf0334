"""How sure a plan's financing is follows from what it builds on; and what waits of plans and accounts."""

from datetime import date
from decimal import Decimal

import pytest

from funding.backing import Backing, backings
from funding.models import Contents, Financing, FinancingKind, PlanVersion, Strength
from funding.models.commitment_states import WITHDRAW
from funding.waiting import waiting_for
from partners.models import User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.factories import OrganisationFactory
from tests.funding.factories import CommitmentFactory, TrancheFactory
from tests.funding.factories_plans import payer, plan, statement
from tests.projects.factories_agreements import signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY, HUNDRED = date(2026, 3, 2), Decimal(100)


def sure(version: PlanVersion, on: date = TODAY, **facts: object) -> list[Backing]:
    """How sure a line is that says this, in its years."""
    years = {2026: HUNDRED, 2027: HUNDRED}
    version.write(Contents(financing=[Financing("Penger", years=years, **facts)]))  # type: ignore[arg-type]  # any fact
    return [one for _key, one in sorted(backings(version, on).items(), key=lambda pair: pair[0][1])]


@pytest.fixture
def draft() -> PlanVersion:
    return plan(state="draft")


class TestALineIs:
    def test_not_financed_when_it_says_so(self, draft: PlanVersion) -> None:
        assert sure(draft, kind=FinancingKind.GAP) == [Backing.GAP] * 2

    def test_not_confirmed_when_it_builds_on_nothing(self, draft: PlanVersion) -> None:
        assert sure(draft) == [Backing.UNCONFIRMED] * 2
        assert sure(draft, confirmed=True) == [Backing.SECURED] * 2

    def test_as_sure_as_the_promise_of_that_year(self, draft: PlanVersion) -> None:
        commitment = TrancheFactory.create(amount=HUNDRED, commitment__project=draft.project).commitment
        assert sure(draft, commitment=commitment.pk) == [Backing.SECURED, Backing.UNCONFIRMED]
        TrancheFactory.create(commitment=commitment, year=2027, amount=None, state=Strength.HELD_OUT)
        assert sure(draft, commitment=commitment.pk) == [Backing.SECURED, Backing.HELD_OUT]
        commitment.carry_out(WITHDRAW, None, "Ført feil")
        assert sure(draft, commitment=commitment.pk, confirmed=True) == [Backing.UNCONFIRMED] * 2

    def test_no_surer_than_the_promise_is_large(self, draft: PlanVersion) -> None:
        commitment = TrancheFactory.create(amount=HUNDRED - 1, commitment__project=draft.project).commitment
        assert sure(draft, commitment=commitment.pk)[0] == Backing.UNCONFIRMED

    def test_as_sure_as_what_is_not_split_on_years(self, draft: PlanVersion) -> None:
        commitment = CommitmentFactory.create(project=draft.project)
        commitment.add(None, Decimal(1000), Strength.CONDITIONAL, None)
        assert sure(draft, commitment=commitment.pk) == [Backing.CONDITIONAL] * 2

    def test_secured_by_a_signed_agreement_while_it_is_in_force(self, draft: PlanVersion) -> None:
        houses = [OrganisationFactory.create(roles=["partner"]) for _time in range(2)]
        agreement = signed(*houses, by=payer(draft.project), project=draft.project, valid_to=date(2026, 12, 31))
        assert sure(draft, agreement=agreement.pk) == [Backing.SECURED] * 2
        assert sure(draft, date(2027, 1, 1), agreement=agreement.pk) == [Backing.UNCONFIRMED] * 2

    def test_questions_are_as_many_for_ten_lines(
        self, draft: PlanVersion, django_assert_max_num_queries: pytest.FixtureRequest
    ) -> None:
        commitment = TrancheFactory.create(amount=HUNDRED, commitment__project=draft.project).commitment
        lines = [Financing(f"Penger {n}", commitment=commitment.pk, years={2026: HUNDRED}) for n in range(10)]
        draft.write(Contents(financing=lines))
        with django_assert_max_num_queries(5):  # type: ignore[operator]  # pytest-django's own
            backings(draft, TODAY)


class TestWhatWaits:
    @pytest.mark.usefixtures("commitment")
    def test_a_plan_for_those_who_pay(self, project: Project, officer: User, decider: User, leader: User) -> None:
        version = plan(project, "submitted")
        for person in (officer, decider):
            assert ("To approve", str(version)) in [(card.tag, card.title) for card in waiting_for(person, TODAY)]
        assert str(version) not in [card.title for card in waiting_for(leader, TODAY)]
        version.approve(officer)
        assert str(version) not in [card.title for card in waiting_for(decider, TODAY)]

    def test_accounts_for_the_case_officer_and_back_to_who_sent_them(self, project: Project) -> None:
        accounts = statement(plan(project), "sent")
        officer, sender = payer(project), accounts.sent_by
        assert sender is not None
        assert accounts.title in [card.title for card in waiting_for(officer, TODAY)]
        assert not list(waiting_for(payer(project, MemberRole.FINANCE), TODAY))
        accounts.give_back(officer, "Bilag mangler")
        assert [(card.tag, card.title) for card in waiting_for(sender, TODAY)] == [("To change", accounts.title)]
