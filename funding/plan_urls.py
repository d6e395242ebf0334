from django.urls import path

from funding.views import plan_files, plans, statements

urlpatterns = [
    path("projects/<int:pk>/plan/", plans.project_plan, name="project-plan"),
    path("projects/<int:pk>/plan/new/", plans.plan_begin, name="plan-begin"),
    path("projects/<int:pk>/plan/import/", plan_files.plan_import, name="plan-import"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan-edit"),
    path("plans/<int:pk>/compare/<int:other>/", plans.plan_compare, name="plan-compare"),
    path("plans/<int:pk>/plan.xlsx", plan_files.plan_file, name="plan-file"),
    path("plans/<int:pk>/acts/<str:act>/", plans.plan_act, name="plan-act"),
    path("projects/<int:pk>/statements/", statements.project_statements, name="project-statements"),
    path("projects/<int:pk>/statements/new/", statements.statement_create, name="statement-create"),
    path("statements/<int:pk>/", statements.statement, name="statement"),
    path("statements/<int:pk>/edit/", statements.statement_edit, name="statement-edit"),
    path("statements/<int:pk>/review/", statements.statement_review, name="statement-review"),
    path("statements/<int:pk>/send/", statements.statement_send, name="statement-send"),
    path("statements/<int:pk>/return/", statements.statement_return, name="statement-return"),
    path("statements/<int:pk>/documents/<int:document_pk>/", statements.statement_document, name="statement-document"),
]
