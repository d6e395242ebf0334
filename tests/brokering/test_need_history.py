"""What has happened to a need stands on its page: its acts, answers to courses, and what became of proposals."""

import pytest
from django.test import Client
from django.urls import reverse

from brokering.history import history
from brokering.models import CompetenceNeed, CourseOffer, Proposal
from brokering.models.matches import ACCEPT, AGREE
from brokering.models.needs import CLARIFY
from partners.models import Organisation, User
from tests.factories import CompetenceNeedFactory, CourseOfferFactory, UserFactory, VerdictFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def need(agency: Organisation) -> CompetenceNeed:
    return CompetenceNeedFactory.create(handled_by=agency, employer__email="post@firma.example")


@pytest.fixture
def offer() -> CourseOffer:
    return CourseOfferFactory.create(title="Sveising")


def told(need: CompetenceNeed) -> list[tuple[str, object]]:
    proposals = need.proposals.select_related("offer")
    return [(entry.label, entry.by) for entry in history(need, proposals)]


def test_answers_stand_between_the_acts_with_who_gave_them(
    client: Client, broker: User, need: CompetenceNeed, offer: CourseOffer
) -> None:
    verdict = reverse("verdict", args=[need.pk, offer.pk])
    client.post(verdict, {"fits": "True"})
    need.carry_out(CLARIFY, broker)
    client.post(verdict, {"reason": "far"})
    client.post(reverse("verdict-withdraw", args=[need.pk, offer.pk]))
    assert told(need) == [
        ("“Sveising”: Fits", broker),
        ("Being clarified", broker),
        ("“Sveising”: Does not fit (Too far away)", broker),
        ("Answer taken back", broker),
    ]
    page = client.get(need.get_absolute_url()).content.decode()
    assert f": “Sveising”: Does not fit (Too far away), {broker}</li>" in page
    assert f": Answer taken back, {broker}. Sveising</li>" in page


def test_a_proposal_is_told_from_its_beginning_on(
    client: Client, broker: User, need: CompetenceNeed, offer: CourseOffer
) -> None:
    client.post(reverse("propose", args=[need.pk, offer.pk]), {"message": "Dette kan passe."})
    Proposal.objects.update(state="sent")
    proposal = Proposal.objects.get()
    proposal.carry_out(ACCEPT, None, "Gjerne to plasser.")
    proposal.carry_out(AGREE, broker)
    assert told(need) == [
        ("“Sveising”: Proposed", broker),
        ("“Sveising”: Interested", "by the link that the employer got"),
        ("“Sveising”: Agreed", broker),
    ]
    assert (
        "by the link that the employer got. Gjerne to plasser." in client.get(need.get_absolute_url()).content.decode()
    )


def test_that_somebody_is_deleted_is_no_answer(need: CompetenceNeed, offer: CourseOffer) -> None:
    judge = UserFactory.create()
    VerdictFactory.create(need=need, offer=offer, by=judge)
    judge.delete()
    assert told(need) == [("“Sveising”: Fits", None)]
