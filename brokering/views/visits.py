"""Visits to firms: logging one, those of one's organisation, and one of them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from brokering.forms.visits import VisitForm
from brokering.models import Visit
from brokering.permissions import may_visit
from partners.conflicts import differences
from partners.requests import Request

PER_PAGE = 20
TYPED = "visit_typed"
# No key of the database has more digits.
LONGEST_KEY = 18


def allow(request: Request) -> None:
    """403 with the reason for those who do not broker."""
    if why_not := may_visit(request.user):
        raise PermissionDenied(why_not)


def find_visit(request: Request, pk: int) -> Visit:
    return get_object_or_404(Visit.objects.visible_to(request.user).for_listing(), pk=pk)


@require_safe
def visit_list(request: Request) -> HttpResponse:
    allow(request)
    searched = request.GET.get("q", "").replace("\0", "").strip()[:200]
    visits = Visit.objects.visible_to(request.user).for_listing().annotate(need_count=Count("needs"))
    found = visits.order_by("-on", "-pk").filter(firm__name__icontains=searched)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "brokering/visit_list.html", {"page": page, "searched": searched})


@require_safe
def visit(request: Request, pk: int) -> HttpResponse:
    visit = find_visit(request, pk)
    needs = visit.needs.for_listing().with_match_counts()
    return render(request, "brokering/visit.html", {"visit": visit, "needs": needs})


@require_http_methods(["GET", "HEAD", "POST"])
def visit_create(request: Request) -> HttpResponse:
    """Log a visit. Whoever must register the firm first comes back to what was typed, until it is saved."""
    allow(request)
    form = VisitForm(request.POST or None, user=request.user, initial=_typed_before(request))
    if "register" in request.POST:
        typed = request.session[TYPED] = form.typed()
        asked = urlencode({"for": "visit", "name": typed["firm"] or ""})
        return redirect(f"{reverse('organisation-create')}?{asked}")
    if form.is_valid():
        visit, needs = form.log()
        request.session.pop(TYPED, None)
        messages.success(request, form.told(needs))
        return redirect(visit)
    return render(request, "brokering/visit_form.html", {"form": form})


def _typed_before(request: Request) -> dict[str, Any]:
    """What the person typed before registering the firm; the firm may be named in the address."""
    typed: dict[str, Any] = request.session.get(TYPED, {})
    firm = request.GET.get("firm", "")
    return typed | ({"firm": int(firm)} if firm.isascii() and firm.isdigit() and len(firm) < LONGEST_KEY else {})


@require_http_methods(["GET", "HEAD", "POST"])
def visit_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over the version that was read; when a colleague has saved meanwhile, show both (409)."""
    visit = find_visit(request, pk)
    visits = Visit.objects.for_listing()
    stored = (visits.select_for_update(of=("self",)) if request.method == "POST" else visits).get(pk=pk)
    version, firm = stored.updated_at.isoformat(), visit.firm.name
    form = VisitForm(request.POST or None, user=request.user, instance=visit)
    context = {"form": form, "visit": visit, "firm": firm, "version": version}
    if request.method == "POST" and request.POST.get("version") != version:
        conflicts = differences(form, VisitForm(user=request.user, instance=stored))
        conflict = {"conflict": True, "conflicts": conflicts}
        return render(request, "brokering/visit_form.html", context | conflict, status=409)
    if form.is_valid():
        saved, needs = form.log()
        messages.success(request, form.told(needs))
        return redirect(saved)
    return render(request, "brokering/visit_form.html", context)
