from django.urls import path

from projects.views import projects

urlpatterns = [
    path("projects/", projects.project_list, name="project-list"),
    path("projects/<int:pk>/", projects.project, name="project"),
]
