"""I14 and I15, which are not held by triggers of money: agreements, and splits on years.

More ways round I14 are tried in tests/projects/test_agreement_rules.py; more splits in tests/funding/test_splitting.py.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from funding.splitting import split
from projects.models import Agreement
from projects.models.agreements import COMPLETE, AgreementState
from tests.factories import UserFactory
from tests.funding.invariants.attempts import refused, sql, told
from tests.projects.factories_agreements import AgreementVersionFactory, sent, sign, signed

ORE = Decimal("0.01")


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
class TestI14:
    """An agreement is signed only when all required parties signed the same version."""

    def test_the_model_says_so(self) -> None:
        agreement, person = sent(), UserFactory.create()
        first, second = agreement.parties.all()
        sign(agreement, first, person)
        agreement.refresh_from_db()
        assert agreement.state == AgreementState.PARTLY_SIGNED
        with told("has already answered"):
            sign(agreement, first, person)
        sign(agreement, second, person)
        assert Agreement.objects.get().state == AgreementState.SIGNED

    def test_raw_sql_is_refused(self) -> None:
        agreement, person = sent(), UserFactory.create()
        sign(agreement, agreement.parties.all()[0], person)
        with refused("not every required party has signed"):
            sql("UPDATE projects_agreement SET state = 'signed'")
        with refused("not every required party has signed"):
            agreement.carry_out(COMPLETE, person)

    def test_what_is_signed_keeps_its_text(self) -> None:
        agreement = signed(by=UserFactory.create())
        assert agreement.latest
        with refused("version"):
            AgreementVersionFactory.create(agreement=agreement, number=2, text="Noe helt annet.")
        with refused("Cannot update or delete rows"):
            sql("UPDATE projects_agreementversion SET text = 'Noe helt annet.'")


class TestI15:
    """A split on years sums exactly to the whole, whatever the weights."""

    @given(
        some.decimals(0, 10**9, places=2),
        some.lists(some.decimals(0, 10**6, places=4), min_size=1, max_size=12).filter(any),
    )
    def test_the_model_says_so(self, whole: Decimal, weights: list[Decimal]) -> None:
        parts = split(whole, weights)
        assert sum(parts) == whole
        assert all(part % ORE == 0 and part >= 0 for part in parts)
