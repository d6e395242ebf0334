"""The unit's side of guidance enquiries: those that wait, and one of them, with what can be done."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_q.tasks import async_task

from partners.models import Organisation
from partners.once import once
from partners.requests import Request
from projects.enquiry_permissions import Actions, enquiry_actions
from projects.forms.enquiries import AnswerForm, ReferForm, SendOnForm, others
from projects.knowledge import knowledge
from projects.models import GuidanceEnquiry
from projects.models.enquiry_states import CALL, CLOSE, ENQUIRY_ACTS, REFER, TAKE
from projects.models.services import GUIDES

PER_PAGE = 20
PLAIN_ACTS = {act.name: act for act in (TAKE, CLOSE)}


@never_cache
@require_safe
def enquiry_list(request: Request) -> HttpResponse:
    """The unanswered first, the oldest of them on top; answered ones on demand."""
    mine = GuidanceEnquiry.objects.visible_to(request.user).for_listing()
    done = request.GET.get("done") == "1"
    listed = mine.answered() if done else mine.unanswered()
    context = {
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "done": done,
        "units": Organisation.objects.with_role(request.user, *GUIDES).filter(services__takes_enquiries=True),
    }
    return render(request, "projects/enquiry_list.html", context)


def _find(request: Request, pk: int) -> tuple[GuidanceEnquiry, Actions]:
    enquiry = get_object_or_404(GuidanceEnquiry.objects.visible_to(request.user).for_listing(), pk=pk)
    return enquiry, enquiry_actions(request.user, enquiry, others=others(enquiry).exists())


def _find_for(request: Request, pk: int, act: str) -> GuidanceEnquiry:
    enquiry, actions = _find(request, pk)
    if why_not := actions[act]:
        raise PermissionDenied(why_not)
    return enquiry


@never_cache
@require_safe
def enquiry(request: Request, pk: int) -> HttpResponse:
    enquiry, actions = _find(request, pk)
    return _page(request, enquiry, actions, AnswerForm())


def _page(request: Request, enquiry: GuidanceEnquiry, actions: Actions, form: AnswerForm) -> HttpResponse:
    context = {
        "enquiry": enquiry,
        "actions": actions,
        "form": form,
        "said": enquiry.messages.select_related("unit", "by"),
        "referrals": enquiry.referrals.all(),
        "events": enquiry.events.select_related("by"),
    }
    return render(request, "projects/enquiry.html", context)


@require_POST
def enquiry_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Take it, or close it."""
    if act not in PLAIN_ACTS:
        raise Http404
    enquiry = _find_for(request, pk, act)
    try:
        enquiry.carry_out(PLAIN_ACTS[act], request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(enquiry)


@never_cache
@require_POST
@once
def enquiry_answer(request: Request, pk: int, act: str) -> HttpResponse:
    """In writing; or by phone, with or without a note of what was said."""
    enquiry, actions = _find(request, pk)
    if why_not := actions[act]:
        raise PermissionDenied(why_not)
    form = AnswerForm(request.POST, spoken=act == CALL.name)
    if not form.is_valid():
        return _page(request, enquiry, actions, form)
    try:
        enquiry.answer(ENQUIRY_ACTS[act], request.user, form.cleaned_data["text"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _tell(request, enquiry)
    return redirect(enquiry)


def _tell(request: Request, enquiry: GuidanceEnquiry) -> None:
    async_task("projects.enquiry_jobs.tell_asker", enquiry.pk)
    messages.success(request, _("%(name)s now finds your answer.") % {"name": enquiry.name})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquiry_refer(request: Request, pk: int) -> HttpResponse:
    """Courses that fit what was written, or the guide's own words."""
    enquiry = _find_for(request, pk, REFER.name)
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    found = knowledge().offers_for(words or enquiry.text, enquiry.municipality_id)
    form = ReferForm(request.POST or None, found=found)
    if form.is_valid():
        try:
            enquiry.refer(request.user, form.chosen, form.cleaned_data["text"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            _tell(request, enquiry)
        return redirect(enquiry)
    context = {"enquiry": enquiry, "form": form, "words": words, "found": found}
    return render(request, "projects/enquiry_refer.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquiry_forward(request: Request, pk: int) -> HttpResponse:
    enquiry = _find_for(request, pk, "forward")
    form = SendOnForm(request.POST or None, enquiry=enquiry)
    if not form.is_valid():
        return render(request, "projects/enquiry_forward.html", {"enquiry": enquiry, "form": form})
    try:
        enquiry.send_on(request.user, form.cleaned_data["unit"], form.cleaned_data["why"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        async_task("projects.enquiry_jobs.tell_unit", enquiry.pk)
        messages.success(request, _("%(enquiry)s is sent to %(unit)s.") % {"enquiry": enquiry, "unit": enquiry.unit})
    return redirect("enquiry-list")
