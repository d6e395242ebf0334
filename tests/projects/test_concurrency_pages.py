"""What several people do to one project at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from partners.models import Organisation, User
from projects.models import Project, ProjectPartner
from tests.brokering.test_concurrency import TIMES, together
from tests.factories import ProjectPartnerFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(keeper: User) -> Callable[..., int]:
    """As the keeper, from a browser of its own each time."""

    def send(url: str, **typed: object) -> int:
        client = Client()
        client.force_login(keeper)
        return int(client.post(url, typed).status_code)

    return send


def test_of_those_who_change_a_project_at_once_one_saves_and_the_others_see_it(
    client: Client, project: Project, keeper: User, post: Callable[..., int]
) -> None:
    url = f"/projects/{project.pk}/edit/"
    version = client.get(url).context["version"]
    assert together(lambda number: post(url, name=f"Navn {number}", version=version)) == {302: 1, 409: TIMES - 1}


def test_a_project_that_is_begun_many_times_at_once_is_one(agency: Organisation, post: Callable[..., int]) -> None:
    assert together(lambda _number: post("/projects/new/", name="Løftet", organisation=agency.pk)) == {302: TIMES}
    assert Project.objects.count() == 1


def test_an_act_that_many_press_happens_once(project: Project, post: Callable[..., int]) -> None:
    assert set(together(lambda _number: post(f"/projects/{project.pk}/acts/plan/"))) <= {302, 403}
    assert project.events.count() == 1


def test_somebody_carries_it_out_though_all_are_taken_away_at_once(
    project: Project, keeper: User, post: Callable[..., int]
) -> None:
    Project.objects.update(leader=keeper)  # who keeps it, whichever partner goes first
    ProjectPartnerFactory.create_batch(TIMES - 1, project=project, runs=True)
    numbers = list(project.partners.values_list("pk", flat=True))
    together(lambda number: post(f"/projects/partners/{numbers[number]}/remove/"))
    assert project.partners.filter(runs=True).count() == 1


def test_nor_do_two_who_go_round_the_pages_leave_nobody(project: Project) -> None:
    ProjectPartnerFactory.create(project=project, runs=True)
    numbers = list(project.partners.values_list("pk", flat=True))
    both = Barrier(2)

    def remove(pk: int) -> bool:
        try:
            with transaction.atomic():
                ProjectPartner.objects.filter(pk=pk).delete()
                both.wait()
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, numbers)) == [False, True]
    assert project.partners.filter(runs=True).count() == 1
