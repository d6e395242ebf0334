"""A field for a file that is looked through as it comes in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from projects.documents import LARGEST, MEGABYTE, Checked, Refused
from projects.documents.checking import ENDINGS, check

# As projects.documents.LARGEST and checking.ENDINGS say.
TAKEN = _("PDF, Word (.docx), OpenDocument (.odt), PNG or JPEG, at most 20 MB.")


class DocumentField(forms.FileField):
    """Cleans to `Checked`, or to None when no file was chosen."""

    widget = forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in ENDINGS)})
    default_error_messages = {
        "empty": _("The file is empty."),
        "required": _("Choose a file."),
        "invalid": _("Choose a file."),
    }

    def __init__(self, **kwargs: Any) -> None:
        help_text = kwargs.pop("help_text", "")
        kwargs["help_text"] = format_lazy("{} {}", help_text, TAKEN) if help_text else TAKEN
        super().__init__(**{"label": _("File")} | kwargs)

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        file = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > LARGEST:
            raise ValidationError(_("The file is larger than %(number)s MB."), params={"number": LARGEST // MEGABYTE})
        try:
            return check(file.name, file.read())
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
