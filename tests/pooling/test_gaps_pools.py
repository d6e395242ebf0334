"""From a gap a broker comes to the pool that is proposed for it, or begins one."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from pooling.gaps.reckoning import reckon
from pooling.models import PoolProposal
from pooling.models.proposals import LAPSE
from tests.factories import OrganisationFactory
from tests.pooling.lacking import ALTA, KIRKENES, TODAY, WELDING, asked, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = reverse("gap-list")
BEGIN = f"{reverse('pool-create')}?competence={WELDING}&amp;place={KIRKENES}"


@pytest.fixture
def gap() -> None:
    """Three firms lack welding in Kirkenes."""
    region()
    for _firm in range(3):
        asked()
    reckon(TODAY)


def proposed(agency: Organisation, place: str) -> PoolProposal:
    proposal = PoolProposal.objects.create(handled_by=agency, competence_id=WELDING, sure=1)
    proposal.parts.create(need=asked(place=place, handled_by=agency), seats=2)
    return proposal


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.mark.usefixtures("gap")
class TestABroker:
    def test_begins_a_pool_of_it(self, client: Client, broker: User) -> None:
        assert BEGIN in page(client, LIST)
        form = client.get(BEGIN.replace("&amp;", "&")).context["form"]
        assert (form.initial["title"], form.initial["competences"]) == ("Welding", [WELDING])
        assert form.initial["municipality"].pk == KIRKENES

    def test_also_from_its_needs(self, client: Client, broker: User) -> None:
        gap_url = client.get(LIST).context["page"].object_list[0].query
        assert BEGIN in page(client, f"{reverse('gap-needs')}?{gap_url}")

    def test_comes_to_what_is_proposed_for_it(self, client: Client, broker: User, agency: Organisation) -> None:
        proposal = proposed(agency, KIRKENES)
        assert proposal.get_absolute_url() in page(client, LIST)
        assert BEGIN not in page(client, LIST)
        assert client.get(proposal.get_absolute_url()).status_code == 200

    def test_not_to_what_is_proposed_elsewhere_by_others_or_no_more(
        self, client: Client, broker: User, agency: Organisation
    ) -> None:
        elsewhere, others = proposed(agency, ALTA), proposed(OrganisationFactory.create(), KIRKENES)
        lapsed = proposed(agency, KIRKENES)
        PoolProposal.objects.filter(pk=lapsed.pk).update(state=LAPSE.target)
        shown = page(client, LIST)
        assert not any(one.get_absolute_url() in shown for one in (elsewhere, others, lapsed))
        assert BEGIN in shown

    def test_begins_with_nothing_when_nothing_is_known_of_it(self, client: Client, broker: User) -> None:
        for query in ("?competence=romfart&place=9999", "?competence=%00&place=%00"):
            form = client.get(reverse("pool-create") + query).context["form"]
            assert not {"title", "competences", "municipality"} & set(form.initial)


@pytest.mark.usefixtures("gap")
def test_the_county_begins_no_pools(client: Client, member: Callable[..., User]) -> None:
    member(MemberRole.CASE_OFFICER, OrganisationFactory.create(county_council=True))
    assert "Welding" in page(client, LIST)
    assert BEGIN not in page(client, LIST)
