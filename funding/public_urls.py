"""What everybody may read of money."""

from django.urls import path

from funding.views import grants

urlpatterns = [
    path("grants/", grants.grant_list, name="grant-list"),
    path("grants.json", grants.grants_json, name="grants-json"),
    path("grants.csv", grants.grants_csv, name="grants-csv"),
]
