from django.urls import path

from funding.views import applications, cases, deciding

urlpatterns = [
    path("projects/<int:pk>/applications/", applications.project_applications, name="project-applications"),
    path("projects/<int:pk>/applications/new/", applications.application_create, name="application-create"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/edit/", applications.application_edit, name="application-edit"),
    path("applications/<int:pk>/acts/<str:act>/", applications.application_act, name="application-act"),
    path("cases/", cases.case_list, name="case-list"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/acts/<str:act>/", cases.case_act, name="case-act"),
    path("cases/<int:pk>/decision/", deciding.decision_begin, name="decision-begin"),
    path("commitments/<int:pk>/strengthen/", deciding.commitment_strengthen, name="commitment-strengthen"),
    path("decisions/<int:pk>/", deciding.decision, name="decision"),
    path("decisions/<int:pk>/edit/", deciding.decision_edit, name="decision-edit"),
    path("decisions/<int:pk>/acts/<str:act>/", deciding.decision_act, name="decision-act"),
]
