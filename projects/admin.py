"""For those who run the site: how long enquiries are kept, and how many there are. Never what is in them."""

from django.contrib import admin

from partners.admin import ReadOnly
from projects.models import EnquiryCount, GuidanceEnquiry, RetentionRule


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
    """Where one has come to, so that somebody who calls can be helped. Neither its text nor who wrote it."""

    fields = list_display = ("reference", "unit", "state", "created_at", "delete_after")
    list_select_related = ("unit",)
    list_filter = ("state",)
    search_fields = ("reference",)
