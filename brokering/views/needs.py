"""Needs: those I work with, one of them, and writing one down."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brokering.filters import NeedFilter
from brokering.forms.needs import NeedForm
from brokering.history import history
from brokering.matching import alike, rematch
from brokering.matching.wish import known_keys, still_left_out
from brokering.models import CompetenceNeed, Match, Proposal, Visit
from brokering.models.matches import PROPOSAL_ACTS
from brokering.models.needs import ACTS, EXPIRE, OPEN, SUBMIT, NeedState, Source
from brokering.permissions import handles, may_broker, need_actions, proposal_actions
from brokering.pools import pools
from partners.acts import Act
from partners.conflicts import differences
from partners.models import Organisation, User
from partners.models.memberships import BROKERING_ROLES
from partners.requests import Request

PER_PAGE = 20
TYPED = "need_typed"
# No key of the database has more digits.
LONGEST_KEY = 18


def find_need(request: HttpRequest, pk: int) -> CompetenceNeed:
    needs = CompetenceNeed.objects.visible_to(request.user).for_listing()
    return get_object_or_404(needs, pk=pk)


def allow(request: Request, need: CompetenceNeed, act: str) -> None:
    """403 with the reason when the person may not do this now."""
    if why_not := need_actions(request.user, need)[act]:
        raise PermissionDenied(why_not)


@require_safe
def need_list(request: Request) -> HttpResponse:
    needs = CompetenceNeed.objects.visible_to(request.user).for_listing().with_match_counts()
    found = NeedFilter(request.GET, needs)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "brokering/need_list.html", {"form": found.form, "page": page})


@require_safe
def need(request: Request, pk: int) -> HttpResponse:
    need, user = find_need(request, pk), request.user
    actions = need_actions(user, need)
    proposed = need.proposals.select_related("offer__provider", "proposed_by").prefetch_related("events__by")
    acts = [(act, actions[name]) for name, act in ACTS.items() if act.possible_from(need.state) and act != EXPIRE]
    context = {
        "need": need,
        "sees_employer": Organisation.objects.visible_to(user).filter(pk=need.employer_id).exists(),
        "namesakes": _namesakes(user, need),
        "project": need.project if handles(user, need) else None,
        "acts": acts,
        "can_act": not all(why_not for _act, why_not in acts),
        "actions": actions,
        "history": history(need, proposed),
        "competences": need.competences.all(),
        "proposals": [(one, _possible(user, one)) for one in proposed],
        "matches": _best(need),
        "pool": pools().of(need, user),
        "pool_start": pools().start_address(need, user),
        "asking": pools().asking(need, user),
    }
    return render(request, "brokering/need.html", context)


def _best(need: CompetenceNeed) -> list[Match]:
    """Three, near-identical offers counted once."""
    best = need.matches.best().not_refused().select_related("offer__provider")[:12]
    return [group[0] for group in alike.grouped(best, lambda found: found.offer)][:3]


def _namesakes(user: User, need: CompetenceNeed) -> list[Organisation]:
    """Registered firms that the one a stranger named may well be."""
    if not (need.contact_email and handles(user, need)):
        return []
    return list(Organisation.objects.visible_to(user).like(need.employer.name).exclude(pk=need.employer_id)[:3])


def _possible(user: User, proposal: Proposal) -> list[Act]:
    """The broker's acts that the proposal can take now."""
    return [PROPOSAL_ACTS[name] for name, why_not in proposal_actions(user, proposal).items() if not why_not]


@require_http_methods(["GET", "HEAD", "POST"])
def need_create(request: Request) -> HttpResponse:
    """Write a need down. Whoever must register the firm first comes back to what was typed, until it is saved.

    One that was found on a visit (`?visit=`) begins with its firm and project, and keeps it.
    """
    user, visit = request.user, _visit(request)
    found = {"employer": visit.firm_id, "project": visit.project_id, "source": Source.VISIT} if visit else {}
    form = NeedForm(request.POST or None, user=user, initial=_typed_before(request) | found)
    if "register" in request.POST and may_broker(user):
        request.session[TYPED] = form.typed()
        return redirect(f"{reverse('organisation-create')}?for=need")
    duplicates = []
    if form.is_valid():
        form.instance.without = known_keys(request.GET.getlist("without"))
        need = form.sent_before()
        duplicates = [] if need else form.duplicates()
        if not duplicates:
            need = need or _save_new(form, user, visit)
            request.session.pop(TYPED, None)
            messages.success(request, _("The need is saved."))
            return redirect("need" if need.state == NeedState.DRAFT else "need-matches", need.pk)
    return render(request, "brokering/need_form.html", {"form": form, "duplicates": duplicates})


def _typed_before(request: Request) -> dict[str, Any]:
    """What the person typed before registering the firm, or on the page for strangers; the form checks it."""
    known = {"q": "text"} | {name: name for name in ("employer", "municipality", "headcount", "max_travel_km")}
    asked: dict[str, Any] = {field: request.GET[name] for name, field in known.items() if request.GET.get(name)}
    if about := request.GET.getlist("about"):
        asked["competences"] = about
    typed: dict[str, Any] = request.session.get(TYPED, {})
    return typed | asked


def _visit(request: Request) -> Visit | None:
    key = request.GET.get("visit", "")
    is_key = key.isascii() and key.isdigit() and len(key) < LONGEST_KEY
    return Visit.objects.visible_to(request.user).filter(pk=key).first() if is_key else None


def _save_new(form: NeedForm, user: User, visit: Visit | None) -> CompetenceNeed:
    """Store the need with its first acts; a broker's need is open at once, a firm's waits for its broker."""
    need = form.save(commit=False)
    need.municipality = need.municipality or need.employer.municipality
    need.created_by, need.handled_by, need.state = user, _broker_for(user, need), NeedState.DRAFT
    need.visit = visit if visit and visit.firm_id == need.employer_id else None
    need.save()
    form.save_m2m()
    if "draft" not in form.data:
        need.carry_out(SUBMIT, user)
        if handles(user, need):
            need.carry_out(OPEN, user)
    rematch(need)
    return need


def _broker_for(user: User, need: CompetenceNeed) -> Organisation | None:
    """The broker's own organisation; for a firm's own need the one that serves its municipality."""
    own = Organisation.objects.with_role(user, *BROKERING_ROLES).brokers().first()
    place = need.municipality or need.employer.municipality
    return own or (place.brokers.first() if place else None)


@require_http_methods(["GET", "HEAD", "POST"])
def need_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over the version that was read; when somebody else has saved meanwhile, show both (409)."""
    need = find_need(request, pk)
    allow(request, need, "edit")
    needs = CompetenceNeed.objects.all()
    stored = (needs.select_for_update() if request.method == "POST" else needs).get(pk=pk)
    version, firm = stored.updated_at.isoformat(), need.employer.name
    proposed = {} if request.method == "POST" else _proposed(request)
    form = NeedForm(request.POST or None, user=request.user, instance=need, initial=proposed)
    context = {"form": form, "need": need, "firm": firm, "version": version, "proposed": proposed}
    if request.method == "POST" and request.POST.get("version") != version:
        now = NeedForm(user=request.user, instance=stored)
        conflict = {"conflict": True, "conflicts": differences(form, now)}
        return render(request, "brokering/need_form.html", context | conflict, status=409)
    if form.is_valid():
        need.without = still_left_out(need, form.chosen, form.stated)
        form.save()
        rematch(need)
        messages.success(request, _("The need is saved."))
        return redirect("need-matches", need.pk)
    return render(request, "brokering/need_form.html", context)


def _proposed(request: Request) -> dict[str, Any]:
    """What a change that would give more courses puts into the form, to be looked through and saved."""
    facts = ("municipality", "max_travel_km", "latest_start")
    proposed: dict[str, Any] = {name: request.GET[name] for name in facts if request.GET.get(name)}
    modes = request.GET.getlist("modes")
    return proposed | ({"modes": modes} if modes else {})


@require_POST
def need_act(request: Request, pk: int, act: str) -> HttpResponse:
    """One act on a need; why it was done may be said."""
    if act not in ACTS:
        raise Http404
    need = find_need(request, pk)
    allow(request, need, act)
    try:
        need.carry_out(ACTS[act], request.user, why=request.POST.get("why", "").replace("\0", "")[:500])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The need is now “%(state)s”.") % {"state": need.get_state_display()})
    return redirect(need)
