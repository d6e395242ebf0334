"""One's own account: name, language, roles, and all that is stored about one."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from partners.accounts import remember_language
from partners.forms import AccountForm
from partners.models import User
from partners.personal_data import stored_about
from partners.requests import Request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Request) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with translation.override(user.language):
            messages.success(request, _("The changes are saved."))
        response = redirect("account")
        remember_language(response, user.language)
        return response
    roles = request.user.memberships.select_related("organisation")
    return render(request, "partners/account.html", {"form": form, "roles": roles})


@never_cache
@require_safe
def account_data(request: Request) -> HttpResponse:
    """What is stored about me, why, and who sees it."""
    return render(request, "partners/account_data.html")


@never_cache
@require_safe
def account_export(request: Request) -> HttpResponse:
    """All of it as a file, to keep or to take elsewhere (GDPR, Articles 15 and 20)."""
    name = f"kompetansebro-{timezone.localdate()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    about = stored_about(request.user)
    return JsonResponse(about, json_dumps_params={"indent": 2, "ensure_ascii": False}, headers=headers)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language switch; for those logged in, e-mails follow."""
    code = request.POST.get("language", "")
    if isinstance(request.user, User) and code in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=code)
    return set_language(request)
