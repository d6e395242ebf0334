"""Requests for payment, payments, and state aid."""

from django.urls import path

from funding.views import aid, payments, requests

urlpatterns = [
    path("commitments/<int:pk>/requests/new/", requests.request_create, name="request-create"),
    path("commitments/<int:pk>/returns/new/", requests.return_create, name="return-create"),
    path("requests/<int:pk>/", requests.request, name="request"),
    path("requests/<int:pk>/edit/", requests.request_edit, name="request-edit"),
    path("requests/<int:pk>/acts/<str:act>/", requests.request_act, name="request-act"),
    path("requests/<int:pk>/documents/<int:document>/", requests.request_document, name="request-document"),
    path("payments/", payments.payment_list, name="payment-list"),
    path("aid/<int:pk>/", aid.aid, name="aid"),
    path("aid/<int:pk>/declare/", aid.aid_declare, name="aid-declare"),
    path("aid/<int:pk>/rate/", aid.euro_rate_create, name="euro-rate-create"),
]
