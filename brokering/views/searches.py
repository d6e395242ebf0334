"""Searches that a person keeps."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brokering.models import SavedSearch
from partners.requests import Request


@require_POST
def search_save(request: Request) -> HttpResponse:
    """Keep the query string under a name; saving it again only renames it."""
    query = request.POST.get("query", "").replace("\0", "")[:2000]
    name = request.POST.get("name", "").replace("\0", "").strip()[:100] or _("All courses")
    search, _created = SavedSearch.objects.update_or_create(user=request.user, query=query, defaults={"name": name})
    messages.success(request, _("The search is saved. You find it on the front page."))
    return redirect(search)


@require_POST
def search_delete(request: Request, pk: int) -> HttpResponse:
    get_object_or_404(SavedSearch, pk=pk, user=request.user).delete()
    messages.success(request, _("The saved search is deleted."))
    return redirect("front")
