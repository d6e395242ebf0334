"""Budget frames: in sums, to the krone, and what of next year's money is not firm yet."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.forms.frames import EntryForm, FrameFilter, FrameForm
from funding.frame_permissions import frame_actions, may_enter, works_for
from funding.models import BudgetFrame, EntryKind
from funding.overview import frames, left, shown, years_of
from funding.turning import asked, due, not_firm, to_turn
from partners.once import once
from partners.requests import Request

PER_PAGE = 50


@require_safe
def frame_list(request: Request) -> HttpResponse:
    form, own = _asked(request)
    year, on = form.asked
    shown = BudgetFrame.objects.filter(source__owner__in=own, year=year).select_related("source__owner")
    context = {
        "form": form,
        "year": year,
        "on": on,
        "rows": frames(shown.order_by("source__owner", "source__name", "pk"), on),
        "several": len(own) > 1,
        "why_not": may_enter(request.user),
    }
    return render(request, "funding/frame_list.html", context)


def _asked(request: Request) -> tuple[FrameFilter, list[int]]:
    own = works_for(request.user)
    if not own:
        raise PermissionDenied(_("Only those who work with the money of an organisation see its frames."))
    years = BudgetFrame.objects.filter(source__owner__in=own).order_by("-year").values_list("year", flat=True)
    return FrameFilter(request.GET, years=list(years.distinct())), own


@require_safe
def frame(request: Request, pk: int) -> HttpResponse:
    frame = _find(request, pk)
    form = FrameFilter(request.GET, years=[frame.year])
    _year, on = form.asked
    page = Paginator(years_of(frame, on), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [shown(one) for one in page.object_list]
    entries = frame.entries.filter(on__lte=on) if on < timezone.localdate() else frame.entries.all()
    context = {
        "frame": frame,
        "row": frames([frame], on)[0],
        "on": on,
        "form": form,
        "entries": entries.exclude(kind=EntryKind.RETURNED).select_related("by"),
        "returned": entries.filter(kind=EntryKind.RETURNED).aggregate(sum=Sum("amount"))["sum"],
        "page": page,
        "actions": frame_actions(request.user, frame.source.owner_id),
    }
    return render(request, "funding/frame.html", context)


def _find(request: Request, pk: int) -> BudgetFrame:
    return get_object_or_404(BudgetFrame.objects.visible_to(request.user).select_related("source__owner"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def frame_create(request: Request) -> HttpResponse:
    if why_not := may_enter(request.user):
        raise PermissionDenied(why_not)
    form = FrameForm(request.POST or None, user=request.user)
    if form.is_valid():
        messages.success(request, _("The frame is registered."))
        return redirect(form.begin())
    return render(request, "funding/frame_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def entry_create(request: Request, pk: int) -> HttpResponse:
    frame = _find(request, pk)
    if why_not := frame_actions(request.user, frame.source.owner_id)["enter"]:
        raise PermissionDenied(why_not)
    form = EntryForm(request.POST or None, frame=frame, user=request.user)
    if form.is_valid():
        try:
            form.enter()
        except ValidationError as error:
            form.add_error("amount", error)
        else:
            messages.success(request, _("The entry is registered."))
            return redirect(frame)
    context = {"form": form, "frame": frame, "left": left(frame, timezone.localdate())}
    return render(request, "funding/entry_form.html", context)


@require_safe
def turning(request: Request) -> HttpResponse:
    """What is to become firm before a year begins; next year's, when none is asked for."""
    own, today = works_for(request.user), timezone.localdate()
    if not own:
        raise PermissionDenied(_("Only those who work with the money of an organisation see its frames."))
    years = [today.year, today.year + 1, today.year + 2]
    year = next((one for one in years if str(one) == request.GET.get("year")), today.year + 1)
    tranches = not_firm(own, year)
    page = Paginator(due(tranches, year), PER_PAGE).get_page(request.GET.get("page"))
    rows = frames(BudgetFrame.objects.filter(source__owner__in=own, year=year).select_related("source__owner"), today)
    context = {
        "page": page,
        "turns": to_turn(page.object_list, today),
        "today": today,
        "year": year,
        "years": years,
        "rows": rows,
        "asked": asked(tranches),
    }
    return render(request, "funding/turning.html", context)
