"""What was learnt, in words that a broker understands, in the reader's language."""

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brokering.matching.learning import Figures, Lesson
from brokering.matching.score import Weights

# Features of the subject first, then parts.
NAMES: dict[str, Promise] = {
    "words": gettext_lazy("A word in common"),
    "meaning": gettext_lazy("A meaning alike"),
    "competence": gettext_lazy("A competence in common"),
    "demanding": gettext_lazy("Much time or schooling"),
    "level": gettext_lazy("The level"),
    "place": gettext_lazy("The distance"),
    "time": gettext_lazy("The date"),
    "seats": gettext_lazy("Free seats"),
    "price": gettext_lazy("The price"),
    "mode": gettext_lazy("How it is held"),
    "formal": gettext_lazy("Whether it gives formal competence"),
}
NOTICEABLE = 1.1
MUCH = 1.5


def differences(after: Weights, before: Weights) -> list[str]:
    """A sentence for every weight that is noticeably another."""
    now, then = _flat(after), _flat(before)
    told = [_difference(name, now[name] / then[name]) for name in NAMES if name in now and then.get(name)]
    return [sentence for sentence in told if sentence] or [_("Hardly anything changes.")]


def _flat(weights: Weights) -> dict[str, float]:
    return {**weights.with_meaning, **weights.parts}


def _difference(name: str, ratio: float) -> str:
    what = {"what": NAMES[name]}
    if ratio <= 0:
        return _("%(what)s counts the other way round.") % what
    if ratio >= MUCH:
        return _("%(what)s counts much more than before.") % what
    if ratio >= NOTICEABLE:
        return _("%(what)s counts more than before.") % what
    if ratio <= 1 / MUCH:
        return _("%(what)s counts much less than before.") % what
    if ratio <= 1 / NOTICEABLE:
        return _("%(what)s counts less than before.") % what
    return ""


def shown(before: Figures, after: Figures) -> list[tuple[str, str, str]]:
    """Label, figure before, figure after."""
    rows: list[tuple[str, Callable[[Figures], str]]] = [
        (_("A course that got a yes stands above one that got a no"), lambda of: _percent(of.ranked)),
        (_("Surprise at an answer (less is better)"), lambda of: number_format(of.loss, 3)),
        (_("Of the courses called strong matches, got a yes"), _strong),
    ]
    return [(label, figure(before), figure(after)) for label, figure in rows]


def _percent(share: float) -> str:
    return _("%(number)s %%") % {"number": number_format(100 * share, 0)}


def _strong(of: Figures) -> str:
    return _("%(share)s of %(number)d") % {"share": _percent(of.strong_yes), "number": of.strong} if of.strong else "–"


def refusal(lesson: Lesson) -> str:
    """Why it must not be used; empty when it may."""
    return str(REFUSALS[lesson.refusal]) if lesson.refusal else ""


REFUSALS: dict[str, Promise] = {
    "loss": gettext_lazy(
        "Not used: on needs it had not seen, the answers would have surprised it more than the score in use."
    ),
    "ranking": gettext_lazy(
        "Not used: on needs it had not seen, it would more often have put a no above a yes than the score in use."
    ),
    "chance": gettext_lazy("Not used: on needs it had not seen, it could not tell a yes from a no better than chance."),
    "strong": gettext_lazy("Not used: too few of the courses it would have called strong matches got a yes."),
}
