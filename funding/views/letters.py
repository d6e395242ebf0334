"""The letter of a decision: what it says, whether it still holds, making it, sending it, and its paper."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from funding.letter_mail import tell_recipients
from funding.letter_permissions import letter_actions
from funding.letter_words import fact_names
from funding.letters import changed, data_of, last_letter, make, printed, send
from funding.models import Decision
from funding.models.decision_states import TELL
from partners.once import once
from partners.requests import Request
from projects.permissions import Actions


def find_decision(request: Request, pk: int, act: str = "") -> tuple[Decision, Actions]:
    """404 when the person may not know of it; 403 with the reason when they may not do this."""
    decision = get_object_or_404(Decision.objects.visible_to(request.user).for_listing(), pk=pk)
    actions = letter_actions(request.user, decision)
    if why_not := actions[act] if act else "":
        raise PermissionDenied(why_not)
    return decision, actions


@require_safe
def letter(request: Request, pk: int) -> HttpResponse:
    """What was sent; before that, for those who work with the case, what it would say today."""
    decision, actions = find_decision(request, pk)
    last, told = last_letter(decision), decision.events.filter(act=TELL.name).select_related("by").first()
    data = last.data if last and told else data_of(decision)
    now = data_of(decision)["facts"] if told and not actions["see_making"] else data["facts"]
    context = {
        "decision": decision,
        "project": decision.project,
        "actions": actions,
        "letter": last,
        "told": told,
        "paper": shown(data["paper"]),
        "changed": fact_names(changed(last, now)) if last else [],
    }
    return render(request, "funding/letter.html", context)


def shown(paper: dict[str, Any]) -> dict[str, Any]:
    """The paper as a template can read it: each cell with the head of its column."""
    sections = list[dict[str, Any]]()
    for one in paper["sections"]:
        table = one["table"] or {"head": [], "rows": []}
        rows = [list(zip(table["head"], row, strict=True)) for row in table["rows"]]
        sections.append(one | {"head": table["head"], "rows": rows})
    return paper | {"sections": sections, "draft_note": paper["draft-note"], "nothing": paper["none-said"]}


@require_POST
@once
def letter_make(request: Request, pk: int) -> HttpResponse:
    decision, _actions = find_decision(request, pk, "make")
    try:
        make(decision, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The letter is made. Nobody outside has got it yet."))
    return redirect("letter", pk)


@require_POST
@once
def letter_send(request: Request, pk: int) -> HttpResponse:
    """The letter as it was seen: another one that was made meanwhile has to be read first."""
    decision, _actions = find_decision(request, pk, "send")
    last = last_letter(decision)
    try:
        if last is None or request.POST.get("sha256") != last.sha256:
            raise ValidationError(_("Somebody made the letter anew meanwhile. Read it again first."))
        send(decision, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        tell_recipients(decision)
        messages.success(request, _("The letter is sent. Those who keep the project are told by e-mail."))
    return redirect("letter", pk)


@require_safe
def letter_file(request: Request, pk: int) -> HttpResponse:
    """As PDF: the last one that was made, and so, once it is sent, the one that was."""
    decision, _actions = find_decision(request, pk)
    last = last_letter(decision)
    if last is None:
        raise Http404
    response = HttpResponse(printed(last), content_type="application/pdf")
    name = f"{slugify(last.data['paper']['title'], allow_unicode=True)}-{last.number}.pdf"
    response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
    response["Cache-Control"] = "private, no-cache"
    return response
