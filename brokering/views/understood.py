"""What a need was taken to mean, put right by whoever reads it: for a saved need kept with it, else in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from brokering.forms.wishes import WishForm
from brokering.matching import Wish, rematch, suggest
from brokering.matching.chips import Chip, left_out, understood
from brokering.matching.wish import known_keys
from brokering.models import Competence, CompetenceNeed, corrections
from brokering.names import competence_names
from brokering.views.needs import allow, find_need
from partners.places import label_of
from partners.requests import Request

ACTS = ("leave_out", "put_back", "add")
LONGEST = 120


@dataclass(frozen=True)
class Panel:
    """What the panel of chips shows, and where its buttons go."""

    chips: list[Chip]
    left_out: list[Chip]
    read: list[tuple[str, str]]
    """Words as written, and as they were read."""
    as_written: list[str]
    """Words that somebody has put back as they are written."""
    action: str
    method: str
    rest: list[tuple[str, str]]
    """What else the form sends."""
    may_change: bool
    added: str
    """What somebody wanted to add and no competence is called."""
    choices: list[tuple[str, str]]
    """The competences that may be meant by it: slugs and names."""
    things: list[tuple[str, str]]
    """Where the need names several things: each one's competence, and where its own courses are."""


def panel(
    request: HttpRequest,
    wish: Wish,
    kept: Mapping[str, Any],
    place: object,
    *,
    need: CompetenceNeed | None = None,
    may_change: bool = True,
) -> Panel:
    names, added = competence_names(), request.GET.get("add", "")[:LONGEST].strip()
    return Panel(
        understood(wish, kept, names, str(place or "")),
        left_out(wish, names),
        [(written, read) for written, read in kept.get("corrections", ())],
        sorted(wish.left_out("spelling")),
        reverse("need-understood", args=[need.pk]) if need else reverse("match"),
        "post" if need else "get",
        [] if need else [(name, value) for name, value in _pairs(request.GET) if name not in (*ACTS, "page")],
        may_change,
        added,
        _choices(added),
        [
            (names[slug], f"{reverse('match')}?{_query(q=said, **_facts(request.GET, need))}")
            for slug, said in kept.get("things", ())
            if slug in names
        ],
    )


def _facts(typed: QueryDict, need: CompetenceNeed | None) -> dict[str, str]:
    """What the form of a typed need asks beside its text, as this need answers it."""
    names = [name for name in WishForm.base_fields if name != "q"]
    if need is None:
        return {name: str(typed[name]) for name in names if typed.get(name)}
    known = {name: getattr(need, name) for name in names}
    if need.municipality:
        known["municipality"] = label_of(need.municipality)
    return {name: str(value) for name, value in known.items() if value is not None}


def _choices(added: str) -> list[tuple[str, str]]:
    names = competence_names()
    return [(slug, names[slug]) for slug in suggest.meant(added) if slug in names] if added else []


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in query.lists() for value in values]


def put_right(query: QueryDict) -> str:
    """The address of a typed need after what was pressed on it; empty when nothing was, or nothing that is known."""
    act = next((name for name in ACTS if query.get(name)), "")
    what = query.get(act, "")[:LONGEST]
    about, without = query.getlist("about"), query.getlist("without")
    if act == "add" and not (what := suggest.called(what)):
        return ""
    if act == "add":
        about, without = [*about, what], [key for key in without if key != f"competence:{what}"]
    elif act == "leave_out":
        about, without = [slug for slug in about if f"competence:{slug}" != what], [*without, what]
    elif act == "put_back":
        without = [key for key in without if key != what]
    else:
        return ""
    now = query.copy()
    for name in (*ACTS, "page"):
        now.pop(name, None)
    now.setlist("about", list(dict.fromkeys(about)))
    now.setlist("without", known_keys(without))
    return f"{reverse('match')}?{now.urlencode()}"


@require_POST
def need_understood(request: Request, pk: int) -> HttpResponse:
    """Leave out, put back or add one thing; the courses are found anew at once."""
    need = find_need(request, pk)
    allow(request, need, "edit")
    if added := request.POST.get("add", "")[:LONGEST].strip():
        slug = suggest.called(added)
        if not slug:
            return redirect(f"{reverse('need-matches', args=[pk])}?{_query(add=added)}")
        corrections.add(need, get_object_or_404(Competence, pk=slug), request.user)
    for key in known_keys(request.POST.getlist("leave_out")):
        corrections.leave_out(need, key, request.user)
    for key in known_keys(request.POST.getlist("put_back")):
        corrections.put_back(need, key, request.user)
    need.refresh_from_db()
    matching = rematch(need)
    if not matching.hits:
        messages.info(request, _("No course fits as the need is understood now."))
    return redirect("need-matches", pk)


def _query(**values: str) -> str:
    query = QueryDict(mutable=True)
    query.update(values)
    return query.urlencode()


@login_not_required
@require_safe
def match_hints(request: HttpRequest) -> HttpResponse:
    """While somebody writes a need: what it seems to be about, to be ticked, and words read otherwise."""
    name = "competences" if "text" in request.GET else "about"
    text, names = request.GET.get("text", request.GET.get("q", "")), competence_names()
    glance = suggest.glance(text[:4000])
    ticked = [slug for slug in request.GET.getlist(name) if slug in names]
    slugs = dict.fromkeys([*ticked, *glance.competences])
    hints = [(slug, names[slug], slug in ticked) for slug in slugs if slug in names]
    context = {"hints": hints, "name": name, "corrections": glance.corrections}
    return render(request, "brokering/match_hints.html", context)


@login_not_required
@require_safe
def competence_suggest(request: HttpRequest) -> HttpResponse:
    """Competences for the letters in `add`, as buttons."""
    added = request.GET.get("add", "")[:LONGEST].strip()
    return render(request, "brokering/competences_meant.html", {"choices": _choices(added), "added": added})


def of_need(request: Request, need: CompetenceNeed, *, may_change: bool) -> Panel:
    """As it was understood when it was last matched."""
    wish = Wish(
        municipality=need.municipality_id,
        level=need.level,
        language=need.language,
        without=frozenset(need.without),
    ).as_meant()
    return panel(request, wish, need.understood, need.municipality, need=need, may_change=may_change)


def of_form(request: HttpRequest, form: WishForm, wish: Wish, kept: Mapping[str, Any]) -> Panel:
    return panel(request, wish, kept, form.cleaned_data["municipality"])
