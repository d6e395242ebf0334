"""Invariant I14 in the database: an agreement is signed only when all required parties have signed the same version.

Each road round it is tried, as a rule by raw SQL, past every form, model and view.
"""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, connection, transaction

from partners.models import Organisation, User
from projects.models import Agreement, AgreementParty, AgreementVersion
from projects.models.agreement_rules import STATE_IS_EARNED
from projects.models.agreements import ACTS, READY, SEND, WITHDRAW, AgreementState
from tests.factories import OrganisationFactory, UserFactory
from tests.projects.factories_agreements import (
    AgreementFactory,
    AgreementPartyFactory,
    AgreementVersionFactory,
    drafted,
    sent,
    sign,
    signed,
)

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(why: str, statement: str, *values: Any) -> None:
    with pytest.raises(IntegrityError, match=why):
        sql(statement, *values)


def set_state(agreement: Agreement, state: str) -> str:
    sql("UPDATE projects_agreement SET state = %s WHERE id = %s", state, agreement.pk)
    return Agreement.objects.get(pk=agreement.pk).state


SIGNATURE = """INSERT INTO projects_signature
    (party_id, version_id, answer, method, signatory, position, signed_on, why, by_id, at, is_demo)
    VALUES (%s, %s, %s, 'confirmed', 'Kari', 'leder', '2026-05-01', 'Nei', %s, now(), %s)"""


@pytest.fixture
def person() -> User:
    return UserFactory.create()


def write_signature(
    party: AgreementParty, version: AgreementVersion, by: User, answer: str = "signed", *, is_demo: bool = False
) -> None:
    sql(SIGNATURE, party.pk, version.pk, answer, by.pk, is_demo)


def test_the_order_of_the_states_is_that_of_the_acts() -> None:
    pairs = re.search(r"NOT IN \((.*?)\) THEN", str(STATE_IS_EARNED.func), re.DOTALL)
    assert pairs is not None
    in_the_database = set(re.findall(r"'(\w+)', '(\w+)'", pairs[1]))
    by_acts = {(source, act.target) for act in ACTS.values() for source in act.sources if source != act.target}
    assert in_the_database == by_acts


@pytest.mark.parametrize("state", [state for state in AgreementState if state != AgreementState.DRAFT])
def test_an_agreement_is_not_born_in_a_later_state(state: str) -> None:
    with pytest.raises(IntegrityError, match="begins as a draft"):
        AgreementFactory.create(state=state)


@pytest.mark.parametrize("state", ["signed", "partly_signed", "terminated", "declined", "sent"])
def test_a_draft_does_not_jump(state: str) -> None:
    with pytest.raises(IntegrityError, match="does not go from draft to"):
        set_state(drafted(), state)


def test_what_is_sent_is_not_signed_by_saying_so() -> None:
    agreement = sent()
    for state in ("partly_signed", "signed"):
        with pytest.raises(IntegrityError, match="nobody has signed"):
            set_state(agreement, state)
    with pytest.raises(IntegrityError, match="no required party has declined"):
        set_state(agreement, "declined")


def test_one_signature_of_two_is_not_enough(person: User) -> None:
    agreement = sent()
    sign(agreement, agreement.parties.all()[0], person)
    with pytest.raises(IntegrityError, match="not every required party"):
        set_state(agreement, "signed")


def test_who_need_not_sign_does_not_make_up_for_who_must(person: User) -> None:
    agreement = drafted(*OrganisationFactory.create_batch(2))
    AgreementPartyFactory.create(agreement=agreement, required=False, order=9)
    agreement.carry_out(READY, None)
    agreement.carry_out(SEND, None)
    first, second, extra = agreement.parties.all()
    for party in (first, extra):
        sign(agreement, party, person)
    with pytest.raises(IntegrityError, match="not every required party"):
        set_state(agreement, "signed")
    sign(agreement, second, person)
    assert Agreement.objects.get(pk=agreement.pk).state == "signed"


def test_a_no_is_not_counted_as_a_yes(person: User) -> None:
    agreement = sent()
    first, second = agreement.parties.all()
    assert agreement.latest
    write_signature(first, agreement.latest, person)
    write_signature(second, agreement.latest, person, "declined")
    with pytest.raises(IntegrityError, match="not every required party"):
        set_state(agreement, "signed")


def test_signatures_on_an_older_version_do_not_count(person: User) -> None:
    agreement = sent()
    first, second = agreement.parties.all()
    sign(agreement, first, person)
    agreement.revise(person, "En annen tekst.")
    agreement.carry_out(READY, person)
    agreement.carry_out(SEND, person)
    sign(agreement, second, person)
    with pytest.raises(IntegrityError, match="not every required party"):
        set_state(agreement, "signed")
    assert Agreement.objects.get(pk=agreement.pk).state == "partly_signed"


def test_an_older_version_is_not_signed_any_more(person: User) -> None:
    agreement = sent()
    first, old = agreement.parties.all()[0], agreement.latest
    assert old
    agreement.revise(person, "En annen tekst.")
    agreement.carry_out(READY, person)
    agreement.carry_out(SEND, person)
    with pytest.raises(IntegrityError, match="latest version"):
        write_signature(first, old, person)


def test_a_version_that_was_answered_is_not_sent_again_with_other_terms(person: User) -> None:
    """Else a signature would hold for a period, or parties, that nobody saw."""
    agreement = sent()
    sign(agreement, agreement.parties.all()[0], person)
    agreement.carry_out(WITHDRAW, person, "Feil sluttdato")
    with pytest.raises(IntegrityError, match="nobody has answered"):
        set_state(agreement, "ready")
    with pytest.raises(ValidationError, match=r"versjon|version"):
        agreement.carry_out(READY, person)


@pytest.mark.parametrize("state", ["draft", "ready"])
def test_what_is_not_sent_is_not_signed(state: str, person: User) -> None:
    agreement = drafted()
    set_state(agreement, state)
    assert agreement.latest
    with pytest.raises(IntegrityError, match="only an agreement that is sent"):
        write_signature(agreement.parties.all()[0], agreement.latest, person)


def test_a_signed_agreement_takes_no_more_signatures_versions_or_drafts(person: User) -> None:
    agreement = signed(by=person)
    version = agreement.latest
    assert agreement.state == "signed"
    assert version
    with pytest.raises(IntegrityError, match="only an agreement that is sent"):
        write_signature(agreement.parties.all()[0], version, person)
    with pytest.raises(IntegrityError, match="added to a draft only"), transaction.atomic():
        AgreementVersionFactory.create(agreement=agreement, number=2)
    for state in ("draft", "sent", "ready"):
        with pytest.raises(IntegrityError, match="does not go from signed"):
            set_state(agreement, state)


def test_a_stranger_to_the_agreement_does_not_sign_it(person: User) -> None:
    agreement, other = sent(), sent()
    assert agreement.latest
    with pytest.raises(IntegrityError, match="latest version of its agreement"):
        write_signature(other.parties.all()[0], agreement.latest, person)


def test_a_party_answers_once(person: User) -> None:
    agreement = sent()
    assert agreement.latest
    write_signature(agreement.parties.all()[0], agreement.latest, person, "declined")
    with pytest.raises(IntegrityError, match="a_party_answers_a_version_once"):
        write_signature(agreement.parties.all()[0], agreement.latest, person)


def test_a_real_agreement_has_no_demonstration_signatures(person: User) -> None:
    agreement = sent()
    assert agreement.latest
    with pytest.raises(IntegrityError, match="demonstration"):
        write_signature(agreement.parties.all()[0], agreement.latest, person, is_demo=True)
    refused("terms", "UPDATE projects_agreement SET is_demo = true WHERE id = %s", agreement.pk)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM projects_agreementparty WHERE agreement_id = %s",
        "UPDATE projects_agreementparty SET required = false WHERE agreement_id = %s",
        "UPDATE projects_agreementparty SET organisation_id = NULL WHERE agreement_id = %s",
        "UPDATE projects_agreementparty SET id = id + 1000 WHERE agreement_id = %s",
        'INSERT INTO projects_agreementparty (agreement_id, required, "order") VALUES (%s, false, 9)',
    ],
)
def test_parties_are_fixed_once_it_is_sent(change: str, person: User) -> None:
    for agreement in (sent(), signed(by=person)):
        refused("parties of an agreement are fixed", change, agreement.pk)


def test_a_party_is_not_moved_out_of_what_is_sent_or_into_it() -> None:
    agreement, draft = sent(), drafted()
    move = "UPDATE projects_agreementparty SET agreement_id = %s WHERE agreement_id = %s"
    refused("parties of an agreement are fixed", move, draft.pk, agreement.pk)
    refused("parties of an agreement are fixed", move, agreement.pk, draft.pk)


def test_that_a_party_was_told_may_be_written_down() -> None:
    agreement = sent()
    assert agreement.parties.update(told_version=1) == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE projects_agreement SET title = 'En annen' WHERE id = %s",
        "UPDATE projects_agreement SET kind = 'grant' WHERE id = %s",
        "UPDATE projects_agreement SET valid_to = '2099-12-31' WHERE id = %s",
        "UPDATE projects_agreement SET valid_from = '2001-01-01' WHERE id = %s",
        "UPDATE projects_agreement SET state = 'draft', title = 'En annen' WHERE id = %s",
    ],
)
def test_terms_are_fixed_once_it_is_sent(change: str) -> None:
    refused("terms", change, sent().pk)


@pytest.mark.parametrize("table", ["agreementversion", "signature", "agreementevent"])
@pytest.mark.parametrize("change", ["UPDATE projects_{} SET at = now()", "DELETE FROM projects_{}"])
def test_what_was_written_and_signed_stays(table: str, change: str, person: User) -> None:
    signed(by=person)
    with pytest.raises(Error, match="Cannot update or delete rows"):
        sql(change.format(table))


def test_versions_are_counted_without_holes() -> None:
    agreement = drafted()
    for number in (0, 1, 3):
        with pytest.raises(IntegrityError, match="without holes"), transaction.atomic():
            AgreementVersionFactory.create(agreement=agreement, number=number)


def test_it_is_sent_to_two_known_parties_at_least() -> None:
    for parties in ([OrganisationFactory.create()], [OrganisationFactory.create(), None]):
        agreement = drafted(*parties)
        set_state(agreement, "ready")
        with pytest.raises(IntegrityError, match="two or more known parties"):
            set_state(agreement, "sent")
        with pytest.raises(ValidationError):
            agreement.carry_out(SEND, None)


def test_without_a_version_nothing_is_ready() -> None:
    agreement = AgreementFactory.create()
    with pytest.raises(IntegrityError, match="needs a version"):
        set_state(agreement, "ready")


def test_organisations_that_are_party_to_an_agreement_stay() -> None:
    agreement = drafted()
    with pytest.raises(Error), transaction.atomic():
        Organisation.objects.filter(agreement_parties__agreement=agreement).delete()


def test_an_answer_does_not_pass_to_another_organisation(person: User) -> None:
    agreement = sent()
    party = agreement.parties.all()[0]
    sign(agreement, party, person)
    agreement.carry_out(WITHDRAW, person, "Feil part")
    change = "UPDATE projects_agreementparty SET organisation_id = %s WHERE id = %s"
    refused("does not pass to another", change, OrganisationFactory.create().pk, party.pk)
    refused("does not pass to another", change, None, party.pk)
