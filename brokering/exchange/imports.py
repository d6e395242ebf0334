"""Imports a file: first tried out, then for good; what came of it is kept as an ImportRun."""

from dataclasses import asdict
from hashlib import sha256

from django.db import transaction
from django_q.tasks import async_task

from brokering.exchange.catalogue import Catalogue
from brokering.exchange.files import MOST_UPLOADED
from brokering.exchange.report import Report
from brokering.matching import index
from brokering.models import ImportRun
from brokering.models.imports import ImportState
from partners.models import Organisation, User


def catalogue_for(organisation: Organisation | None) -> Catalogue:
    """For uploads. A provider's own offers are a source of their own, so that they never change the national ones."""
    if organisation is None:
        return Catalogue(most=MOST_UPLOADED)
    return Catalogue(source=f"upload:{organisation.pk}", provider=organisation, most=MOST_UPLOADED)


def try_out(catalogue: Catalogue, content: bytes, report: Report) -> None:
    """Do all of the import and take it back: what the report says is what would happen."""
    with transaction.atomic():
        catalogue.take_in(content, report)
        transaction.set_rollback(True)


def take_in(catalogue: Catalogue, content: bytes, report: Report) -> None:
    """Import the file; its words can be searched when this returns, the worker adds the meanings (vectors)."""
    with transaction.atomic():
        catalogue.take_in(content, report)
        if report.touched:
            async_task("brokering.jobs.meet_needs", list(report.touched))
    if report.touched:
        index.refresh(report.touched)


def give_meanings() -> None:
    """For the worker: vectors for all offers that still lack them, a few at a time."""
    while index.embed():
        pass


def check_upload(name: str, content: bytes, organisation: Organisation | None, by: User) -> ImportRun:
    """Try the file out and keep it until its owner confirms; what they had checked before and left is given up."""
    report = Report(name)
    try_out(catalogue_for(organisation), content, report)
    ImportRun.objects.checked().filter(by=by).delete()
    return record(report, content, by, organisation, state=ImportState.CHECKED)


@transaction.atomic
def confirm(run: ImportRun) -> bool:
    """Import a checked file for good; False, with nothing done, when that has happened already."""
    held = ImportRun.objects.checked().select_for_update().filter(pk=run.pk).first()
    if held is None or held.content is None:
        return False
    report = Report(held.file_name)
    take_in(catalogue_for(held.organisation), bytes(held.content), report)
    _keep(held, report, ImportState.IMPORTED)
    held.content = None
    held.save()
    return True


def record(
    report: Report, content: bytes, by: User | None, organisation: Organisation | None, *, state: ImportState
) -> ImportRun:
    """Keep what came of a file; of one that is only checked also the file."""
    run = ImportRun(by=by, organisation=organisation, file_name=report.file[:255], sha256=sha256(content).hexdigest())
    _keep(run, report, state)
    run.content = content if run.state == ImportState.CHECKED else None
    run.save()
    return run


def _keep(run: ImportRun, report: Report, state: ImportState) -> None:
    run.state = ImportState.FAILED if report.error else state
    run.counts, run.preview = report.counts, report.preview
    run.rejected, run.remarks = report.kept(report.rejected), report.kept(report.remarks)
    run.error = asdict(report.error) if report.error else None
