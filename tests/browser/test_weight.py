"""A first visit is light, and tells nobody else."""

import gzip

import pytest
from playwright.sync_api import Page, Response

pytestmark = pytest.mark.browser

MOST_REQUESTS = 10
HEAVIEST = 100_000  # bytes, compressed
HEAVIEST_HTML = 14_000


def weight(answer: Response) -> int:
    """As the web server sends it; pictures that are not text gain nothing by it."""
    return len(gzip.compress(answer.body(), 9))


def test_the_front_page_is_light(page: Page, server: str) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="networkidle")
    fetched = [answer for answer in answers if not answer.url.startswith("data:")]
    weights = {answer.url.removeprefix(server): weight(answer) for answer in fetched}
    assert [answer.url for answer in fetched if not answer.url.startswith(server)] == []
    assert [answer.url for answer in fetched if not answer.ok] == []
    assert 5 < len(fetched) <= MOST_REQUESTS, weights
    assert weights["/"] <= HEAVIEST_HTML
    assert sum(weights.values()) <= HEAVIEST, weights
