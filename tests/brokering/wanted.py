"""A course in welding, and needs that it could meet."""

from typing import Any

from brokering.matching import index, rematch
from brokering.models import Competence, CompetenceNeed, CourseOffer
from tests.factories import CompetenceNeedFactory, CourseOfferFactory, searchable

WELDING = "Vi vil lære å sveise aluminium"


def welding_course() -> CourseOffer:
    """Among others that are about something else."""
    CourseOfferFactory.create_batch(3, title="Regnskap", description="Bokføring")
    offer = searchable(title="Sveising av aluminium", is_published=True)
    offer.competences.set(Competence.objects.filter(pk="sveising"))
    index.refresh(list(CourseOffer.objects.values_list("pk", flat=True)))
    return offer


def asked(text: str = WELDING, **facts: Any) -> CompetenceNeed:
    need = CompetenceNeedFactory.create(**{"text": text, "consent_to_share": True, **facts})
    rematch(need)
    return need
