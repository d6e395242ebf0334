"""Accounts of a project: written and sent by those who carry it out, approved or given back by those who pay."""

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.forms.statements import ApprovalForm, NewStatementForm, StatementForm
from funding.models import ActualLine, CostStatement, PlanVersion
from funding.plan_permissions import Hands, statement_actions
from funding.plan_tables import spending
from funding.views.plans import find_plans
from partners.conflicts import differences
from partners.once import once
from partners.requests import Request
from projects.models import Document
from projects.permissions import Actions
from projects.views.documents import deliver


def find_statement(request: Request, pk: int, act: str = "") -> tuple[CostStatement, Hands, Actions]:
    """404 when the person may not see the accounts; 403 with the reason when they may not do this with them."""
    statements = CostStatement.objects.visible_to(request.user).for_listing()
    statement = get_object_or_404(statements, pk=pk)
    hands = Hands.of(request.user, statement.project)
    actions = statement_actions(hands, statement)
    if act and (why_not := actions[act]):
        raise PermissionDenied(why_not)
    return statement, hands, actions


@require_safe
def project_statements(request: Request, pk: int) -> HttpResponse:
    """What was spent beside the plan in force, and the accounts that say so."""
    project, hands, may = find_plans(request, pk)
    version = PlanVersion.objects.of(project).in_force().first()
    statements = CostStatement.objects.visible_to(request.user).filter(project=project)
    context = {
        "project": project,
        "actions": hands.project_actions,
        "may": may,
        "version": version,
        "spending": spending(version.contents(), project) if version else [],
        "statements": statements.order_by("year", "pk").for_listing(),
    }
    return render(request, "funding/project_statements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def statement_create(request: Request, pk: int) -> HttpResponse:
    """Accounts of a year of the plan in force."""
    project, hands, _may = find_plans(request, pk, "claim")
    version = PlanVersion.objects.of(project).in_force().first()
    years = sorted({*(version.costs_by_year() if version else ()), timezone.localdate().year})
    form = NewStatementForm(request.POST or None, years=years, initial={"year": timezone.localdate().year})
    if form.is_valid():
        try:
            statement = CostStatement.objects.begin(project, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("statement-edit", statement.pk)
    context = {"form": form, "project": project, "actions": hands.project_actions, "version": version}
    return render(request, "funding/statement_new.html", context)


@require_safe
def statement(request: Request, pk: int) -> HttpResponse:
    statement, hands, actions = find_statement(request, pk)
    last = statement.events.filter(act="return").last() if statement.state == "returned" else None
    lines = list(statement.lines.select_related("line"))
    context = {
        "statement": statement,
        "project": statement.project,
        "project_actions": hands.project_actions,
        "actions": actions,
        "lines": lines,
        "claimed": sum((line.claimed for line in lines), Decimal(0)),
        "approved": _approved(lines),
        "facts": _facts(statement),
        "documents": statement.documents.all(),
        "events": statement.events.select_related("by"),
        "wanted": last.why if last else "",
    }
    return render(request, "funding/statement.html", context)


def _approved(lines: list[ActualLine]) -> Decimal | None:
    """None while nobody has said anything of them."""
    known = [line.approved for line in lines if line.approved is not None]
    return sum(known, Decimal(0)) if known else None


def _facts(statement: CostStatement) -> list[tuple[str, object]]:
    known = [(_("Sent by"), statement.sent_by), (_("Approved by"), statement.approved_by)]
    return [
        (_("Year"), statement.year),
        (_("Plan"), statement.version),
        (_("Confirmed by an auditor"), _("yes") if statement.auditor_confirmed else _("no")),
        *((name, person) for name, person in known if person),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def statement_edit(request: Request, pk: int) -> HttpResponse:
    """Save what was typed over what was read; when somebody else has saved meanwhile, say so and keep both (409)."""
    statement, _hands, _actions = find_statement(request, pk, "edit")
    if request.method == "POST":
        CostStatement.objects.select_for_update(no_key=True).get(pk=pk)
        statement.refresh_from_db()
    version, costs, name = (
        statement.updated_at.isoformat(),
        list(statement.version.costs.prefetch_related("years")),
        statement.title,
    )
    spent = dict(statement.lines.values_list("line", "claimed"))
    form = StatementForm(request.POST or None, request.FILES or None, instance=statement, costs=costs, spent=spent)
    context = {"form": form, "statement": statement, "project": statement.project, "version": version, "name": name}
    if request.method == "POST" and request.POST.get("version") != version:
        stored = StatementForm(instance=CostStatement.objects.get(pk=pk), costs=costs, spent=spent)
        conflict = {"conflict": True, "conflicts": differences(form, stored)}
        return render(request, "funding/statement_form.html", context | conflict, status=409)
    if form.is_valid():
        try:
            form.store(request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The accounts are saved. Nothing is sent yet."))
            return redirect(statement)
    return render(request, "funding/statement_form.html", context)


@require_POST
@once
def statement_send(request: Request, pk: int) -> HttpResponse:
    statement, _hands, _actions = find_statement(request, pk, "send")
    try:
        statement.send(request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The accounts are sent."))
    return redirect(statement)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def statement_review(request: Request, pk: int) -> HttpResponse:
    """Approve them line by line. From then on they stay."""
    statement, _hands, _actions = find_statement(request, pk, "approve")
    lines = list(statement.lines.select_related("line"))
    form = ApprovalForm(request.POST or None, lines=lines)
    if form.is_valid():
        try:
            statement.approve(request.user, form.approvals)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The accounts are approved."))
            return redirect(statement)
    context = {"form": form, "statement": statement, "project": statement.project}
    return render(request, "funding/statement_review.html", context)


@require_POST
@once
def statement_return(request: Request, pk: int) -> HttpResponse:
    statement, _hands, _actions = find_statement(request, pk, "return")
    try:
        statement.give_back(request.user, request.POST.get("why", "").replace("\0", "")[:500])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The accounts are given back."))
    return redirect(statement)


@require_safe
def statement_document(request: Request, pk: int, document_pk: int) -> FileResponse:
    statement, _hands, _actions = find_statement(request, pk)
    return deliver(get_object_or_404(Document, pk=document_pk, pk__in=statement.documents.values("pk")))
