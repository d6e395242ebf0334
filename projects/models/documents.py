"""Files that people upload: kept byte by byte under MEDIA_ROOT, named by what is in them, and never changed."""

import hashlib
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.acts import NEVER_CHANGED
from partners.models import User

if TYPE_CHECKING:
    from projects.documents import Checked


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
    def keep(cls, upload: "Checked", by: User | None) -> "Document":
        """Store what was checked. The same bytes lie in the storage once."""
        path = f"documents/{upload.sha256[:2]}/{upload.sha256}"
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
