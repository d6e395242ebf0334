"""For those who run the site: schemes and their ceilings. Promises move by acts on the pages; here they are seen."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from funding.models import BudgetFrame, Commitment, Condition, FrameEntry, FundingScheme, SchemeCeiling, Tranche
from partners.admin import ReadOnly


class Seen(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CeilingInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = SchemeCeiling
    extra = 1


class TrancheInline(Seen):
    model = Tranche
    fields = readonly_fields = ("year", "amount", "state", "decided_on", "decided_by")


class ConditionInline(Seen):
    model = Condition
    fk_name = "commitment"
    fields = readonly_fields = ("tranche", "kind", "binds", "text", "state")


class EntryInline(Seen):
    model = FrameEntry
    fields = readonly_fields = ("on", "kind", "amount", "why", "decided_by", "by")


@admin.register(BudgetFrame)
class BudgetFrameAdmin(ReadOnly):
    list_display = ("source", "year")
    list_select_related = ("source",)
    list_filter = ("year",)
    inlines = (EntryInline,)


@admin.register(FundingScheme)
class FundingSchemeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    list_display = ("name", "programme", "manager", "share_cap")
    list_select_related = ("programme", "manager")
    search_fields = ("name",)
    inlines = (CeilingInline,)


@admin.register(Commitment)
class CommitmentAdmin(ReadOnly):
    list_display = ("title", "project", "funder", "amount", "state")
    list_select_related = ("project", "funder")
    list_filter = ("state",)
    search_fields = ("title", "project__name", "funder__name")
    inlines = (TrancheInline, ConditionInline)
