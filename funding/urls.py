from django.urls import include, path

from funding.views import decisions, money

MONEY = "projects/<int:pk>/money/"

urlpatterns = [
    path("", include("funding.frame_urls")),
    path("", include("funding.public_urls")),
    path(MONEY, money.project_money, name="project-money"),
    path(f"{MONEY}new/", money.commitment_create, name="commitment-create"),
    path(f"{MONEY}<int:commitment_pk>/edit/", money.commitment_edit, name="commitment-edit"),
    path(f"{MONEY}<int:commitment_pk>/conditions/new/", decisions.condition_create, name="condition-create"),
    path(f"{MONEY}conditions/<int:condition_pk>/assess/", decisions.condition_assess, name="condition-assess"),
    path(f"{MONEY}<int:commitment_pk>/<str:act>/", money.commitment_act, name="commitment-act"),
]
