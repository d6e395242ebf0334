"""Each constraint of proposals is broken once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from partners.models import Organisation
from pooling.models import PairVerdict, PoolProposal, PoolProposalEvent, ProposedNeed
from tests.factories import CompetenceNeedFactory
from tests.pooling.factories import PoolFactory

pytestmark = pytest.mark.django_db


def refused(constraint: str, act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def proposal(agency: Organisation, **facts: Any) -> PoolProposal:
    return PoolProposal.objects.create(handled_by=agency, sure=0.5, **facts)


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("pool_proposal_state_is_known", {"state": "unheard"}),
        ("pool_proposal_is_sure_by_a_share", {"sure": 1.5}),
        ("pool_proposal_modes_are_known", {"modes": ["by post"]}),
        (
            "pool_proposal_latest_start_is_not_before_earliest",
            {"earliest_start": date(2027, 2, 1), "latest_start": date(2027, 1, 1)},
        ),
        ("a_rejected_pool_proposal_says_why", {"state": "rejected"}),
        ("a_rejected_pool_proposal_says_why", {"reason": "subject"}),
        ("an_accepted_pool_proposal_has_its_pool", {"state": "accepted"}),
    ],
)
def test_facts_of_a_proposal(agency: Organisation, constraint: str, facts: dict[str, Any]) -> None:
    one = proposal(agency)
    refused(constraint, lambda: PoolProposal.objects.filter(pk=one.pk).update(**facts))


def test_a_pool_comes_of_one_proposal(agency: Organisation) -> None:
    pool = PoolFactory.create()
    proposal(agency, state="accepted", pool=pool)
    refused("pool_id", lambda: proposal(agency, state="accepted", pool=pool))


def test_a_need_is_in_a_proposal_once_and_wants_a_seat(agency: Organisation) -> None:
    one, need = proposal(agency), CompetenceNeedFactory.create()
    ProposedNeed.objects.create(proposal=one, need=need, seats=2)
    refused("a_need_is_in_a_proposal_once", lambda: ProposedNeed.objects.create(proposal=one, need=need, seats=2))
    other = CompetenceNeedFactory.create()
    refused("a_proposed_need_wants_a_seat", lambda: ProposedNeed.objects.create(proposal=one, need=other, seats=0))


def test_two_needs_have_one_verdict_the_lesser_first() -> None:
    one, other = CompetenceNeedFactory.create_batch(2)
    PairVerdict.objects.create(first=one, second=other, together=True)
    refused("two_needs_have_one_verdict", lambda: PairVerdict.objects.create(first=one, second=other, together=False))
    refused(
        "the_lesser_need_of_two_comes_first", lambda: PairVerdict.objects.create(first=other, second=one, together=True)
    )


def test_a_proposal_moves_by_its_acts(agency: Organisation) -> None:
    one = proposal(agency)
    refused(
        "pool_proposal_moves_by_its_acts",
        lambda: PoolProposalEvent.objects.create(proposal=one, act="accept", from_state="lapsed", to_state="accepted"),
    )
