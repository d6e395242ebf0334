"""The pages of budget frames: in sums as of a day, to the krone, and what is entered by whom."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.models import BudgetFrame, FrameEntry, FundingSource, Strength, Tranche
from funding.overview import frames, left
from funding.turning import due, not_firm, to_turn
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import OrganisationFactory
from tests.funding.factories import ConditionFactory, FundingSchemeFactory
from tests.funding.factories_frames import FrameEntryFactory, frame, promised

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MILLION = Decimal(1_000_000)
TODAY = timezone.localdate()
YEAR = TODAY.year


@pytest.fixture
def source(county: Organisation) -> FundingSource:
    return frame(MILLION, source__owner=county, year=YEAR).source


@pytest.fixture
def out_of(source: FundingSource) -> BudgetFrame:
    return source.frames.get()


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


class TestSums:
    def test_are_by_strength_and_say_what_is_left(self, out_of: BudgetFrame) -> None:
        promised(out_of, Decimal(300_000))
        promised(out_of, Decimal(200_000), Strength.CONDITIONAL)
        promised(out_of, None, Strength.HELD_OUT)
        promised(out_of, Decimal(1), "lapsed")
        promised(out_of, Decimal(1), state="draft")
        row = frames([out_of], TODAY)[0]
        assert (row.size, row.left, row.edge) == (MILLION, Decimal(700_000), "")
        assert [str(cell.sum) for cell in row.cells] == ["300\u00a0000", "200\u00a0000", "unknown amount"]
        assert row.left == left(out_of, TODAY)

    def test_a_size_that_nobody_has_said_is_not_nothing(self) -> None:
        row = frames([frame(None)], TODAY)[0]
        assert (row.size, row.left, row.lacking) == (None, None, None)

    def test_conditional_promises_may_be_more_than_is_left(self, out_of: BudgetFrame) -> None:
        promised(out_of, MILLION)
        promised(out_of, MILLION, Strength.CONDITIONAL)
        row = frames([out_of], TODAY)[0]
        assert (row.left, row.lacking, row.edge) == (Decimal(0), MILLION, "50.00%")

    def test_as_of_a_day_that_has_passed_are_read_from_the_events(self, out_of: BudgetFrame) -> None:
        promised(out_of, Decimal(300_000))
        FrameEntryFactory.create(frame=out_of, amount=Decimal(5), on=TODAY)
        yesterday = frames([out_of], TODAY - timedelta(days=1))[0]
        assert (yesterday.size, yesterday.left) == (MILLION, MILLION)
        assert [cell.sum.known for cell in yesterday.cells] == [Decimal(0)] * 3
        today = frames([out_of], TODAY)[0]
        assert (today.size, today.left) == (MILLION + 5, Decimal(700_005))


class TestTheList:
    @pytest.mark.usefixtures("officer", "out_of")
    def test_shows_the_years_frames(self, client: Client) -> None:
        shown = text(client, reverse("frame-list"))
        assert "1 000 000" in shown
        assert "Register a frame" not in shown
        assert "No frames are registered" not in shown

    @pytest.mark.usefixtures("officer", "out_of")
    def test_what_is_asked_wrongly_is_left_out(self, client: Client) -> None:
        shown = text(client, reverse("frame-list") + "?year=nope&on=31.2.2026")
        assert "1 000 000" in shown

    @pytest.mark.usefixtures("out_of")
    def test_is_for_those_who_work_with_the_money(self, client: Client, member: Callable[..., User]) -> None:
        url = reverse("frame-list")
        assert client.get(url).status_code == 302
        member(MemberRole.LEADER)
        assert client.get(url).status_code == 403
        member(MemberRole.CASE_OFFICER, OrganisationFactory.create(roles=["funder"]))
        assert "No frames are registered" in text(client, url)
        assert client.get(reverse("frame", args=[BudgetFrame.objects.get().pk])).status_code == 404

    @pytest.mark.usefixtures("officer")
    @pytest.mark.parametrize("day", ["", "?on=2026-01-02"])
    def test_asks_as_many_questions_for_ten_as_for_one(
        self, client: Client, source: FundingSource, out_of: BudgetFrame, queries: Callable[[str], int], day: str
    ) -> None:
        promised(out_of, Decimal(1))
        before = queries(reverse("frame-list") + day)
        for _number in range(9):
            promised(frame(source__owner=source.owner, year=YEAR), Decimal(1))
            promised(out_of, Decimal(1))
        assert queries(reverse("frame-list") + day) == before
        assert before <= 10


class TestOneFrame:
    @pytest.mark.usefixtures("officer")
    def test_shows_every_krone(self, client: Client, out_of: BudgetFrame) -> None:
        tranche = promised(out_of, Decimal("300000.50"))
        shown = text(client, reverse("frame", args=[out_of.pk]))
        assert "300 000.50" in shown
        assert tranche.commitment.get_absolute_url() in shown
        assert "Vedtatt budsjett" in shown
        assert "699 999.50" in shown
        assert "Only deciders" in shown

    @pytest.mark.usefixtures("officer")
    def test_asks_as_many_questions_for_ten_as_for_one(
        self, client: Client, out_of: BudgetFrame, queries: Callable[[str], int]
    ) -> None:
        url = reverse("frame", args=[out_of.pk])
        promised(out_of, Decimal(1))
        before = queries(url)
        for _number in range(9):
            promised(out_of, Decimal(1))
            FrameEntryFactory.create(frame=out_of)
        assert queries(url) == before
        assert before <= 14


class TestEntering:
    @pytest.mark.usefixtures("decider")
    def test_a_frame_of_a_new_source(self, client: Client, county: Organisation) -> None:
        facts = {"name": "Kompetansemidler", "owner": county.pk, "year": 2031, "amount": "3 000 000", "why": "Budsjett"}
        response = client.post(reverse("frame-create"), facts)
        made = BudgetFrame.objects.get()
        assert response["Location"] == made.get_absolute_url()
        assert (str(made), made.entries.get().amount) == ("Kompetansemidler 2031", 3 * MILLION)
        again = client.post(reverse("frame-create"), {"source": made.source.pk, "year": 2032})
        assert again.status_code == 302
        assert not made.source.frames.get(year=2032).entries.exists()

    @pytest.mark.usefixtures("decider")
    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"name": ""}, "Choose a source"),
            ({"amount": "1"}, "Say what the amount builds on."),
            ({"year": ""}, "This field is required"),
        ],
    )
    def test_what_is_missing_is_said(
        self, client: Client, county: Organisation, wrong: dict[str, str], told: str
    ) -> None:
        facts = {"name": "Kompetansemidler", "owner": county.pk, "year": 2031}
        assert told in client.post(reverse("frame-create"), facts | wrong).content.decode()
        assert not FundingSource.objects.exists()

    @pytest.mark.usefixtures("decider")
    def test_a_year_or_a_name_that_is_there_already_is_said(self, client: Client, out_of: BudgetFrame) -> None:
        same = client.post(reverse("frame-create"), {"source": out_of.source_id, "year": out_of.year})
        assert "There is a frame for this year already." in same.content.decode()
        named = {"name": out_of.source.name, "owner": out_of.source.owner_id, "year": 2040}
        assert "There is a source of this name" in client.post(reverse("frame-create"), named).content.decode()

    def test_a_cut_that_promises_stand_against_is_refused(
        self, client: Client, out_of: BudgetFrame, decider: User
    ) -> None:
        url = reverse("entry-create", args=[out_of.pk])
        promised(out_of, Decimal(900_000))
        typed = {"kind": "change", "way": "taken", "amount": "100 000,01", "on": TODAY, "why": "Kutt"}
        assert "There is not that much left in the budget frame." in client.post(url, typed).content.decode()
        assert client.post(url, typed | {"amount": "100 000"}).status_code == 302
        entry = FrameEntry.objects.get(amount__lt=0)
        assert (entry.amount, entry.by) == (Decimal(-100_000), decider)

    @pytest.mark.usefixtures("officer")
    def test_is_for_deciders(self, client: Client, out_of: BudgetFrame) -> None:
        for url in (reverse("frame-create"), reverse("entry-create", args=[out_of.pk])):
            assert client.get(url).status_code == client.post(url).status_code == 403


class TestTurning:
    def test_names_what_is_not_firm_by_when_and_what_it_hangs_on(self, source: FundingSource) -> None:
        following = frame(source=source, year=YEAR + 1)
        scheme = FundingSchemeFactory.create(firm_by_month=6, firm_by_day=31)
        sure, held_out = (promised(following, MILLION, strength, scheme=scheme) for strength in ("firm", "held_out"))
        dated: Tranche = promised(following, None, Strength.CONDITIONAL)
        Tranche.objects.filter(pk=dated.pk).update(decide_by=TODAY + timedelta(days=400))
        ConditionFactory.create(commitment=held_out.commitment, text="Dagens nivå")
        ConditionFactory.create(commitment=sure.commitment)
        turns = to_turn(due(not_firm([source.owner_id], YEAR + 1), YEAR + 1), TODAY)
        assert [turn.tranche for turn in turns] == [held_out, dated]
        assert (turns[0].by.month, turns[0].by.day, turns[0].by.year) == (6, 30, YEAR)
        assert turns[0].hangs_on == ["Dagens nivå"]
        assert [turn.is_late for turn in turns] == [turns[0].by < TODAY, False]

    @pytest.mark.usefixtures("officer")
    def test_is_next_years_when_none_is_asked_for(self, client: Client, source: FundingSource) -> None:
        assert "Nothing is to become firm" in text(client, reverse("turning") + f"?year={YEAR}")
        promised(frame(source=source, year=YEAR + 1), None, Strength.HELD_OUT)
        shown = text(client, reverse("turning"))
        assert "1 year of money: unknown amount" in shown
        assert "nobody yet" in shown

    def test_is_for_those_who_work_with_the_money(self, client: Client, member: Callable[..., User]) -> None:
        member(MemberRole.LEADER)
        assert client.get(reverse("turning")).status_code == 403

    @pytest.mark.usefixtures("officer")
    def test_asks_as_many_questions_for_ten_as_for_one(
        self, client: Client, source: FundingSource, queries: Callable[[str], int]
    ) -> None:
        following = frame(source=source, year=YEAR + 1)
        for _number in range(2):
            ConditionFactory.create(commitment=promised(following, None, Strength.HELD_OUT).commitment)
        before = queries(reverse("turning"))
        for _number in range(9):
            ConditionFactory.create(commitment=promised(following, None, Strength.HELD_OUT).commitment)
        assert queries(reverse("turning")) == before
        assert before <= 12
