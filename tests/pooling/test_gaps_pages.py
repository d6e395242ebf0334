"""The pages about gaps: who sees them, what they show and what they leave out, in a fixed number of queries."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from brokering.models import Competence
from partners.models import Boundary, Organisation, User
from partners.models.roles import MemberRole
from pooling.gaps.charts import chart
from pooling.gaps.figure import Point, Share
from pooling.gaps.geography import Geography
from pooling.gaps.reckoning import reckon
from pooling.models import Balance, Gap
from tests.factories import CompetenceFactory, CountyFactory, MunicipalityFactory, OrganisationFactory
from tests.pooling.lacking import ALTA, KIRKENES, TODAY, TRUCKS, VADSO, WELDING, asked, course, met, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST, CSV, XLSX = reverse("gap-list"), reverse("gap-csv"), reverse("gap-xlsx")
WHAT_IF, NEEDS, FIGURE = reverse("gap-what-if"), reverse("gap-needs"), reverse("gap-figure")


@pytest.fixture
def firms() -> list[Organisation]:
    """Three that lack welding in Kirkenes, three that have it in Alta, two that lack trucks there."""
    region()
    lacking = [asked(people=3, days=35).employer for _firm in range(3)]
    for _firm in range(3):
        met(asked(place=ALTA), offer=course())
    for _firm in range(2):
        asked(TRUCKS, ALTA, people=41)
    reckon(TODAY)
    return lacking


@pytest.fixture
def officer(firms: object, member: Callable[..., User]) -> User:
    return member(MemberRole.CASE_OFFICER, OrganisationFactory.create(county_council=True))


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.usefixtures("officer")
class TestTheTable:
    def test_shows_who_lacks_what_where_and_for_how_long(self, client: Client) -> None:
        [lacking, has] = client.get(LIST).context["page"].object_list
        assert (lacking.place, lacking.subject, lacking.share.unmet, lacking.firms, lacking.weeks) == (
            *("Sør-Varanger", "Welding"),
            *(9, 3, 5),
        )
        assert (has.place, has.share.met, has.firms, has.weeks) == ("Alta", 6, 0, 0)

    def test_leaves_out_two_firms_everywhere(self, client: Client) -> None:
        page = text(client, LIST)
        assert "Trucks" not in page
        assert "82 people" not in page
        assert client.get(LIST).context["share"] == Share(15, 6)

    @pytest.mark.parametrize(
        ("asked", "places"),
        [
            ({"place": KIRKENES}, ["Sør-Varanger"]),
            ({"place": "ost"}, ["Sør-Varanger"]),
            ({"place": ALTA}, ["Alta"]),
            ({"weeks": 4}, ["Sør-Varanger"]),
            ({"weeks": 13}, []),
            ({"competence": WELDING}, ["Sør-Varanger", "Alta"]),
            ({"competence": TRUCKS}, ["Sør-Varanger", "Alta"]),
            ({"place": "Atlantis"}, ["Sør-Varanger", "Alta"]),
        ],
    )
    def test_is_filtered_and_what_is_not_known_filters_nothing(
        self, asked: dict[str, Any], places: list[str], client: Client
    ) -> None:
        assert [row.place for row in client.get(LIST, asked).context["page"].object_list] == places

    def test_says_when_it_was_reckoned_and_when_that_is_long_ago(self, client: Client) -> None:
        assert "It is reckoned every night, but has not been since" in text(client, LIST)
        reckon()
        assert "and every night anew" in text(client, LIST)

    def test_says_that_it_was_never_reckoned(self, client: Client) -> None:
        Gap.objects.all().delete()
        Balance.objects.all().delete()
        assert "It has not happened yet" in text(client, LIST)

    def test_asks_the_database_as_often_however_much_there_is(
        self, client: Client, queries: Callable[[str], int]
    ) -> None:
        few = queries(LIST)
        for number in range(6):
            CompetenceFactory.create(slug=f"fag-{number}")
            for _firm in range(3):
                asked(f"fag-{number}", VADSO)
        reckon(TODAY)
        assert queries(LIST) == few
        assert few <= 12


@pytest.mark.usefixtures("officer")
class TestFiles:
    def test_the_csv_is_the_table(self, client: Client) -> None:
        response = client.get(CSV, {"competence": WELDING})
        heading, *rows = response.content.decode("utf-8-sig").splitlines()
        assert heading.startswith("Place;Competence;People without a seat")
        assert rows == ["Sør-Varanger;Welding;9;3;5;0;9;0", "Alta;Welding;0;0;0;6;6;100"]
        assert f"gaps-56-{timezone.localdate():%Y-%m-%d}.csv" in response["Content-Disposition"]

    def test_so_is_the_spreadsheet_and_no_cell_of_it_is_a_formula(self, client: Client) -> None:
        Competence.objects.filter(pk=WELDING).update(name_en="=1+1")
        sheet: Any = load_workbook(BytesIO(client.get(XLSX).content)).active
        assert [cell.value for cell in sheet[2]] == ["Sør-Varanger", "=1+1", 9, 3, 5, 0, 9, 0]
        assert sheet["B2"].data_type == "s"


@pytest.mark.usefixtures("officer")
class TestTheNeedsBehind:
    def test_are_those_one_may_see(self, client: Client, firms: list[Organisation]) -> None:
        [row, _other] = client.get(LIST).context["page"].object_list
        page = client.get(f"{NEEDS}?{row.query}")
        assert {need.employer for need in page.context["page"].object_list} == set(firms)
        assert not page.context["has_others"]

    def test_others_see_that_there_are_some(
        self, client: Client, firms: list[Organisation], member: Callable[..., User]
    ) -> None:
        house = OrganisationFactory.create(roles=["partner"])
        house.serves.add(KIRKENES)
        member(MemberRole.BROKER, house)
        page = text(client, f"{NEEDS}?county=56&municipality={KIRKENES}&competence={WELDING}")
        assert "The needs behind it are of firms that others work with" in page
        assert firms[0].name not in page

    def test_of_what_is_not_shown_there_are_none(self, client: Client) -> None:
        assert client.get(f"{NEEDS}?county=56&municipality={ALTA}&competence={TRUCKS}").status_code == 404
        assert client.get(f"{NEEDS}?county=56&municipality=x&region=y&area=z").status_code == 404


@pytest.mark.usefixtures("officer")
class TestWhatIf:
    def test_says_what_one_more_run_would_serve(self, client: Client) -> None:
        page = text(client, f"{WHAT_IF}?change=run&asked=1&competence={WELDING}&place={VADSO}")
        assert "One more run of Welding in Vadsø would serve at least 3 firms, 9 people" in page
        assert "would go from 40 to 99 per cent" not in page
        assert "would go from 40 to 100 per cent" in page

    def test_the_list_leads_to_it(self, client: Client) -> None:
        [best] = client.get(LIST).context["suggestions"]
        assert (best.place, best.answer.many) == ("Sør-Varanger", "3 firms, 9 people")
        assert "would serve at least 3 firms, 9 people" in text(client, LIST)

    @pytest.mark.parametrize("kind", ["run", "online", "move", "reach"])
    def test_asks_for_what_it_needs_and_keeps_what_was_typed(self, kind: str, client: Client) -> None:
        Gap.objects.filter(is_met=True).update(only_in=ALTA)
        assert client.get(WHAT_IF, {"change": kind}).context["answer"] is None
        typed: dict[str, Any] = {"change": kind, "asked": 1, "place": VADSO, "competence": "alchemy"}
        page = client.get(WHAT_IF, typed)
        assert page.context["answer"] is None
        assert "competence" in page.context["form"].errors
        assert (f'value="{VADSO}" selected' in page.content.decode()) == (kind in ("run", "move"))

    def test_knows_no_other_change(self, client: Client) -> None:
        assert client.get(WHAT_IF, {"change": "magic"}).status_code == 404

    def test_says_when_there_is_nothing_to_move(self, client: Client) -> None:
        page = text(client, f"{WHAT_IF}?change=move")
        assert "there is nothing to move" in page
        assert "It is held today in" not in page

    def test_says_when_nobody_surely_gains(self, client: Client) -> None:
        page = text(client, f"{WHAT_IF}?change=reach&asked=1&km=25")
        assert "It would surely serve no three firms more" in page
        assert "would go from" not in page


@pytest.mark.usefixtures("officer")
class TestTheFigure:
    def test_is_shown_with_what_it_means_and_is_made_of(self, client: Client) -> None:
        page = text(client, FIGURE)
        assert "6 of 15 people have a seat within reach" in page
        assert "the share who could have a seat today" in page
        [row] = client.get(FIGURE).context["parts"]
        assert (row.subject, row.share.percent) == ("Welding", 40)

    def test_is_made_of_rows_that_sum_to_it(self, client: Client) -> None:
        for slug in (TRUCKS, "sveising", "regnskap"):
            met(asked(slug, VADSO, people=5), offer=course())
        reckon(TODAY)
        page = client.get(FIGURE).context
        assert [(row.subject, row.share.met) for row in page["parts"]] == [("Welding", 6), ("Other subjects", 15)]
        assert page["whole"] == page["share"] == Share(30, 21)

    def test_has_no_filter_that_does_nothing(self, client: Client) -> None:
        assert list(client.get(FIGURE).context["form"].fields) == ["competence"]
        assert "The figure is of the whole county" in text(client, f"{LIST}?place={KIRKENES}")
        assert "The figure is of the whole county" not in text(client, f"{LIST}?competence={WELDING}")

    def test_has_its_history_by_week_and_by_day(self, client: Client) -> None:
        county = CountyFactory.create()
        today = timezone.localdate()
        Balance.objects.all().delete()
        for days in range(30):
            Balance.objects.create(on=today - timedelta(days=days), county=county, wanted=103, met=days)
        points = client.get(FIGURE, {"by": "day"}).context["points"]
        assert (len(points), points[0]) == (30, Point(today, 0, 105, 105))
        assert len(client.get(FIGURE).context["points"]) in (5, 6)
        assert "<polyline" in text(client, FIGURE)

    def test_of_one_competence(self, client: Client) -> None:
        assert "6 of 15" in text(client, f"{FIGURE}?competence={WELDING}")

    def test_has_no_history_on_the_first_day(self, client: Client) -> None:
        Balance.objects.all().delete()
        assert "there is no history yet" in text(client, FIGURE)


class TestWhoSees:
    def test_a_county_sees_itself_alone(self, firms: object, member: Callable[..., User], client: Client) -> None:
        nordland = CountyFactory.create(number="18", name="Nordland")
        member(MemberRole.CASE_OFFICER, OrganisationFactory.create(roles=["county"], county=nordland))
        assert list(client.get(LIST).context["page"].object_list) == []
        assert client.get(LIST, {"county": "56"}).status_code == 404

    def test_who_works_in_two_chooses(self, officer: User, client: Client) -> None:
        house = OrganisationFactory.create(roles=["partner"])
        nordland = CountyFactory.create(number="18", name="Nordland")
        house.memberships.create(user=officer, role=MemberRole.BROKER)
        house.serves.add(MunicipalityFactory.create(number="1841", name="Fauske", county=nordland))
        assert "Nordland" in text(client, LIST)
        assert client.get(LIST, {"county": "18"}).context["county"] == nordland

    def test_a_firm_is_told_why_not(self, member: Callable[..., User], client: Client) -> None:
        member(MemberRole.LEADER)
        response = client.get(LIST)
        assert response.status_code == 403
        assert "Only counties and those who broker competence" in response.content.decode()


def test_the_map_has_a_circle_where_seats_are_missing_and_points_elsewhere(officer: User, client: Client) -> None:
    drawn = client.get(LIST).context["map"]
    assert [(dot.name, dot.share.unmet, dot.kind) for dot in drawn.dots] == [
        ("Sør-Varanger", 9, "many"),
        ("Alta", 0, "none"),
        ("Vadsø", 0, "none"),
    ]
    assert all(0 <= dot.x <= drawn.width and 0 <= dot.y <= drawn.height for dot in drawn.dots)
    east, west, north = drawn.dots
    assert west.x < north.x < east.x
    assert north.y < east.y


def test_the_map_has_the_municipalities_as_areas_where_their_boundaries_are_loaded(
    officer: User, client: Client
) -> None:
    box = [[29.0, 69.4], [31.0, 69.4], [31.0, 69.9], [29.0, 69.9], [29.0, 69.4]]
    skerry = [[30.0, 70.0], [30.0001, 70.0], [30.0, 70.0001], [30.0, 70.0]]
    Boundary.objects.create(municipality_id=KIRKENES, rings=[box, skerry])
    response = client.get(LIST)
    (path,) = response.context["map"].areas
    assert path.count("M") == 1, "what is smaller than a dot is left out"
    assert f'd="{path}"' in response.content.decode()
    corners = [tuple(map(int, corner.split(","))) for corner in path.strip("MZ").split()]
    kirkenes = response.context["map"].dots[0]
    assert min(x for x, _y in corners) < kirkenes.x < max(x for x, _y in corners)
    assert min(y for _x, y in corners) < kirkenes.y < max(y for _x, y in corners)


def test_a_county_of_no_places_is_drawn_all_the_same(officer: User, client: Client) -> None:
    there = Geography.of(CountyFactory.create(number="99", name="Ingensteder"))
    assert chart([], there).dots == []
