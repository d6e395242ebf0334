"""An application: what is asked for, why, and how much in each year."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.amounts import AmountField
from funding.models import Application, Call, FundingScheme, PlanVersion
from funding.models.limits import within_limits
from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES
from projects.models import Project

TEXTS = ("summary", "need", "effect")


class ApplicationForm(forms.ModelForm[Application]):
    """Nothing but its name is asked for before it is sent: a draft is saved as often as one likes."""

    class Meta:
        model = Application
        fields = ("title", *TEXTS, "plan_version", "is_aid_declared", "language")
        widgets = {name: forms.Textarea(attrs={"rows": 5}) for name in TEXTS} | {"language": forms.RadioSelect}
        labels = {
            "title": _("What it is called"),
            "summary": _("What the money is for"),
            "need": _("Which need it answers"),
            "effect": _("What will be different"),
            "plan_version": _("Plan of costs and financing"),
            "is_aid_declared": _("We have told of all public aid of the last three years"),
            "language": _("Language of the answer"),
        }
        help_texts = {"plan_version": _("A draft is sent together with the application, and is fixed from then on.")}

    def __init__(self, *args: Any, project: Project, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.user = project, user
        plans: Any = self.fields["plan_version"]
        plans.queryset = PlanVersion.objects.of(project).for_listing()
        plans.empty_label = gettext("not stated")
        self.before = {one.year: one.amount for one in self.instance.years.all()} if self.instance.pk else {}
        for year in self.years:
            self.fields[f"year_{year}"] = AmountField(label=f"{year}, NOK", initial=self.before.get(year))
        if not self.instance.pk:
            self._add_choices()

    @property
    def years(self) -> list[int]:
        of_call = self.instance.call.years if self.instance.call else []
        return sorted({*self.project.years, *of_call, *self.before})

    def _add_choices(self) -> None:
        calls = [(f"call-{one.pk}", self._named(one)) for one in Call.objects.open().select_related("scheme")]
        schemes = [(f"scheme-{one.pk}", str(one)) for one in FundingScheme.objects.filter(is_open=True)]
        self.fields["of"] = forms.ChoiceField(
            label=gettext("What is applied for"), choices=[("", gettext("Choose")), *calls, *schemes]
        )
        runs = self.project.partners.running().lasting().values("organisation")
        speaks = Organisation.objects.with_role(self.user, *BROKERING_ROLES)
        own = Organisation.objects.filter(pk__in=runs).filter(Q(pk__in=speaks) | Q(units__in=speaks)).distinct()
        self.fields["applicant"] = forms.ModelChoiceField(
            own, label=gettext("Who applies"), empty_label=None, initial=own.first()
        )

    def _named(self, call: Call) -> str:
        told = gettext("%(call)s (%(scheme)s)") % {"call": call, "scheme": call.scheme}
        return told if call.closes_on is None else f"{told}, {gettext('until %(day)s') % {'day': call.closes_on}}"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        first = ["of", "applicant"] if "of" in self.fields else []
        years = [f"year_{year}" for year in self.years]
        parts = [Fieldset(gettext("Applied for, by budget year"), *years, css_class="form-part")] if years else []
        rest = ("plan_version", "is_aid_declared", "language")
        helper.layout = Layout(*first, "title", *TEXTS, *parts, *rest)
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if of := answers.get("of"):
            kind, pk = of.split("-")
            call = Call.objects.select_related("scheme").get(pk=pk) if kind == "call" else None
            self.instance.call = call
            self.instance.scheme = call.scheme if call else FundingScheme.objects.get(pk=pk)
            self.instance.funder = self.instance.scheme.manager
            if call and Application.objects.filter(call=call, project=self.project).exclude(state="withdrawn").exists():
                self.add_error("of", gettext("The project has an application to this call already."))
        return answers

    def _typed(self) -> Iterator[tuple[int, Decimal]]:
        for year in self.years:
            if amount := self.cleaned_data.get(f"year_{year}"):
                yield year, amount

    @within_limits()
    def store(self) -> Application:
        """A new one, or the one that is changed, with its years. ValidationError when it is sent meanwhile."""
        application = self.instance
        if application.pk:
            if not Application.objects.select_for_update(no_key=True).get(pk=application.pk).is_editable:
                raise ValidationError(_("It has been sent meanwhile, so its text is fixed."))
            self.save()
        else:
            facts = {name: self.cleaned_data[name] for name in (*self._meta.fields, "applicant")}  # type: ignore[misc]
            about = {"call": application.call, "scheme": application.scheme, "funder": application.funder}
            application = Application.objects.begin(self.user, project=self.project, **about, **facts)
        typed = dict(self._typed())
        application.years.exclude(year__in=typed).delete()
        for year, amount in typed.items():
            application.years.update_or_create(year=year, defaults={"amount": amount})
        return application
