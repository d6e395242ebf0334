"""Beginning a pool, changing it, its costs, the firms in it, and asking them."""

from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from brokering.models import CompetenceNeed
from brokering.models.needs import NeedState
from partners.conflicts import differences
from partners.requests import Request
from pooling.forms.pools import CostForm, FirmsForm, InviteForm, PoolForm
from pooling.jobs import ask_anew, invite
from pooling.likely import first_facts, likely_needs, named_facts
from pooling.models import MemberState, Pool, PoolMember
from pooling.models.pools import START
from pooling.permissions import may_start_pool
from pooling.promises import is_kept
from pooling.reach import reach
from pooling.views.pools import allow, find_pool

LONGEST_KEY = 18


@require_http_methods(["GET", "HEAD", "POST"])
def pool_create(request: Request) -> HttpResponse:
    """Begin a pool, with a need (`?need=`) when one comes from its page, or with a gap (`?competence=&place=`)."""
    if why_not := may_start_pool(request.user):
        raise PermissionDenied(why_not)
    need = _need(request)
    asked = (request.GET.get(name, "") for name in ("competence", "place"))
    about = first_facts(need) if need else named_facts(*asked)
    form = PoolForm(request.POST or None, user=request.user, initial=about)
    if form.is_valid():
        with transaction.atomic():
            pool = form.save(commit=False)
            pool.created_by = request.user
            pool.save()
            form.save_m2m()
            pool.events.create(act=START.name, to_state=START.target, by=request.user)
            if need:
                PoolMember.objects.join(pool, need, request.user)
        messages.success(request, _("The pool is begun. Now add the firms that could take part."))
        return redirect("pool-firms", pool.pk)
    return render(request, "pooling/pool_form.html", {"form": form, "need": need})


def _need(request: Request) -> CompetenceNeed | None:
    key = request.GET.get("need", "")
    handled = CompetenceNeed.objects.handled_for(request.user).filter(state=NeedState.OPEN)
    return handled.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY else None


@require_http_methods(["GET", "HEAD", "POST"])
def pool_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over the version that was read; when a colleague has saved meanwhile, show both (409)."""
    pool = find_pool(request, pk)
    with pool.watched() if request.method == "POST" else nullcontext(pool) as stored:
        allow(request, stored, "edit")
        version = stored.updated_at.isoformat()
        form = PoolForm(request.POST or None, user=request.user, instance=Pool.objects.get(pk=pk))
        bound = pool.members.present().filter(state=MemberState.BINDING).count()
        context: dict[str, Any] = {"form": form, "pool": pool, "version": version, "bound": bound}
        if request.method == "POST" and request.POST.get("version") != version:
            now = PoolForm(user=request.user, instance=stored)
            conflict = {"conflict": True, "conflicts": differences(form, now)}
            return render(request, "pooling/pool_form.html", context | conflict, status=409)
        if form.is_valid():
            saved = form.save()
            _ask_anew(request, stored, saved)
            stored.min_seats = saved.min_seats
            messages.success(request, _("The pool is saved."))
            return redirect(saved)
    return render(request, "pooling/pool_form.html", context)


def _ask_anew(request: Request, before: Pool, after: Pool) -> None:
    """Firms that are bound to what is no more so; in the transaction of what was changed."""
    if not is_kept(before, after) and (asked := ask_anew(after, request.user)):
        told = ngettext(
            "%(n)d firm is no longer bound, and is asked anew by e-mail: the course is not what it signed up for.",
            "%(n)d firms are no longer bound, and are asked anew by e-mail: the course is not what they signed up for.",
            len(asked),
        )
        messages.warning(request, told % {"n": len(asked)})
        if unknown := [str(one.need.employer) for one in asked if not one.need.contact_addresses]:
            told = _("No e-mail address is known for %(firms)s. Ring them.")
            messages.warning(request, told % {"firms": ", ".join(unknown)})


@require_POST
def pool_costs(request: Request, pk: int) -> HttpResponse:
    """Keep the figures that were tried out on the pool's page."""
    pool = find_pool(request, pk)
    with pool.watched() as stored:
        allow(request, stored, "edit")
        form = CostForm(request.POST, instance=Pool.objects.get(pk=pk))
        if form.is_valid():
            _ask_anew(request, stored, form.save())
    if form.is_valid():
        messages.success(request, _("The figures are kept with the pool."))
    else:
        messages.error(request, _("The figures could not be kept: “%(why)s”.") % {"why": _first(form)})
    return redirect(pool)


def _first(form: CostForm) -> str:
    return str(next(iter(form.errors.values()))[0])


@require_http_methods(["GET", "HEAD", "POST"])
def pool_firms(request: Request, pk: int) -> HttpResponse:
    """Add firms by their open needs: those about the same first, then all that the broker handles."""
    pool = find_pool(request, pk)
    allow(request, pool, "add")
    likely = likely_needs(pool, request.user)
    form = FirmsForm(
        request.POST or None, possible=CompetenceNeed.objects.filter(pk__in=[one.need.pk for one in likely])
    )
    if form.is_valid():
        try:
            with transaction.atomic():
                for need in form.cleaned_data["needs"]:
                    PoolMember.objects.join(pool, need, request.user)
        except ValidationError as error:
            form.add_error("needs", error)
        else:
            messages.success(request, _("The firms are added. They are not asked before you say so."))
            return redirect(pool)
    return render(request, "pooling/firms_form.html", {"form": form, "pool": pool, "likely": likely})


@require_http_methods(["GET", "HEAD", "POST"])
def pool_invite(request: Request, pk: int) -> HttpResponse:
    """Ask the firms that have not been asked, by e-mail with a link that takes the answer."""
    pool = find_pool(request, pk)
    allow(request, pool, "invite")
    waiting = list(pool.members.present().filter(state=MemberState.ADDED).for_listing())
    found = reach(waiting)
    form = InviteForm(request.POST or None, instance=Pool.objects.get(pk=pk), possible=found.possible)
    if form.is_valid():
        Pool.objects.filter(pk=pk).update(**{name: form.cleaned_data[name] for name in ("answer_by", "message")})
        count = invite(form.cleaned_data["firms"], request.user)
        told = ngettext("%(n)d firm is asked by e-mail.", "%(n)d firms are asked by e-mail.", count)
        messages.success(request, told % {"n": count})
        if count < len(form.cleaned_data["firms"]):
            messages.warning(request, _("The others are not asked: the class is full, or they were asked before."))
        return redirect(pool)
    return render(request, "pooling/invite.html", {"form": form, "pool": pool, "reach": found})
