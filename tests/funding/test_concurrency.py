"""The limits of money, when several write at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.db.models import Sum

from funding.models import Strength, Tranche
from partners.models.roles import MemberRole
from tests.factories import OrganisationFactory, ProjectFactory
from tests.funding.factories import CommitmentFactory, SchemeCeilingFactory
from tests.funding.factories_promises import hand, promised, year_of

pytestmark = pytest.mark.django_db(transaction=True)
MILLION = Decimal(1_000_000)
CONNECTIONS = 6


def together(act: Callable[[int], object]) -> int:
    """Does it in several connections at once; how many succeeded."""
    ready = Barrier(CONNECTIONS)

    def run(number: int) -> bool:
        try:
            with transaction.atomic():
                ready.wait()
                act(number)
        except (Error, ValidationError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(run, range(CONNECTIONS)))


def test_years_do_not_pass_the_commitment() -> None:
    commitment = CommitmentFactory.create(amount=MILLION)
    done = together(lambda number: commitment.add(2026 + number, Decimal(400_000), Strength.FIRM, None))
    assert done == 2
    assert Tranche.objects.aggregate(sum=Sum("amount"))["sum"] == Decimal(800_000)


def test_commitments_do_not_pass_the_ceiling() -> None:
    ceiling, project = SchemeCeilingFactory.create(amount=MILLION), ProjectFactory.create()
    funder = OrganisationFactory.create(roles=["funder"])
    facts = {"project": project, "scheme": ceiling.scheme, "funder": funder}
    commitments = [CommitmentFactory.create(**facts) for _number in range(CONNECTIONS)]
    done = together(lambda number: commitments[number].add(2026, Decimal(400_000), Strength.FIRM, None))
    assert done == 2


def test_money_is_released_once() -> None:
    commitment = promised()
    year, officer = year_of(commitment, 2026), hand(commitment.funder, MemberRole.CASE_OFFICER)
    assert together(lambda _number: Tranche.objects.get(pk=year.pk).release(officer)) == 1
    assert list(year.events.values_list("act", flat=True)) == ["register", "decide", "release"]
