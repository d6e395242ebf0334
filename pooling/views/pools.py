"""Pools: those one works with or takes part in, one of them, and what is done with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.requests import Request
from pooling.forms.pools import AnswerForm, CostForm, SmallerForm
from pooling.jobs import dissolve
from pooling.models import MemberState, Pool, PoolMember, PoolState
from pooling.models.members import ANSWERS
from pooling.models.pools import DISSOLVE, LIVE, POOL_ACTS, SHRINK
from pooling.page import PoolPage
from pooling.permissions import PAGE_ACTS, brokers, may_start_pool, member_actions, pool_actions

PER_PAGE = 20


def find_pool(request: Request, pk: int) -> Pool:
    return get_object_or_404(Pool.objects.visible_to(request.user).for_listing(), pk=pk)


def allow(request: Request, pool: Pool, act: str) -> None:
    """403 with the reason when the person may not do this now."""
    if why_not := pool_actions(request.user, pool, pool.members.seats())[act]:
        raise PermissionDenied(why_not)


@require_safe
def pool_list(request: Request) -> HttpResponse:
    """The live ones, unless others are asked for."""
    state = request.GET.get("state", "")
    states = [state] if state in PoolState.values else LIVE
    pools = Pool.objects.visible_to(request.user).filter(state__in=states).for_listing().with_seats()
    page = Paginator(pools, PER_PAGE).get_page(request.GET.get("page"))
    choices = [("", _("Those that are under way")), *PoolState.choices]
    context = {"page": page, "state": state, "choices": choices, "why_not": may_start_pool(request.user)}
    return render(request, "pooling/pool_list.html", context)


@require_safe
def pool(request: Request, pk: int) -> HttpResponse:
    """The pool; what is typed about its costs is computed and kept nowhere."""
    pool = find_pool(request, pk)
    typed = request.GET if set(request.GET) & set(CostForm.base_fields) else None
    form = CostForm(typed, instance=Pool.objects.get(pk=pk))
    page = PoolPage(pool, request.user, form)
    context = {"pool": pool, "page": page, "form": form, "smaller": SmallerForm(pool=pool)}
    return render(request, "pooling/pool.html", context)


@require_POST
def pool_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Freeze, gather again, dissolve; why may be said, and for some must be."""
    if act not in PAGE_ACTS:
        raise Http404
    pool = find_pool(request, pk)
    allow(request, pool, act)
    try:
        messages.success(request, _act(request, pool, act))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(pool)


def _act(request: Request, pool: Pool, act: str) -> str:
    """What is then told. ValidationError when it is not possible any more, or what was typed will not do."""
    why = request.POST.get("why", "").replace("\0", "")[:500]
    if act == DISSOLVE.name:
        dissolve(pool, request.user, why, is_told="tell" in request.POST)
    elif act == SHRINK.name:
        form = SmallerForm(request.POST, pool=pool)
        if not form.is_valid():
            raise ValidationError([f"{form.fields[name].label}: {said[0]}" for name, said in form.errors.items()])
        pool.carry_out(SHRINK, request.user, form.cleaned_data["why"], min_seats=form.cleaned_data["min_seats"])
        return _("The least class size is now %(least)d.") % {"least": form.cleaned_data["min_seats"]}
    else:
        pool.carry_out(POOL_ACTS[act], request.user, why)
    return _("The pool is now “%(state)s”.") % {"state": pool.get_state_display()}


@require_http_methods(["GET", "HEAD", "POST"])
def pool_member(request: Request, pk: int) -> HttpResponse:
    """What a firm said to its broker, by telephone or on a visit."""
    member = get_object_or_404(PoolMember.objects.for_listing(), pk=pk)
    pool = find_pool(request, member.pool_id)
    if not brokers(request.user, pool):
        raise PermissionDenied(_("Only those who broker the pool can do this."))
    form = AnswerForm(request.POST or None, instance=PoolMember.objects.get(pk=pk))
    form.fields["comment"].label = _("What else they said")
    form.fields["is_visible"].label = _("The other firms in the pool may see who they are")
    if form.is_valid():
        try:
            form.tell(request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The answer of %(firm)s is kept.") % {"firm": member.need.employer})
            return redirect(pool)
    actions = member_actions(request.user, member)
    states = {name: MemberState(act.target).label for name, act in ANSWERS.items()}
    possible = [(name, label, "secondary") for name, label in states.items() if not actions[name]]
    context = {"form": form, "member": member, "pool": pool, "answers": possible}
    return render(request, "pooling/member.html", context)
