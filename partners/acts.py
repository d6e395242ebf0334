"""States move only by named acts, and each act leaves an event: who, when, from where to where, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models.users import User

NEVER_CHANGED = pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)


@dataclass(frozen=True)
class Act:
    """A move that a thing with a state can make: `sources` are the states it may start from.

    One act has one target; what it is called on buttons is its label; `with_reason`: it asks for one."""

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str
    with_reason: bool = False

    def possible_from(self, state: str) -> bool:
        return state in self.sources


class Event(models.Model):
    """One act on one thing. Append-only by NEVER_CHANGED in Meta.triggers: replaying them gives the state."""

    act = models.CharField(_("what"), max_length=20)
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    why = models.TextField(_("why"), blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.act}: {self.from_state} → {self.to_state}"


def only_acts(acts: Iterable[Act], name: str, *, first: Iterable[Act]) -> models.CheckConstraint:
    """No event but these acts from where they may start to where they lead; `first`: how a thing begins."""
    allowed = Q()
    for act in first:
        allowed |= Q(act=act.name, from_state="", to_state=act.target)
    for act in acts:
        allowed |= Q(act=act.name, from_state__in=act.sources, to_state=act.target)
    return models.CheckConstraint(condition=allowed, name=name)


@transaction.atomic
def move(
    thing: Any, act: Act, by: User | None, why: str = "", *, told: Mapping[str, object] | None = None, **facts: object
) -> None:
    """Carry out the act on a thing with `state` and `events`, or refuse it when its state, as stored now, is another.

    `facts` are stored with the state, what is `told` with the event. Raises ValidationError, with nothing changed.
    """
    locked = type(thing)._default_manager.select_for_update(no_key=True).only("state").get(pk=thing.pk)
    if not act.possible_from(locked.state):
        raise ValidationError(
            _("“%(act)s” is not possible any more: the state is now “%(state)s”."),
            params={"act": act.label, "state": locked.get_state_display()},
        )
    if act.with_reason and not why.strip():
        raise ValidationError(_("Say why."))
    thing.events.create(act=act.name, from_state=locked.state, to_state=act.target, by=by, why=why, **(told or {}))
    type(thing)._default_manager.filter(pk=thing.pk).update(state=act.target, **facts)
    for name, fact in {"state": act.target, **facts}.items():
        setattr(thing, name, fact)
