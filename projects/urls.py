"""Projects and what belongs to them."""

from django.urls import path

from projects.views import agreement_forms, agreements, project_forms, projects, signing

urlpatterns = [
    path("projects/", projects.project_list, name="project-list"),
    path("projects/new/", project_forms.project_create, name="project-create"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/edit/", project_forms.project_edit, name="project-edit"),
    path("projects/<int:pk>/acts/<slug:act>/", projects.project_act, name="project-act"),
    path("programmes/<int:pk>/", projects.programme, name="programme"),
    path("projects/<int:pk>/agreements/", agreements.project_agreements, name="project-agreements"),
    path("projects/<int:pk>/agreements/new/", agreement_forms.agreement_create, name="agreement-create"),
    path("agreements/<int:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<int:pk>/edit/", agreement_forms.agreement_edit, name="agreement-edit"),
    path("agreements/<int:pk>/version/", agreement_forms.agreement_version, name="agreement-version"),
    path("agreements/<int:pk>/sign/", signing.agreement_sign, name="agreement-sign"),
    path("agreements/<int:pk>/decline/", signing.agreement_decline, name="agreement-decline"),
    path("agreements/<int:pk>/paper/", signing.agreement_paper, name="agreement-paper"),
    path("agreements/<int:pk>/acts/<slug:act>/", agreements.agreement_act, name="agreement-act"),
    path("agreements/<int:pk>/documents/<int:document>/", agreements.agreement_document, name="agreement-document"),
]
