"""What the matching has learnt from answers, version by version, and the way back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from brokering.matching import learning, lessons, versions
from brokering.matching.score import Weights
from brokering.models import Impression, ScoreVersion
from brokering.models.learning import RETIRE, SCORE_ACTS, USE, ScoreState
from brokering.permissions import may_see_scores, score_actions
from partners.models import User
from partners.requests import Request

COLORS = {"current": "success", "learnt": "info", "refused": "warning", "earlier": "neutral"}


@require_safe
def score_list(request: Request) -> HttpResponse:
    if why_not := may_see_scores(request.user):
        raise PermissionDenied(why_not)
    counts = learning.counts(versions.gather())
    found, in_use = list(ScoreVersion.objects.for_listing()), versions.current().version
    context = {
        "current": next((one for one in found if one.name == in_use), None),
        "counts": counts,
        "lacking": [_lacking(name, least) for name, least in learning.lacking(counts).items()],
        "bands": Impression.objects.by_band(),
        "versions": [_told(request.user, one) for one in found],
    }
    return render(request, "brokering/score_list.html", context)


def _lacking(name: str, least: int) -> str:
    sentences = {
        "verdicts": ngettext("%(n)d answer", "%(n)d answers", least),
        "needs": ngettext("%(n)d need", "%(n)d needs", least),
        "yes": ngettext("%(n)d yes", "%(n)d yes", least),
        "no": ngettext("%(n)d no", "%(n)d no", least),
    }
    return sentences[name] % {"n": least}


def _told(user: User, version: ScoreVersion) -> dict[str, Any]:
    """A version as its template shows it; one of another release may weigh what this program does not know."""
    before, after = learning.Figures(**version.before), learning.Figures(**version.after)
    weights, held_against = Weights("", **version.weights), Weights("", **version.instead_of)
    act = RETIRE if version.state == ScoreState.CURRENT else USE
    return {
        "version": version,
        "color": COLORS[version.state],
        "figures": lessons.shown(before, after),
        "refusal": lessons.refusal(learning.Lesson(weights, before, after)),
        "differences": lessons.differences(weights, held_against),
        "act": act,
        "label": _("Go back to this version") if version.state == ScoreState.EARLIER else act.label,
        "why_not": score_actions(user, version)[act.name],
    }


@require_POST
def score_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Take a version into use, or out of it, with a reason."""
    if why_not := may_see_scores(request.user):
        raise PermissionDenied(why_not)
    if act not in SCORE_ACTS:
        raise Http404
    version = get_object_or_404(ScoreVersion, pk=pk)
    if why_not := score_actions(request.user, version)[act]:
        raise PermissionDenied(why_not)
    carry_out = versions.use if SCORE_ACTS[act] is USE else versions.retire
    try:
        carry_out(version, request.user, request.POST.get("why", "").replace("\0", "")[:500])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done. The open needs are being matched anew."))
    return redirect("score-list")
