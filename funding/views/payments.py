"""All payments of an organisation: what is to be paid now, and what has been."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.forms.payments import PaymentFilter
from funding.models import DisbursementRequest
from partners.models import Organisation
from partners.models.roles import MONEY_ROLES
from partners.requests import Request

A_PAGE = 30


@require_safe
def payment_list(request: Request) -> HttpResponse:
    """Of those the person works for: first what waits for the bank, for others also what comes before."""
    if not request.user.works_with_money:
        raise PermissionDenied(_("Only those who work with an organisation’s money see its payments."))
    ours = Organisation.objects.with_role(request.user, *MONEY_ROLES).values("pk")
    payments = DisbursementRequest.objects.visible_to(request.user).filter(commitment__funder__in=ours)
    form = PaymentFilter(request.GET)
    found = form.narrow(payments).by_step().for_listing()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "is_narrowed": form.is_narrowed}
    return render(request, "funding/payment_list.html", context)
