"""Somebody tries to find out what a single firm wants, by putting together every page, filter, what-if and file.

All that can be seen is collected, then one firm is changed, and all is collected again. Where nothing at all is
different, no arithmetic over what is seen can tell the two apart.
"""

import re
from collections.abc import Callable, Iterator
from itertools import combinations, product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from brokering.matching import Wish
from brokering.matching.candidates import LEAST
from brokering.matching.kept import keep
from brokering.matching.understanding import understand
from brokering.models import CompetenceNeed, CourseOffer
from partners.models import User
from partners.models.roles import MemberRole
from pooling.forms.gaps import FARTHER
from pooling.gaps.figure import Share
from pooling.gaps.reckoning import reckon
from pooling.models import Gap, NeedStanding
from tests.brokering.wanted import WELDING as TO_WELD
from tests.brokering.wanted import welding_course
from tests.factories import MembershipFactory, OrganisationFactory
from tests.pooling.lacking import (
    ACCOUNTS,
    ALTA,
    KIRKENES,
    TODAY,
    TRUCKS,
    VADSO,
    WELDING,
    asked,
    course,
    met,
    region,
    too_far,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PLACES, SUBJECTS = (KIRKENES, VADSO, ALTA), (WELDING, TRUCKS, ACCOUNTS)
RUN, ONLINE, REACH = ({"change": kind, "asked": 1} for kind in ("run", "online", "reach"))
MOVE = {"change": "move", "asked": 1, "origin": KIRKENES}
KINDS_OF_SUBJECT: tuple[dict[str, str], ...] = (
    {},
    {"area": "industri"},
    {"area": "kontor"},
    *({"competence": slug} for slug in SUBJECTS),
)
KINDS_OF_PLACE: tuple[dict[str, str], ...] = ({}, {"region": "ost"}, *({"municipality": place} for place in PLACES))
TOKEN = re.compile(r'csrf|name="csrfmiddlewaretoken"[^>]*>')


@pytest.fixture
def needs() -> dict[str, CompetenceNeed]:
    """Welding in Kirkenes by four firms, and a fifth that has it; trucks by three in as many places; three others."""
    region()
    named = {f"welder {n}": asked(people=n + 1, days=7 * n) for n in range(1, 5)}
    named["met welder"] = met(asked(people=9), offer=course())
    for number, place in enumerate(PLACES):
        named[f"truck {number}"] = asked(TRUCKS, place, people=number + 3)
    for number, place in enumerate((KIRKENES, ALTA)):
        named[f"alone {number}"] = too_far(asked(ACCOUNTS, place, people=7 + number, days=90), 20)
    named["far away"] = asked(WELDING, ALTA, people=6)
    return named


@pytest.fixture
def looker(member: Callable[..., User], needs: object) -> User:
    """A broker for the county who handles none of the firms."""
    house = OrganisationFactory.create(roles=["partner"])
    house.serves.add(KIRKENES)
    return member(MemberRole.BROKER, house)


def queries() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every filter with every other, every what-if, and every row that there could be."""
    for competence, place, weeks in product(("", *SUBJECTS), ("", "ost", *PLACES), ("", 4)):
        yield "gap-csv", {"competence": competence, "place": place, "weeks": weeks}
    for competence in ("", *SUBJECTS):
        yield "gap-list", {"competence": competence}
        yield "gap-figure", {"competence": competence, "by": "day"}
        yield from (("gap-what-if", {**REACH, "competence": competence, "km": km}) for km in FARTHER)
    for competence, place in product(SUBJECTS, PLACES):
        yield "gap-what-if", {**RUN, "competence": competence, "place": place}
        yield "gap-what-if", {**MOVE, "competence": competence, "place": place}
    yield from (("gap-what-if", {**ONLINE, "competence": competence}) for competence in SUBJECTS)
    for of_subject, of_place in product(KINDS_OF_SUBJECT, KINDS_OF_PLACE):
        yield "gap-needs", {"county": "56", **of_subject, **of_place}


def everything(client: Client) -> dict[str, str]:
    """Address → what it says; tonight."""
    reckon(TODAY)
    seen = {}
    for name, query in queries():
        address = f"{reverse(name)}?{urlencode({key: value for key, value in query.items() if value})}"
        response = client.get(address)
        seen[address] = f"{response.status_code} {TOKEN.sub('', response.content.decode())}"
    return seen


def taught(looker: User, needs: dict[str, CompetenceNeed]) -> CourseOffer:
    """A course in welding, not public yet, of a school that the looker works for, too."""
    offer = welding_course()
    CourseOffer.objects.filter(pk=offer.pk).update(is_published=False)
    for need in needs.values():
        if WELDING in need.index.subjects[0]:
            keep(need, understand(Wish(text=TO_WELD)), LEAST)
    MembershipFactory.create(user=looker, organisation=offer.provider)
    return offer


def hidden(needs: dict[str, CompetenceNeed]) -> set[int]:
    reckon(TODAY)
    return {need.pk for need in needs.values()} - set(Gap.objects.values_list("needs", flat=True))


def change(need: CompetenceNeed, **facts: object) -> None:
    CompetenceNeed.objects.filter(pk=need.pk).update(**facts)


def grow_the_one_with_a_seat(needs: dict[str, CompetenceNeed]) -> None:
    assert needs["met welder"].pk in hidden(needs)
    change(needs["met welder"], headcount=500, municipality=ALTA)


def exchange_two_welders(needs: dict[str, CompetenceNeed]) -> None:
    """One is as many as the other was, and has waited as long."""
    first, second = (NeedStanding.objects.select_related("need").get(need=needs[f"welder {n}"]) for n in (1, 4))
    for one, other in ((first, second), (second, first)):
        change(one.need, headcount=other.need.headcount)
        NeedStanding.objects.filter(need=one.need).update(unmet_since=other.unmet_since)


def move_a_truck(needs: dict[str, CompetenceNeed]) -> None:
    """It is counted in the county, and nobody sees in which municipality it is."""
    change(needs["truck 0"], municipality=VADSO)


def exchange_people_of_different_subjects(needs: dict[str, CompetenceNeed]) -> None:
    """They are too few for their subjects, and counted together."""
    first, second = needs["alone 1"], needs["far away"]
    one, other = first.index.subjects, second.index.subjects
    for need, subjects in ((first, other), (second, one)):
        need.index.subjects = subjects
        need.index.save()


UNSEEN = [
    grow_the_one_with_a_seat,
    exchange_two_welders,
    move_a_truck,
    exchange_people_of_different_subjects,
]


@pytest.mark.usefixtures("looker")
class TestNobodyIsFoundOut:
    def test_by_all_that_can_be_seen_together(self, client: Client, needs: dict[str, CompetenceNeed]) -> None:
        before = everything(client)
        for act in UNSEEN:
            act(needs)
            after = everything(client)
            assert [address for address in before if before[address] != after[address]] == [], act.__name__
        change(needs["welder 1"], headcount=99)
        assert before != everything(client), "a firm that is shown would be noticed"

    def test_no_number_of_people_is_of_fewer_than_three_firms(
        self, client: Client, needs: dict[str, CompetenceNeed]
    ) -> None:
        """Nor is the difference between any two numbers: each is what somebody's whole group wants, or several."""
        reckon(TODAY)
        groups = [
            ({need.employer_id for need in gap.needs.all()}, gap.people)
            for gap in Gap.objects.prefetch_related("needs")
        ]
        assert groups
        for (firms, _people), (others, _number) in combinations(groups, 2):
            assert len(firms) >= 3
            assert len(others) >= 3
        shown = client.get(reverse("gap-csv")).content.decode()
        numbers = {int(row.split(";")[6]) for row in shown.splitlines()[1:]}
        sums = {sum(group[1] for group in some) for n in range(1, len(groups) + 1) for some in combinations(groups, n)}
        assert numbers <= sums


def test_who_also_works_for_a_school_learns_no_number_from_its_page(
    client: Client, looker: User, needs: dict[str, CompetenceNeed]
) -> None:
    """Four welders are counted to the person among the gaps; another, who has a course, only roughly with them."""
    pages = reverse("offer-needs", args=[taught(looker, needs).pk]), reverse("demand-board")
    assert "21–50 people from 6 firms" in client.get(pages[0]).content.decode()

    def all_pages() -> dict[str, str]:
        return everything(client) | {page: TOKEN.sub("", client.get(page).content.decode()) for page in pages}

    before = all_pages()
    change(needs["met welder"], headcount=7)
    assert [page for page, said in all_pages().items() if before[page] != said] == []
    change(needs["met welder"], headcount=70)
    assert all_pages() != before, "that it is many is told"


def test_a_broker_cannot_subtract_their_own_firms(
    client: Client, member: Callable[..., User], needs: dict[str, CompetenceNeed]
) -> None:
    """Four firms want to weld: seen when none, one or all of them are the broker's, not when two others are left."""
    house = OrganisationFactory.create(roles=["partner"])
    house.serves.add(KIRKENES)
    member(MemberRole.BROKER, house)
    reckon(TODAY)
    welders = CompetenceNeed.objects.filter(pk__in=[needs[f"welder {n}"].pk for n in range(1, 5)]).order_by("pk")
    seen = []
    for own in (0, 1, 2, 3, 4):
        welders.filter(pk__in=[need.pk for need in welders[:own]]).update(handled_by=house)
        table = client.get(reverse("gap-csv"), {"competence": WELDING, "place": KIRKENES}).content.decode()
        behind = client.get(reverse("gap-needs"), {"county": "56", "competence": WELDING, "municipality": KIRKENES})
        assert (len(table.splitlines()) > 1) == (behind.status_code == 200)
        seen.append(behind.status_code == 200)
    assert seen == [True, True, False, False, True]


def figures(client: Client) -> tuple[Share, Share]:
    """Of the county as the broker is told it, and as a sum of what it is made of."""
    page = client.get(reverse("gap-list")).context
    parts = client.get(reverse("gap-figure")).context["parts"]
    return page["share"], sum((row.share for row in parts), Share())


def test_a_broker_sees_the_figure_of_the_county_where_no_firm_can_be_subtracted_from_it(
    client: Client, member: Callable[..., User], needs: dict[str, CompetenceNeed]
) -> None:
    """With two welders of their own, two others are left: too few, until a third stands in another hidden group."""
    house = OrganisationFactory.create(roles=["partner"])
    house.serves.add(KIRKENES)
    member(MemberRole.BROKER, house)
    reckon(TODAY)
    whole = Share.of(Gap.objects.all())
    assert figures(client) == (whole, whole)
    mine = [needs[f"welder {n}"].pk for n in (1, 2)]
    CompetenceNeed.objects.filter(pk__in=mine).update(handled_by=house)
    shown = Share.of(Gap.objects.exclude(needs__in=mine))
    assert figures(client) == (shown, shown)
    page = client.get(reverse("gap-figure")).content.decode()
    assert "are not in this figure" in page
    assert "The history is told to the county alone" in page
    CompetenceNeed.objects.filter(pk=needs["truck 0"].pk).update(handled_by=house)
    assert figures(client) == (whole, whole)
    page = client.get(reverse("gap-figure")).content.decode()
    assert "The figure is the county’s" in page
    assert "Not shown by itself" in page


def test_the_history_of_one_competence_gives_no_firm_away(
    client: Client, looker: None, needs: dict[str, CompetenceNeed]
) -> None:
    reckon(TODAY)
    page = client.get(reverse("gap-figure"), {"competence": WELDING})
    assert page.context["points"] == []
    assert "The history is told to the county alone" in page.content.decode()


def test_files_have_no_more_than_the_table(client: Client, looker: User) -> None:
    reckon(TODAY)
    page, table = client.get(reverse("gap-list")), client.get(reverse("gap-csv")).content.decode()
    assert len(table.splitlines()) - 1 == len(page.context["page"].object_list)
