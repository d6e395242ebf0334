"""Whether the place has anything like what a project plans: what the site knows, and what is made of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from brokering.models.choices import Mode
from config.knowledge.offers import offers_for, offers_like
from partners.models import Municipality, User
from partners.models.places import Distance
from projects import jobs
from projects.models import Activity, ActivityState, Programme, Project, ProjectState
from tests.factories import CourseRunFactory, MunicipalityFactory, searchable
from tests.projects.factories_activities import ActivityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HISTORY = apps.get_model("projects", "ActivityHistory")
WELDING = "Sveising av stål og aluminium"


@pytest.fixture(autouse=True)
def places() -> tuple[Municipality, Municipality]:
    """Sør-Varanger, and a place 40 km off; a third is far away."""
    here, near = MunicipalityFactory.create(), MunicipalityFactory.create(number="5610", name="Vadsø")
    far = MunicipalityFactory.create(number="5501", name="Tromsø")
    for place, km in ((here, 0), (near, 40), (far, 450)):
        Distance.objects.create(origin=here, destination=place, km=km)
    return here, near


def held(place: str, mode: str = Mode.ON_SITE, **facts: Any) -> Any:
    offer = searchable(title="Sveising av stål og aluminium", modes=[mode], **facts)
    offer.municipalities.add(Municipality.objects.get(pk=place))
    return offer


def found(km: float = 50) -> list[tuple[int, bool]]:
    return [(offer.pk, offer.online) for offer in offers_like(WELDING, ["5605"], km)]


class TestWhatTheSiteKnows:
    @pytest.mark.parametrize("mode", [Mode.ON_SITE, Mode.SESSIONS, Mode.HYBRID])
    def test_a_course_held_within_reach_is_here(self, mode: str) -> None:
        offer = held("5610", mode)
        (known,) = offers_like(WELDING, ["5605"], 50)
        assert (known.pk, known.online, known.certain) == (offer.pk, False, True)
        assert (known.where, known.url, known.provider) == (
            "Vadsø, 40 km",
            offer.get_absolute_url(),
            str(offer.provider),
        )

    def test_one_held_beyond_is_not(self) -> None:
        held("5501")
        held("5610")
        assert len(found(km=50)) == 1
        assert found(km=39) == []

    def test_an_online_course_is_no_local_one(self) -> None:
        offer = held("5605", Mode.ONLINE)
        assert found() == [(offer.pk, True)]

    def test_one_held_online_as_well_is_here_when_it_is_held_here(self) -> None:
        both, elsewhere = searchable(title=WELDING), searchable(title=WELDING)
        for offer, place in ((both, "5605"), (elsewhere, "5501")):
            offer.modes = [Mode.ON_SITE, Mode.ONLINE]
            offer.save()
            offer.municipalities.add(Municipality.objects.get(pk=place))
        assert set(found()) == {(both.pk, False), (elsewhere.pk, True)}

    def test_one_whose_place_is_not_known_is_neither(self) -> None:
        searchable(title=WELDING)
        assert found() == []

    def test_where_its_next_run_is_held_decides(self) -> None:
        offer = held("5605")
        CourseRunFactory.create(offer=offer, municipality_id="5501")
        assert found() == []

    def test_what_is_withdrawn_is_not_offered(self) -> None:
        held("5605").withdraw()
        assert found() == []

    def test_two_places_near_the_same_course_know_it_once_by_the_nearest(self) -> None:
        near = Municipality.objects.get(pk="5610")
        Distance.objects.create(origin=near, destination=near, km=0)
        held("5610")
        (known,) = offers_like(WELDING, ["5605", "5610"], 50)
        assert known.where == "Vadsø, 0 km"

    def test_somebody_is_referred_to_what_fits_near_or_online_and_from_nowhere_to_all(self) -> None:
        near, far, online = held("5610"), held("5501"), held("5605", Mode.ONLINE)
        assert {offer.pk for offer in offers_for(WELDING, "5605")} == {near.pk, online.pk}
        assert {offer.pk for offer in offers_for(WELDING, "")} == {near.pk, far.pk, online.pk}

    def test_about_something_else_there_is_nothing(self) -> None:
        held("5605")
        assert offers_like("Hygiene i storkjøkken", ["5605"], 50) == []


class TestActivity:
    @pytest.fixture
    def activity(self, project: Project) -> Activity:
        return ActivityFactory.create(project=project, title=WELDING)

    def test_is_new_where_nothing_like_it_is_held(self, activity: Activity) -> None:
        held("5605", Mode.ONLINE)
        activity.ask()
        stored = Activity.objects.get()
        assert (stored.newness, stored.here, len(stored.online)) == ("new", [], 1)

    def test_exists_where_something_like_it_is(self, activity: Activity) -> None:
        held("5610")
        activity.ask()
        assert Activity.objects.get().newness == "exists"

    def test_the_text_is_asked_when_the_title_says_nothing(self, activity: Activity) -> None:
        held("5605")
        activity.title, activity.text = "Vårens tiltak", "Et kurs i sveising av stål og aluminium."
        activity.ask()
        assert activity.newness == "exists"

    def test_what_else_the_text_tells_does_not_hide_what_the_title_names(self, activity: Activity) -> None:
        held("5605")
        activity.text = "Sammen med NAV og Studiesenteret. Fire samlinger med mat, barnepass og skyss fra hele fylket."
        activity.ask()
        assert activity.newness == "exists"

    def test_is_not_known_while_the_place_is_not(self, activity: Activity) -> None:
        activity.project.municipalities.clear()
        activity.ask()
        assert (activity.newness, activity.checked_at) == ("unknown", None)

    def test_is_not_known_while_one_can_doubt_the_likeness(
        self, activity: Activity, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held("5605")
        monkeypatch.setattr("brokering.matching.score.STRONG", 2)
        activity.ask()
        assert (activity.newness, len(activity.here)) == ("unknown", 1)

    def test_its_own_places_count_before_the_projects(self, activity: Activity) -> None:
        held("5605")
        far = Municipality.objects.get(pk="5501")
        Distance.objects.create(origin=far, destination=far, km=0)
        activity.municipalities.add(far)
        activity.ask()
        assert activity.newness == "new"

    def test_the_night_asks_anew_and_leaves_history_and_typists_alone(self, activity: Activity) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        activity.ask()
        before, versions = activity.updated_at, HISTORY.objects.count()
        jobs.nightly()
        assert HISTORY.objects.count() == versions
        held("5605")
        jobs.nightly()
        stored = Activity.objects.get()
        assert (stored.newness, stored.updated_at) == ("exists", before)

    def test_those_that_never_were_are_compared_once_by_a_command(self, activity: Activity) -> None:
        call_command("compare_measures")
        first = Activity.objects.get().checked_at
        assert first is not None
        call_command("compare_measures")
        assert Activity.objects.get().checked_at == first

    @pytest.mark.parametrize("state", [ActivityState.COMPLETED, ActivityState.DROPPED])
    def test_of_what_is_over_the_answer_stays(self, activity: Activity, state: str) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        Activity.objects.update(state=state)
        jobs.nightly()
        assert Activity.objects.get().checked_at is None

    def test_a_judgement_counts_before_the_system_until_it_is_taken_back(
        self, activity: Activity, keeper: User
    ) -> None:
        activity.ask()
        with pytest.raises(ValidationError, match="Say why"):
            activity.judge("exists", keeper, " ")
        activity.judge("exists", keeper, "The school did this last year.")
        assert Activity.objects.get().newness == "exists"
        activity.judge("", keeper, "")
        assert Activity.objects.get().newness == "new"


class TestPages:
    @pytest.fixture
    def activity(self, project: Project) -> Activity:
        return ActivityFactory.create(project=project, title=WELDING)

    def test_the_page_shows_and_links_what_resembles_it(
        self, client: Client, partner: User, activity: Activity
    ) -> None:
        local, online = held("5610"), held("5605", Mode.ONLINE)
        activity.ask()
        page = client.get(activity.get_absolute_url()).content.decode()
        for shown in ("Exists here already", local.get_absolute_url(), "Vadsø, 40 km", online.get_absolute_url()):
            assert shown in page
        assert page.index("within 50 km") < page.index("Can be taken from here online")

    def test_a_keeper_overrules_with_a_reason_that_all_can_read(
        self, client: Client, keeper: User, activity: Activity
    ) -> None:
        url = f"{activity.get_absolute_url()}judge/"
        assert "Say why." in client.post(url, {"judged": "exists", "why": ""}).content.decode()
        client.post(url, {"judged": "exists", "why": "Skolen har det."})
        page = client.get(activity.get_absolute_url()).content.decode()
        assert f"Judged by {keeper}" in page
        assert "because: Skolen har det." in page
        assert "The system says: Not known" in page
        client.post(url, {"judged": "", "why": ""})
        assert "Judged by" not in client.get(activity.get_absolute_url()).content.decode()

    def test_it_is_compared_again_when_somebody_asks(
        self, client: Client, keeper: User, partner: User, activity: Activity
    ) -> None:
        url = f"{activity.get_absolute_url()}compare/"
        assert client.post(url).status_code == 403
        client.force_login(keeper)
        client.post(url)
        checked = Activity.objects.get().checked_at
        assert checked is not None
        assert timezone.now() - checked < timedelta(minutes=1)

    def test_the_share_of_new_ones_is_shown_with_its_definition_and_the_programmes_demand(
        self, client: Client, partner: User, project: Project
    ) -> None:
        url = f"/projects/{project.pk}/activities/"
        for answer, state in (("new", "planned"), ("new", "running"), ("exists", "completed"), ("unknown", "planned")):
            ActivityFactory.create(project=project, answer=answer, state=state)
        ActivityFactory.create(project=project, answer="new", state="dropped")
        page = client.get(url).content.decode()
        for shown in ("67 %", "2 of 3 measures", "Of 1 measure it is not known", "within 50 kilometres"):
            assert shown in page
        assert "The programme asks for" not in page
        project.programme = Programme.objects.create(name="Kompetansepiloter", wants_new=True)
        project.save()
        assert "The programme asks for measures that do not exist locally" in client.get(url).content.decode()

    def test_of_none_there_is_no_share(self, client: Client, partner: User, activity: Activity) -> None:
        page = client.get(f"/projects/{activity.project_id}/activities/").content.decode()
        assert "Not known yet for any measure." in page
        assert "%" not in page.partition('id="new-here"')[2].partition("<details")[0]

    def test_everybody_reads_what_a_public_project_does_but_not_what_it_has_dropped(
        self, project: Project, activity: Activity
    ) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        Activity.objects.update(answer="new", target_group="young", text="Bare for oss")
        ActivityFactory.create(project=project, title="Noe vi lot være", state="dropped")
        stranger = Client()
        stranger.cookies["language"] = "en"
        page = stranger.get(project.get_absolute_url()).content.decode()
        for shown in (WELDING, "New to the place", "Young people without completed education"):
            assert shown in page
        assert "Noe vi lot være" not in page
        assert "Bare for oss" not in page
        assert activity.get_absolute_url() not in page

    def test_saving_asks(self, client: Client, keeper: User, activity: Activity) -> None:
        held("5605")
        url: Callable[[str], str] = f"{activity.get_absolute_url()}{{}}".format
        version = client.get(url("edit/")).context["version"]
        client.post(url("edit/"), {"title": WELDING, "version": version})
        assert Activity.objects.get().newness == "exists"
