"""The gaps of a county with 10 000 open needs, among 30 000 offers: what a night takes, and what a page takes."""

import time
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks import clock
from benchmarks.bulk import BASE, insert, past_the_triggers
from brokering.models import Competence, CompetenceNeed, CourseOffer, CourseRun, Match
from brokering.models.need_index import NeedIndex
from partners.models import County, Membership, Organisation, User
from partners.models.roles import MemberRole
from pooling.gaps.reckoning import reckon
from pooling.models import Gap

NEEDS, FIRMS, OFFERS, FITTING, TOO_FAR = 10_000, 2_500, 30_000, 20, 5
COUNTY = "56"
KEY = f"{BASE} + n"
EACH = f"generate_series(1, {NEEDS}) n"
EACH_OFFER = f"generate_series(1, {OFFERS}) n"
MODES = "ARRAY['{}', '{on_site}', '{on_site,online}', '{online}', '{sessions}']::text[]"
EMAIL = "gaps@measured.example"
PAST = {"rank": "k", "score": "0.6", "engine": "'x'", "computed_at": "now()"}


def fill() -> None:
    """Once; later runs find it there. A third of the needs have no course, a third seats that others want too."""
    for name in ("migrate", "load_places", "load_competences"):
        call_command(name, verbosity=0)
    if CompetenceNeed.objects.filter(pk__gt=BASE).exists():
        return
    with past_the_triggers(), transaction.atomic():
        county = Organisation.objects.create(name="Målefylket", roles=["county"], county_id=COUNTY)
        Membership.objects.create(
            user=User.objects.create_user(EMAIL, None), organisation=county, role=MemberRole.CASE_OFFICER
        )
        _offers()
        _needs()
        _matches()


def _offers() -> None:
    firms = f"generate_series(0, {FIRMS - 1}) n"
    insert(Organisation, firms, id=KEY, name="'Målefirma ' || n", roles="'{employer}'")
    insert(CourseOffer, EACH_OFFER, id=KEY, title="'Målekurs ' || n", provider_id=f"{BASE}", source_id="'m' || n")
    runs = {"offer_id": KEY, "mode": "'on_site'", "municipality_id": _one_of(_places()), "start": "current_date + 60"}
    insert(CourseRun, EACH_OFFER, "n % 3 = 1", id=KEY, seats="12", seats_taken="n % 12", **runs)


def _needs() -> None:
    what = {"text": "'Måling ' || n", "headcount": "1 + n % 5", "state": "'open'", "consent_to_share": "true"}
    how = {"modes": f"(({MODES})[1 + n % 5])::varchar[]", "max_travel_km": "20 + 40 * (n % 4)"}
    who = {"employer_id": f"{BASE} + n % {FIRMS}", "municipality_id": _one_of(_places(), "n * 7")}
    age = {"created_at": "now() - (n % 400) * interval '1 day'"}
    insert(CompetenceNeed, EACH, id=KEY, **what, **how, **who, **age)
    subjects = list(Competence.objects.order_by("pk").values_list("pk", flat=True))
    said = f"jsonb_build_array(jsonb_build_array({_one_of(subjects, 'n * n')}, 0.8))"
    known = {"terms": "'[]'", "subjects": said, "words_background": "0", "meaning_background": "0"}
    insert(NeedIndex, EACH, need_id=KEY, level="''", space="''", **known)


def _matches() -> None:
    """Those of the second third are courses with few seats, those of the last say nothing of seats."""
    offer = f"{BASE} + 3 * ((n * 37 + k * 13) % {OFFERS // 3})"
    fitting = f"{EACH}, generate_series(1, {FITTING}) k"
    facts = {"need_id": KEY, "band": "'strong'", "parts": "'{}'", "gates": "'[]'", **PAST}
    insert(Match, fitting, "n % 3 = 1", offer_id=f"{offer} + 1", run_id=f"{offer} + 1", **facts)
    insert(Match, fitting, "n % 3 = 2", offer_id=f"{offer} + 2", **facts)
    bar = "jsonb_build_array(jsonb_build_object('gate', 'reach', 'km', 90 + n % 100, 'limit', 80, 'place', ''))"
    near = {**facts, "band": "'near'", "gates": bar}
    insert(Match, f"{EACH}, generate_series(1, {TOO_FAR}) k", "n % 3 = 0", offer_id=f"{offer} + 3", **near)


def _places() -> list[str]:
    return list(County.objects.get(pk=COUNTY).municipalities.order_by("pk").values_list("pk", flat=True))


def _one_of(words: list[str], which: str = "n") -> str:
    """In SQL, one after another."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + ({which}) % {len(words)}]"


def measure() -> None:
    begun = time.perf_counter()
    groups = reckon()
    print(f"\nreckoned in {time.perf_counter() - begun:.1f} s: {groups} groups, {CourseOffer.objects.count()} offers\n")
    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    client.force_login(User.objects.get(email=EMAIL))
    gap = Gap.objects.filter(county=COUNTY, is_met=False, competence__isnull=False, municipality__isnull=False)[0]
    asked = f"?change=run&asked=1&competence={gap.competence_id}&place={gap.municipality_id}"
    for name, path in {
        "gaps of a county": reverse("gap-list"),
        "of one competence": f"{reverse('gap-list')}?competence={gap.competence_id}",
        "as CSV": reverse("gap-csv"),
        "as XLSX": reverse("gap-xlsx"),
        "what if": reverse("gap-what-if") + asked,
        "the figure": reverse("gap-figure"),
    }.items():
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as found:
            client.get(path)
        queries = sum(query["sql"] not in ("BEGIN", "COMMIT") for query in found.captured_queries)
        clock.report(f"{name}, {queries} queries", clock.times(partial(client.get, path), rounds=20))
