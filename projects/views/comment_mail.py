"""Whether a person wants the daily e-mail of what is new: on the account, and by the link in the e-mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners.requests import Request
from projects.forms.comments import CommentMailForm
from projects.models import CommentMail


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_mail(request: Request) -> HttpResponse:
    mail = CommentMail.objects.filter(user=request.user).first() or CommentMail(user=request.user)
    form = CommentMailForm(request.POST if request.method == "POST" else None, instance=mail)
    if form.is_valid():
        form.save()
        messages.success(request, _("The changes are saved."))
        return redirect("comment-mail")
    return render(request, "projects/comment_mail.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the e-mail says no more of them, without logging in."""
    mail = get_object_or_404(CommentMail, token=token)
    if request.method == "POST":
        CommentMail.objects.filter(pk=mail.pk).update(wanted=False)
        mail.wanted = False
    return render(request, "projects/comment_unsubscribe.html", {"mail": mail})
