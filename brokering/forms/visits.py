"""Logging a visit from a phone: the firm, what was said, and the needs that were found, on one page."""

from datetime import date
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from brokering.forms.firms import FirmField
from brokering.forms.needs import employers_for, projects_for, usual_project
from brokering.matching import rematch
from brokering.models import CompetenceNeed, Visit
from brokering.models.needs import OPEN, SUBMIT, Source
from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES
from partners.widgets import DateInput

MOST_FOUND = 10
LONGEST = 1000
MOST_PEOPLE = 10_000


class Found(NamedTuple):
    """A need as it was typed: `people` is text until the field has cleaned it."""

    text: str
    people: Any = 1


class NeedsFoundInput(forms.Widget):
    """A few rows of two fields; there is always an empty one."""

    template_name = "brokering/needs_found.html"
    use_fieldset = True
    least = 2

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        rows = [Found(*row) for row in value or []]
        empty = max(1, self.least - len(rows))
        return super().get_context(name, None, attrs) | {"rows": rows + [Found("")] * empty}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Found]:
        people = data.getlist(f"{name}_people")
        texts = [" ".join(text.replace("\0", "").split()) for text in data.getlist(name)]
        counts = people + [""] * len(texts)
        return [Found(text, count) for text, count in zip(texts, counts, strict=False) if text][:MOST_FOUND]


class NeedsFoundField(forms.Field):
    widget = NeedsFoundInput

    def clean(self, value: Any) -> list[Found]:
        return [self._checked(row) for row in value or []]

    def _checked(self, row: Found) -> Found:
        digits = str(row.people).strip() or "1"
        people = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < len(str(MOST_PEOPLE)) + 1 else 0
        if not 1 <= people <= MOST_PEOPLE:
            wrong = _("Say how many people “%(need)s” is for: a number from 1 to 10 000.")
            raise ValidationError(wrong, params={"need": row.text[:60]})
        if len(row.text) > LONGEST:
            raise ValidationError(_("Write each need in at most %(n)d characters."), params={"n": LONGEST})
        return Found(row.text, people)


REGISTER = '{% include "brokering/visit_form_register.html" only %}'


class VisitForm(forms.ModelForm[Visit]):
    firm = FirmField(label=_("Which firm"), help_text=_("Begin to write its name."), max_length=250)
    found = NeedsFoundField(
        label=_("Needs you found"),
        help_text=_("A sentence each. We look for courses at once; the details can wait."),
        required=False,
    )

    class Meta:
        model = Visit
        fields = ("firm", "notes", "found", "next_follow_up", "met", "on", "project")
        labels = {
            "on": _("Day of the visit"),
            "notes": _("Notes"),
            "met": _("Who you met"),
            "next_follow_up": _("When to follow up"),
            "project": _("In which project"),
        }
        help_texts = {
            "notes": _("Only you and your colleagues read them, not the firm. Nothing about anybody’s health."),
        }
        widgets = {"on": DateInput(), "next_follow_up": DateInput(), "notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self._offer_firms()
        self._offer_projects()

    def _offer_firms(self) -> None:
        """Firms as in a need, and the one that was visited."""
        firms = employers_for(self.user)
        if self.instance.pk:
            firms |= Organisation.objects.filter(pk=self.instance.firm_id)
        field: Any = self.fields["firm"]
        field.choose_among(firms)
        named = self.initial.get("firm")
        if isinstance(named, int) and not any(firm.pk == named for firm in field.firms.values()):
            del self.initial["firm"]

    def _offer_projects(self) -> None:
        projects = projects_for(self.user, self.instance.project_id)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        self.fields["project"].empty_label = _("No project")  # type: ignore[attr-defined]
        if not projects:
            del self.fields["project"]
        elif not self.instance.pk and not self.is_bound:
            firms = self.fields["firm"].firms.values()  # type: ignore[attr-defined]
            firm = next((one for one in firms if one.pk == self.initial.get("firm")), None)
            self.initial.setdefault("project", usual_project(projects, firm))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        register = [] if self.instance.pk else [HTML(REGISTER)]
        project = ["project"] if "project" in self.fields else []
        helper.layout = Layout(
            Div("firm", *register, css_class="stack stack--tight"),
            "notes",
            "found",
            Fieldset(
                _("When, whom and what next"),
                "next_follow_up",
                "met",
                "on",
                *project,
                css_class="form-part",
            ),
        )
        return helper

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("A visit is logged when it has taken place: choose today or an earlier day."))
        return day

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        day, follow_up = answers.get("on"), answers.get("next_follow_up")
        if day and follow_up and follow_up < day:
            self.add_error("next_follow_up", gettext("Choose a day after the visit, or leave this empty."))
        return answers

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, right or wrong, as a form shows it again (`initial`)."""
        return {name: self[name].data for name in self.fields}

    @transaction.atomic
    def log(self) -> tuple[Visit, list[CompetenceNeed]]:
        """Store the visit and the needs found, each once however often the form comes; one at a time for each firm."""
        visit: Visit = self.instance
        Organisation.objects.select_for_update().get(pk=visit.firm_id)
        if not visit.pk:
            visit.by, visit.handled_by = self.user, self._broker()
            visit = Visit.objects.repeated(visit).first() or visit
        visit.save()
        return visit, [need for row in self.cleaned_data["found"] if (need := self._register(visit, row))]

    def _broker(self) -> Organisation:
        """The person's organisation that serves the place of the firm, else the first that brokers."""
        brokers = Organisation.objects.with_role(self.user, *BROKERING_ROLES).brokers()
        near = brokers.filter(serves=self.instance.firm.municipality_id).first()
        return near or brokers[0]

    def _register(self, visit: Visit, row: Found) -> CompetenceNeed | None:
        """A need found on the visit, open at once and held against the courses; None when it is there already."""
        need = CompetenceNeed(
            employer=visit.firm,
            handled_by=visit.handled_by,
            municipality=visit.firm.municipality,
            project=visit.project,
            visit=visit,
            text=row.text,
            headcount=row.people,
            source=Source.VISIT,
            consent_to_share=False,
            created_by=self.user,
        )
        if CompetenceNeed.objects.repeated(need, self.user).exists():
            return None
        need.save()
        for act in (SUBMIT, OPEN):
            need.carry_out(act, self.user)
        rematch(need)
        return need

    def told(self, needs: list[CompetenceNeed]) -> str:
        """What was saved, in a sentence."""
        if not needs:
            return gettext("The visit is saved.")
        count = len(needs)
        said = ngettext("The visit is saved, with %(n)d need.", "The visit is saved, with %(n)d needs.", count)
        return said % {"n": count}
