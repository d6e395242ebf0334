"""What the weekly e-mail tells of courses and needs: what is new, to whom it concerns, and nothing twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from brokering.digest import NewCourses, NewDemand
from brokering.matching import rematch
from brokering.models import CompetenceNeed, CourseOffer
from brokering.models.matches import Band
from brokering.models.needs import NeedState
from config.digest import Tasks
from partners.digest import Section, kinds, send_due, wanted, write_all
from partners.models import Digest, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceNeedFactory,
    CourseOfferFactory,
    CourseRunFactory,
    MatchFactory,
    ProposalFactory,
    VerdictFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOUR = timedelta(hours=1)


@pytest.fixture
def need(agency: Organisation, firm: Organisation) -> CompetenceNeed:
    return CompetenceNeedFactory.create(handled_by=agency, employer=firm, text="Sveising av aluminium")


def told(user: User, since: datetime | None = None) -> list[Section]:
    now = timezone.now()
    return NewCourses().sections(user, since or now - HOUR, now)


class TestNewCourses:
    def test_are_told_by_need_the_best_first(self, broker: User, need: CompetenceNeed) -> None:
        good = MatchFactory.create(need=need, rank=1, offer__title="Aluminiumskurs")
        MatchFactory.create(need=need, rank=2, band=Band.POSSIBLE, offer__title="Sveisekurs")
        MatchFactory.create(need=need, rank=3, band=Band.NEAR)
        (section,) = told(broker)
        assert (section.title, section.url) == ("Kirkenes Rør AS: Sveising av aluminium", f"/needs/{need.pk}/matches/")
        assert [item.title for item in section.items] == ["Fits well: Aluminiumskurs", "May fit: Sveisekurs"]
        assert section.items[0].url == f"/offers/{good.offer_id}/"
        assert str(good.offer.provider) in section.items[0].text

    def test_of_many_the_first_are_named(self, broker: User, need: CompetenceNeed) -> None:
        MatchFactory.create_batch(5, need=need)
        (section,) = told(broker)
        assert (len(section.items), section.more) == (3, 2)

    def test_but_none_that_was_there_before(self, broker: User, need: CompetenceNeed) -> None:
        MatchFactory.create(need=need)
        assert told(broker, timezone.now() + HOUR) == []

    def test_nor_of_needs_that_others_broker_or_that_are_closed(self, broker: User, agency: Organisation) -> None:
        MatchFactory.create()
        MatchFactory.create(need__handled_by=agency, need__state=NeedState.COVERED)
        assert told(broker) == []

    def test_nor_what_was_refused_proposed_or_taken_away(self, broker: User, need: CompetenceNeed) -> None:
        refused, proposed, hidden = MatchFactory.create_batch(3, need=need)
        VerdictFactory.create(need=need, offer=refused.offer, fits=False, reason="far")
        ProposalFactory.create(need=need, offer=proposed.offer)
        CourseOffer.objects.filter(pk=hidden.offer_id).update(is_published=False)
        assert told(broker) == []

    @pytest.mark.django_db(transaction=True)
    def test_a_draft_is_new_when_it_is_published(self, broker: User, need: CompetenceNeed) -> None:
        match = MatchFactory.create(need=need, offer__is_published=False)
        before = timezone.now()
        assert told(broker, before) == []
        CourseOffer.objects.update(is_published=True)
        (section,) = told(broker, before)
        assert section.items[0].url == f"/offers/{match.offer_id}/"
        CourseOffer.objects.update(description="Bedre beskrevet")
        assert told(broker, timezone.now()) == []

    @pytest.mark.django_db(transaction=True)
    def test_new_dates_of_an_old_course_are_new(self, broker: User, need: CompetenceNeed) -> None:
        match = MatchFactory.create(need=need, run=CourseRunFactory.create())
        before = timezone.now()
        assert told(broker, before) == []
        match.run = CourseRunFactory.create(offer=match.offer, seats=7)
        match.save()
        (section,) = told(broker, before)
        assert "7 of 7 free" in section.items[0].text

    def test_are_for_brokers(self, broker: User, member: Callable[..., User]) -> None:
        assert NewCourses().is_for(broker)
        assert not NewCourses().is_for(member(MemberRole.LEADER))


class TestNewDemand:
    @pytest.fixture
    def offer(self) -> CourseOffer:
        CourseOfferFactory.create(title="Regnskap", description="Bokføring")
        return searchable(title="Sveising av aluminium")

    @pytest.fixture
    def keeper(self, member: Callable[..., User], offer: CourseOffer) -> User:
        return member(MemberRole.EMPLOYEE, offer.provider)

    def asked(self, **facts: Any) -> CompetenceNeed:
        need = CompetenceNeedFactory.create(**{"text": "Vi vil sveise aluminium", "consent_to_share": True} | facts)
        rematch(need)
        return need

    def sections(self, user: User, since: datetime) -> list[Section]:
        return NewDemand().sections(user, since, timezone.now())

    def test_is_told_by_course_without_names(self, keeper: User, offer: CourseOffer) -> None:
        need = self.asked(headcount=4)
        (section,) = self.sections(keeper, timezone.now() - HOUR)
        assert (section.title, section.url) == (offer.title, f"/offers/{offer.pk}/demand/")
        assert section.items[0].title.endswith(", 3–5 people")
        assert section.items[0].text == "Place not shown: fewer than three firms"
        assert need.employer.name not in str(section)

    def test_what_was_asked_before_is_not_told_again(self, keeper: User) -> None:
        self.asked()
        assert self.sections(keeper, timezone.now()) == []

    def test_nor_what_is_not_shared_nor_to_other_providers(self, keeper: User, member: Callable[..., User]) -> None:
        self.asked(consent_to_share=False)
        assert self.sections(keeper, timezone.now() - HOUR) == []
        self.asked()
        other = member(MemberRole.EMPLOYEE, CourseOfferFactory.create().provider)
        assert self.sections(other, timezone.now() - HOUR) == []
        assert not NewDemand().is_for(member(MemberRole.LEADER))


def test_tasks_are_told_under_the_headings_of_the_front_page(broker: User, agency: Organisation) -> None:
    for n in range(12):
        CompetenceNeedFactory.create(handled_by=agency, state=NeedState.SUBMITTED, employer__name=f"Firma {n}")
    (section,) = Tasks().sections(broker, timezone.now(), timezone.now())
    assert (section.title, section.url, section.more) == ("No day is set", "/waiting/", 2)
    assert section.items[0].title == "Firma 0: Open it for brokering"


def test_a_broker_gets_all_of_it_in_one_mail(broker: User, need: CompetenceNeed, settings: Any) -> None:
    settings.DIGEST_AT = (timezone.localtime().weekday(), timezone.localtime().hour)
    User.objects.update(language="en")
    CompetenceNeed.objects.update(state=NeedState.SUBMITTED)
    MatchFactory.create(need=need, offer__title="Aluminiumskurs")
    write_all(timezone.now())
    send_due(timezone.now())
    (letter,) = mail.outbox
    places = [letter.body.index(part) for part in ("What waits for you", "New courses and dates", "Aluminiumskurs")]
    assert places == sorted(places)
    assert [kind.name for kind in wanted(broker)] == ["tasks", "new-courses", "could-run", "pool-alarm"]
    assert {kind.name for kind in kinds()} == {
        "tasks",
        "new-courses",
        "new-demand",
        "pooled-demand",
        "could-run",
        "pool-alarm",
    }
    assert Digest.objects.get().sent_at
