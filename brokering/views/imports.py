"""Importing courses from a file: first a look at what it would do, then for good."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brokering.exchange.imports import check_upload, confirm
from brokering.exchange.records import Sentence
from brokering.exchange.report import Note, gathered
from brokering.forms.imports import ImportForm
from brokering.models import ImportRun
from brokering.models.imports import ImportState
from brokering.permissions import may_import
from partners.models import User
from partners.requests import Request

LATEST = 20


def allow(user: User) -> None:
    if why_not := may_import(user):
        raise PermissionDenied(why_not)


@require_http_methods(["GET", "HEAD", "POST"])
def import_offers(request: Request) -> HttpResponse:
    allow(request.user)
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = check_upload(file.name, file.read(), form.organisation, request.user)
        if not run.error:
            return redirect(run)
        form.add_error("file", str(Sentence(**run.error)))
    runs = ImportRun.objects.visible_to(request.user).for_listing()[:LATEST]
    return render(request, "brokering/import.html", {"form": form, "runs": runs})


@require_safe
def import_report(request: Request, pk: int) -> HttpResponse:
    allow(request.user)
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("by", "organisation"), pk=pk)
    context = {
        "run": run,
        "error": Sentence(**run.error) if run.error else None,
        "waits": run.state == ImportState.CHECKED,
        "counts": counts(run),
        "rejected": [Note.from_json(note) for note in run.rejected],
        "remarks": gathered(Note.from_json(note) for note in run.remarks),
        "titles": titles(run),
        "other_schools": other_schools(run),
    }
    return render(request, "brokering/import_report.html", context)


def counts(run: ImportRun) -> list[tuple[str, int]]:
    """What happened or would happen, with how often."""
    names = {
        "created": _("New"),
        "updated": _("Changed"),
        "unchanged": _("Unchanged"),
        "repeated": _("Said twice in the file"),
        "rejected": _("Rejected"),
    }
    return [(label, run.counts.get(name, 0)) for name, label in names.items()]


def titles(run: ImportRun) -> list[tuple[str, list[str], int]]:
    """Of the new and of the changed courses the first titles, and how many more there are."""
    names = {"created": _("New courses"), "updated": _("Changed courses")}
    shown = [(label, run.preview.get(name, []), run.counts.get(name, 0)) for name, label in names.items()]
    return [(label, first, count - len(first)) for label, first, count in shown if first]


def other_schools(run: ImportRun) -> str:
    """A warning when a provider's file names other schools: perhaps it is the wrong file."""
    number = run.preview.get("schools", 0)
    if not number:
        return ""
    told = ngettext(
        "The file names %(number)s other school: %(names)s. Its courses would be stored as yours.",
        "The file names %(number)s other schools, such as %(names)s. Their courses would be stored as yours.",
        number,
    )
    return told % {"number": number, "names": ", ".join(run.preview["such_as"])}


@require_POST
def import_confirm(request: Request, pk: int) -> HttpResponse:
    """Import a file that was looked at; a second press finds it done."""
    allow(request.user)
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    if confirm(run):
        messages.success(request, _("The courses are imported."))
    return redirect(run)
