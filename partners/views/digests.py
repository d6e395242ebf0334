"""What of the weekly e-mail a person wants: on the account, and by the links in the e-mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partners.digest import choose, holder, is_at_once, refuse, wanted
from partners.forms import DigestForm
from partners.requests import Request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def digest_choice(request: Request) -> HttpResponse:
    form = DigestForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        choose(request.user, form.cleaned_data["kinds"])
        messages.success(request, _("The changes are saved."))
        return redirect("digest-choice")
    return render(request, "partners/digest_choice.html", {"form": form})


@csrf_exempt  # the link is the key; mail programs press the button for the reader (RFC 8058) and have no cookie
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def digest_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the e-mail says no to a part of it, or to all of it, without logging in."""
    found = holder(token)
    if found is None:
        raise Http404
    user, kind = found
    if request.method == "POST":
        refuse(user, kind)
    still_comes = any(one == kind if kind else not is_at_once(one) for one in wanted(user))
    return render(request, "partners/digest_unsubscribe.html", {"kind": kind, "still_comes": still_comes})
