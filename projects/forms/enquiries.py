"""What a unit does with an enquiry: answers, refers to courses, sends it on."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation
from partners.models.organisations import OrganisationQuerySet
from projects.knowledge import LocalOffer
from projects.models import GuidanceEnquiry, UnitService
from projects.models.enquiry_states import Reason


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer, or what you agreed on the phone"),
        help_text=_("It stands on the page of whoever asked. The e-mail only says that there is an answer."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, spoken: bool = False, **kwargs: Any) -> None:
        """What was said on the phone need not be written down."""
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not spoken


class ReferForm(forms.Form):
    """Choose among the courses that are shown; nothing else can be referred to."""

    offers = forms.MultipleChoiceField(
        label=_("Courses"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one course.")},
    )
    text = forms.CharField(
        label=_("Why these courses"),
        help_text=_("A few words to whoever asked."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, found: Sequence[LocalOffer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(offer.pk): offer for offer in found}
        choices: Any = [(key, f"{one.title} · {one.provider} · {one.where}") for key, one in self.found.items()]
        self.fields["offers"].choices = choices  # type: ignore[attr-defined]  # a choice field

    @property
    def chosen(self) -> list[LocalOffer]:
        return [self.found[key] for key in self.cleaned_data["offers"]]


class SendOnForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("To which unit"), queryset=Organisation.objects.none())
    why = forms.ChoiceField(
        label=_("Why"), help_text=_("Whoever asked sees it."), choices=Reason.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, enquiry: GuidanceEnquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = others(enquiry)  # type: ignore[attr-defined]  # a choice field


def others(enquiry: GuidanceEnquiry) -> OrganisationQuerySet:
    """The other units where somebody reads enquiries."""
    taking = UnitService.objects.reachable().values("unit")
    return Organisation.objects.filter(pk__in=taking).exclude(pk=enquiry.unit_id).select_related("parent")
