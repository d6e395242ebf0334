"""For those who run the site. Projects live on their own pages; programmes and their owners are kept here.

Of guidance enquiries it has how long they are kept and how many there are; never what is in them.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.admin import ReadOnly, ReadOnlyInline
from projects.models import (
    EnquiryCount,
    GuidanceEnquiry,
    Programme,
    Project,
    ProjectEvent,
    ProjectPartner,
    RetentionRule,
    TargetGroup,
)
from projects.models.services import GUIDES


class ProjectAdminForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    target_groups = forms.MultipleChoiceField(
        label=_("Target groups"), choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class Partners(ReadOnlyInline):
    model = ProjectPartner
    fields = ("organisation", "role", "runs", "starts_on", "ends_on", "note")


class ProjectEvents(ReadOnlyInline):
    model = ProjectEvent
    fields = ("at", "act", "from_state", "to_state", "by", "why")


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    autocomplete_fields = ("owner", "manager")
    readonly_fields = ("is_demo",)
    list_display = ("name", "owner", "manager", "wants_new", "is_demo")
    list_select_related = ("owner", "manager")
    search_fields = ("name",)


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """A state moves by acts on the pages only, so here it is seen, not set; so are those who take part."""

    form = ProjectAdminForm
    inlines = (Partners, ProjectEvents)
    autocomplete_fields = ("programme", "municipalities", "leader")
    filter_horizontal = ("regions",)
    readonly_fields = ("state", "created_by", "created_at", "updated_at", "key", "is_demo")
    list_display = ("name", "programme", "state", "period_label", "is_public", "is_demo")
    list_select_related = ("programme",)
    list_filter = ("state", "programme", "is_public", "is_demo")
    search_fields = ("name", "purpose")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A project begins with the one who has the idea: on the pages."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its events are never deleted, so neither is the project: it is cancelled."""
        return False


@admin.register(RetentionRule)
class RetentionRuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    autocomplete_fields = ("unit",)
    list_display = ("__str__", "months")
    list_select_related = ("unit",)


@admin.register(EnquiryCount)
class EnquiryCountAdmin(ReadOnly):
    list_display = ("unit", "subject", "month", "received")
    list_select_related = ("unit",)
    list_filter = ("subject",)


@admin.register(GuidanceEnquiry)
class GuidanceEnquiryAdmin(ReadOnly):
    """Where one has come to, so that somebody who calls can be helped. Neither its text nor who wrote it.

    A unit where nobody reads any more is seen here: then somebody is to be made guide or leader there.
    """

    fields = ("reference", "unit", "state", "created_at", "delete_after")
    list_display = (*fields, "readers")
    list_select_related = ("unit",)
    list_filter = ("state",)
    search_fields = ("reference",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[GuidanceEnquiry]:
        reading = Q(unit__memberships__role__in=GUIDES, unit__memberships__user__is_active=True)
        readers = Count("unit__memberships__user", filter=reading, distinct=True)
        found: QuerySet[GuidanceEnquiry] = super().get_queryset(request)
        return found.annotate(readers=readers)

    @admin.display(description=_("people who read it"))
    def readers(self, enquiry: GuidanceEnquiry) -> int:
        return int(enquiry.readers)  # type: ignore[attr-defined]  # annotated above
