"""Finds the municipality that a source means by the name of a place, also when it is spelt a little wrong."""

import re
from collections import defaultdict
from difflib import get_close_matches
from functools import cache

from django.utils.translation import gettext_noop as _

from brokering.exchange.records import Sentence
from partners.models import Municipality

# Places of study whose short name belongs to another place as well; the school means this one.
OF_STUDY = {"bø": "4020", "sandvika": "3201"}
# So alike (difflib's ratio, 0..1) that one letter of ten is wrong or missing: Kristiansan, but never Kristiansund.
ALIKE = 0.9
# Guessing takes some milliseconds a name; a file that holds nothing but nonsense must not take hours.
MOST_GUESSES = 500


class Gazetteer:
    """All names of all municipalities, read once."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = defaultdict(set)
        self.settlements: dict[str, set[str]] = defaultdict(set)
        self.titles: dict[str, str] = {}
        for municipality in Municipality.objects.all():
            self._learn(municipality)
        self.guesses = 0
        self.find = cache(self._find)

    def _learn(self, municipality: Municipality) -> None:
        one = municipality
        self.titles[one.number] = one.name
        official = re.split(r" [-–] ", one.official_name)
        for name in {one.name, *official, one.name_se, one.name_smj, one.name_sma, one.name_fkv} - {""}:
            self.names[name.lower()].add(one.number)
        for name in {one.centre.lower(), *one.settlements} - {""}:
            self.settlements[name].add(one.number)

    def _find(self, place: str) -> tuple[str | None, Sentence | None]:
        """The municipality's number, and a remark when the name was not simply that of a known place."""
        name = re.sub(r"\s+[snvø]\.?$|\.$", "", place.lower().strip())
        if number := OF_STUDY.get(name):
            return number, self._taken(place, number)
        numbers = self.names.get(name) or self.settlements.get(name)
        if not numbers:
            return self._like(place, name)
        if len(numbers) > 1:
            return None, Sentence(_("There is more than one place called “%(place)s”."), {"place": place})
        return next(iter(numbers)), None

    def _like(self, place: str, name: str) -> tuple[str | None, Sentence | None]:
        self.guesses += 1
        known = self.names | self.settlements
        alike = get_close_matches(name, known, n=3, cutoff=ALIKE) if self.guesses <= MOST_GUESSES else []
        numbers = {number for match in alike for number in known[match]}
        if len(numbers) != 1:
            return None, Sentence(_("The place “%(place)s” is not known."), {"place": place})
        number = next(iter(numbers))
        return number, self._taken(place, number)

    def _taken(self, place: str, number: str) -> Sentence:
        told = _("“%(place)s” was taken for %(municipality)s.")
        return Sentence(told, {"place": place, "municipality": self.titles[number]})
