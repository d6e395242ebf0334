"""The day as of which something is shown."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.forms.commitments import DateInput


class DayForm(forms.Form):
    """A day that has been; empty is today."""

    on = forms.DateField(label=_("As of the end of"), required=False, widget=DateInput())

    def clean_on(self) -> object:
        on = self.cleaned_data["on"]
        if on and on > timezone.localdate():
            raise ValidationError(_("That day has not been yet."))
        return on if on != timezone.localdate() else None
