"""Money in bulk: 20 000 commitments of five years each with 100 000 payments, 40 frames; the pages that staff live on.

It is written past the triggers, which would take hours, and then every invariant is asked of it (check_money).
"""

import time
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks import clock
from benchmarks.bulk import BASE, insert, insert_events, past_the_triggers
from funding import models as money
from partners.models import Membership, Organisation, User
from partners.models.roles import MONEY_ROLES, MemberRole
from projects.models import Project, ProjectPartner

COMMITMENTS, PROJECTS, IN_REVIEW = 20_000, 2_000, 300
FIRST_YEAR, YEARS, SOURCES = 2021, 10, 4
MOST_QUERIES, MOST_MILLISECONDS = 10, 300
ONE = "(SELECT 1) one"
EACH = f"generate_series(1, {COMMITMENTS}) n"
CASES = f"generate_series(1, {COMMITMENTS + IN_REVIEW}) n"
KEY = f"{BASE} + n"
PROJECT = f"{BASE} + 1 + n % {PROJECTS}"
EACH_PROJECT = f"generate_series(1, {PROJECTS}) n"
# The five years of a commitment, and what was paid of each as an advance and after that.
YEARS_OF = f"""{EACH}, (VALUES (0, 'used_up', 100000, 50000, 50000), (1, 'released', 100000, 50000, 20000.55),
    (2, 'released', 100000, 50000, NULL), (3, 'conditional', 100000, NULL, NULL), (4, 'held_out', NULL, NULL, NULL)
    ) y (k, strength, amount, advance, later)"""
YEAR_KEY = f"{BASE} + n * 5 + k"
YEAR = f"{FIRST_YEAR} + n % 5 + k"
FRAME = f"{BASE} + (n % {SOURCES}) * {YEARS} + n % 5 + k"
PAYMENTS = f"{YEARS_OF}, LATERAL (VALUES (0, 'advance', advance), (1, 'part', later)) p (nr, what, paid)"
PAYMENT_KEY = f"{BASE} + n * 10 + k * 2 + nr"
PAID = "paid IS NOT NULL"
DECIDED = f"n <= {COMMITMENTS}"


def fill() -> None:
    """Once; later runs find it there."""
    call_command("migrate", verbosity=0)
    if money.Commitment.objects.filter(pk__gt=BASE).exists():
        return
    begun = time.perf_counter()
    county, people = staff()
    with past_the_triggers():
        frames(county)
        projects(county, people)
        cases(county, people)
        commitments(county, people)
        payments(people)
    counted = ", ".join(f"{kind.objects.count()} {kind._meta.verbose_name_plural}" for kind in COUNTED)
    print(f"\n{counted}: filled in {time.perf_counter() - begun:.0f} s")


COUNTED = (money.BudgetFrame, money.Commitment, money.Tranche, money.DisbursementRequest)


def staff() -> tuple[str, dict[str, str]]:
    """The county and its people, one of each role, as SQL keys."""
    county = Organisation.objects.create(name="Målefylket", roles=["county", "funder"])
    people: dict[str, str] = {}
    for role in MONEY_ROLES:
        user = User.objects.create_user(f"{role}@measured.example", None)
        Membership.objects.create(user=user, organisation=county, role=role)
        people[role] = str(user.pk)
    return str(county.pk), people


def frames(county: str) -> None:
    insert(money.FundingSource, f"generate_series(0, {SOURCES - 1}) n", id=KEY, name="'Midler ' || n", owner_id=county)
    each = f"generate_series(0, {SOURCES - 1}) n, generate_series(0, {YEARS - 1}) k"
    key = f"{BASE} + n * {YEARS} + k"
    insert(money.BudgetFrame, each, id=key, source_id=KEY, year=f"{FIRST_YEAR} + k")
    insert(money.FrameEntry, each, frame_id=key, amount="1000000000", on="'2021-01-01'", why="'x'", at="now()")
    scheme = {"name": "'Måleordning'", "manager_id": county, "source_id": f"{BASE}", "share_cap": "0.9"}
    insert(money.FundingScheme, ONE, id=f"{BASE}", **scheme)
    insert(money.Delegation, ONE, id=f"{BASE}", organisation_id=county, valid_from="'2020-01-01'")


def projects(county: str, people: dict[str, str]) -> None:
    """Each with an approved plan and approved accounts of it."""
    years = {"first_year": f"{FIRST_YEAR}", "last_year": f"{FIRST_YEAR + YEARS - 1}"}
    insert(Project, EACH_PROJECT, id=KEY, name="'Prosjekt ' || n", state="'running'", **years)
    runner = "'Utviklingsselskap ' || n"
    insert(Organisation, EACH_PROJECT, id=KEY, name=runner, roles="'{partner}'")
    insert(ProjectPartner, EACH_PROJECT, project_id=KEY, organisation_id=KEY, role="'partner'", runs="true")
    insert(ProjectPartner, EACH_PROJECT, project_id=KEY, organisation_id=county, role="'funder'")
    insert(money.Plan, EACH_PROJECT, project_id=KEY)
    insert(money.PlanVersion, EACH_PROJECT, id=KEY, plan_id=KEY, number="1", state="'approved'")
    insert_events(money.PlanVersion, EACH_PROJECT, KEY, "begin>draft submit>submitted approve>approved")
    lines = f"{EACH_PROJECT}, generate_series(0, 7) k"
    line_key, key = f"{BASE} + n * 8 + k", "gen_random_uuid()"
    insert(money.CostLine, lines, id=line_key, version_id=KEY, key=key, kind="'wages'", text="'Lønn ' || k")
    own = {"kind": "'own_cash'", "text": "'Egne midler ' || k"}
    insert(money.FinancingLine, lines, id=line_key, version_id=KEY, key=key, **own)
    cells = f"{lines}, generate_series({FIRST_YEAR}, {FIRST_YEAR + YEARS - 1}) year"
    insert(money.CostYear, cells, line_id=line_key, year="year", amount="1000000")
    insert(money.FinancingYear, cells, line_id=line_key, year="year", amount="1000000")
    hands = {"sent_by_id": people[MemberRole.FINANCE], "approved_by_id": people[MemberRole.CASE_OFFICER]}
    about = {"project_id": KEY, "version_id": KEY, "title": "'Regnskap'", "year": f"{FIRST_YEAR}"}
    insert(money.CostStatement, EACH_PROJECT, id=KEY, state="'approved'", **about, **hands)
    insert_events(money.CostStatement, EACH_PROJECT, KEY, "begin>draft send>sent approve>approved")
    spent = {"claimed": "9000000", "approved": "9000000"}
    insert(money.ActualLine, lines, statement_id=KEY, line_id=line_key, **spent)


def cases(county: str, people: dict[str, str]) -> None:
    """One for each commitment, and some that are still in review."""
    about = {"project_id": PROJECT, "funder_id": county, "scheme_id": f"{BASE}", "applicant_id": PROJECT}
    text = {"title": "'Søknad ' || n", "summary": "repeat('Kurs der folk bor. ', 20)", "plan_version_id": PROJECT}
    state = f"CASE WHEN {DECIDED} THEN 'granted' ELSE 'review' END"
    officer = people[MemberRole.CASE_OFFICER]
    insert(money.Application, CASES, id=KEY, state=state, case_officer_id=officer, **about, **text)
    insert_events(money.Application, CASES, KEY, "begin>draft submit>submitted take>review")
    insert_events(money.Application, EACH, KEY, "grant>granted", before="review")
    each = f"{CASES}, generate_series(0, 4) k"
    insert(money.ApplicationYear, each, application_id=KEY, year=YEAR, amount="100000")


def commitments(county: str, people: dict[str, str]) -> None:
    """Each with its decision, its years, and two conditions on the one that is conditional."""
    about = {"project_id": PROJECT, "funder_id": county, "scheme_id": f"{BASE}", "recipient_id": PROJECT}
    rules = {"amount": "400000", "share": "0.9", "advance_share": "0.5", "application_id": KEY}
    insert(money.Commitment, EACH, id=KEY, title="'Tilsagn ' || n", state="'active'", **about, **rules)
    way = "draft>draft propose>proposed approve>approved send_letter>letter_sent accept>accepted activate>active"
    insert_events(money.Commitment, EACH, KEY, way)
    hands = {"prepared_by_id": people[MemberRole.CASE_OFFICER], "decided_by_id": people[MemberRole.DECIDER]}
    done = {"kind": "'grant'", "result": "'granted'", "decided_on": "'2022-01-10'", "delegation_id": f"{BASE}"}
    both = {"application_id": KEY, "commitment_id": KEY}
    insert(money.Decision, EACH, id=KEY, state="'decided'", **both, **hands, **done)
    insert_events(money.Decision, EACH, KEY, "begin>draft propose>proposed decide>decided")
    is_released = "strength IN ('released', 'used_up')"
    released = {"released_at": f"CASE WHEN {is_released} THEN now() END", "decision_id": KEY}
    place = {"commitment_id": KEY, "year": YEAR, "frame_id": FRAME}
    insert(money.Tranche, YEARS_OF, id=YEAR_KEY, state="strength", amount="amount", **place, **released)
    for acts, which in {
        "register>firm release>released": is_released,
        "register>conditional": "strength = 'conditional'",
        "register>held_out": "strength = 'held_out'",
    }.items():
        insert_events(money.Tranche, YEARS_OF, YEAR_KEY, acts, which, amount="amount")
    used = "strength = 'used_up'"
    insert_events(money.Tranche, YEARS_OF, YEAR_KEY, "use_up>used_up", used, before="released", amount="amount")
    conditions = f"{EACH}, (VALUES (3, 0, 'progress'), (3, 1, 'report')) y (k, nr, what)"
    key, where = f"{BASE} + n * 2 + nr", {"commitment_id": KEY, "tranche_id": YEAR_KEY}
    insert(money.Condition, conditions, id=key, kind="what", text="'Vilkår ' || what", state="'open'", **where)
    insert_events(money.Condition, conditions, key, "register>open")


def payments(people: dict[str, str]) -> None:
    """All of them through the five hands."""
    hands = {
        "controlled_by_id": people[MemberRole.CASE_OFFICER],
        "attested_by_id": people[MemberRole.ATTESTER],
        "ordered_by_id": people[MemberRole.DECIDER],
        "paid_by_id": people[MemberRole.FINANCE],
    }
    about = {"commitment_id": KEY, "tranche_id": YEAR_KEY, "kind": "what", "claimed": "paid", "approved": "paid"}
    done = {"paid_on": "'2023-02-01'", "reference": f"'U' || {PAYMENT_KEY}"}
    insert(money.DisbursementRequest, PAYMENTS, PAID, id=PAYMENT_KEY, state="'paid'", **about, **hands, **done)
    way = "begin>draft send>sent control>controlled attest>attested order>ordered pay>paid"
    insert_events(money.DisbursementRequest, PAYMENTS, PAYMENT_KEY, way, PAID)


def measure() -> None:
    """The pages as the case officer asks for them."""
    settings.ALLOWED_HOSTS.append("testserver")
    begun = time.perf_counter()
    call_command("check_money")
    print(f"asked in {time.perf_counter() - begun:.0f} s\n")
    client = Client()
    client.force_login(User.objects.get(email=f"{MemberRole.CASE_OFFICER}@measured.example"))
    in_review = money.Application.objects.filter(pk__gt=BASE, state="review")[0]
    frame = money.BudgetFrame.objects.filter(pk__gt=BASE, year=2025)[0]
    for name, path in {
        "frame overview of a year": reverse("frame-list") + "?year=2025",
        "review page of a case": reverse("case", args=[in_review.pk]),
        "my cases": reverse("case-list"),
        "one frame": reverse("frame", args=[frame.pk]),
    }.items():
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        queries = sum(query["sql"] not in ("BEGIN", "COMMIT") for query in asked.captured_queries)
        clock.report(f"{name}, {queries} queries", clock.times(partial(client.get, path)))
