"""Which schemes could pay: for a project, and for what somebody types."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from funding.forms.requirements import GuideForm
from funding.guide import candidate_of, fits
from funding.models import FundingScheme
from partners.requests import Request
from projects.views.finding import find_inside


@require_safe
def project_schemes(request: Request, pk: int) -> HttpResponse:
    project, actions = find_inside(request, pk)
    schemes = list(FundingScheme.objects.for_listing())
    found = fits(schemes, candidate_of(project), timezone.localdate())
    return render(request, "funding/project_schemes.html", {"project": project, "actions": actions, "found": found})


@login_not_required
@require_safe
def scheme_guide(request: HttpRequest) -> HttpResponse:
    form = GuideForm(request.GET or None)
    found = []
    if form.is_valid():
        found = fits(list(FundingScheme.objects.for_listing()), form.candidate, timezone.localdate())
    return render(request, "funding/scheme_guide.html", {"form": form, "found": found})
