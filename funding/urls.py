from django.urls import include, path

from funding.views import decisions, money, promises

MONEY = "projects/<int:pk>/money/"

urlpatterns = [
    path("", include("funding.case_urls")),
    path("", include("funding.plan_urls")),
    path("", include("funding.letter_urls")),
    path("", include("funding.frame_urls")),
    path("", include("funding.payment_urls")),
    path("", include("funding.public_urls")),
    path(MONEY, money.project_money, name="project-money"),
    path(f"{MONEY}new/", money.commitment_create, name="commitment-create"),
    path(f"{MONEY}<int:commitment_pk>/edit/", money.commitment_edit, name="commitment-edit"),
    path(f"{MONEY}<int:commitment_pk>/conditions/new/", decisions.condition_create, name="condition-create"),
    path(f"{MONEY}conditions/<int:condition_pk>/assess/", decisions.condition_assess, name="condition-assess"),
    path(f"{MONEY}<int:commitment_pk>/<str:act>/", money.commitment_act, name="commitment-act"),
    path("commitments/<int:pk>/", promises.commitment, name="commitment"),
    path("commitments/<int:pk>/acts/<str:act>/", promises.promise_act, name="promise-act"),
    path("tranches/<int:pk>/acts/<str:act>/", promises.tranche_act, name="tranche-act"),
    path("scenarios/", include("funding.scenario_urls")),
]
