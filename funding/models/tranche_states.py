"""How sure the money of a year is, how far it has come, and the acts that move it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.money import Strength


class TrancheState(models.TextChoices):
    HELD_OUT = "held_out", _("Held out")
    CONDITIONAL = "conditional", _("Conditional")
    FIRM = "firm", pgettext_lazy("money", "Firm")
    RELEASED = "released", _("Released")
    USED_UP = "used_up", _("Used up")
    SETTLED = "settled", _("Settled")
    LAPSED = "lapsed", _("Lapsed")


_S = TrancheState
STRENGTHS: dict[str, Strength] = {
    _S.HELD_OUT: Strength.HELD_OUT,
    _S.CONDITIONAL: Strength.CONDITIONAL,
    _S.FIRM: Strength.FIRM,
    _S.RELEASED: Strength.FIRM,
    _S.USED_UP: Strength.FIRM,
    _S.SETTLED: Strength.FIRM,
}
# Released once, and so decided on, of a known amount and from a frame.
RELEASED = (_S.RELEASED, _S.USED_UP, _S.SETTLED)
# What binds a frame: all of it (I7).
BINDING = (_S.FIRM, *RELEASED)
# What its recipient has a right to, on conditions or not.
PROMISED = (_S.CONDITIONAL, *BINDING)
# From where to where each act moves the money. Surer only by a decision; a correction only ever makes weaker.
MOVES: dict[str, set[tuple[_S, _S]]] = {
    "decide": {(_S.HELD_OUT, _S.CONDITIONAL), (_S.HELD_OUT, _S.FIRM), (_S.CONDITIONAL, _S.FIRM)},
    "correct": {(_S.FIRM, _S.CONDITIONAL), (_S.FIRM, _S.HELD_OUT), (_S.CONDITIONAL, _S.HELD_OUT)},
    "amend": {(state, state) for state in _S if state not in (_S.SETTLED, _S.LAPSED)},
    "release": {(_S.CONDITIONAL, _S.RELEASED), (_S.FIRM, _S.RELEASED)},
    "use_up": {(_S.RELEASED, _S.USED_UP)},
    "refill": {(_S.USED_UP, _S.RELEASED)},
    "settle": {(_S.RELEASED, _S.SETTLED), (_S.USED_UP, _S.SETTLED)},
    "lapse": {(state, _S.LAPSED) for state in (_S.HELD_OUT, _S.CONDITIONAL, _S.FIRM, _S.RELEASED)},
}


def allowed_moves() -> Q:
    allowed = Q(act="register", from_state="", to_state__in=[_S.HELD_OUT, _S.CONDITIONAL, _S.FIRM])
    for act, pairs in MOVES.items():
        for before, after in sorted(pairs):
            allowed |= Q(act=act, from_state=before, to_state=after)
    return allowed
