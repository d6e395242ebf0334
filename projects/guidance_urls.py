"""Guidance: the public form, the page of whoever asked, the unit's enquiries; and what units do."""

from django.urls import path

from projects.views import enquiries, guidance, own_enquiry, services

urlpatterns = [
    path("guidance/", guidance.guidance, name="guidance"),
    path("guidance/units/", services.guidance_units, name="guidance-units"),
    path("guidance/deleted/", own_enquiry.enquiry_erased, name="guidance-erased"),
    path("guidance/inbox/", enquiries.enquiry_list, name="enquiry-list"),
    path("guidance/inbox/<int:pk>/", enquiries.enquiry, name="enquiry"),
    path("guidance/inbox/<int:pk>/answer/", enquiries.enquiry_answer, {"act": "answer"}, name="enquiry-answer"),
    path("guidance/inbox/<int:pk>/call/", enquiries.enquiry_answer, {"act": "call"}, name="enquiry-call"),
    path("guidance/inbox/<int:pk>/refer/", enquiries.enquiry_refer, name="enquiry-refer"),
    path("guidance/inbox/<int:pk>/forward/", enquiries.enquiry_forward, name="enquiry-forward"),
    path("guidance/inbox/<int:pk>/<str:act>/", enquiries.enquiry_act, name="enquiry-act"),
    path("guidance/<str:token>/", own_enquiry.own_enquiry, name="guidance-enquiry"),
    path("guidance/<str:token>/more/", own_enquiry.ask_more, name="guidance-more"),
    path("guidance/<str:token>/export/", own_enquiry.enquiry_export, name="guidance-export"),
    path("guidance/<str:token>/erase/", own_enquiry.enquiry_erase, name="guidance-erase"),
    path("organisations/<int:pk>/services/", services.organisation_services, name="organisation-services"),
    path("organisations/<int:pk>/services/new/", services.service_create, name="service-create"),
    path("services/<int:pk>/edit/", services.service_edit, name="service-edit"),
    path("services/<int:pk>/remove/", services.service_remove, name="service-remove"),
]
