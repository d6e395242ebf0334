"""Loads the competence tree from brokering/reference/competences.toml."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from brokering.models import Competence, CompetenceArea
from partners.loading import store

REFERENCE = Path(settings.BASE_DIR) / "brokering" / "reference" / "competences.toml"
LANGUAGES = ("nb", "nn", "en", "se")
CODES = ("styrk", "nus", "sn", "esco")


class Command(BaseCommand):
    help = "Load the tree of competences. Changes only what is different, so it may be run at any time."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        tree = tomllib.loads(REFERENCE.read_text(encoding="utf-8"))["area"]
        areas = [area(branch) for branch in tree]
        leaves = [leaf(twig, branch["slug"]) for branch in tree for twig in branch.get("leaf", [])]
        changed, removed = store(areas) + store(leaves), remove_others(areas, leaves)
        if options["verbosity"]:
            told = f"{len(leaves)} in {len(areas)} areas; {changed} changed, {removed} removed"
            self.stdout.write(f"Competences: {told}.")
            if changed or removed:
                self.stdout.write("Run index_offers, so that courses are found by them.")


def area(branch: dict[str, Any]) -> CompetenceArea:
    return CompetenceArea(slug=branch["slug"], **names(branch))


def leaf(twig: dict[str, Any], area_slug: str) -> Competence:
    synonyms = [word for language in LANGUAGES for word in twig.get(f"synonyms_{language}", [])]
    return Competence(
        slug=twig["slug"],
        area_id=area_slug,
        description=twig.get("description", ""),
        synonyms=list(dict.fromkeys(synonyms)),
        jargon=twig.get("jargon", []),
        sentences=twig.get("sentences", []),
        codes={scheme: twig[scheme] for scheme in CODES if twig.get(scheme)},
        **names(twig),
    )


def names(node: dict[str, Any]) -> dict[str, str]:
    return {f"name_{language}": node[language] for language in LANGUAGES}


def remove_others(areas: list[CompetenceArea], leaves: list[Competence]) -> int:
    """Remove what has left the file, but for a leaf that an offer or a need still uses, and its area."""
    unused = Competence.objects.filter(offers=None, needs=None).exclude(pk__in=[one.pk for one in leaves])
    empty = CompetenceArea.objects.filter(competences=None).exclude(pk__in=[one.pk for one in areas])
    return unused.delete()[1].get(Competence._meta.label, 0) + empty.delete()[1].get(CompetenceArea._meta.label, 0)
