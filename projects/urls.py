"""Projects and what belongs to them."""

from django.urls import path

from projects.views import project_forms, projects

urlpatterns = [
    path("projects/", projects.project_list, name="project-list"),
    path("projects/new/", project_forms.project_create, name="project-create"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/edit/", project_forms.project_edit, name="project-edit"),
    path("projects/<int:pk>/acts/<slug:act>/", projects.project_act, name="project-act"),
    path("programmes/<int:pk>/", projects.programme, name="programme"),
]
