"""What those who run the site see of pooling: whether e-mails arrive, not what stands in them."""

from django.contrib import admin

from partners.admin import DeliveryFilter, ReadOnly
from pooling.models import Notice


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    fields = ("name", "written_at", "sent_at", "attempts", "next_attempt_at", "given_up_at", "error")
    list_display = ("name", "written_at", "sent_at", "attempts", "given_up_at", "error")
    list_filter = (DeliveryFilter,)
    search_fields = ("name",)
