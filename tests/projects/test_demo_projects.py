"""The founding cases stand in the demonstration region with the known facts, one by one, and nothing beside them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from config import demo_projects
from funding.models import (
    Commitment,
    CommitmentState,
    Condition,
    FundingScheme,
    Tranche,
)
from partners.models import Organisation
from projects.knowledge import knowledge
from projects.models import (
    Activity,
    Agreement,
    PartnerRole,
    Project,
    ProjectPartner,
    ReportingRequirement,
    TargetGroup,
)
from projects.money import Sum, by_source, by_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration", "english")]
TODAY = date(2026, 3, 2)


def partners(project: Project, role: str, **facts: bool) -> set[str]:
    return set(project.partners.filter(role=role, **facts).values_list("organisation__name", flat=True))


def tranches(project: Project) -> list[tuple[int | None, Decimal | None, str]]:
    found = Tranche.objects.filter(commitment__project=project).order_by("commitment", "year")
    return list(found.values_list("year", "amount", "state"))


class TestKompetansepilot:
    def test_is_part_of_the_ministrys_programme(self, pilot: Project) -> None:
        assert pilot.programme
        assert (pilot.programme.name, pilot.programme.wants_new) == ("Kompetansepiloter", True)
        assert str(pilot.programme.owner) == "Kommunal- og moderniseringsdepartementet"
        assert str(pilot.programme.manager) == "Kompetanse Norge"

    def test_lasts_three_years_in_sor_varanger_and_nord_troms(self, pilot: Project) -> None:
        assert pilot.years == [2020, 2021, 2022]
        assert (pilot.starts_on, pilot.ends_on) == (None, None)
        assert [place.name for place in pilot.municipalities.all()] == ["Sør-Varanger"]
        assert [region.name for region in pilot.regions.all()] == ["Nord-Troms"]

    def test_is_financed_and_seeks_its_leader(self, pilot: Project) -> None:
        assert (pilot.state, pilot.leader_position, pilot.leader) == ("financed", "sought", None)
        assert [(event.act, event.by) for event in pilot.events.all()] == [("plan", None), ("finance", None)]

    def test_has_its_partners(self, pilot: Project) -> None:
        assert partners(pilot, PartnerRole.FUNDER) == {"Troms og Finnmark fylkeskommune", "Kompetanse Norge"}
        assert partners(pilot, PartnerRole.PARTNER, runs=True) == {"Sør-Varanger Utvikling", "Nord-Troms Studiesenter"}
        assert partners(pilot, PartnerRole.PARTNER, runs=False) == {
            "Troms og Finnmark fylkeskommune",
            "LO",
            "Arktisk Kompetanseforum",
            "Nord universitet",
            "UiT Norges arktiske universitet",
        }
        assert not partners(pilot, PartnerRole.OWNER)
        assert "eget prosjekt" in pilot.partners.get(organisation__name="Nord universitet").note

    def test_is_for_employers_and_people_outside_working_life(self, pilot: Project) -> None:
        assert set(pilot.target_groups) == {TargetGroup.EMPLOYERS, TargetGroup.OUTSIDE}

    def test_aims_at_models_a_match_and_what_is_new(self, pilot: Project) -> None:
        main, match, new = pilot.goals.all()
        assert main.is_main
        assert "modeller for kompetanseheving" in main.text
        assert "samsvar mellom tilbud og etterspørsel" in match.text
        assert "ikke finnes lokalt i dag" in new.text
        assert "ikke finnes lokalt i dag" in pilot.purpose
        assert [(goal.target, goal.counted) for goal in pilot.goals.all()] == [(None, None)] * 3

    def test_the_scheme_has_its_ceilings_and_share(self) -> None:
        scheme = FundingScheme.objects.get(name="Kompetansepiloter")
        assert scheme.share_cap == Decimal("0.7")
        assert dict(scheme.ceilings.values_list("year", "amount")) == {
            2020: Decimal(1_400_000),
            2021: Decimal(1_500_000),
            2022: Decimal(1_500_000),
        }

    def test_the_money_comes_from_the_ministry_and_how_much_there_is_is_not_known(self) -> None:
        scheme = FundingScheme.objects.get(name="Kompetansepiloter")
        assert scheme.source
        who = (str(scheme.source.owner), str(scheme.source.from_whom))
        assert who == ("Kompetanse Norge", "Kommunal- og moderniseringsdepartementet")
        assert not scheme.source.frames.exists()

    def test_the_state_pays_44_million_the_first_year_firm(self, pilot: Project) -> None:
        state = pilot.commitments.get(funder__name="Kompetanse Norge")
        assert state.amount == Decimal(4_400_000)
        assert list(state.tranches.values_list("year", "amount", "state")) == [
            (2020, Decimal(1_400_000), "firm"),
            (2021, Decimal(1_500_000), "conditional"),
            (2022, Decimal(1_500_000), "conditional"),
        ]
        assert not state.conditions.exists()
        assert "Hvor sikkert hvert år er, er ikke oppgitt" in state.note

    def test_the_county_pays_27_million_not_split_on_years(self, pilot: Project) -> None:
        county = pilot.commitments.get(funder__name="Troms og Finnmark fylkeskommune")
        assert list(county.tranches.values_list("year", "amount")) == [(None, Decimal(2_700_000))]
        assert "Fordeling på år er ikke oppgitt" in county.note

    def test_that_is_71_million_of_which_the_state_pays_6197_per_cent(self, pilot: Project) -> None:
        table = by_source(knowledge().money(pilot))
        assert table.total.total == Sum(Decimal(7_100_000), 0)
        assert {row.label: row.share for row in table.rows} == {
            "Kompetanse Norge": Decimal("61.97"),
            "Troms og Finnmark fylkeskommune": Decimal("38.03"),
        }
        assert Commitment.objects.filter(project=pilot).known_amount() == Decimal(7_100_000)

    def test_both_cooperation_agreements_are_signed_by_their_parties(self, pilot: Project) -> None:
        signed = Agreement.objects.filter(project=pilot, kind="cooperation")
        assert [one.state for one in signed] == ["signed", "signed"]
        parties = [{str(party) for party in one.parties.all()} for one in signed]
        county = "Troms og Finnmark fylkeskommune"
        assert parties == [{county, "Sør-Varanger Utvikling"}, {county, "Nord-Troms Studiesenter"}]
        first, second = signed
        for one in signed:
            assert {(s.method, s.signatory, s.signed_on, s.by) for s in one.versions.get().signatures.all()} == {
                ("on_paper", "", None, None)
            }
            assert one.versions.get().signatures.count() == 2
        assert "slutten av samme uke" not in first.note
        assert "slutten av samme uke" in second.note

    def test_several_letters_of_intent_are_ready_for_signing(self, pilot: Project) -> None:
        letters = Agreement.objects.filter(project=pilot, kind="intent")
        assert [one.state for one in letters] == ["ready"] * 3
        assert all("Hvor mange og med hvem er ikke oppgitt" in one.note for one in letters)
        assert not any(one.parties.exclude(organisation=None).exists() for one in letters)

    def test_processes_are_planned_for_people_outside_working_life(self, pilot: Project) -> None:
        planned = Activity.objects.filter(project=pilot)
        assert {(one.state, one.target_group, one.starts_on) for one in planned} == {("planned", "outside", None)}
        together = [[str(house) for house in one.collaborators.all()] for one in planned.order_by("pk")]
        assert together == [["SVK"], ["Kunnskapsvekst IT"], ["NAV"], ["Mental Helse Kirkenes"]]


class TestKarriereSalten:
    def test_the_school_owns_it_and_carries_it_out(self, salten: Project) -> None:
        assert partners(salten, PartnerRole.OWNER, runs=True) == {"Fauske videregående skole"}
        assert partners(salten, PartnerRole.FUNDER) == {"Nordland fylkeskommune"}
        assert salten.partners.count() == 2

    def test_the_school_has_five_units(self) -> None:
        units = Organisation.objects.filter(parent__name="Fauske videregående skole")
        names = {"Karrieresenter", "Opus", "Studieverksted", "Fengselsundervisning", "Fagskole"}
        assert {unit.name for unit in units} == names

    def test_lasts_from_2015_to_2017_in_salten(self, salten: Project) -> None:
        assert salten.years == [2015, 2016, 2017]
        assert [region.name for region in salten.regions.all()] == ["Salten"]
        assert (salten.state, salten.leader, salten.leader_position) == ("financed", None, "")

    def test_is_for_employers_the_young_and_the_unemployed(self, salten: Project) -> None:
        assert set(salten.target_groups) == {"employers", "young", "unemployed"}

    def test_the_cabinet_gave_300_000_for_the_first_year(self, salten: Project) -> None:
        commitment = salten.commitments.get()
        assert (commitment.decided_by, commitment.decided_on) == ("Fylkesrådet", None)
        assert str(commitment.recipient) == "Fauske videregående skole"
        assert tranches(salten)[0] == (2015, Decimal(300_000), "firm")

    def test_two_years_are_held_out_with_an_unknown_amount(self, salten: Project) -> None:
        assert tranches(salten)[1:] == [(2016, None, "held_out"), (2017, None, "held_out")]
        assert salten.commitments.get().amount is None
        rows = [str(row.total) for row in by_year(knowledge().money(salten)).rows]
        assert rows == ["300\u00a0000", "unknown amount", "unknown amount"]

    @pytest.mark.parametrize("year", [2016, 2017])
    def test_each_on_two_reservations(self, salten: Project, year: int) -> None:
        found = Condition.objects.filter(tranche__year=year, commitment__project=salten)
        assert {(one.kind, one.binds, one.state) for one in found} == {
            ("allocation", "reservation", "open"),
            ("progress", "reservation", "open"),
        }
        allocation = found.get(kind="allocation")
        assert "dagens nivå" in allocation.text
        assert (str(allocation.source), allocation.baseline_amount) == ("Departementets bevilgninger", None)
        assert allocation.tolerance == 0
        assert found.get(kind="progress").requirement is None

    def test_nothing_is_invented_beside_it(self, salten: Project) -> None:
        assert not salten.activities.exists()
        assert not salten.agreements.exists()
        assert not salten.milestones.exists()
        assert not salten.reporting_requirements.exists()


def test_what_was_told_is_public_knowledge_where_it_is_real(pilot: Project, salten: Project) -> None:
    for commitment in Commitment.objects.filter(project__in=[pilot, salten]):
        assert (commitment.state, commitment.created_by) == (CommitmentState.PUBLIC, None)


def test_all_of_it_is_marked_as_a_demonstration() -> None:
    assert not Project.objects.filter(is_demo=False).exists()
    assert not Commitment.objects.filter(is_demo=False).exists()
    assert not Agreement.objects.filter(is_demo=False).exists()


def test_loading_again_adds_nothing_and_breaks_no_rule() -> None:
    counts = [kind.objects.count() for kind in (Project, ProjectPartner, Agreement, Activity, ReportingRequirement)]
    demo_projects.load(TODAY + timedelta(days=400))
    assert counts == [
        kind.objects.count() for kind in (Project, ProjectPartner, Agreement, Activity, ReportingRequirement)
    ]
    connection.check_constraints()


def test_no_founding_case_lacks_money_for_its_first_year(pilot: Project, salten: Project) -> None:
    assert knowledge().missing_money(pilot) == knowledge().missing_money(salten) == []
