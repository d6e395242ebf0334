"""The reference data of places, as `manage.py load_places` puts them into the database."""

from io import StringIO

import pytest
from django.core.management import call_command

from partners.models import County, Distance, Municipality, Region

PLACES = {"Kirkenes": "5605", "mo i rana": "1833", "Kárášjohka": "5610", "Rena": "3422", "Kjeller": "3205"}


def load() -> str:
    told = StringIO()
    call_command("load_places", stdout=told)
    return told.getvalue().strip()


@pytest.mark.django_db
def test_all_places_of_2024_are_there_with_their_names_and_distances() -> None:
    load()
    assert (County.objects.count(), Municipality.objects.count(), Region.objects.count()) == (15, 357, 14)
    assert Region.objects.get(slug="salten").municipalities.count() == 9
    found = {name: [one.pk for one in Municipality.objects.named(name)] for name in PLACES}
    assert found == {name: [number] for name, number in PLACES.items()}
    # In the air it is 1 150 km from Oslo to Tromsø, 265 km from Kirkenes to Alta.
    assert Distance.objects.count() == 357 * 357
    assert Distance.objects.get(origin="0301", destination="5501").km == pytest.approx(1150, abs=10)
    assert Distance.objects.get(origin="5605", destination="5601").km == pytest.approx(265, abs=10)
    assert Distance.objects.get(origin="5605", destination="5605").km == 0


@pytest.mark.django_db
def test_a_second_load_changes_only_what_was_changed_by_hand() -> None:
    load()
    assert load() == "Places: nothing has changed."
    Municipality.objects.filter(pk="5605").update(latitude=60)
    Distance.objects.filter(origin="5605", destination="5601").update(km=1)
    assert load() == "Places: 1 municipalities, 1 distances changed."
    assert Municipality.objects.get(pk="5605").latitude == pytest.approx(69.73, abs=0.01)
