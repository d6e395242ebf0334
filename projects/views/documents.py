"""Hands out an uploaded file: to be saved, never to be shown or run in the browser."""

from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse

from projects.models import Document


def deliver(document: Document) -> FileResponse:
    """The view that calls this has checked that the person may see what the document belongs to.

    The bytes are compared with the fingerprint first: what was changed in the storage is not handed out.
    """
    if not document.is_whole():
        raise SuspiciousFileOperation(f"Document {document.pk} is not what was uploaded.")
    response = FileResponse(
        document.file.open("rb"), as_attachment=True, filename=document.name, content_type=document.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
