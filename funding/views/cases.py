"""Cases as the funder's people see them: those that wait, and one with all that it rests on."""

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from funding.case_file import beside, happened, next_step, open_file, partners_of, plan_by_year
from funding.case_permissions import Desk, case_actions, decision_actions
from funding.forms.deciding import DecideForm
from funding.impartiality import tie
from funding.meter import meter_of
from funding.models import Application, ApplicationState, ApplicationYear, Recusal
from funding.models.applications import ASK, TAKE
from funding.models.decision_states import ACTS as DECISION_ACTS
from funding.views.offers import offers
from funding.waiting import waiting_for
from partners.models import Organisation
from partners.models.roles import COUNTY_ROLES, MONEY_ROLES
from partners.once import once
from partners.requests import Request
from partners.waiting import grouped
from projects.permissions import Actions

OPEN = (ApplicationState.SUBMITTED, ApplicationState.REVIEW, ApplicationState.ASKED)


def find_case(request: Request, pk: int, act: str = "") -> tuple[Application, Desk, Actions]:
    """404 when the person has none of the funder's case roles; 403 with the reason when they may not do this."""
    about = ("project", "scheme", "call", "funder", "applicant", "plan_version__plan__project", "case_officer")
    houses = Organisation.objects.with_role(request.user, *COUNTY_ROLES).order_by().values("pk")
    sent = Application.objects.visible_to(request.user).filter(funder__in=houses).exclude(state="draft")
    years = ApplicationYear.objects.filter(application=OuterRef("pk")).values_list("year").order_by("year")
    amounts = ApplicationYear.objects.filter(application=OuterRef("pk")).values_list("amount").order_by("year")
    applied = {"asked_years": ArraySubquery(years), "asked": ArraySubquery(amounts)}
    cases = sent.select_related(*about).annotate(partial=tie(request.user), **applied)
    application = get_object_or_404(cases, pk=pk)
    partial: bool = application.partial  # type: ignore[attr-defined]  # annotated above
    desk = Desk.of(request.user, application.funder_id, is_partial=partial)
    actions = case_actions(desk, application)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return application, desk, actions


@require_safe
def case_list(request: Request) -> HttpResponse:
    """What waits by urgency, then every open case; ?q= narrows these by name."""
    if not request.user.is_any(*MONEY_ROLES):
        raise PermissionDenied(_("Only those who work with an organisation’s money have cases."))
    q = request.GET.get("q", "").replace("\0", "").strip()
    houses = Organisation.objects.with_role(request.user, *COUNTY_ROLES).order_by().values("pk")
    open_cases = Application.objects.filter(funder__in=houses, state__in=OPEN).select_related(
        "project", "applicant", "scheme", "case_officer"
    )
    if q:
        open_cases = open_cases.filter(title__icontains=q) | open_cases.filter(applicant__name__icontains=q)
    today = timezone.localdate()
    context = {
        "groups": grouped(waiting_for(request.user, today), today),
        "cases": open_cases.with_sum()[:200],
        "q": q,
        "sees_cases": request.user.is_any(*COUNTY_ROLES),
    }
    return render(request, "funding/case_list.html", context)


@require_safe
def case(request: Request, pk: int) -> HttpResponse:
    """The application and what it rests on, with the decision beside it."""
    application, desk, actions = find_case(request, pk)
    file = open_file(application)
    decision = file.decision
    applied = list(zip(application.asked_years, application.asked, strict=True))  # type: ignore[attr-defined]
    may = decision_actions(desk, decision) if decision else {}
    context = {
        "application": application,
        "project": application.project,
        "step": next_step(file),
        "actions": actions,
        "acts": offers(actions, (TAKE, ASK), "case-act", application),
        "decision": decision,
        "decision_acts": offers(may, DECISION_ACTS.values(), "decision-act", decision) if decision else [],
        "may": may,
        "form": DecideForm(decision=decision, user=request.user) if decision and not may["decide"] else None,
        "applied": applied,
        "sum": sum(amount for _year, amount in applied),
        "years": beside(decision, applied) if decision else [],
        "plan": plan_by_year(application.plan_version),
        "partners": partners_of(application.project),
        "meter": meter_of(application.applicant, timezone.localdate()) if application.scheme.is_aid else None,
        "earlier": file.earlier,
        "events": happened(application),
    }
    return render(request, "funding/case.html", context)


@require_POST
@once
def case_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Take the case, ask for more, or say that one is not impartial."""
    if act not in ("take", "ask", "recuse"):
        raise Http404
    application, _desk, _actions = find_case(request, pk, act)
    why = request.POST.get("why", "").replace("\0", "").strip()[:2000]
    try:
        if act == "recuse":
            _recuse(request, application, why[:500])
        else:
            application.take(request.user) if act == "take" else application.ask(request.user, why)
            told = _("The application is now “%(state)s”.")
            messages.success(request, told % {"state": application.get_state_display()})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(reverse("case", args=[pk]))


def _recuse(request: Request, application: Application, why: str) -> None:
    if not why:
        raise ValidationError(_("Say why."))
    Recusal.objects.create(user=request.user, organisation=application.applicant, why=why)
    messages.success(request, _("It is noted that you are not impartial here. Others take the case from now on."))
