"""Writing a project down: what it is for, when, where, for whom, and who leads it."""

from datetime import timedelta
from typing import Any

from crispy_forms.bootstrap import InlineCheckboxes
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Membership, Organisation, Region, User
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES
from partners.places import SeveralPlacesField
from partners.widgets import DateInput
from projects.models import PartnerRole, Project, TargetGroup
from projects.models.states import LeaderPosition


def starters(user: User) -> Any:
    """The organisations for which the person may start a project (projects.permissions.may_start_projects)."""
    return Organisation.objects.with_role(user, *BROKERING_ROLES, *COUNTY_ROLES)


def possible_leaders(project: Project, user: User) -> Any:
    """The people of those who take part, of their units, and whoever leads it now; the author's own to begin with."""
    mine = Q(organisation__in=starters(user).order_by().values("pk"))
    parts = project.partners.order_by().values("organisation") if project.pk else None
    houses = mine if parts is None else Q(organisation__in=parts) | Q(organisation__parent__in=parts)
    members = Membership.objects.filter(houses).order_by().values("user")
    return User.objects.filter(Q(pk__in=members) | Q(pk=project.leader_id)).order_by("first_name", "last_name", "pk")


class ProjectForm(forms.ModelForm[Project]):
    municipalities = SeveralPlacesField(
        label=_("Municipalities"), help_text=_("Municipality or town. Save to get more lines."), required=False
    )
    regions = forms.ModelMultipleChoiceField(
        label=_("Regions"), queryset=Region.objects.all(), widget=forms.CheckboxSelectMultiple, required=False
    )
    target_groups = forms.MultipleChoiceField(
        label=_("Target groups"), choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Project
        fields = (
            "name",
            "programme",
            "purpose",
            "first_year",
            "last_year",
            "starts_on",
            "ends_on",
            "municipalities",
            "regions",
            "target_groups",
            "leader_position",
            "leader",
            "is_public",
        )
        labels = {
            "name": _("Name"),
            "programme": _("Programme"),
            "purpose": _("Purpose"),
            "first_year": _("First year"),
            "last_year": _("Last year"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "leader": _("Project leader"),
            "leader_position": _("The project leader’s position"),
            "is_public": _("The project has a public page"),
        }
        help_texts = {
            "purpose": _("What it is for and for whom, as everybody may read it."),
            "leader": _("Somebody from an organisation that takes part."),
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 6}), "starts_on": DateInput(), "ends_on": DateInput()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        programme: Any = self.fields["programme"]
        leader: Any = self.fields["leader"]
        position: Any = self.fields["leader_position"]
        programme.empty_label = leader.empty_label = _("Not stated")
        leader.queryset = possible_leaders(self.instance, user)
        position.choices = [("", _("Not stated")), *LeaderPosition.choices]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        first = ["organisation"] if "organisation" in self.fields else []
        helper.layout = Layout(
            "name",
            *first,
            "programme",
            "purpose",
            Fieldset(
                _("When"),
                Div("first_year", "last_year", css_class="row"),
                Div("starts_on", "ends_on", css_class="row"),
                css_class="form-part",
            ),
            Fieldset(
                _("Where and for whom"),
                "municipalities",
                InlineCheckboxes("regions"),
                "target_groups",
                css_class="form-part",
            ),
            Fieldset(
                _("Who leads it, and who may read about it"),
                Div("leader_position", "leader", css_class="row"),
                "is_public",
                css_class="form-part",
            ),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        """Whoever is named as leader is hired."""
        answers = super().clean() or self.cleaned_data
        if answers.get("leader"):
            answers["leader_position"] = LeaderPosition.HIRED
        return answers


class NewProjectForm(ProjectForm):
    """With the organisation that begins it: it becomes owner and carries the project out, until it says otherwise."""

    organisation = forms.ModelChoiceField(
        label=_("Which of your organisations begins it"),
        queryset=Organisation.objects.none(),
        help_text=_("It becomes the owner and carries the project out. That can be changed later."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial["is_public"] = False
        field: Any = self.fields["organisation"]
        field.queryset = mine = starters(user)
        field.empty_label = _("Choose an organisation")
        if len(mine) == 1:
            field.widget, field.initial = forms.HiddenInput(), mine[0].pk

    @transaction.atomic
    def begin(self) -> Project:
        """Store the idea with its first partner; a form that was sent twice begins one project."""
        Organisation.objects.select_for_update().get(pk=self.cleaned_data["organisation"].pk)
        lately = timezone.now() - timedelta(minutes=10)
        again = Project.objects.filter(created_by=self.user, name=self.instance.name, created_at__gt=lately)
        if sent_before := again.first():
            return sent_before
        self.instance.created_by, self.instance.is_demo = self.user, self.user.is_demo
        project: Project = self.save()
        project.partners.create(organisation=self.cleaned_data["organisation"], role=PartnerRole.OWNER, runs=True)
        return project
