"""The page of whoever asked: reached by the link only, never by an account. It is kept out of caches and searches."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_q.tasks import async_task

from partners import links
from partners.once import once
from projects.forms.guidance import AskMoreForm
from projects.models import GuidanceEnquiry
from projects.own_copy import copy_of

View = Callable[[HttpRequest, GuidanceEnquiry], HttpResponse]


def by_link(view: View) -> Callable[..., HttpResponse]:
    """Fetches the enquiry by its token; a kind sentence where there is none."""

    @links.by_link
    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        enquiry = GuidanceEnquiry.objects.for_listing().filter(token=token).first()
        return view(request, enquiry) if enquiry else render(request, "projects/guidance_gone.html", status=404)

    return found


@require_safe
@by_link
def own_enquiry(request: HttpRequest, enquiry: GuidanceEnquiry) -> HttpResponse:
    return _page(request, enquiry, AskMoreForm())


def _page(request: HttpRequest, enquiry: GuidanceEnquiry, form: AskMoreForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "enquiry": enquiry,
        "form": form,
        "said": enquiry.messages.select_related("unit", "by"),
        "referrals": enquiry.referrals.all(),
        "sent_on": enquiry.events.filter(act="forward").last(),
    }
    return render(request, "projects/guidance_enquiry.html", context, status=status)


@require_POST
@by_link
@once
def ask_more(request: HttpRequest, enquiry: GuidanceEnquiry) -> HttpResponse:
    form = AskMoreForm(request.POST)
    if not form.is_valid():
        return _page(request, enquiry, form)
    if not ratelimit.consume(request, action="guidance_more", key=str(enquiry.pk)):
        form.add_error(None, _("That is a lot for one day. Nothing was stored; try again tomorrow."))
        return _page(request, enquiry, form, 429)
    try:
        enquiry.ask_more(form.cleaned_data["text"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        async_task("projects.enquiry_jobs.tell_unit", enquiry.pk)
        messages.success(request, _("Sent to %(unit)s.") % {"unit": enquiry.unit})
    return redirect(enquiry.get_own_url())


@require_safe
@by_link
def enquiry_export(request: HttpRequest, enquiry: GuidanceEnquiry) -> HttpResponse:
    """All that is stored, as JSON."""
    name = f"{enquiry.reference}.json"
    options = {"ensure_ascii": False, "indent": 2}
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(copy_of(enquiry), json_dumps_params=options, headers=headers)


@require_POST
@by_link
def enquiry_erase(request: HttpRequest, enquiry: GuidanceEnquiry) -> HttpResponse:
    """At once and whole: no copy is left."""
    enquiry.delete()
    return redirect("guidance-erased")


@login_not_required
@require_safe
def enquiry_erased(request: HttpRequest) -> HttpResponse:
    return render(request, "projects/guidance_erased.html")
