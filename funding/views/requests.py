"""Requests for payment: asking for money, and each step on its way to the bank."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding import settling
from funding.claims import room
from funding.forms.requests import ActForm, ControlForm, PayForm, RequestForm, ReturnForm, WhyForm
from funding.models import Commitment, DisbursementRequest
from funding.models.disbursements import ACTS
from funding.payment_permissions import Hand, asking_actions, besides, next_step, request_actions
from funding.payment_steps import steps_of
from partners.conflicts import differences
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES
from partners.once import once
from partners.requests import Request
from projects.models import Project
from projects.permissions import Actions
from projects.views.documents import deliver


class Found(NamedTuple):
    payment: DisbursementRequest
    hand: Hand
    actions: Actions


def find_payment(http: Request, pk: int, act: str = "") -> Found:
    """404 when the person may not see it, 403 with the reason when they may not do this with it."""
    payments = DisbursementRequest.objects.visible_to(http.user).for_page()
    payment = get_object_or_404(payments, pk=pk)
    hand = Hand.of(http.user, payment.commitment)
    actions = request_actions(hand, payment)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return Found(payment, hand, actions)


def find_source(http: Request, pk: int, act: str) -> Commitment:
    """The commitment that money is asked for of, or claimed back to."""
    inside = Q(project__in=Project.objects.of(http.user).order_by().values("pk"))
    paying = Q(funder__in=Organisation.objects.with_role(http.user, *COUNTY_ROLES).values("pk"))
    commitments = Commitment.objects.filter(inside | paying).select_related("project", "funder", "recipient")
    commitment = get_object_or_404(commitments, pk=pk)
    if why_not := asking_actions(http.user, commitment)[act]:
        raise PermissionDenied(why_not)
    return commitment


@require_http_methods(["GET", "HEAD", "POST"])
@once
def request_create(request: Request, pk: int) -> HttpResponse:
    """Ask for money; ?corrects names the request that was returned and is asked anew."""
    commitment = find_source(request, pk, "ask")
    earlier = _corrected(request, commitment)
    form = RequestForm(request.POST or None, request.FILES or None, room=room(commitment), initial=_as_before(earlier))
    if form.is_valid():
        payment = form.store(request.user, earlier)
        messages.success(request, _("The request is saved. Nothing is sent yet."))
        return redirect(payment)
    context = {"form": form, "commitment": commitment, "room": form.room, "payment": None, "earlier": earlier}
    return render(request, "funding/request_form.html", context)


def _corrected(http: Request, commitment: Commitment) -> DisbursementRequest | None:
    key = http.GET.get("corrects", "")
    returned = commitment.disbursements.filter(state="returned")
    return returned.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 10 else None


def _as_before(earlier: DisbursementRequest | None) -> dict[str, Any]:
    names = ("kind", "tranche", "claimed", "statement", "text")
    return {name: getattr(earlier, name) for name in names} if earlier else {}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def return_create(request: Request, pk: int) -> HttpResponse:
    """Claim back what was paid too much."""
    commitment = find_source(request, pk, "claim_back")
    form = ReturnForm(request.POST or None, room=room(commitment))
    if form.is_valid():
        payment = form.store(request.user)
        messages.success(request, _("The claim is saved. Nothing is sent yet."))
        return redirect(payment)
    return render(request, "funding/return_form.html", {"form": form, "commitment": commitment})


@require_http_methods(["GET", "HEAD", "POST"])
def request_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over what was read; when somebody else has saved meanwhile, show both (409)."""
    payment, _hand, _actions = find_payment(request, pk, "edit")
    if payment.kind == "return":
        raise PermissionDenied(_("A claim for money back is not changed. Reject it and make another."))
    there, version = room(payment.commitment, payment), payment.updated_at.isoformat()
    form = RequestForm(request.POST or None, request.FILES or None, room=there, instance=payment)
    context = {"form": form, "commitment": payment.commitment, "room": there, "payment": payment, "earlier": None}
    context["version"] = version
    if request.method == "POST" and request.POST.get("version") != version:
        stored = RequestForm(room=there, instance=DisbursementRequest.objects.get(pk=pk))
        conflicting = context | {"conflict": True, "conflicts": differences(form, stored)}
        return render(request, "funding/request_form.html", conflicting, status=409)
    if form.is_valid():
        form.store(request.user)
        messages.success(request, _("The request is saved. Nothing is sent yet."))
        return redirect(payment)
    return render(request, "funding/request_form.html", context)


@require_safe
def request(request: Request, pk: int) -> HttpResponse:
    return _page(request, find_payment(request, pk))


def _page(http: Request, found: Found, act: str = "", form: ActForm | None = None) -> HttpResponse:
    payment, hand, actions = found
    works = hand.user.holds(payment.commitment.funder_id, *COUNTY_ROLES) or hand.asks
    there = besides(payment)
    forms = {name: None if actions[name] else _form(name, payment) for name in FORMS}
    context = {
        "payment": payment,
        "actions": actions,
        "steps": steps_of(payment),
        "next_act": next_step(payment),
        "forms": {**forms, act: form} if form else forms,
        "form": form,
        "room": there if works else None,
        "year": there.of(payment.tranche) if works and payment.tranche.state != "lapsed" else None,
        "is_inside": Project.objects.of(hand.user).filter(pk=payment.commitment.project_id).exists(),
        "works": works,
        "events": payment.events.select_related("by"),
    }
    return render(http, "funding/request.html", context)


FORMS: dict[str, type[ActForm]] = {"control": ControlForm, "pay": PayForm, "return_it": WhyForm, "reject": WhyForm}


def _form(act: str, payment: DisbursementRequest, data: Any = None) -> ActForm | None:
    if act not in FORMS:
        return None
    return FORMS[act](data, request=payment, prefix=act)


@require_POST
@once
def request_act(request: Request, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    found = find_payment(request, pk, act)
    form = _form(act, found.payment, request.POST)
    if form is None or form.is_valid():
        try:
            _do(act, found.payment, request.user, form)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, DONE[act]())
        return redirect(found.payment)
    return _page(request, found, act, form)


def _do(act: str, payment: DisbursementRequest, by: User, form: ActForm | None) -> None:
    if isinstance(form, ControlForm):
        payment.control(form.amount, form.cleaned_data["reason"], by)
    elif isinstance(form, PayForm):
        settling.pay(payment, by, form.cleaned_data["paid_on"], form.cleaned_data["reference"])
    else:
        payment.carry_out(ACTS[act], by, form.cleaned_data["why"] if form else "")


DONE: dict[str, Callable[[], str]] = {
    "send": lambda: _("The request is sent."),
    "return_it": lambda: _("The request is returned. A corrected one is a new request."),
    "control": lambda: _("The request is controlled. Another person attests it."),
    "attest": lambda: _("The request is attested. Another person orders the payment."),
    "order": lambda: _("The payment is ordered. Finance pays it."),
    "pay": lambda: _("The payment is registered."),
    "reject": lambda: _("The request is rejected."),
}


@require_safe
def request_document(request: Request, pk: int, document: int) -> FileResponse:
    payment = find_payment(request, pk).payment
    return deliver(get_object_or_404(payment.documents.all(), pk=document))
