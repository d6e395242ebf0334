"""The index is what the offers are, whoever wrote at once and wherever a process was killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from brokering.matching import competences, index, postings
from brokering.matching.documents import Document
from brokering.models import CourseOffer, CourseRun
from brokering.models.index import FactBlock, OfferCompetence, OfferIndex, PostingBlock, Vocabulary
from tests.factories import CompetenceFactory, CourseOfferFactory, CourseRunFactory, OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "sveising aluminium stål regnskap bokføring sykepleie veiledning kokk råvarer lastsikring".split()  # noqa: SIM905


def catalogue(size: int) -> list[int]:
    chance, provider = Random(1), OrganisationFactory.create(provider=True)  # noqa: S311
    CompetenceFactory.create()
    competences.refresh()
    offers = [
        CourseOfferFactory.create(
            title=" ".join(chance.sample(WORDS, 2)), description=" ".join(chance.sample(WORDS, 5)), provider=provider
        )
        for _ in range(size)
    ]
    return [offer.pk for offer in offers]


def kept() -> dict[str, Any]:
    """All that matching reads."""
    entries = OfferIndex.objects.order_by("pk").values_list("pk", "terms", "text_hash", "competences", "tree")
    return {
        "entries": list(entries),
        "postings": {(row.term, row.block): bytes(row.packed) for row in PostingBlock.objects.all()},
        "facts": {row.block: (row.version, bytes(row.packed)) for row in FactBlock.objects.all()},
        "vocabulary": set(Vocabulary.objects.values_list("term", "offers")),
        "competences": set(OfferCompetence.objects.values_list("offer", "competence", "strength")),
    }


def assert_as_if_built_anew() -> None:
    found = kept()
    for model in (OfferIndex, PostingBlock, FactBlock, Vocabulary, OfferCompetence):
        model.objects.all().delete()
    call_command("index_offers", verbosity=0)
    anew = kept()
    assert {name: found[name] == anew[name] for name in found} == dict.fromkeys(found, True)
    assert len(anew["entries"]) == CourseOffer.objects.count()


def all_at_once(*acts: Callable[[], None]) -> None:
    errors: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_eight_who_edit_and_two_who_index_leave_what_a_new_build_would() -> None:
    ids = catalogue(40)

    def edit(seed: int) -> None:
        chance = Random(seed)  # noqa: S311
        for _ in range(12):
            _edit(chance, ids[8:])
        CourseOffer.objects.filter(pk=ids[seed]).delete()
        index.refresh([ids[seed]])

    def build() -> None:
        for _ in range(4):
            call_command("index_offers", verbosity=0)

    all_at_once(*(lambda seed=seed: edit(seed) for seed in range(8)), build, build)
    call_command("index_offers", verbosity=0)
    assert_as_if_built_anew()


def _edit(chance: Random, ids: list[int]) -> None:
    """A text or a date; indexed at once, as the pages do."""
    offer = CourseOffer.objects.get(pk=chance.choice(ids))
    if chance.random() < 0.3:
        start = offer.refreshed_on + timedelta(days=chance.randrange(99))
        CourseRunFactory.create(offer=offer, municipality=None, start=start)
    else:
        offer.title = " ".join(chance.sample(WORDS, 2))
        offer.description = " ".join(chance.sample(WORDS, 4))
        offer.save()
    index.refresh([offer.pk])


INDEXING = """
import django; django.setup()
from django.core.management import call_command
from brokering.management.commands import index_offers
from brokering.matching import embedding
embedding.available = lambda: False
index_offers.BATCH = 10
call_command("index_offers")
"""


def test_killed_at_any_point_it_goes_on_where_it_was() -> None:
    ids = catalogue(300)
    chance, left = Random(2), [300]  # noqa: S311
    for _round in range(5):
        _killed_after(chance.randrange(1, 5), chance.random() * 0.05)
        left.append(index.stale().count())
        offer = CourseOffer.objects.get(pk=chance.choice(ids))
        offer.title = "Skipsføring"
        offer.save()
    assert left[-1] < 300
    assert left[1] > 0
    call_command("index_offers", verbosity=0)
    assert not index.stale().exists()
    assert len(postings.read(["skipsfør"])["skipsfør"].offers) >= 1
    assert_as_if_built_anew()


def _killed_after(batches: int, seconds: float) -> None:
    """It is in the middle of the next batch, or between two, when SIGKILL comes."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-u", "-c", INDEXING],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    while said.count("words:") < batches and (letter := process.stdout.read(1)):
        said += letter
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert "words:" in said


def test_a_text_that_changes_while_it_is_analysed_is_indexed_as_it_is_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    (pk,) = catalogue(1)
    analysed = Document.of

    def slow(offer: CourseOffer) -> Any:
        if "Skipsføring" not in offer.title:
            CourseOffer.objects.filter(pk=pk).update(title="Skipsføring")
        return analysed(offer)

    monkeypatch.setattr(Document, "of", slow)
    index.refresh([pk])
    assert "skipsfør" in OfferIndex.objects.get(pk=pk).terms
    assert CourseRun.objects.count() == 0


@pytest.mark.language_model
def test_a_text_that_changes_while_its_vectors_are_computed_stays_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    (pk,) = catalogue(1)
    index.refresh([pk])
    computed = index._vectors

    def slow(offers: Any) -> Any:
        def other() -> None:
            CourseOffer.objects.filter(pk=pk).update(title="Skipsføring")
            index.refresh([pk])

        all_at_once(other)
        return computed(offers)

    monkeypatch.setattr(index, "_vectors", slow)
    index.embed()
    assert [entry.pk for entry in index.awaiting_vectors()] == [pk]
    assert OfferIndex.objects.get(pk=pk).embedded_at is None
