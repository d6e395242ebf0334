"""Two questions to a matching, of a saved need or a typed one: what would give more, and why not this course."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from brokering.forms.wishes import WishForm
from brokering.matching import Wish, explain, search, whatif, why
from brokering.matching.whatif import Change
from brokering.models import CompetenceNeed, CourseOffer
from brokering.models.offers import CourseOfferQuerySet
from brokering.names import competence_names
from brokering.permissions import need_actions
from brokering.views.needs import LONGEST_KEY, find_need
from partners.models import Municipality
from partners.places import PlaceField, label_of
from partners.requests import Request

MOST_FOUND = 10
OWN = ("offer", "title", "instead")
LONGEST = 120


class InsteadForm(forms.Form):
    instead = PlaceField(required=False, max_length=100)


@dataclass(frozen=True)
class Asked:
    """Whose matching is asked: a saved need's, or that of the need typed in the address."""

    wish: Wish
    need: CompetenceNeed | None
    query: QueryDict
    may_change: bool = True

    @property
    def typed(self) -> str:
        """The typed need as a query string."""
        kept = self.query.copy()
        for name in OWN:
            kept.pop(name, None)
        return "" if self.need else kept.urlencode()

    @property
    def rest(self) -> list[tuple[str, str]]:
        """The same for a form."""
        return [(name, value) for name, values in QueryDict(self.typed).lists() for value in values]

    @property
    def matches(self) -> str:
        return self._page("need-matches", "match")

    @property
    def what_if_url(self) -> str:
        return self._path("need-what-if", "match-what-if")

    @property
    def what_if(self) -> str:
        return self._page("need-what-if", "match-what-if")

    @property
    def why_url(self) -> str:
        return self._path("need-why", "match-why")

    @property
    def put_right(self) -> str:
        """Where a form that adds a competence goes."""
        return self._path("need-understood", "match")

    @property
    def method(self) -> str:
        return "post" if self.need else "get"

    @property
    def context(self) -> str:
        """What an offer's page is told of the need one comes from, as a query string."""
        return f"need={self.need.pk}" if self.need else self.typed

    def why_of(self, offer: CourseOffer) -> str:
        return f"{self.why_url}?{self.typed}&offer={offer.pk}".replace("?&", "?")

    def _path(self, saved: str, typed: str) -> str:
        return reverse(saved, args=[self.need.pk]) if self.need else reverse(typed)

    def _page(self, saved: str, typed: str) -> str:
        """With the typed need."""
        return self._path(saved, typed) + (f"?{self.typed}" if self.typed else "")

    def changed(self, change: Change, places: Mapping[str, Municipality]) -> str:
        """Where the change is made: at once in a typed need, of a saved one in its form, to be looked through."""
        if not self.may_change:
            return ""
        query = QueryDict(self.typed, mutable=True)
        for name, fact in change.facts.items():
            fact = label_of(places[fact]) if name == "municipality" else fact
            query.setlist(name, list(fact) if isinstance(fact, tuple) else [str(fact)])
        page = reverse("need-edit", args=[self.need.pk]) if self.need else reverse("match")
        return f"{page}?{query.urlencode()}"


def why_address(request: HttpRequest, offer: CourseOffer) -> str:
    """Where it is told how an offer fits the need that one comes from; empty when one comes from none."""
    query, need = request.GET, request.GET.get("need", "")
    if need.isascii() and need.isdigit() and len(need) < LONGEST_KEY and request.user.is_authenticated:
        return f"{reverse('need-why', args=[need])}?offer={offer.pk}"
    return Asked(Wish(), None, query).why_of(offer) if query.get("q") else ""


def _of_need(request: Request, pk: int) -> Asked:
    need = find_need(request, pk)
    return Asked(Wish.of(need), need, request.GET, not need_actions(request.user, need)["edit"])


def of_typed(request: HttpRequest) -> Asked | None:
    """None when what was typed cannot be read."""
    form = WishForm(request.GET)
    return Asked(form.wish(), None, request.GET) if form.is_valid() else None


def _to_typing(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('match')}?{request.GET.urlencode()}")


@require_safe
def need_what_if(request: Request, pk: int) -> HttpResponse:
    return _what_if(request, _of_need(request, pk))


@login_not_required
@require_safe
def match_what_if(request: HttpRequest) -> HttpResponse:
    asked = of_typed(request)
    return _what_if(request, asked) if asked else _to_typing(request)


def _what_if(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What one change or another would give, each with a link that makes it."""
    form = InsteadForm(request.GET)
    instead = form.cleaned_data["instead"] if form.is_valid() else None
    gains = whatif.what_if(asked.wish, instead.pk if instead else "")
    rows = _rows(asked, [gain.change for gain in gains])
    context = {"asked": asked, "gains": list(zip(gains, rows, strict=True)), "form": form}
    return render(request, "brokering/what_if.html", context)


def _rows(asked: Asked, changes: list[Change]) -> list[dict[str, Any]]:
    """Each change with what its sentence needs, and where it is made."""
    numbers = [change.facts["municipality"] for change in changes if "municipality" in change.facts]
    places = Municipality.objects.select_related("county").in_bulk(numbers) if numbers else {}
    return [
        {"kind": change.kind, "url": asked.changed(change, places)}
        | {name: places.get(fact, fact) if name == "municipality" else fact for name, fact in change.facts.items()}
        for change in changes
    ]


@require_safe
def need_why(request: Request, pk: int) -> HttpResponse:
    return _why(request, _of_need(request, pk))


@login_not_required
@require_safe
def match_why(request: HttpRequest) -> HttpResponse:
    asked = of_typed(request)
    return _why(request, asked) if asked else _to_typing(request)


def _why(request: HttpRequest, asked: Asked) -> HttpResponse:
    """One course, by its number or its title; several of a title are listed to choose from."""
    number, title = request.GET.get("offer", ""), request.GET.get("title", "")[:LONGEST].strip()
    offers = CourseOffer.objects.visible_to(request.user).select_related("provider")
    found = [] if number or not title else _titled(offers, title)
    if number:
        key = int(number) if number.isascii() and number.isdigit() and len(number) < LONGEST_KEY else 0
        found = [get_object_or_404(offers, pk=key)]
    context: dict[str, Any] = {"asked": asked, "title": title, "found": [(one, asked.why_of(one)) for one in found]}
    if len(found) == 1:
        context |= _answered(asked, found[0])
    return render(request, "brokering/why.html", context)


def _titled(offers: CourseOfferQuerySet, title: str) -> list[CourseOffer]:
    """The only one that is called so or begins so, else those that its words find, the best first."""
    if exact := list(offers.filter(title__iexact=title)[:MOST_FOUND]):
        return exact
    ids = search(title)[: 5 * MOST_FOUND]
    by_words = offers.in_bulk(ids)
    found = [by_words[pk] for pk in ids if pk in by_words]
    begun = [offer for offer in found if offer.title.casefold().startswith(title.casefold())]
    return begun if len(begun) == 1 else found[:MOST_FOUND]


def _answered(asked: Asked, offer: CourseOffer) -> dict[str, Any]:
    answer, names = why.why(asked.wish, offer), competence_names()
    reasons = explain.all_said(answer.hit.parts, answer.hit.gates, names) if answer.hit else []
    return {
        "answer": answer,
        "reasons": reasons,
        "changes": _rows(asked, list(answer.changes)),
        "about": [(slug, names[slug]) for slug in answer.about if slug in names] if asked.may_change else [],
    }
