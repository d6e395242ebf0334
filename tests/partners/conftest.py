"""What the tests of partners share: no attempts before, sentences in English, and mail that is carried out."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.utils import translation


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
def deliver(work: Callable[[], int]) -> Callable[[], int]:
    """Mail is the only work here."""
    return work
