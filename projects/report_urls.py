"""Reports of projects."""

from django.urls import path

from projects.views import reports, requirements

urlpatterns = [
    path("projects/<int:pk>/reports/", reports.project_reports, name="project-reports"),
    path("projects/<int:pk>/reports/new/", requirements.report_require, name="report-require"),
    path("projects/<int:pk>/reports/yearly/", requirements.report_require_yearly, name="report-require-yearly"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/edit/", reports.report_edit, name="report-edit"),
    path("reports/<int:pk>/changes/", reports.report_changes, name="report-changes"),
    path("reports/<int:pk>/time/", requirements.report_more_time, name="report-more-time"),
    path("reports/<int:pk>/remove/", requirements.report_remove, name="report-remove"),
    path("reports/<int:pk>/pdf/", reports.report_pdf, name="report-pdf"),
    path("reports/<int:pk>/acts/<slug:act>/", reports.report_act, name="report-act"),
]
