"""Names that every page shows, kept in each process's memory for an hour."""

from django.core.cache import caches
from django.utils.translation import get_language

from brokering.models import Competence


def competence_names() -> dict[str, str]:
    """By slug, in the reader's language."""

    def ask() -> dict[str, str]:
        return {leaf.pk: str(leaf) for leaf in Competence.objects.all()}

    return caches["local"].get_or_set(f"competence-names-{get_language()}", ask, 3600) or {}
