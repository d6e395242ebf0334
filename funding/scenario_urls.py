from django.urls import path

from funding.views import scenarios

urlpatterns = [
    path("", scenarios.scenario_list, name="scenario-list"),
    path("new/", scenarios.scenario_create, name="scenario-create"),
    path("<int:pk>/", scenarios.scenario, name="scenario"),
]
