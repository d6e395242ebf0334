"""A plan from a spreadsheet."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding import sheet_reading, sheets
from funding.forms.plans import MOST_LINES, MOST_YEARS, YEARS
from funding.models import Contents
from projects.documents import Refused


class SheetField(forms.FileField):
    """Cleans to the contents of a plan."""

    widget = forms.FileInput(attrs={"accept": ".xlsx"})
    default_error_messages = {
        "empty": _("The file is empty."),
        "required": _("Choose a file."),
        "invalid": _("Choose a file."),
    }

    def __init__(self, *, before: Contents, **options: Any) -> None:
        super().__init__(**options)
        self.before = before

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        try:
            return _bounded(sheet_reading.read(file.read(sheets.LARGEST + 1), self.before))
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal


def _bounded(contents: Contents) -> Contents:
    """What the grid can hold too."""
    if max(len(contents.costs), len(contents.financing)) > MOST_LINES:
        raise Refused(gettext("A plan has at most %(number)d costs and as many sources.") % {"number": MOST_LINES})
    if len(contents.years) > MOST_YEARS or not set(contents.years) <= set(YEARS):
        raise Refused(gettext("A plan has at most %(number)d years.") % {"number": MOST_YEARS})
    return contents


class SheetForm(forms.Form):
    def __init__(self, *args: Any, before: Contents, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = SheetField(
            before=before,
            label=_("Spreadsheet"),
            help_text=_("An XLSX file in the layout that “Fetch as a spreadsheet” gives, at most 5 MB."),
        )
