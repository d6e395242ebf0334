"""A need from somebody without an account: sent, confirmed by e-mail, and followed by the same link."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_q.tasks import async_task

from brokering.forms.requests import NeedRequestForm
from brokering.forms.wishes import WishForm
from brokering.matching import rematch
from brokering.matching.wish import still_left_out
from brokering.models import NeedRequest
from brokering.models.needs import WITHDRAW
from brokering.permissions import sender_actions
from brokering.views.matches import results
from partners.models import Municipality, Organisation

TYPED_BEFORE = {"q": "text"} | {name: name for name in ("municipality", "headcount", "max_travel_km", "latest_start")}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_send(request: HttpRequest) -> HttpResponse:
    """What was typed comes along. Nothing is stored before everything is right, the yes to storing it included."""
    typed = {field: request.GET[name] for name, field in TYPED_BEFORE.items() if request.GET.get(name)}
    form = NeedRequestForm(request.POST or None, initial=typed)
    if not form.is_valid():
        return render(request, "brokering/need_send.html", {"form": form})
    _put_right(request, form.instance)
    if form.is_by_a_robot or _hand_in(request, form.instance):
        return redirect("need-sent")
    form.add_error(None, _("Too many needs have come from here in a short time. Nothing was stored; try again later."))
    return render(request, "brokering/need_send.html", {"form": form}, status=429)


def _put_right(request: HttpRequest, asked: NeedRequest) -> None:
    """What was left out or added before the need was sent goes with it, as far as its text still says so."""
    typed = WishForm(request.GET)
    asked.about, asked.without = typed.about, typed.without
    asked.without = still_left_out(asked, asked.about, ["place"])


def _hand_in(request: HttpRequest, asked: NeedRequest) -> bool:
    """Store the request and have its e-mail sent; False, with nothing stored, where there have been too many.

    The same need again is no new one, so a second press does not count.
    """
    asked.language = get_language() or asked.language
    with transaction.atomic():
        new = asked.hand_in()
        if new and not ratelimit.consume(request, action="need_send", key=new.contact_email.lower()):
            transaction.set_rollback(True)
            return False
        if new:
            async_task("brokering.jobs.send_need_request", new.pk)
    return True


@login_not_required
@require_safe
def need_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "brokering/need_sent.html")


def _find(token: str) -> NeedRequest | None:
    return NeedRequest.objects.for_page().filter(token=token).first()


def _closed(request: HttpRequest, asked: NeedRequest | None) -> HttpResponse:
    """A kind sentence about why the link does not work any more."""
    if asked is None:
        why = _("We do not know it. Perhaps a part of it is missing, or what it led to has been deleted.")
    else:
        why = _("It was good for seven days, and the need was not sent. You are welcome to write it once more.")
    return render(request, "brokering/need_request_closed.html", {"why": why}, status=410 if asked else 404)


@login_not_required
@never_cache
@require_safe
def need_request(request: HttpRequest, token: str) -> HttpResponse:
    """What the link opens: first the question whether to send the need, later what fits it. Opening changes nothing."""
    asked = _find(token)
    if asked is None or asked.has_expired:
        return _closed(request, asked)
    if asked.need is None:
        context = {"sent": asked, "receiver": _receiver(asked.municipality.brokers.first(), asked.municipality)}
        return render(request, "brokering/need_request_confirm.html", context)
    context = {
        "sent": asked,
        "receiver": _receiver(asked.need.handled_by, asked.municipality),
        "actions": sender_actions(asked.need),
    }
    return render(request, "brokering/need_request.html", context | results(request, asked.need.matches.all()))


def _receiver(broker: Organisation | None, place: Municipality) -> str:
    """Who gets the need, in all honesty."""
    if broker:
        return _("The need goes to %(broker)s, who brokers competence in %(place)s.") % {
            "broker": broker,
            "place": place,
        }
    if county := Organisation.objects.overseeing(place).first():
        return _("No competence broker works in %(place)s yet. The need goes to %(county)s.") % {
            "county": county,
            "place": place,
        }
    return _(
        "Nobody in Kompetansebro works in %(place)s yet. You can keep the need here and see which courses fit, but for "
        "now nobody receives it."
    ) % {"place": place}


@login_not_required
@require_POST
def need_request_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Now it becomes a need. A second press finds it done."""
    asked = _find(token)
    if asked is None or asked.has_expired:
        return _closed(request, asked)
    try:
        rematch(asked.confirm())
    except NeedRequest.DoesNotExist:
        return redirect(asked)
    messages.success(request, _("The need is sent."))
    return redirect(asked)


@login_not_required
@require_POST
def need_request_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    asked = _find(token)
    if asked is None or asked.has_expired:
        return _closed(request, asked)
    if asked.need is None:
        return redirect(asked)
    try:
        asked.need.carry_out(WITHDRAW, None)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The need is withdrawn."))
    return redirect(asked)


@login_not_required
@require_POST
def need_request_erase(request: HttpRequest, token: str) -> HttpResponse:
    """Everything, while nothing is confirmed; afterwards what is known about the person."""
    asked = _find(token)
    if asked is None:
        return _closed(request, asked)
    asked.forget()
    messages.success(request, _("What we knew about you is deleted."))
    return redirect("match")
