"""The invented project of the demonstration region, and its money: something in each state, all of it marked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from config import demo_projects
from funding.invariants import broken
from funding.models import (
    Application,
    BudgetFrame,
    Call,
    Decision,
    DisbursementRequest,
    FrameEntry,
    FundingScheme,
    Tranche,
)
from partners.models import Organisation, User
from projects.models import (
    Milestone,
    Project,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration", "english")]
TODAY = date(2026, 3, 2)


def tranches(project: Project) -> list[tuple[int | None, Decimal | None, str]]:
    found = Tranche.objects.filter(commitment__project=project).order_by("commitment", "year")
    return list(found.values_list("year", "amount", "state"))


class TestTheInventedOne:
    def test_says_so_everywhere(self, invented: Project) -> None:
        assert "oppdiktet" in invented.name
        assert "oppdiktet" in invented.purpose
        for thing in [*invented.commitments.all(), *invented.agreements.all()]:
            assert "ppdiktet" in str(thing)
        assert all("ppdiktet" in one.text for one in invented.activities.all())

    def test_runs_now_with_something_in_each_state(self, invented: Project) -> None:
        assert (invented.state, invented.years) == ("running", [2025, 2026, 2027, 2028])
        assert {one.state for one in invented.agreements.all()} == {"sent", "ready"}
        assert {one.state for one in invented.activities.all()} == {"completed", "running", "planned"}
        assert {one.state for one in invented.milestones.all()} == {"reached", "ahead"}
        assert {one.report.state for one in invented.reporting_requirements.all()} == {"sent", "planned"}
        assert tranches(invented) == [
            (2025, Decimal(600_000), "settled"),
            (2026, Decimal(400_000), "released"),
            (2027, Decimal(300_000), "conditional"),
            (2028, Decimal(200_000), "held_out"),
        ]

    def test_its_days_ahead_go_along_and_the_founding_cases_stand(self, invented: Project, pilot: Project) -> None:
        before = list(Milestone.objects.order_by("pk").values_list("state", "due_on"))
        demo_projects.move(timedelta(days=40))
        after = list(Milestone.objects.order_by("pk").values_list("state", "due_on"))
        assert after == [(state, due + timedelta(days=40 if state == "ahead" else 0)) for state, due in before]
        running = invented.activities.get(state="running")
        assert running.starts_on == TODAY + timedelta(days=20)
        assert pilot.years == [2020, 2021, 2022]


class TestTheInventedCounty:
    def test_has_frames_of_dated_entries(self) -> None:
        frames = BudgetFrame.objects.filter(source__name__contains="oppdiktet").order_by("year")
        sizes = {frame.year: sum((entry.amount for entry in frame.entries.all()), Decimal(0)) for frame in frames}
        assert sizes == {2025: Decimal("3012345.67"), 2026: Decimal(3_200_000), 2027: Decimal(0), 2028: Decimal(0)}

    def test_has_a_scheme_with_its_rules_and_an_open_call(self) -> None:
        scheme = FundingScheme.objects.get(name__contains="oppdiktet")
        assert (scheme.advance_share, scheme.auditor_from) == (Decimal("0.5"), Decimal(200_000))
        assert (scheme.acceptance_days, scheme.is_aid) == (21, True)
        assert [str(call) for call in Call.objects.open(TODAY)] == ["Kompetansetilskudd, løpende utlysning (oppdiktet)"]

    def test_says_who_decides_what(self) -> None:
        county = Organisation.objects.get(name="Finnmark fylkeskommune")
        assert {(one.max_amount, one.body) for one in county.delegations.all()} == {
            (Decimal(500_000), ""),
            (None, "Fylkesrådet (oppdiktet)"),
        }

    def test_has_five_hands_and_one_decider_who_is_partial(self) -> None:
        county = Organisation.objects.get(name="Finnmark fylkeskommune")
        roles = county.memberships.values_list("role", flat=True)
        assert {"case_officer", "decider", "attester", "finance"} <= set(roles)
        partial = User.objects.get(email="beslutter.varanger@example.no")
        assert {str(one.organisation) for one in partial.memberships.all()} == {str(county), "Sør-Varanger Utvikling"}


class TestTheInventedCases:
    def test_last_years_is_settled_and_what_was_left_came_back(self, invented: Project) -> None:
        settled = invented.commitments.get(state="settled")
        assert [(one.kind, one.state) for one in settled.disbursements.all()] == [
            ("advance", "paid"),
            ("part", "paid"),
            ("final", "paid"),
        ]
        back = FrameEntry.objects.get(kind="returned")
        assert (back.amount, back.frame.year) == (Decimal("12345.67"), 2025)

    def test_this_years_waits_for_the_attester_and_next_years_for_its_conditions(self, invented: Project) -> None:
        active = invented.commitments.get(state="active")
        assert [(one.kind, one.state) for one in active.disbursements.all()] == [("advance", "controlled")]
        assert {(one.kind, one.state) for one in active.conditions.all()} == {
            ("report", "open"),
            ("co_financing", "open"),
        }

    def test_the_plan_has_two_approved_versions_and_a_draft(self, invented: Project) -> None:
        assert [one.state for one in invented.plan.versions.order_by("number")] == ["approved", "approved", "draft"]

    def test_one_is_in_review_and_one_was_rejected(self) -> None:
        states = Application.objects.exclude(project__key="demo:kongekrabba").values_list("project__key", "state")
        assert dict(states) == {"demo:laerlingeloft": "review", "demo:sommerskole": "rejected"}

    def test_five_people_did_it_and_long_ago(self, invented: Project) -> None:
        paid = DisbursementRequest.objects.filter(commitment__project=invented, state="paid")
        for one in paid:
            assert len({event.by_id for event in one.events.exclude(act="begin")}) == 5
            assert max(event.at.date() for event in one.events.all()) <= TODAY - timedelta(days=330)

    def test_every_invariant_holds_and_all_of_it_says_that_it_is_invented(self) -> None:
        assert list(broken()) == []
        assert all("ppdiktet" in one.title for one in Application.objects.all())
        assert not Application.objects.filter(is_demo=False).exists()
        assert not Decision.objects.filter(is_demo=False).exists()
