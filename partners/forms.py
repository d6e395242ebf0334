"""What people write down about themselves, organisations and each other."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.core import context
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.accounts import invitation_of, welcome
from partners.digest import kinds_for, wanted
from partners.models import Invitation, Membership, Organisation, User
from partners.models.organisations import Role, valid_organisation_number
from partners.permissions import Standing, labels
from partners.places import PlaceField

# The others decide over money and are given by those who run the site.
FREE_ROLES = (Role.EMPLOYER, Role.PROVIDER, Role.PARTNER)


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    number = forms.CharField(
        label=_("Organisation number"),
        help_text=_("Nine digits, as in the Brønnøysund register. Leave it empty when it is not known yet."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    municipality = PlaceField(label=_("Place"), help_text=_("Municipality or town"), max_length=100, required=False)
    roles = forms.MultipleChoiceField(
        label=_("What it takes part as"),
        choices=[(role.value, role.label) for role in FREE_ROLES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )

    class Meta:
        model = Organisation
        fields = ("name", "number", "municipality", "roles", "about", "email", "website", "employees")
        labels = {
            "name": _("Name"),
            "email": _("E-mail address for contact"),
            "website": _("Website"),
            "employees": _("How many work there"),
            "about": _("About"),
        }
        help_texts = {"about": _("One or two sentences about what it does.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "about": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, user: User, parent: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if parent:
            self.instance.parent = parent
            self.initial = {"municipality": parent.municipality, "roles": parent.roles, **self.initial}
        self.kept_roles = [role for role in self.instance.roles if role not in FREE_ROLES]
        self.fields["roles"].required = not self.kept_roles

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper

    def clean_number(self) -> str | None:
        number = "".join(self.cleaned_data["number"].split()) or None
        if number is None:
            return None
        valid_organisation_number(number)
        if there := Organisation.objects.filter(number=number).exclude(pk=self.instance.pk).first():
            raise ValidationError(_("%(name)s is registered with this number already."), params={"name": there})
        return number

    def clean_roles(self) -> list[str]:
        return [*self.cleaned_data["roles"], *self.kept_roles]

    def save(self, commit: bool = True) -> Organisation:  # noqa: FBT001, FBT002 - Django's own signature
        if self.instance.pk is None:
            self.instance.registered_by = self.user
            self.instance.is_demo = self.user.is_demo
        saved: Organisation = super().save(commit)
        return saved

    def likely_duplicates(self) -> list[Organisation]:
        """Of a new organisation with a valid form: those already registered that may be the same one."""
        others = Organisation.objects.exclude(pk=self.instance.parent_id).for_listing()
        return list(others.like(self.cleaned_data["name"])[:5])


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    class Meta:
        model = Invitation
        fields = ("email", "role")
        labels = {"email": _("E-mail address")}
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.organisation = standing.organisation
        self.instance.invited_by = standing.user
        choices = labels(standing.gives)
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        self.fields["role"].initial = choices[0][0] if len(choices) == 1 else None

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "email" in data and "role" in data:
            self._refuse_what_is_there_already(data["email"], data["role"])
        return data

    def _refuse_what_is_there_already(self, email: str, role: str) -> None:
        organisation = self.instance.organisation
        if organisation.memberships.filter(user__email__iexact=email, role=role).exists():
            self.add_error("email", _("This person already has that role here."))
        if organisation.invitations.unanswered().to(email).filter(role=role).exists():
            self.add_error("email", _("This person is already invited to that role. Send the invitation again."))


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, standing: Standing, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.initial = {"role": membership.role}
        self.fields["role"].choices = labels(standing.gives)  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper

    def clean_role(self) -> str:
        held = Membership.objects.filter(user=self.membership.user_id, organisation=self.membership.organisation_id)
        if held.exclude(pk=self.membership.pk).filter(role=self.cleaned_data["role"]).exists():
            raise ValidationError(_("This person already has that role here."))
        return str(self.cleaned_data["role"])


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = User
        fields = ("first_name", "last_name", "language")
        labels = {"first_name": _("First name"), "last_name": _("Last name"), "language": _("Language")}
        help_texts = {"language": _("For the pages and for the e-mails you get.")}
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(Div("first_name", "last_name", css_class="row"), "language")
        return helper


class DigestForm(forms.Form):
    kinds = forms.MultipleChoiceField(label=_("Tell me of"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(kind.name, kind.label) for kind in kinds_for(user)]  # type: ignore[attr-defined]
        self.initial = {"kinds": [kind.name for kind in wanted(user)]}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = helper.mark_optional = False
        return helper


class LoginForm(AllauthLoginForm):  # type: ignore[misc]  # allauth has no types
    """Without the grey words that say the labels once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignupForm(AllauthSignupForm):  # type: ignore[misc]  # allauth has no types
    """An account for somebody who is invited: the address is the invitation's, the password is typed once."""

    first_name = forms.CharField(
        label=_("First name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ("email", "first_name", "last_name", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("The address that was invited.")
        self.fields["email"].widget.attrs |= {"readonly": True}
        self.invitation = invitation_of(context.request)
        self.initial["email"] = self.invitation and self.invitation.email
        self.fields["password1"].help_text = _("At least ten characters. Three or four words are easy to remember.")
        for name in self.fields:
            self.fields[name].widget.attrs.pop("placeholder", None)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout("email", Div("first_name", "last_name", css_class="row"), Field("password1"))
        return helper

    def clean_email(self) -> str:
        if self.invitation is None or self.cleaned_data["email"].lower() != self.invitation.email.lower():
            raise ValidationError(_("Use the address that the invitation was sent to."))
        return str(super().clean_email())

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """The role comes with the account; the link has shown that the address is the person's."""
        user.language = get_language() or user.language
        user.save(update_fields=["language"])
        get_adapter(request).stash_verified_email(request, user.email)
        if self.invitation:
            self.invitation.accept(user)
            messages.success(request, welcome(self.invitation))
