"""Choosing a file of offers, and whose offers they are."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from brokering.exchange.files import LARGEST_UPLOAD
from brokering.permissions import may_import_catalogue
from partners.models import Organisation, User
from partners.models.roles import OFFER_KEEPERS

CATALOGUE = "catalogue"


class ImportForm(forms.Form):
    whose = forms.ChoiceField(
        label=_("Whose courses these are"),
        help_text=_("A provider’s file changes that provider’s own courses only."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("JSON from utdanning.no’s search, or its Atom feed. At most 10 MB."),
        error_messages={"empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.providers = {str(one.pk): one for one in Organisation.objects.with_role(user, *OFFER_KEEPERS).providers()}
        choices = [(key, one.name) for key, one in self.providers.items()]
        if not may_import_catalogue(user):
            choices.insert(0, (CATALOGUE, str(_("All providers: the national catalogue of utdanning.no"))))
        self.fields["whose"].choices = choices  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_UPLOAD:
            raise ValidationError(_("The file is larger than 10 MB."))
        return file

    @property
    def organisation(self) -> Organisation | None:
        """Whose offers the file holds; None for the national catalogue."""
        return self.providers.get(self.cleaned_data["whose"])
