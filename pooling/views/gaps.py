"""Where demand is larger than supply: table, map, files, what would help, and the figure with its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from brokering.models import CompetenceNeed
from partners.models import County
from partners.requests import Request
from pooling.forms.gaps import KINDS, GapFilter, WhatIfForm
from pooling.gap_permissions import counties_of, may_see_gaps
from pooling.gaps import charts, figure, files
from pooling.gaps.cells import Row, rows
from pooling.gaps.gathering import show_pools
from pooling.gaps.geography import Geography
from pooling.gaps.grouping import Cell
from pooling.gaps.what_if import Now
from pooling.models import Balance, Gap, GapNeed

PER_PAGE = 50
OLD = timedelta(days=2)


@dataclass(frozen=True)
class Looking:
    """A person looks at the gaps of one of their counties."""

    request: Request
    county: County
    counties: Sequence[County]

    @classmethod
    def at(cls, request: Request) -> "Looking":
        if why_not := may_see_gaps(request.user):
            raise PermissionDenied(why_not)
        counties = counties_of(request.user)
        asked = request.GET.get("county") or (counties[0].pk if counties else "")
        county = next((one for one in counties if one.pk == asked), None)
        if county is None:
            raise Http404
        return cls(request, county, counties)

    @cached_property
    def there(self) -> Geography:
        return Geography.of(self.county)

    @cached_property
    def now(self) -> Now:
        return Now(list(Gap.objects.of(self.county).visible_to(self.request.user)), self.there)

    @cached_property
    def form(self) -> GapFilter:
        return GapFilter(self.request.GET, counties=self.counties, gaps=self.now.gaps, there=self.there)

    @cached_property
    def rows(self) -> list[Row]:
        return self.form.shown(rows(self.now.gaps, self.there))

    def file(self, ending: str, content: str | bytes, kind: str) -> HttpResponse:
        name = f"{_('gaps')}-{self.county.pk}-{timezone.localdate():%Y-%m-%d}.{ending}"
        headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""}
        return HttpResponse(content, content_type=kind, headers=headers)


@require_safe
def gap_list(request: Request) -> HttpResponse:
    looking = Looking.at(request)
    reckoned_on = Balance.objects.reckoned_on()
    slug = looking.form.competence_slug
    page = Paginator(looking.rows, PER_PAGE).get_page(request.GET.get("page"))
    show_pools(page, request.user, looking.there)
    context = {
        "county": looking.county,
        "form": looking.form,
        "share": looking.now.share(slug),
        "subject": looking.there.subject_of(Cell(looking.county.pk, competence=slug)) if slug else "",
        "map": charts.chart(looking.rows, looking.there),
        "suggestions": looking.now.suggestions(slug),
        "page": page,
        "reckoned_on": reckoned_on,
        "is_old": reckoned_on is not None and reckoned_on < timezone.localdate() - OLD,
    }
    return render(request, "pooling/gap_list.html", context)


@require_safe
def gap_csv(request: Request) -> HttpResponse:
    looking = Looking.at(request)
    return looking.file("csv", files.csv(looking.rows), files.CSV)


@require_safe
def gap_xlsx(request: Request) -> HttpResponse:
    looking = Looking.at(request)
    return looking.file("xlsx", files.xlsx(looking.rows), files.XLSX)


@require_safe
def gap_what_if(request: Request) -> HttpResponse:
    looking = Looking.at(request)
    kind = request.GET.get("change", "run")
    if kind not in KINDS:
        raise Http404
    asked = request.GET if "asked" in request.GET else None
    form = WhatIfForm(asked, kind=kind, now=looking.now, initial=request.GET.dict())
    answer = form.answer() if form.is_valid() else None
    slug = form.competence_slug if answer else ""
    now = looking.now.share(slug)
    context = {
        "county": looking.county,
        "form": form,
        "kind": kind,
        "kinds": KINDS,
        "answer": answer,
        "place": looking.there.name(form.cleaned_data.get("place", "")) if answer else "",
        "subject": looking.there.subject_of(Cell(looking.county.pk, competence=slug)) if slug else "",
        "before": now,
        "after": answer.then(now) if answer else now,
    }
    return render(request, "pooling/gap_what_if.html", context)


@require_safe
def gap_needs(request: Request) -> HttpResponse:
    """The needs behind a row, those of them that the person may see anyway. What is not published has no needs here."""
    looking = Looking.at(request)
    cell = Cell(looking.county.pk, *(request.GET.get(name) or "" for name in Cell._fields[1:]))
    exactly = {f"{name}_id": value or None for name, value in cell._asdict().items()}
    gaps = Gap.objects.filter(**exactly).visible_to(request.user)
    row = next(iter(rows(gaps, looking.there)), None)
    if row is None:
        raise Http404
    show_pools([row], request.user, looking.there)
    parts = GapNeed.objects.filter(gap__in=gaps.values("pk"))
    behind = CompetenceNeed.objects.filter(pk__in=parts.values("need"))
    visible = behind.visible_to(request.user)
    page = Paginator(visible.with_match_counts().for_listing(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "county": looking.county,
        "row": row,
        "one_row": [row],
        "page": page,
        "has_others": behind.exclude(pk__in=visible.values("pk")).exists(),
    }
    return render(request, "pooling/gap_needs.html", context)


@require_safe
def gap_figure(request: Request) -> HttpResponse:
    looking = Looking.at(request)
    weekly = request.GET.get("by") != "day"
    slug = looking.form.competence_slug
    points = figure.history(looking.county, timezone.localdate(), slug, weekly=weekly)
    context = {
        "county": looking.county,
        "form": looking.form,
        "share": looking.now.share(slug),
        "subject": looking.there.subject_of(Cell(looking.county.pk, competence=slug)) if slug else "",
        "definition": figure.DEFINITION,
        "points": points[::-1],
        "line": charts.line(points),
        "weekly": weekly,
        "competences": _by_competence(looking),
    }
    return render(request, "pooling/gap_figure.html", context)


def _by_competence(looking: Looking) -> list[Row]:
    """Wherever in the county, the largest gaps first."""
    found = dict[str, Row]()
    for row in rows(looking.now.gaps, looking.there):
        if slug := row.cell.competence:
            whole = found.setdefault(slug, Row(Cell(looking.county.pk, competence=slug), "", row.subject))
            whole.share += row.share
            whole.firms += row.firms
            whole.person_days += row.person_days
    return sorted(found.values(), key=lambda row: (-row.share.unmet, row.subject))
