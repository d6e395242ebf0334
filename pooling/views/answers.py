"""A firm's page in a pool: reached by the link of the e-mail, with or without an account."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.links import by_link
from partners.models import User
from pooling.firm_page import FirmPage
from pooling.forms.pools import AnswerForm
from pooling.models import PoolMember
from pooling.models.members import ANSWERS


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def pool_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link may read and answer, and answer anew as long as the pool takes it.

    With `?answer=` that answer is shown to be confirmed: programs that look through e-mails open links too.
    """
    member = get_object_or_404(PoolMember.objects.for_listing(), token=token)
    chosen = request.GET.get("answer", "")
    page = FirmPage(member, chosen if chosen in ANSWERS else "")
    form = AnswerForm(request.POST or None, instance=PoolMember.objects.get(pk=member.pk), says_no=page.says_no)
    if form.is_valid():
        try:
            form.tell(request.user if isinstance(request.user, User) else None)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. Your broker now sees your answer."))
            return redirect(member)
    return render(request, "pooling/answer.html", {"form": form, "member": member, "pool": member.pool, "page": page})
