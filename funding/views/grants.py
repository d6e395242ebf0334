"""The public register of granted money, and the same as open data."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from funding.models import Commitment, CommitmentEvent, DisbursementRequestEvent, Tranche, TrancheEvent
from funding.register import GrantFilter, for_files, for_listing, granted, published, total
from funding.threesixty import grants, lacking, package, table
from partners.models import Organisation
from projects.models import Project

PER_PAGE = 25
# Seconds that a file is kept when nothing in `_version` changes.
KEPT = 300
KEEPING_VERSIONS = (Commitment, Tranche, Project, Organisation)


@login_not_required
@require_safe
def grant_list(request: HttpRequest) -> HttpResponse:
    found = GrantFilter(request.GET, published())
    chosen, year = found.qs, found.form.cleaned_data.get("year")
    page = Paginator(for_listing(chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, granted(one.tranches.all()), lacking(one)) for one in page],
        "form": found.form,
        "selects": [found.form[name] for name in ("year", "county", "scheme")],
        "total": total(chosen, int(year) if year else None),
        "year": year,
    }
    return render(request, "funding/grant_list.html", context)


@login_not_required
@require_safe
def grants_json(request: HttpRequest) -> HttpResponse:
    return _file(request, "json", "application/json", lambda found: package(grants(found)))


@login_not_required
@require_safe
def grants_csv(request: HttpRequest) -> HttpResponse:
    return _file(request, "csv", "text/csv; charset=utf-8", lambda found: table(grants(found)))


def _file(request: HttpRequest, name: str, kind: str, written: Callable[[list[Commitment]], str]) -> HttpResponse:
    """Written when something changed, and not sent again to who has it (304). Takes the filters of the page.

    It says the same to everybody, whatever their language: anybody between here and there may keep it for a minute.
    """
    chosen = sorted((key, request.GET.get(key, "")) for key in ("year", "county", "scheme"))
    key = f"grants-{name}-{sha256(repr((chosen, _version())).encode()).hexdigest()}"
    content = caches["local"].get(key)
    if content is None:
        with translation.override(settings.LANGUAGE_CODE):
            content = written(list(for_files(GrantFilter(request.GET, published()).qs))).encode()
        caches["local"].set(key, content, KEPT)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="grants.{name}"'
    response["Cache-Control"] = "public, max-age=60"
    response["ETag"] = etag = quote_etag(sha256(content).hexdigest())
    return get_conditional_response(request, etag, response=response) or response


def _version() -> list[object]:
    """Other numbers as soon as an act was done, or a promise or a project changed."""
    tables: list[Any] = [one._meta.get_field("history").related_model for one in KEEPING_VERSIONS]
    tables += [CommitmentEvent, TrancheEvent, DisbursementRequestEvent]
    return [one.objects.aggregate(last=Max("pk"))["last"] for one in tables]
