"""What a firm says by telephone is noted by its broker, in words that say so."""

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Organisation, User
from pooling.models import MemberState
from tests.factories import CompetenceNeedFactory
from tests.pooling.factories import PoolFactory, PoolMemberFactory, ReservationFactory
from tests.pooling.factories_outcomes import FollowUpFactory, noted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_of_a_course_it_can_be_put_right(client: Client, agency: Organisation, broker: User) -> None:
    need = CompetenceNeedFactory.create(handled_by=agency, employer__email="post@firma.example")
    kept = ReservationFactory.create(need=need, firm=need.employer)
    asked = FollowUpFactory.create(outcome=noted(reservation=kept))
    url = asked.get_absolute_url()
    shown = client.get(url).content.decode()
    for said in (f"You note it for {need.employer.name}", "mailto:post@firma.example", "Note the answer"):
        assert said in shown
    assert "cannot be changed afterwards" not in shown
    for used in (1, 0):
        client.post(url, {"used": used, "without": "later"})
        asked.refresh_from_db()
        assert (asked.used, asked.by) == (used, broker)
    client.logout()
    client.post(url, {"used": 1, "without": "not"})
    asked.refresh_from_db()
    assert asked.used == 0


def test_of_a_pool_the_page_speaks_of_the_firm(client: Client, agency: Organisation, broker: User) -> None:
    pool = PoolFactory.create(handled_by=agency)
    member = PoolMemberFactory.create(pool=pool, state=MemberState.INVITED)
    url = reverse("pool-member", args=[member.pk])
    shown = client.get(url).content.decode()
    for said in ("Note what the firm said", "What else they said", "Binding", "Back to the pool"):
        assert said in shown
    for said in ("Yes, we", "who we are", "Anything you want to add"):
        assert said not in shown
