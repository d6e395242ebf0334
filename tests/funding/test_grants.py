"""The public register of granted money, and the same as open data by 360Giving."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from funding.models import Commitment, CommitmentState
from funding.models.commitment_states import PUBLISHED, WITHDRAW
from projects.models import Project, ProjectState
from tests.factories import CountyFactory, MunicipalityFactory, OrganisationFactory, ProjectFactory, UserFactory
from tests.funding.factories import CommitmentFactory, FundingSchemeFactory, TrancheFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SCHEMA = json.loads((Path(__file__).parent / "threesixty.schema.json").read_text())
PAGE = "/grants/"
DAY = date(2026, 3, 2)


def public(**facts: Any) -> Project:
    project: Project = ProjectFactory.create(**{"state": ProjectState.RUNNING, "is_public": True} | facts)
    return project


def granted(**facts: Any) -> Commitment:
    """A grant to a public project of which everything is known: two years, the second conditional."""
    facts = {"project": facts.pop("project", None) or public(), "state": CommitmentState.PUBLIC} | facts
    facts = {"recipient": OrganisationFactory.create(name="Varanger Utvikling"), "decided_on": DAY} | facts
    commitment: Commitment = CommitmentFactory.create(**facts)
    TrancheFactory.create(commitment=commitment, year=2026, amount=Decimal("400000.10"))
    TrancheFactory.create(commitment=commitment, year=2027, amount=Decimal(300_000), state="conditional")
    return commitment


@pytest.fixture
def page(client: Client) -> Callable[[str], str]:
    def get(query: str = "") -> str:
        answer = client.get(PAGE + query)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().replace("\xa0", " ").split())

    return get


@pytest.fixture
def package(client: Client) -> Callable[[str], dict[str, Any]]:
    def get(query: str = "") -> dict[str, Any]:
        answer = client.get(reverse("grants-json") + query)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        found: dict[str, Any] = json.loads(answer.content, parse_float=Decimal)
        return found

    return get


@pytest.fixture
def rows(client: Client) -> Callable[[], list[dict[str, str]]]:
    def get() -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(client.get(reverse("grants-csv")).content.decode())))

    return get


class TestRegister:
    def test_tells_who_pays_whom_for_which_years(self, page: Callable[..., str]) -> None:
        granted(project=public(name="Kongekrabba"))
        shown = page()
        for words in (
            "Tilskudd til kompetansemegling",
            "Kongekrabba",
            "Finnmark fylkeskommune",
            "Varanger Utvikling",
            "2 March 2026",
            "NOK 400 000.10",
            "Conditional",
            "Granted in all, in NOK: 700 000.10.",
            "1 grant",
        ):
            assert words in shown

    def test_what_is_not_known_says_so(self, page: Callable[..., str]) -> None:
        commitment = CommitmentFactory.create(project=public(), state=CommitmentState.PUBLIC, amount=None)
        TrancheFactory.create(commitment=commitment, year=None, amount=None)
        shown = page()
        assert "split on years not stated" in shown
        assert "unknown amount" in shown
        assert shown.count("not stated") >= 4
        assert "Not in the data files, since this is not stated: the amount, the day of the decision, who gets it." in (
            shown
        )

    def test_what_is_held_out_is_shown_and_not_counted(self, page: Callable[..., str]) -> None:
        commitment = granted()
        TrancheFactory.create(commitment=commitment, year=2028, amount=Decimal(9), state="held_out")
        shown = page()
        assert "Held out" in shown
        assert "Granted in all, in NOK: 700 000.10." in shown

    def test_only_what_is_public_is_there(self, page: Callable[..., str]) -> None:
        granted(title="Meldt av prosjektet", state=CommitmentState.REPORTED)
        granted(title="Trukket").carry_out(WITHDRAW, None, "Feil")
        assert "No grants yet" in page()
        assert set(PUBLISHED) == {"public", "confirmed", "letter_sent", "accepted", "active", "settled", "expired"}

    def test_of_projects_that_are_not_public_nothing_is_there(self, page: Callable[..., str]) -> None:
        granted(project=public(is_public=False))
        granted(project=public(state=ProjectState.IDEA))
        assert "No grants yet" in page()

    def test_can_be_filtered(self, page: Callable[..., str]) -> None:
        here = MunicipalityFactory.create()
        there = MunicipalityFactory.create(number="1804", county=CountyFactory.create(number="18"))
        scheme = FundingSchemeFactory.create()
        one, other = granted(title="Første", scheme=scheme), granted(title="Andre")
        one.project.municipalities.add(here)
        other.project.municipalities.add(there)
        TrancheFactory.create(commitment=other, year=2030, amount=Decimal(5))
        for query in (f"?scheme={scheme.pk}", f"?county={here.county_id}"):
            shown = page(query)
            assert ("Første" in shown, "Andre" in shown) == (True, False)
        shown = page("?year=2030")
        assert ("Første" in shown, "Andre" in shown) == (False, True)
        assert "Granted for 2030, in NOK: 5." in shown
        assert "No grant fits all of this" in page(f"?year=2030&scheme={scheme.pk}")

    def test_nonsense_in_the_address_is_overlooked(self, page: Callable[..., str]) -> None:
        granted(title="Dette tilskuddet")
        assert "Dette tilskuddet" in page("?year=x&county=zz&scheme=-1&page=x")

    def test_names_no_people(self, page: Callable[..., str], package: Callable[..., Any]) -> None:
        leader = UserFactory.create(first_name="Hemmelig", last_name="Person")
        granted(project=public(leader=leader), note="Intern merknad", by=leader)
        for shown in (page(), str(package())):
            assert "Hemmelig" not in shown
            assert leader.email not in shown
            assert "Intern merknad" not in shown

    def test_asks_no_more_for_ten_than_for_one(self, queries: Callable[[str], int]) -> None:
        granted()
        asked = queries(PAGE)
        for _time in range(9):
            granted()
        assert queries(PAGE) == asked <= 9

    def test_has_pages(self, page: Callable[..., str]) -> None:
        for number in range(26):
            granted(title=f"Tilskudd nr. {number}.")
        assert page().count("Tilskudd nr.") > page("?page=2").count("Tilskudd nr.") > 0


class TestFiles:
    def test_are_by_the_standard(self, package: Callable[..., dict[str, Any]]) -> None:
        numbered = OrganisationFactory.create(
            name="Skolen", number="974760673", municipality=MunicipalityFactory.create()
        )
        project = public(first_year=2026, last_year=2028, purpose="Kort fortalt.\n\nMer om det.")
        project.municipalities.add(MunicipalityFactory.create())
        granted(project=project, recipient=numbered, scheme=FundingSchemeFactory.create(), title="x" * 200)
        granted(project=public(first_year=2026, last_year=None))
        found = package()
        Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(found, default=float)))
        whole = next(one for one in found["grants"] if one["description"] == "Kort fortalt.")
        assert whole["recipientOrganization"][0]["id"] == "NO-BRC-974760673"
        assert whole["amountAwarded"] == Decimal("700000.10").normalize()
        assert whole["plannedDates"] == [{"startDate": "2026", "endDate": "2028"}]
        assert len(whole["title"]) == 140
        assert whole["awardDate"] == "2026-03-02"
        assert not {"amountDisbursed", "amountAppliedFor", "fromOpenCall"} & set(whole)

    @pytest.mark.parametrize("unknown", [{"recipient": None}, {"decided_on": None}])
    def test_leave_out_what_nobody_knows(self, package: Callable[..., Any], unknown: dict[str, None]) -> None:
        granted(**unknown)
        assert package()["grants"] == []

    def test_leave_out_unknown_amounts(self, package: Callable[..., Any], rows: Callable[[], list[Any]]) -> None:
        TrancheFactory.create(commitment=granted(), year=2028, amount=None)
        empty = CommitmentFactory.create(
            project=public(), state="public", decided_on=DAY, recipient=OrganisationFactory.create()
        )
        TrancheFactory.create(commitment=empty, state="held_out")
        assert package()["grants"] == []
        assert rows() == []

    def test_hold_the_same_in_rows(self, rows: Callable[[], list[dict[str, str]]]) -> None:
        project = public()
        places = MunicipalityFactory.create(), MunicipalityFactory.create(number="5601", name="Alta")
        project.municipalities.add(*places)
        commitment = granted(project=project)
        (row,) = rows()
        assert row["Identifier"] == f"360G-kompetansebro-{commitment.pk}"
        assert row["Amount Awarded"] == "700000.1"
        assert row["Recipient Org:Name"] == "Varanger Utvikling"
        assert row["Beneficiary Location:Name"].count(";") == 1
        assert row["From an open call?"] == ""

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_hold_no_formula(self, rows: Callable[[], list[dict[str, str]]], start: str) -> None:
        granted(title=f"{start}HYPERLINK(1)")
        assert rows()[0]["Title"].startswith(f"'{start.strip() or start}") or start in "\t\r"
        assert not rows()[0]["Title"].startswith(start)

    def test_are_filtered_as_the_page_is(self, package: Callable[..., Any]) -> None:
        scheme = FundingSchemeFactory.create()
        granted(scheme=scheme)
        granted()
        assert len(package()["grants"]) == 2
        assert len(package(f"?scheme={scheme.pk}")["grants"]) == 1

    def test_are_not_sent_again_to_who_has_them(self, client: Client) -> None:
        granted()
        first = client.get(reverse("grants-json"))
        again = client.get(reverse("grants-json"), headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_are_written_anew_when_something_changed(self, package: Callable[..., Any]) -> None:
        commitment = granted()
        assert len(package()["grants"]) == 1
        Project.objects.filter(pk=commitment.project_id).update(is_public=False)
        assert package()["grants"] == []

    def test_ask_no_more_for_ten_than_for_one(self, client: Client, django_assert_max_num_queries: Any) -> None:
        for _time in range(10):
            granted()
        with django_assert_max_num_queries(15):
            client.get(reverse("grants-json"))

    def test_say_the_same_in_every_language(self, client: Client) -> None:
        granted()
        english = client.get(reverse("grants-json")).content
        client.cookies["language"] = "se"
        assert client.get(reverse("grants-json")).content == english


def test_the_footer_leads_there(client: Client) -> None:
    assert f'href="{PAGE}"' in client.get("/about/").content.decode()
