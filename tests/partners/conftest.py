"""What the tests of partners share: counting queries, and carrying out the mail that was queued."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.module_loading import import_string
from django_q.models import OrmQ


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    """Wrong passwords of other tests are not counted."""
    cache.clear()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are compared as they stand in the code; pages have their own language."""
    with translation.override("en"):
        yield


@pytest.fixture
def queries(client: Client) -> Callable[[str], int]:
    """How many queries a page asks."""

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    return count


@pytest.fixture
def deliver() -> Callable[[], int]:
    """Does the worker's work, and says how many jobs there were."""

    def work() -> int:
        jobs = list(OrmQ.objects.order_by("pk"))
        for job in jobs:
            task = job.task
            import_string(task["func"])(*task["args"])
            job.delete()
        return len(jobs)

    return work
