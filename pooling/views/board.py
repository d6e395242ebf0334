"""The demand board: what firms ask for, without names; saying that one could run it; and its feed."""

from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import User
from partners.once import once
from partners.permissions import require
from partners.requests import Request
from pooling.board.cells import Cell, cells
from pooling.board.feed import atom
from pooling.board.permissions import board_actions
from pooling.forms.board import BoardFilter, CouldRunForm
from pooling.models import BoardKey, CouldRun

PER_PAGE = 30


@require_safe
def demand_board(request: Request) -> HttpResponse:
    actions = board_actions(request.user)
    require(actions, "see")
    form = BoardFilter(request.GET, cells=cells_for(request.user), user=request.user)
    page = Paginator(form.chosen(), PER_PAGE).get_page(request.GET.get("page"))
    own, others = _said(request.user)
    key = BoardKey.objects.filter(user=request.user).first()
    context = {
        "form": form,
        "page": page,
        "rows": [(cell, cell.among(own), cell.among(others)) for cell in page],
        "actions": actions,
        "feed": f"{settings.SITE_URL}{key.get_absolute_url()}?{_kept(request)}".rstrip("?") if key else "",
    }
    return render(request, "pooling/demand_board.html", context)


def _said(user: User) -> tuple[list[CouldRun], list[CouldRun]]:
    """What the person's own providers have said, and for those who are more than a provider what others have."""
    standing = CouldRun.objects.standing().select_related("provider").order_by("provider__name", "pk")
    own = list(standing.of_people(user))
    others = standing.exclude(pk__in=[one.pk for one in own]) if _sees_others(user) else standing.none()
    return own, list(others)


def _sees_others(user: User) -> bool:
    return user.is_broker or user.is_county_staff


def _kept(request: Request) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def cells_for(user: User) -> list[Cell]:
    """The board as it is now."""
    return cells(timezone.localdate(), tells_people=not board_actions(user)["count"])


def find_cell(name: str, user: User) -> Cell:
    """One of those that are on the board now."""
    found = next((cell for cell in cells_for(user) if cell.name == name), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@once
def demand_could(request: Request, name: str) -> HttpResponse:
    """A provider says that it could run this."""
    require(board_actions(request.user), "answer")
    cell = find_cell(name, request.user)
    form = CouldRunForm(request.POST or None, user=request.user, cell=cell)
    if form.is_valid():
        form.save()
        messages.success(request, _("Thank you. The brokers see it, and ask you first when they ask."))
        return redirect("demand-board")
    return render(request, "pooling/demand_could.html", {"form": form, "cell": cell})


@require_POST
def demand_could_withdraw(request: Request, pk: int) -> HttpResponse:
    said = get_object_or_404(CouldRun.objects.standing().of_people(request.user), pk=pk)
    CouldRun.objects.filter(pk=said.pk).update(withdrawn_at=timezone.now())
    messages.success(request, _("Taken back."))
    return redirect("demand-board")


@require_POST
def demand_feed_renew(request: Request) -> HttpResponse:
    """A secret address, or a new one in place of the old."""
    require(board_actions(request.user), "see")
    BoardKey.objects.renew(request.user)
    messages.success(request, _("The feed has a new address. An older one answers no more."))
    return redirect("demand-board")


@require_POST
def demand_feed_revoke(request: Request) -> HttpResponse:
    BoardKey.objects.filter(user=request.user).delete()
    messages.success(request, _("The address is closed."))
    return redirect("demand-board")


@login_not_required
@require_safe
def demand_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Programs cannot log in: the address is the key, as long as the person may see the board."""
    key = BoardKey.objects.filter(token=token, user__is_active=True).select_related("user").first()
    if key is None or board_actions(key.user)["see"]:
        raise Http404
    with translation.override(key.user.language):
        form = BoardFilter(request.GET, cells=cells_for(key.user), user=key.user)
        content = atom(form.chosen(), key.get_absolute_url()).encode()
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    etag = response["ETag"] = quote_etag(sha256(content).hexdigest())
    return get_conditional_response(request, etag, response=response) or response
