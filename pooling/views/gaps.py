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
from pooling.gaps.cells import Row, by_subject, rows
from pooling.gaps.figure import Share
from pooling.gaps.gathering import show_pools
from pooling.gaps.geography import Geography
from pooling.gaps.grouping import Cell
from pooling.gaps.what_if import Now
from pooling.models import Balance, Gap, GapNeed
from pooling.models.gaps import GapQuerySet

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
    def hidden(self) -> list[Gap]:
        """What a broker is not shown by itself."""
        return list(self._hidden)

    @property
    def _hidden(self) -> GapQuerySet:
        return Gap.objects.of(self.county).hidden_from(self.request.user)

    @cached_property
    def is_whole(self) -> bool:
        """Whether the county’s figure can be told. Of one competence alone that is never looked into."""
        return self.request.user.is_county_staff or self._hidden.may_be_told_together(self.request.user)

    @cached_property
    def share(self) -> Share:
        """The county’s figure, for everybody the same; of one competence, and where not even all that is hidden may be
        told together, of what is shown.
        """
        seen, slug = self.now.share(self.form.competence_slug), self.form.competence_slug
        return seen + Share.of(self.hidden) if self.is_whole and not slug else seen

    @property
    def left_out(self) -> str:
        """What the figure has, or lacks, that this person is not shown by itself."""
        if self.request.user.is_county_staff:
            return ""
        if self.form.competence_slug or not self.is_whole:
            return _(
                "Groups in which your own firms stand with one firm or two of others are not in this figure: those "
                "could be found out. The county’s own figure may be another."
            )
        if not self.hidden:
            return ""
        return _(
            "The figure is the county’s. Groups in which your own firms stand with one firm or two of others are in "
            "it, but are not shown by themselves: those could be found out."
        )

    @property
    def subject(self) -> str:
        slug = self.form.competence_slug
        return self.there.subject_of(Cell(self.county.pk, competence=slug)) if slug else ""

    @property
    def parts(self) -> list[Row]:
        """What the figure of the whole is made of: a row a subject, wherever in the county, and what is not shown."""
        subjects = by_subject(self.now.gaps, self.there)
        if self.is_whole and self.hidden:
            row = Row(Cell(self.county.pk), "", _("Not shown by itself"))
            for gap in self.hidden:
                row.add(gap)
            subjects.append(row)
        return subjects

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
    page = Paginator(looking.rows, PER_PAGE).get_page(request.GET.get("page"))
    show_pools(page, request.user, looking.there)
    context = {
        "county": looking.county,
        "form": looking.form,
        "share": looking.share,
        "subject": looking.subject,
        "left_out": looking.left_out,
        "map": charts.chart(looking.rows, looking.there),
        "suggestions": looking.now.suggestions(looking.form.competence_slug),
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
    context = {
        "county": looking.county,
        "form": form,
        "kind": kind,
        "kinds": KINDS,
        "answer": answer,
        "place": looking.there.name(form.cleaned_data.get("place", "")) if answer else "",
        "subject": looking.subject,
        "before": looking.share,
        "after": answer.then(looking.share) if answer else looking.share,
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
    for name in ("place", "weeks"):
        del looking.form.fields[name]  # the figure is of a whole county
    weekly, slug = request.GET.get("by") != "day", looking.form.competence_slug
    may_be_told = request.user.is_county_staff or (looking.is_whole and not slug)
    points = figure.history(looking.county, timezone.localdate(), slug, weekly=weekly) if may_be_told else []
    context = {
        "county": looking.county,
        "form": looking.form,
        "share": looking.share,
        "subject": looking.subject,
        "left_out": looking.left_out,
        "definition": figure.DEFINITION,
        "points": points[::-1],
        "line": charts.line(points),
        "weekly": weekly,
        "may_be_told": may_be_told,
        "parts": looking.parts,
        "whole": sum((row.share for row in looking.parts), Share()),
    }
    return render(request, "pooling/gap_figure.html", context)
