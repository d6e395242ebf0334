"""What a scheme asks for, held against what is known: a table, and the pages that show it."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from funding.guide import Candidate, candidate_of, fits
from funding.models import FundingScheme
from projects.models import Project
from tests.funding.factories import FundingSchemeFactory
from tests.funding.factories_frames import CallFactory, SchemeRequirementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = date(2026, 3, 2)
ASKED = [
    ("county", ["56"], {"counties": frozenset({"56"})}, {"counties": frozenset({"18"})}),
    ("municipality", ["5605"], {"municipalities": frozenset({"5605"})}, {"municipalities": frozenset({"5601"})}),
    ("target_group", ["employers", "young"], {"target_groups": frozenset({"young"})}, {"target_groups": frozenset()}),
    ("applicant_role", ["partner"], {"roles": frozenset({"partner"})}, {"roles": frozenset({"employer"})}),
    ("programme", ["7"], {"programme": "7"}, {"programme": ""}),
    ("wants_new", [], {"is_new": True}, {"is_new": False}),
    ("min_own_share", ["0.3"], {"own_share": Decimal("0.3")}, {"own_share": Decimal("0.2999")}),
    ("max_years", ["3"], {"years": 3}, {"years": 4}),
    ("starts_after", [], {"starts_on": date(2026, 3, 3)}, {"starts_on": date(2026, 3, 2)}),
]


def verdict(**facts: object) -> tuple[str, list[str]]:
    found = fits(list(FundingScheme.objects.for_listing()), Candidate(**facts), TODAY)[0]  # type: ignore[arg-type]  # each test names its own
    return found.verdict.value, [reason.fit for reason in found.reasons]


class TestFits:
    @pytest.mark.parametrize(("kind", "wanted", "good", "poor"), ASKED)
    def test_each_kind_of_demand(
        self, kind: str, wanted: list[str], good: dict[str, object], poor: dict[str, object]
    ) -> None:
        asked = SchemeRequirementFactory.create(kind=kind, wanted=wanted, scheme__is_open=True)
        assert verdict(**good) == ("fits", ["good", "good"])
        assert verdict(**poor) == ("no", ["poor", "good"])
        assert verdict() == ("nearly", ["unknown", "good"])
        asked.is_hard = False
        asked.save()
        assert verdict(**poor) == ("nearly", ["fair", "good"])

    @pytest.mark.parametrize(
        ("call", "fit"),
        [
            ({}, ("fits", ["good", "good"])),
            ({"closes_on": TODAY}, ("fits", ["good", "good"])),
            ({"opens_on": date(2026, 3, 3)}, ("nearly", ["good", "fair"])),
            ({"closes_on": date(2026, 3, 1)}, ("nearly", ["good", "fair"])),
            ({"is_published": False}, ("nearly", ["good", "fair"])),
        ],
    )
    def test_when_one_can_apply(self, call: dict[str, object], fit: tuple[str, list[str]]) -> None:
        SchemeRequirementFactory.create(scheme=CallFactory.create(**call).scheme, wanted=["56"])
        assert verdict(counties=frozenset({"56"})) == fit

    def test_a_scheme_of_which_nothing_is_known_is_not_said_to_fit(self) -> None:
        FundingSchemeFactory.create(is_open=True)
        assert verdict() == ("nearly", ["unknown", "good"])

    def test_those_that_fit_come_first(self) -> None:
        for number, wanted in enumerate(["18", "56"]):
            scheme = FundingSchemeFactory.create(name=f"{number}", is_open=True)
            SchemeRequirementFactory.create(scheme=scheme, wanted=[wanted])
        found = fits(list(FundingScheme.objects.for_listing()), Candidate(counties=frozenset({"56"})), TODAY)
        assert [(one.scheme.name, one.verdict) for one in found] == [("1", "fits"), ("0", "no")]
        assert found[1].missing == []


class TestPages:
    @pytest.mark.usefixtures("leader")
    def test_a_project_is_held_against_all_schemes(self, client: Client, project: Project) -> None:
        SchemeRequirementFactory.create(text="Prosjektet er i Finnmark.", scheme__is_open=True)
        SchemeRequirementFactory.create(kind="min_own_share", wanted=["0.3"])
        shown = client.get(reverse("project-schemes", args=[project.pk])).content.decode()
        assert "Prosjektet er i Finnmark." in shown
        assert "Not stated: At least 30 % of the costs are one’s own." in shown
        assert "Write down more about the project" in shown

    def test_what_is_known_of_a_project(self, project: Project) -> None:
        known = candidate_of(project)
        assert (known.counties, known.municipalities) == (frozenset({"56"}), frozenset({"5605"}))
        assert (known.roles, known.own_share, known.is_new) == (frozenset({"partner"}), None, None)

    def test_typed_facts_ask_nobody_to_log_in(self, client: Client) -> None:
        SchemeRequirementFactory.create(kind="max_years", wanted=["3"], scheme__is_open=True)
        url = reverse("scheme-guide")
        assert "The schemes are shown here" in client.get(url).content.decode()
        assert "Fits nearly" in client.get(url + "?county=").content.decode()
        assert "Does not fit" in client.get(url + "?years=4").content.decode()
        assert "Show the schemes" in client.get(url + "?years=many&own_share=200").content.decode()

    def test_others_do_not_see_a_projects(self, client: Client, project: Project) -> None:
        assert client.get(reverse("project-schemes", args=[project.pk])).status_code == 302
