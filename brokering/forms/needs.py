"""Writing a need down: first what matters, the details folded away."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.validators import MinValueValidator
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brokering.models import Competence, CompetenceNeed, Visit
from brokering.models.choices import Mode
from brokering.permissions import may_broker
from partners.models import Organisation, User
from partners.models.roles import BROKERING_ROLES, NEED_WRITERS
from partners.places import PlaceField
from partners.widgets import DateInput
from projects.models import Project
from projects.models.finding import ProjectQuerySet


class SelectSeveral(forms.SelectMultiple):
    """A few drop-down lists of one name: several values, also from the keyboard, on a phone and without scripts."""

    template_name = "brokering/select_several.html"
    use_fieldset = True
    least = 3

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, [], attrs)
        chosen = [str(one) for one in value or []]
        return context | {"values": chosen + [""] * max(1, self.least - len(chosen))}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [value for value in data.getlist(name) if value]


def employers_for(user: User) -> Any:
    """Whose needs the person may write: their own organisations', and for brokers those of the firms they serve."""
    mine = Q(pk__in=Organisation.objects.with_role(user, *NEED_WRITERS).values("pk")) | Q(registered_by=user)
    if may_broker(user):
        brokers = Organisation.objects.with_role(user, *BROKERING_ROLES)
        mine |= Q(roles__contains=["employer"], municipality__brokers__in=brokers)
        mine |= Q(needs__handled_by__in=brokers) | Q(pk__in=Visit.objects.visible_to(user).values("firm"))
    return Organisation.objects.filter(pk__in=Organisation.objects.filter(mine).order_by().values("pk"))


def projects_for(user: User, chosen: int | None = None) -> ProjectQuerySet:
    """Those in which a broker can find needs: the active ones that they take part in, and the one chosen before."""
    if not may_broker(user):
        return Project.objects.none()
    mine = Q(pk__in=Project.objects.active().of(user).order_by().values("pk"))
    return Project.objects.filter(mine | Q(pk=chosen))


def usual_project(projects: ProjectQuerySet, firm: Organisation | None) -> Project | None:
    """The only one that covers the firm's place, or the only one at all while the firm is not known."""
    possible = list(projects.covering(firm.municipality) if firm else projects)[:2]
    return possible[0] if len(possible) == 1 else None


HINTS = '<div id="hints" aria-live="polite"></div>'


def hinting() -> dict[str, Any]:
    """For a field in which a need is written: what it seems to be about comes below, to be ticked."""
    return {
        "hx-get": reverse_lazy("match-hints"),
        "hx-trigger": "input changed delay:400ms",
        "hx-target": "#hints",
        "hx-sync": "this:replace",
        "hx-include": "#hints",
    }


REGISTER = '{% include "brokering/need_form_register.html" only %}'


class NeedForm(forms.ModelForm[CompetenceNeed]):
    municipality = PlaceField(
        label=_("Where they are"), help_text=_("Municipality or town"), max_length=100, required=False
    )
    modes = forms.MultipleChoiceField(
        label=_("How it may be held"),
        choices=Mode.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick none when it does not matter."),
    )
    competences = forms.ModelMultipleChoiceField(
        label=_("Competences"),
        queryset=Competence.objects.all(),
        widget=SelectSeveral,
        required=False,
        help_text=_("Leave this empty and we find them in the text."),
    )

    class Meta:
        model = CompetenceNeed
        fields = (
            "employer",
            "project",
            "text",
            "municipality",
            "headcount",
            "max_travel_km",
            "earliest_start",
            "latest_start",
            "modes",
            "level",
            "competences",
            "language",
            "formal",
            "budget_nok",
            "shift_work",
            "source",
            "next_follow_up",
            "consent_to_share",
        )
        labels = {
            "employer": _("Which firm"),
            "project": _("In which project"),
            "text": _("What is needed, in the firm’s own words"),
            "headcount": _("How many people"),
            "max_travel_km": _("Longest travel in kilometres"),
            "formal": _("Formal competence"),
            "source": _("How you heard of it"),
            "shift_work": _("The people work shifts"),
            "consent_to_share": _("The county may see the need, and providers may see it without the firm’s name"),
        }
        help_texts = {
            "text": _("Write it as it was said. A sentence is enough; a story is fine."),
            "max_travel_km": _("In a straight line, one way. Leave it empty when it does not matter."),
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4} | hinting()),
            "earliest_start": DateInput(),
            "latest_start": DateInput(),
            "next_follow_up": DateInput(),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        employers = employers_for(user)
        self.fields["employer"].queryset = employers  # type: ignore[attr-defined]
        self.fields["employer"].empty_label = _("Choose a firm")  # type: ignore[attr-defined]
        if len(employers) == 1:
            self.initial.setdefault("employer", employers[0].pk)
        for name in ("level", "formal", "language"):
            _blank, *choices = self.fields[name].choices  # type: ignore[attr-defined]
            self.fields[name].choices = [("", _("Does not matter")), *choices]  # type: ignore[attr-defined]
        self.fields["budget_nok"].validators.append(MinValueValidator(0))
        self.fields["competences"].choices = Competence.objects.grouped()  # type: ignore[attr-defined]
        self._offer_projects()
        if not may_broker(user):
            del self.fields["source"], self.fields["next_follow_up"]

    def _offer_projects(self) -> None:
        """A broker says in which project the need was found; the one that covers the firm's place is chosen."""
        projects = projects_for(self.user, self.instance.project_id)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        self.fields["project"].empty_label = _("No project")  # type: ignore[attr-defined]
        if not projects:
            del self.fields["project"]
        elif not self.instance.pk and not self.is_bound:
            self.initial.setdefault("project", usual_project(projects, self._firm()))

    def _firm(self) -> Organisation | None:
        firm = str(self.initial.get("employer") or "")
        return Organisation.objects.filter(pk=firm).first() if firm.isascii() and firm.isdigit() else None

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        follow_up = ["source", "next_follow_up"] if "source" in self.fields else []
        project = ["project"] if "project" in self.fields else []
        register = [] if self.instance.pk or not may_broker(self.user) else [HTML(REGISTER)]
        helper.layout = Layout(
            Div("employer", *register, css_class="stack stack--tight"),
            *project,
            Div("text", HTML(HINTS), css_class="stack stack--tight"),
            Div("municipality", "headcount", css_class="row"),
            Fieldset(
                _("When, where and how"),
                Div("earliest_start", "latest_start", css_class="row"),
                "max_travel_km",
                "modes",
                css_class="form-part",
            ),
            Fieldset(
                _("More about the course"),
                Div("level", "formal", css_class="row"),
                Div("language", "budget_nok", css_class="row"),
                "competences",
                "shift_work",
                css_class="form-part",
            ),
            Fieldset(_("Follow-up"), Div(*follow_up, css_class="row"), "consent_to_share", css_class="form-part"),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        earliest, latest = answers.get("earliest_start"), answers.get("latest_start")
        if earliest and latest and latest < earliest:
            told = gettext("Choose %(day)s (the earliest start) or a later day, or leave this empty.")
            self.add_error("latest_start", told % {"day": date_format(earliest)})
        return answers

    @property
    def chosen(self) -> set[str]:
        """The competences, as slugs, of a form that is valid."""
        return {one.pk for one in self.cleaned_data["competences"]}

    @property
    def stated(self) -> set[str]:
        """Which facts somebody has said anew, as they are called when they are left out."""
        called = {"municipality": "place", "level": "level", "language": "language"}
        return {fact for name, fact in called.items() if name in self.changed_data and self.cleaned_data.get(name)}

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, right or wrong, as a form shows it again (`initial`)."""
        return {name: self[name].data for name in self.fields}

    def sent_before(self) -> CompetenceNeed | None:
        """The need that this form already made, when it comes twice; one at a time for each firm."""
        Organisation.objects.select_for_update().get(pk=self.instance.employer_id)
        if "confirmed" in self.data:
            return None
        return CompetenceNeed.objects.repeated(self.instance, self.user).first()

    def duplicates(self) -> list[CompetenceNeed]:
        """Open needs of the same firm that say nearly the same; asked once, before saving."""
        if self.instance.pk or "confirmed" in self.data:
            return []
        return list(CompetenceNeed.objects.visible_to(self.user).like(self.instance).for_listing()[:3])
