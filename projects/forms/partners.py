"""Who takes part in a project: which organisation, as what, and from when to when."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation, User
from partners.models.organisations import Role
from partners.widgets import DateInput
from projects.models import PartnerRole, ProjectPartner

MOST_FOUND = 10
OWNS_NOW = Q(role=PartnerRole.OWNER, ends_on=None)


def candidates(user: User) -> Any:
    """Whom the person may name: those they see anyhow, and all that are here as something else than employers."""
    seen = Organisation.objects.visible_to(user).order_by().values("pk")
    return Organisation.objects.filter(Q(pk__in=seen) | ~Q(roles__contained_by=[Role.EMPLOYER])).for_listing()


def found(user: User, text: str) -> list[Organisation]:
    """Those that go by the name or number that was typed; else those with a name much like it."""
    known = candidates(user)
    return list(known.matching(text)[:MOST_FOUND]) or list(known.like(text)[:MOST_FOUND])


class PartnerForm(forms.ModelForm[ProjectPartner]):
    class Meta:
        model = ProjectPartner
        fields = ("role", "runs", "note", "starts_on", "ends_on")
        labels = {
            "role": _("Role"),
            "runs": _("Carries the project out"),
            "note": _("What they do in it"),
            "starts_on": _("Takes part from"),
            "ends_on": _("Takes part until"),
        }
        help_texts = {"ends_on": _("When the part ends, write the day here: the history then keeps it.")}
        widgets = {"starts_on": DateInput(), "ends_on": DateInput(), "role": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = role.choices[1:]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("role", "runs", "note", Div("starts_on", "ends_on", css_class="row"))
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        self._fit_beside_the_others(answers)
        if self.instance.pk and self.instance.runs and self.instance.is_last_to_run:
            self._stay(answers)
        return answers

    def _fit_beside_the_others(self, answers: dict[str, Any]) -> None:
        """The constraints of the model that ask about other partners, told beside the field."""
        others = self.instance.project.partners.exclude(pk=self.instance.pk)
        role = answers.get("role")
        if others.filter(organisation=self.instance.organisation_id, role=role).exists():
            self.add_error("role", gettext("This organisation already has that role in the project."))
        elif role == PartnerRole.OWNER and not answers.get("ends_on") and others.filter(OWNS_NOW).exists():
            self.add_error("role", gettext("The project has an owner already. End that one’s part first."))

    def _stay(self, answers: dict[str, Any]) -> None:
        """The last one that carries the project out goes on doing so while there is something to carry out."""
        if not answers.get("runs"):
            self.add_error("runs", gettext("Nobody else carries the project out. Choose somebody who does, first."))
        project, ends_on = self.instance.project, answers.get("ends_on")
        to_the_end = project.has_ended or ((period := project.period()) and ends_on and ends_on >= period[1])
        if ends_on and not to_the_end:
            self.add_error("ends_on", gettext("Nobody else carries the project out, and it has not ended."))
