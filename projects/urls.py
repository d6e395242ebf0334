"""Projects and what belongs to them."""

from django.urls import path

from projects.views import goals, history, partners, project_forms, projects

urlpatterns = [
    path("projects/", projects.project_list, name="project-list"),
    path("projects/new/", project_forms.project_create, name="project-create"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/edit/", project_forms.project_edit, name="project-edit"),
    path("projects/<int:pk>/acts/<slug:act>/", projects.project_act, name="project-act"),
    path("projects/<int:pk>/partners/", partners.project_partners, name="project-partners"),
    path("projects/<int:pk>/partners/new/", partners.partner_create, name="partner-create"),
    path("projects/partners/<int:pk>/edit/", partners.partner_edit, name="partner-edit"),
    path("projects/partners/<int:pk>/remove/", partners.partner_remove, name="partner-remove"),
    path("projects/<int:pk>/goals/", goals.project_goals, name="project-goals"),
    path("projects/<int:pk>/goals/new/", goals.goal_create, name="goal-create"),
    path("projects/goals/<int:pk>/edit/", goals.goal_edit, name="goal-edit"),
    path("projects/goals/<int:pk>/remove/", goals.goal_remove, name="goal-remove"),
    path("projects/<int:pk>/risks/new/", goals.risk_create, name="risk-create"),
    path("projects/risks/<int:pk>/edit/", goals.risk_edit, name="risk-edit"),
    path("projects/risks/<int:pk>/close/", goals.risk_close, name="risk-close"),
    path("projects/<int:pk>/history/", history.project_history, name="project-history"),
    path("programmes/<int:pk>/", projects.programme, name="programme"),
]
