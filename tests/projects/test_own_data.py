"""What a person takes along about themselves (partners.personal_data) is theirs: not the project's texts."""

from typing import Any

import pytest

from partners.personal_data import stored_about
from projects.models.agreements import READY, SEND
from projects.models.signatures import Answer, Method
from projects.signing import Given, give
from tests.factories import UserFactory, VisitFactory
from tests.projects.factories_agreements import Case, document, drafted
from tests.projects.factories_reports import sent

pytestmark = pytest.mark.django_db


def test_of_an_agreement_that_it_was_written_and_registered_but_not_what_stands_in_it() -> None:
    case = Case()
    agreement = drafted(*case.parties, project=case.project, note="Hemmelig", created_by=case.leader)
    version = agreement.revise(case.leader, "Avtalens ord")
    for act in (READY, SEND):
        agreement.carry_out(act, case.leader)
    party = agreement.parties.get(organisation=case.partner)
    paper: dict[str, Any] = {"method": Method.ON_PAPER, "signatory": "Ola Annen", "document": document()}
    give(Given(party=party, version=version, answer=Answer.SIGNED, by=case.leader, **paper))
    told = stored_about(case.leader)
    assert {"projects.Agreement", "projects.AgreementVersion", "projects.Signature"} <= told.keys()
    for others in ("Avtalens ord", "Hemmelig", "Ola Annen"):
        assert others not in str(told)


def test_of_a_report_that_it_was_sent_but_not_what_stands_in_it() -> None:
    """The text may be another's by now."""
    user = UserFactory.create()
    report = sent(by=user)
    type(report).objects.update(done="Etterfølgerens ord")
    told = stored_about(user)
    assert {"projects.Report", "projects.ReportVersion"} <= told.keys()
    assert "Etterfølgerens ord" not in str(told)
    assert not {"narrative", "figures"} & told["projects.ReportVersion"][0].keys()


def test_of_a_visit_the_day_but_not_who_was_met() -> None:
    user = UserFactory.create()
    VisitFactory.create(by=user, met="Ola Annen", notes="Sa at de skal si opp folk")
    told = stored_about(user)["brokering.Visit"][0]
    assert "on" in told
    assert not {"met", "notes"} & told.keys()
