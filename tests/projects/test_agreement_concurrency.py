"""Invariant I14 when several people act at the same moment, each on a connection of their own."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from partners.models import User
from projects.models import Agreement, AgreementParty, Signature
from projects.models.agreements import READY
from projects.models.signatures import Answer
from projects.signing import Given, give
from tests.factories import OrganisationFactory, UserFactory
from tests.projects.factories_agreements import TODAY, drafted, sent, sign
from tests.projects.test_agreement_rules import set_state, sql, write_signature

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> User:
    return UserFactory.create()


def refused_meanwhile(act: Callable[[], object], first: Callable[[], object]) -> bool:
    """Whether `act`, on a connection of its own, begun while `first` is not yet committed, is refused."""
    answers: list[bool] = []

    def run() -> None:
        try:
            act()
            answers.append(False)
        except (IntegrityError, ValidationError):
            answers.append(True)
        finally:
            connection.close()

    other = Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        other.join(0.5)
        assert other.is_alive(), "the other should wait for the agreement's row"
    other.join(10)
    return answers == [True]


@pytest.fixture
def half_signed(person: User) -> Agreement:
    agreement = sent()
    sign(agreement, agreement.parties.all()[0], person)
    return Agreement.objects.get(pk=agreement.pk)


def last_signature(agreement: Agreement, by: User) -> Callable[[], object]:
    party, version = agreement.parties.all()[1], agreement.latest
    assert version
    said = {"signatory": "Kari", "position": "leder", "signed_on": TODAY}
    given = Given(party=party, version=version, answer=Answer.SIGNED, by=by, **said)  # type: ignore[arg-type]
    return lambda: give(given)


class TestAtTheSameMoment:
    def test_while_the_last_one_signs_no_new_version_is_written(self, half_signed: Agreement, person: User) -> None:
        fresh = Agreement.objects.get(pk=half_signed.pk)
        assert refused_meanwhile(lambda: fresh.revise(person, "Ny"), last_signature(half_signed, person))
        fresh.refresh_from_db()
        assert (fresh.state, fresh.versions.count()) == ("signed", 1)

    def test_while_a_new_version_is_written_the_last_one_does_not_sign(
        self, half_signed: Agreement, person: User
    ) -> None:
        fresh = Agreement.objects.get(pk=half_signed.pk)
        assert refused_meanwhile(last_signature(half_signed, person), lambda: fresh.revise(person, "Ny"))
        fresh.refresh_from_db()
        assert (fresh.state, Signature.objects.count()) == ("draft", 1)

    def test_the_same_past_django(self, half_signed: Agreement, person: User) -> None:
        party, version = half_signed.parties.all()[1], half_signed.latest
        assert version
        back = "UPDATE projects_agreement SET state = 'draft' WHERE id = %s"
        assert refused_meanwhile(lambda: write_signature(party, version, person), lambda: sql(back, half_signed.pk))

    def test_while_it_is_sent_no_party_joins(self) -> None:
        agreement = drafted()
        agreement.carry_out(READY, None)
        newcomer = OrganisationFactory.create()
        assert refused_meanwhile(
            lambda: AgreementParty.objects.create(agreement=agreement, organisation=newcomer),
            lambda: set_state(agreement, "sent"),
        )
