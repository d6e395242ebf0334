"""What people put right in how a need is understood: what is not meant, as keys of NOT_MEANT, and what is as well."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brokering.models.choices import MOST_NOT_MEANT
from brokering.models.competences import Competence
from brokering.models.needs import CompetenceNeed
from partners.models import User

FACTS = {"place": _("the place"), "level": _("the level"), "language": _("the language")}


@transaction.atomic
def leave_out(need: CompetenceNeed, key: str, by: User) -> None:
    """It is not meant: neither read from the text from now on, nor kept as chosen."""
    locked = CompetenceNeed.objects.select_for_update().get(pk=need.pk)
    kind, _colon, what = key.partition(":")
    if kind == "competence":
        locked.competences.remove(*locked.competences.filter(pk=what))
    if key not in locked.without and len(locked.without) < MOST_NOT_MEANT:
        _keep(locked, [*locked.without, key], "leave_out", label_of(key), by)


@transaction.atomic
def put_back(need: CompetenceNeed, key: str, by: User) -> None:
    """It counts again where it is read."""
    locked = CompetenceNeed.objects.select_for_update().get(pk=need.pk)
    if key in locked.without:
        _keep(locked, [one for one in locked.without if one != key], "put_back", label_of(key), by)


@transaction.atomic
def add(need: CompetenceNeed, competence: Competence, by: User) -> None:
    """It is meant: from now on it counts as chosen."""
    locked = CompetenceNeed.objects.select_for_update().get(pk=need.pk)
    left = [key for key in locked.without if key != f"competence:{competence.pk}"]
    if not locked.competences.filter(pk=competence.pk).exists():
        locked.competences.add(competence)
        _keep(locked, left, "take_in", str(competence), by)


def _keep(need: CompetenceNeed, without: list[str], act: str, what: str, by: User) -> None:
    """Who did it and when stands in the need's history."""
    CompetenceNeed.objects.filter(pk=need.pk).update(without=without, updated_at=timezone.now())
    need.events.create(act=act, from_state=need.state, to_state=need.state, by=by, why=what)


def label_of(key: str) -> str:
    """What the key stands for, in the reader's language."""
    kind, _colon, what = key.partition(":")
    if kind == "competence":
        return str(Competence.objects.filter(pk=what).first() or what)
    return str(FACTS.get(what, what)) if kind == "fact" else what
