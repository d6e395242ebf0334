"""For those who run the site: people, organisations, memberships. Places are read-only, being official."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.models import County, Digest, Invitation, Membership, Municipality, Organisation, Region, User
from partners.models.organisations import Role

# The site's own login, with its rate limits, also for the administration.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Kompetansebro"


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Seen, never touched."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PersonCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    add_form = PersonCreationForm
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "language")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (None, {"fields": ("is_demo", "last_login", "date_joined")}),
    )
    readonly_fields = ("is_demo", "last_login", "date_joined")
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff", "is_demo")
    list_filter = ("is_active", "is_staff", "is_demo", "memberships__role")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only superusers make others staff."""
        fields = super().get_readonly_fields(request, obj)
        superuser = request.user.is_active and request.user.is_superuser
        return fields if superuser else (*fields, "is_staff", "is_superuser", "groups", "user_permissions")


class OrganisationAdminForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Organisation
        fields = (
            *("name", "number", "parent", "roles", "municipality", "county", "serves"),
            *("about", "email", "website", "employees"),
        )


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    form = OrganisationAdminForm
    inlines = (MembershipInline,)
    autocomplete_fields = ("parent", "municipality")
    filter_horizontal = ("serves",)
    readonly_fields = ("registered_by", "is_demo", "key")
    list_display = ("name", "number", "municipality", "role_labels", "is_demo")
    list_select_related = ("municipality",)
    list_filter = ("is_demo", "municipality__county")
    search_fields = ("name", "number")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    autocomplete_fields = ("user", "organisation")
    list_display = ("user", "organisation", "role")
    list_select_related = ("user", "organisation")
    list_filter = ("role",)
    search_fields = ("user__email", "user__last_name", "organisation__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    """The token, which opens the door, is not shown."""

    fields = (
        "organisation",
        "role",
        "email",
        "invited_by",
        "created_at",
        "sent_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    list_display = ("email", "organisation", "role", "sent_at", "expires_at", "accepted_at", "withdrawn_at")
    list_select_related = ("organisation",)
    search_fields = ("email", "organisation__name")


class DeliveryFilter(admin.SimpleListFilter):
    title = _("delivery")
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("given_up", _("given up")), ("failing", _("failed, tried again")), ("sent", _("sent"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "given_up":
                return queryset.exclude(given_up_at=None)
            case "failing":
                return queryset.filter(given_up_at=None, sent_at=None, attempts__gt=0)
            case "sent":
                return queryset.exclude(sent_at=None)
        return queryset


@admin.register(Digest)
class DigestAdmin(ReadOnly):
    """Whether the weekly e-mails arrive, and which addresses are refused; what stands in them is not shown."""

    fields = ("user", "week", "until", "sent_at", "attempts", "next_attempt_at", "given_up_at", "error")
    list_display = ("user", "user__email", "week", "sent_at", "attempts", "given_up_at", "error")
    list_select_related = ("user",)
    list_filter = (DeliveryFilter, "week")
    search_fields = ("user__email",)


@admin.register(Municipality)
class MunicipalityAdmin(ReadOnly):
    list_display = ("number", "name", "county", "centre", "valid_from", "valid_to")
    list_select_related = ("county",)
    list_filter = ("county",)
    search_fields = ("number", "name", "official_name", "name_se")


@admin.register(County, Region)
class AreaAdmin(ReadOnly):
    search_fields = ("name", "name_se")
