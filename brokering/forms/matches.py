"""What people say about a match: a verdict, a proposal, and the employer's answer."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from brokering.models import CompetenceNeed, CourseOffer, CourseRun, Proposal, Verdict
from brokering.models.matches import Reason


class VerdictForm(forms.ModelForm[Verdict]):
    class Meta:
        model = Verdict
        fields = ("fits", "reason", "comment")

    def clean(self) -> dict[str, Any]:
        """A yes needs no reason, a no does."""
        answers = super().clean() or self.cleaned_data
        if answers.get("fits"):
            answers["reason"] = ""
        elif not answers.get("reason"):
            self.add_error("reason", _("Say why it does not fit."))
        return answers


def untagged() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    return helper


class ProposalForm(forms.ModelForm[Proposal]):
    class Meta:
        model = Proposal
        fields = ("run", "message")
        labels = {"run": _("Which run of the course"), "message": _("Your message to the employer")}
        help_texts = {"message": _("The facts of the course and why it fits come along by themselves.")}
        widgets = {"message": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, need: CompetenceNeed, offer: CourseOffer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.need, self.instance.offer = need, offer
        runs = CourseRun.objects.attendable().filter(offer=offer).select_related("municipality")
        if runs:
            self.fields["run"].queryset = runs  # type: ignore[attr-defined]
            self.fields["run"].empty_label = _("Not decided yet")  # type: ignore[attr-defined]
        else:
            del self.fields["run"]

    @property
    def helper(self) -> FormHelper:
        return untagged()

    def clean(self) -> dict[str, Any]:
        if not self.instance.need.contact_addresses:
            raise ValidationError(_("We have no e-mail address for the firm. Add one on the firm’s page first."))
        return super().clean() or self.cleaned_data


class AnswerForm(forms.ModelForm[Proposal]):
    """The employer's yes or no."""

    answer = forms.ChoiceField(
        label=_("Is this of interest?"),
        choices=[("accept", _("Yes, we are interested")), ("decline", _("No, thank you"))],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Proposal
        fields = ("reason", "comment")
        labels = {"reason": _("If not, why?"), "comment": _("Anything you want to add")}

    field_order = ["answer", "reason", "comment"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", _("No reason given")), *Reason.choices]  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        return untagged()
