"""What must not be of agreements and documents cannot be stored, whoever writes it: each rule is broken once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import F

from projects.models import Agreement, AgreementParty, AgreementVersion, Document, Signature
from tests.factories import OrganisationFactory, UserFactory
from tests.projects.factories_agreements import (
    AgreementFactory,
    AgreementPartyFactory,
    AgreementVersionFactory,
    document,
    drafted,
    sent,
)

pytestmark = pytest.mark.django_db


def filed(**facts: Any) -> Document:
    whole = {"file": "x", "name": "a.pdf", "size": 1, "sha256": "0" * 64, "content_type": "application/pdf"}
    return Document.objects.create(**whole | facts)


def answered(**facts: Any) -> Signature:
    agreement = sent()
    assert agreement.latest
    whole: dict[str, Any] = {
        "answer": "signed",
        "method": "confirmed",
        "signatory": "Kari",
        "position": "leder",
        "why": "",
    }
    whole |= {"signed_on": date(2026, 5, 1), "by": UserFactory.create()}
    return Signature.objects.create(party=agreement.parties.all()[0], version=agreement.latest, **whole | facts)


def party_twice() -> None:
    agreement, organisation = AgreementFactory.create(), OrganisationFactory.create()
    for _time in range(2):
        AgreementPartyFactory.create(agreement=agreement, organisation=organisation)


def version_twice() -> None:
    """Two that take the same number pass the trigger only when written at once."""
    agreement = drafted()
    AgreementVersion.objects.bulk_create(
        [AgreementVersion(agreement=agreement, number=2, text="x", sha256="0" * 64) for _time in range(2)]
    )


def answered_twice() -> None:
    first = answered(answer="declined", why="Nei")
    said = {"answer": "signed", "method": "confirmed", "signatory": "K", "position": "l", "signed_on": "2026-05-01"}
    Signature.objects.create(party=first.party, version=first.version, by=first.by, **said)


BREAKS: dict[str, Callable[[], object]] = {
    "agreement_does_not_end_before_it_begins": lambda: AgreementFactory.create(
        valid_from=date(2026, 5, 2), valid_to=date(2026, 5, 1)
    ),
    "agreement_does_not_replace_itself": lambda: (
        AgreementFactory.create(),
        Agreement.objects.update(replaces=F("id")),
    ),
    "agreement_kind_is_known": lambda: AgreementFactory.create(kind="marriage"),
    "an_organisation_is_party_once": party_twice,
    "a_version_says_something": lambda: AgreementVersionFactory.create(text=""),
    "a_document_is_not_empty": lambda: filed(size=0),
    "a_document_has_its_fingerprint": lambda: filed(sha256="x"),
    "document_type_is_accepted": lambda: filed(content_type="text/html"),
    "a_party_answers_a_version_once": answered_twice,
    "a_party_that_declines_says_why": lambda: answered(answer="declined"),
    "who_confirms_is_named": lambda: answered(signatory=""),
    "what_is_signed_on_paper_is_attached": lambda: answered(method="on_paper"),
    "answer_is_known": lambda: answered(answer="maybe", why="x"),
    "signing_method_is_known": lambda: answered(method="shout"),
}
# A trigger refuses these before the constraint can: an agreement begins as a draft and follows the acts, and versions
# are counted under the agreement's lock.
REFUSED_BEFORE: dict[str, Callable[[], object]] = {
    "agreement_state_is_known": lambda: (AgreementFactory.create(), Agreement.objects.update(state="lost")),
    "a_version_has_a_number_of_its_own": version_twice,
}


def test_every_rule_of_the_models_is_broken_here() -> None:
    models = (Agreement, AgreementParty, AgreementVersion, Signature, Document)
    assert {rule.name for model in models for rule in model._meta.constraints} == set(BREAKS) | set(REFUSED_BEFORE)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()


@pytest.mark.parametrize("rule", REFUSED_BEFORE)
def test_a_trigger_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError):
        REFUSED_BEFORE[rule]()


@pytest.mark.parametrize("facts", [{"signatory": "", "position": "", "signed_on": None, "by": None}, {}])
def test_on_paper_little_needs_to_be_known(facts: dict[str, object]) -> None:
    assert answered(method="on_paper", document=document(), **facts).pk


def test_several_parties_may_not_be_stated_yet() -> None:
    assert drafted(None, None).parties.count() == 2
