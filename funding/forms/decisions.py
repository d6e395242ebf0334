"""What the funder says later: how a condition stands."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Binds, Commitment, Condition, ConditionKind, Tranche
from funding.models.conditions import ACTS, WAIVE
from funding.proposals import Proposal
from partners.models import User
from partners.models.roles import MemberRole


class ConditionForm(forms.Form):
    """A condition of the money of one year, or of all of it."""

    binds = forms.ChoiceField(label=_("Whom it binds"), choices=Binds.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What it is about"), choices=ConditionKind.choices)
    text = forms.CharField(label=_("In words"), help_text=_("As it stands in the letter."), max_length=500)
    tranche = forms.ModelChoiceField(
        label=_("Which money"), queryset=Tranche.objects.none(), required=False, empty_label=_("All of it")
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = self.fields["tranche"]
        years.queryset = commitment.tranches.all()  # type: ignore[attr-defined]
        years.label_from_instance = lambda tranche: tranche.year_label  # type: ignore[attr-defined]


class AssessForm(forms.Form):
    act = forms.ChoiceField(label=_("The condition is"), widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("What this builds on"),
        help_text=_("A report, a letter, a decision: so that others can look it up."),
        max_length=1000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, condition: Condition, user: User, proposal: Proposal, **kwargs: Any) -> None:
        if proposal.act and proposal.is_new(condition):
            kwargs["initial"] = {"act": proposal.act.name, "evidence": proposal.because}
        super().__init__(*args, **kwargs)
        decides = user.holds(condition.commitment.funder_id, MemberRole.DECIDER)
        acts = [act for act in ACTS.values() if act.possible_from(condition.state) and (decides or act != WAIVE)]
        possible = [(act.name, act.label) for act in acts]
        self.fields["act"].choices = possible  # type: ignore[attr-defined]
        self.fields["evidence"].widget.attrs["rows"] = 3
