"""A course request as its broker sees it: writing it, whom it asks, its bids side by side, and the choice."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_q.tasks import async_task

from brokering.models import CompetenceNeed
from brokering.permissions import may_broker
from partners.once import once
from partners.permissions import require
from partners.requests import Request
from pooling.asking import choosing, steps
from pooling.asking.comparing import compare
from pooling.asking.permissions import bid_actions, may_ask_for_need, may_ask_for_pool, request_actions
from pooling.asking.providers import list_providers
from pooling.forms.requests import ChooseForm, ProviderForm, ReasonForm, RequestForm, ResumeForm, drafted
from pooling.models import CourseRequest, Pool, PoolState
from pooling.models.bids import BID_ACTS, PUT_BACK, REMOVE
from pooling.models.requests import ASK, CANCEL, LIVE, REQUEST_ACTS, RESUME, STOP
from pooling.promises import broken_by

PER_PAGE = 20
TOLD = {
    ASK.name: gettext_lazy("The providers are being asked now. It takes a moment until everybody has the e-mail."),
    STOP.name: gettext_lazy("Nobody else is asked. Those that were asked may still answer."),
    RESUME.name: gettext_lazy("The next providers are being asked now."),
    CANCEL.name: gettext_lazy("The request is called off. Those that were asked are told."),
    REMOVE.name: gettext_lazy("%(provider)s is off the list, and is not asked."),
    PUT_BACK.name: gettext_lazy("%(provider)s is on the list again."),
}
BY_BUTTON = {act.name for act in (ASK, STOP)}


def find(request: Request, pk: int) -> CourseRequest:
    return get_object_or_404(CourseRequest.objects.visible_to(request.user).for_listing(), pk=pk)


@require_safe
def course_request_list(request: Request) -> HttpResponse:
    only = "" if may_broker(request.user) else _("Only those who broker competence ask providers.")
    require({"see": only}, "see")
    rows = CourseRequest.objects.visible_to(request.user).for_listing().with_bids()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    ready = Pool.objects.handled_for(request.user).filter(state=PoolState.FROZEN).exclude(requests__state__in=LIVE)
    return render(request, "pooling/course_request_list.html", {"page": page, "ready": ready.order_by("title", "pk")})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def pool_ask(request: Request, pk: int) -> HttpResponse:
    """Put a frozen pool to providers."""
    pool = get_object_or_404(Pool.objects.handled_for(request.user), pk=pk)
    require({"ask": may_ask_for_pool(request.user, pool)}, "ask")
    return _written(request, pool)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def need_ask(request: Request, pk: int) -> HttpResponse:
    """Put a single need to providers."""
    need = get_object_or_404(CompetenceNeed.objects.visible_to(request.user).for_listing(), pk=pk)
    is_live = need.course_requests.live().exists()
    require({"ask": may_ask_for_need(request.user, need, is_live=is_live)}, "ask")
    return _written(request, need)


def _written(request: Request, of: Pool | CompetenceNeed) -> HttpResponse:
    initial = {"competences": list(of.competences.all())}
    form = RequestForm(request.POST or None, instance=drafted(of), initial=initial)
    if form.is_valid():
        asked = form.write(request.user)
        _tell_found(request, list_providers(asked))
        return redirect(asked)
    return render(request, "pooling/course_request_form.html", {"form": form, "of": of})


def _tell_found(request: Request, found: int) -> None:
    if found:
        sentence = ngettext("%(n)d provider fits.", "%(n)d providers fit.", found)
        messages.success(request, sentence % {"n": found})
    else:
        messages.warning(request, _("No course we know is like this. Put providers on the list yourself."))


@require_http_methods(["GET", "HEAD", "POST"])
def course_request_edit(request: Request, pk: int) -> HttpResponse:
    """While it is a draft. Those that fit what it says now come at the end of the list."""
    asked = find(request, pk)
    require(request_actions(request.user, asked), "edit")
    form = RequestForm(request.POST or None, instance=asked)
    if form.is_valid():
        list_providers(form.save())
        messages.success(request, _("The request is saved. Nothing is sent yet."))
        return redirect(asked)
    return render(request, "pooling/course_request_form.html", {"form": form, "of": asked.pool or asked.need})


@require_safe
def course_request(request: Request, pk: int) -> HttpResponse:
    return _shown(request, find(request, pk))


def _shown(request: Request, asked: CourseRequest, form: ProviderForm | None = None) -> HttpResponse:
    """With the form for one more provider as it was sent, when it was."""
    actions = request_actions(request.user, asked)
    bids = list(asked.bids.for_listing().with_reach())
    wanted = choosing.wanted(asked)
    seats, today = sum(count for _need, count in wanted), timezone.localdate()
    due = {bid.pk for bid in steps.due(asked, bids, timezone.now()).ask}
    made = [bid for bid in bids if bid.is_made]
    context = {
        "asked": asked,
        "actions": actions,
        "listed": [(bid, bid_actions(actions, bid), bid.pk in due) for bid in bids],
        "comparison": compare(asked, made, wanted) if made else None,
        "choices": [(bid, actions["choose"] or choosing.why_not(asked, bid, seats, today)) for bid in made],
        "seats": seats,
        "form": form or (ProviderForm(request=asked) if not actions["add"] else None),
        "events": asked.events.select_related("by"),
    }
    return render(request, "pooling/course_request.html", context)


@require_POST
@once
def bid_add(request: Request, pk: int) -> HttpResponse:
    asked = find(request, pk)
    require(request_actions(request.user, asked), "add")
    form = ProviderForm(request.POST, request=asked)
    if not form.is_valid():
        return _shown(request, asked, form)
    bid = form.put(request.user)
    messages.success(request, _("%(provider)s is on the list.") % {"provider": bid.provider})
    return redirect(asked)


@require_POST
def bid_act(request: Request, pk: int, bid_pk: int, act: str) -> HttpResponse:
    """Take a provider off the list, or put it back."""
    asked = find(request, pk)
    bid = get_object_or_404(asked.bids.all(), pk=bid_pk)
    actions = bid_actions(request_actions(request.user, asked), bid)
    if act not in actions:
        raise Http404
    require(actions, act)
    bid.carry_out(BID_ACTS[act], request.user)
    messages.success(request, TOLD[act] % {"provider": bid.provider})
    return redirect(asked)


@require_POST
def course_request_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Ask, stop: what needs neither a reason nor a form."""
    asked = find(request, pk)
    if act not in BY_BUTTON:
        raise Http404
    require(request_actions(request.user, asked), act)
    try:
        asked.carry_out(REQUEST_ACTS[act], request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        async_task("pooling.asking.steps.carry_on", asked.pk)
        messages.success(request, TOLD[act])
    return redirect(asked)


@require_http_methods(["GET", "HEAD", "POST"])
def course_request_resume(request: Request, pk: int) -> HttpResponse:
    """Ask more providers after it stopped: what stopped it is put off."""
    asked = find(request, pk)
    require(request_actions(request.user, asked), RESUME.name)
    form = ResumeForm(request.POST or None, instance=asked)
    if form.is_valid():
        try:
            form.resume(request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            async_task("pooling.asking.steps.carry_on", asked.pk)
            messages.success(request, TOLD[RESUME.name])
        return redirect(asked)
    return render(request, "pooling/course_request_resume.html", {"form": form, "asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
def course_request_cancel(request: Request, pk: int) -> HttpResponse:
    asked = find(request, pk)
    require(request_actions(request.user, asked), CANCEL.name)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            choosing.cancel(asked, request.user, form.cleaned_data["why"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, TOLD[CANCEL.name])
        return redirect(asked)
    return render(request, "pooling/course_request_cancel.html", {"form": form, "asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
def bid_choose(request: Request, pk: int, bid_pk: int) -> HttpResponse:
    """The choice, with its reason. What stands in the way is said instead of the form.

    A bid that was changed since the page was opened is shown again (409).
    """
    asked = find(request, pk)
    bid = get_object_or_404(asked.bids.made().for_listing(), pk=bid_pk)
    seats = choosing.seats_wanted(asked)
    barred = choosing.why_not(asked, bid, seats, timezone.localdate())
    require({"choose": request_actions(request.user, asked)["choose"] or barred}, "choose")
    form = ChooseForm(request.POST or None)
    is_changed = request.method == "POST" and request.POST.get("version", "") != bid.version
    if form.is_valid() and not is_changed:
        try:
            said = form.cleaned_data
            choosing.choose(bid, request.user, said["why"], is_public=said["is_public"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The seats are kept. The firms and the providers are told."))
        return redirect(asked)
    context = {"form": form, "asked": asked, "bid": bid, "seats": seats, "left": (bid.max_seats or 0) - seats}
    context |= {"changed": choosing.CHANGED if is_changed else "", "warnings": broken_by(bid, asked.pool, seats)}
    return render(request, "pooling/bid_choose.html", context, status=409 if is_changed else 200)
