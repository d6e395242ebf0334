"""Gaps between demand and supply."""

from django.urls import path

from pooling.views import gaps

urlpatterns = [
    path("gaps/", gaps.gap_list, name="gap-list"),
    path("gaps/table.csv", gaps.gap_csv, name="gap-csv"),
    path("gaps/table.xlsx", gaps.gap_xlsx, name="gap-xlsx"),
    path("gaps/what-if/", gaps.gap_what_if, name="gap-what-if"),
    path("gaps/needs/", gaps.gap_needs, name="gap-needs"),
    path("gaps/figure/", gaps.gap_figure, name="gap-figure"),
]
