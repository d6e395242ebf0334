"""What the funder says later: how a condition stands."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.forms.commitments import DateInput
from funding.models import Binds, Commitment, Condition, ConditionKind, FundingSource, Tranche
from funding.models.commitment_states import PUBLISHED
from funding.models.conditions import ACTS, WAIVE
from funding.proposals import Proposal
from partners.models import User
from partners.models.roles import MemberRole
from projects.models import Agreement, ReportingRequirement

_K = ConditionKind
# What a condition of which kind may look at.
LINKS: dict[str, tuple[str, ...]] = {
    "requirement": (_K.PROGRESS, _K.REPORT),
    "agreement": (_K.AGREEMENT,),
    "supports": (_K.CO_FINANCING,),
    **dict.fromkeys(("source", "baseline_amount", "baseline_year", "tolerance"), (_K.ALLOCATION,)),
}


class ConditionForm(forms.Form):
    """A condition of the money of one year, or of all of it."""

    binds = forms.ChoiceField(label=_("Whom it binds"), choices=Binds.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What it is about"), choices=ConditionKind.choices)
    text = forms.CharField(label=_("In words"), help_text=_("As it stands in the letter."), max_length=500)
    tranche = forms.ModelChoiceField(
        label=_("Which money"), queryset=Tranche.objects.none(), required=False, empty_label=_("All of it")
    )
    is_precondition = forms.BooleanField(label=_("Nothing is paid before it is met"), required=False, initial=True)
    due_on = forms.DateField(label=_("Due"), required=False, widget=DateInput())
    requirement = forms.ModelChoiceField(
        label=_("Which report"),
        help_text=_("Of progress and reports. When none is chosen, it is that on the year before the money’s."),
        queryset=ReportingRequirement.objects.none(),
        required=False,
        empty_label=_("not stated"),
    )
    agreement = forms.ModelChoiceField(
        label=_("Which agreement"), queryset=Agreement.objects.none(), required=False, empty_label=_("not stated")
    )
    supports = forms.ModelChoiceField(
        label=_("Which co-financing"), queryset=Commitment.objects.none(), required=False, empty_label=_("not stated")
    )
    source = forms.ModelChoiceField(
        label=_("Allocation of"), queryset=FundingSource.objects.none(), required=False, empty_label=_("not stated")
    )
    baseline_amount = AmountField(label=_("The allocation is at least, NOK"))
    baseline_year = forms.IntegerField(label=_("Or as in the year"), min_value=1990, max_value=2100, required=False)
    tolerance = forms.DecimalField(
        label=_("It may fall by"),
        help_text=_("From 0 to 1: with 0.05 the allocation may fall by 5 %."),
        min_value=0,
        max_value=Decimal("0.9999"),
        max_digits=5,
        decimal_places=4,
        required=False,
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        project = commitment.project
        choices: dict[str, QuerySet[Any]] = {
            "tranche": commitment.tranches.all(),
            "requirement": project.reporting_requirements.order_by("last_day", "pk"),
            "agreement": project.agreements.order_by("pk"),
            "supports": project.commitments.current().exclude(pk=commitment.pk).filter(state__in=PUBLISHED),
            "source": FundingSource.objects.filter(owner=commitment.funder_id),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        self.fields["tranche"].label_from_instance = lambda tranche: tranche.year_label  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What is linked to fits the kind: the rest is left out."""
        answers = super().clean() or self.cleaned_data
        for name, kinds in LINKS.items():
            if answers.get("kind") not in kinds:
                answers[name] = None
        answers["tolerance"] = answers.get("tolerance") or Decimal(0)
        return answers


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
