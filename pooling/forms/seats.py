"""Keeping seats of a course run for a firm."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from brokering.forms.needs import employers_for
from partners.models import Organisation, User
from partners.models.roles import NEED_WRITERS
from pooling.forms.requests import untagged


class SeatsForm(forms.Form):
    """A broker chooses among the firms it may write needs for, a firm's people among their own."""

    firm = forms.ModelChoiceField(label=_("Firm"), queryset=Organisation.objects.none())
    seats = forms.IntegerField(label=_("Seats"), initial=1, max_value=10_000, validators=[MinValueValidator(1)])

    def __init__(self, *args: Any, user: User, is_broker: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organisation.objects.with_role(user, *NEED_WRITERS).employers()
        firms = employers_for(user) if is_broker else own
        field: Any = self.fields["firm"]
        field.queryset = firms
        field.empty_label = _("Choose a firm") if is_broker else None

    @property
    def helper(self) -> FormHelper:
        return untagged()
