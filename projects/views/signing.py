"""The parties' answers: signing, declining, and what was signed on paper."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.requests import Request
from projects.agreement_permissions import to_answer
from projects.forms.signing import DeclineForm, PaperForm, SignForm
from projects.models import Agreement, AgreementParty
from projects.signing import give
from projects.views.agreements import find_to


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_sign(request: Request, pk: int) -> HttpResponse:
    """The text and the file once more, and the confirmation below."""
    agreement = find_to(request, pk, "sign")
    form = _form(SignForm, request, agreement, to_answer(request.user, agreement))
    return _answered(
        request, agreement, form, _("Thank you. The agreement is signed on behalf of %(party)s.")
    ) or render(request, "projects/agreement_sign.html", {"form": form, "agreement": agreement})


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_decline(request: Request, pk: int) -> HttpResponse:
    agreement = find_to(request, pk, "sign")
    form = _form(DeclineForm, request, agreement, to_answer(request.user, agreement))
    return _answered(request, agreement, form, _("It is noted that %(party)s declines.")) or render(
        request, "projects/agreement_decline.html", {"form": form, "agreement": agreement}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_paper(request: Request, pk: int) -> HttpResponse:
    """What was signed outside the system, a party at a time, each with its file."""
    agreement = find_to(request, pk, "paper")
    form = _form(PaperForm, request, agreement, unanswered(agreement))
    return _answered(request, agreement, form, _("It is noted that %(party)s has signed on paper.")) or render(
        request, "projects/agreement_paper.html", {"form": form, "agreement": agreement}
    )


def unanswered(agreement: Agreement) -> list[AgreementParty]:
    """The parties that have not answered the latest version."""
    answered = agreement.latest.signatures.values_list("party", flat=True) if agreement.latest else []
    return [party for party in agreement.parties.all() if party.pk not in set(answered)]


Forms = type[SignForm] | type[DeclineForm] | type[PaperForm]


def _form(
    kind: Forms, request: Request, agreement: Agreement, parties: Sequence[AgreementParty]
) -> SignForm | DeclineForm | PaperForm:
    typed = {"data": request.POST or None, "files": request.FILES or None}
    return kind(**typed, user=request.user, agreement=agreement, parties=parties)


def _answered(
    request: Request, agreement: Agreement, form: SignForm | DeclineForm | PaperForm, thanks: str
) -> HttpResponse | None:
    """To the agreement once the answer is kept; None while the form is to be shown."""
    if not form.is_valid():
        return None
    try:
        signature = give(form.answer())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, thanks % {"party": signature.party})
    return redirect(agreement)
