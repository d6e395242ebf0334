"""Files that people upload: kept byte by byte under MEDIA_ROOT, named by what is in them, and never changed."""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.acts import NEVER_CHANGED
from partners.models import User

if TYPE_CHECKING:
    from projects.documents import Checked


STORED_IN = "documents"
LATELY = timedelta(days=7)
# Held by whoever stores or sweeps away these bytes, until that is done for all to see.
LOCK = "SELECT {}(hashtextextended(%s, 0))"


class ContentType(models.TextChoices):
    """What is accepted, and why no more: these are what agreements and reports come as, and each can be checked."""

    PDF = "application/pdf", _("PDF")
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _("Word")
    ODT = "application/vnd.oasis.opendocument.text", _("OpenDocument")
    PNG = "image/png", _("PNG picture")
    JPEG = "image/jpeg", _("JPEG picture")


class Document(models.Model):
    """Has no address of its own: it is fetched through what it belongs to (projects.views.documents.deliver)."""

    file = models.FileField(_("file"), max_length=120, editable=False)
    name = models.CharField(_("name"), max_length=150)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    content_type = models.CharField(_("kind of file"), max_length=100, choices=ContentType)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["at", "pk"]
        triggers = [NEVER_CHANGED]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="a_document_is_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_document_has_its_fingerprint"),
            models.CheckConstraint(condition=Q(content_type__in=ContentType.values), name="document_type_is_accepted"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def keep(cls, upload: "Checked", by: User | None) -> "Document":
        """Store what was checked. The same bytes lie in the storage once."""
        path = f"{STORED_IN}/{upload.sha256[:2]}/{upload.sha256}"
        _hold(upload.sha256)
        if not default_storage.exists(path):
            path = default_storage.save(path, ContentFile(upload.content))
        return cls.objects.create(
            file=path,
            name=upload.name,
            size=len(upload.content),
            sha256=upload.sha256,
            content_type=upload.content_type,
            uploaded_by=by,
        )

    def is_whole(self) -> bool:
        """Whether the storage still has what was uploaded, byte by byte."""
        with self.file.open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest() == self.sha256


def _hold(sha256: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format("pg_advisory_xact_lock"), [sha256])


def sweep() -> int:
    """Delete from the storage what no document tells of: the request that brought it failed. How many files went.

    Only what came lately: should the storage ever belong to another database than this, its files are safe.
    """
    if not default_storage.exists(STORED_IN):
        return 0
    folders = (f"{STORED_IN}/{name}" for name in default_storage.listdir(STORED_IN)[0])
    return sum(_swept(f"{folder}/{name}") for folder in folders for name in _untold(folder))


def _untold(folder: str) -> set[str]:
    names = set(default_storage.listdir(folder)[1])
    return names - set(Document.objects.filter(sha256__in=names).values_list("sha256", flat=True))


@transaction.atomic
def _swept(path: str) -> bool:
    """Not what somebody stores at this very moment."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format("pg_try_advisory_xact_lock"), [path.rpartition("/")[2]])
        is_free = bool(cursor.fetchone()[0])
    is_new = is_free and default_storage.get_modified_time(path) > timezone.now() - LATELY
    if not is_new or Document.objects.filter(file=path).exists():
        return False
    default_storage.delete(path)
    return True
