"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from config import views
from partners.views.account import language

urlpatterns = [
    path("", views.front, name="front"),
    path("waiting/", views.waiting, name="waiting"),
    path("", include("brokering.urls")),
    path("", include("funding.urls")),
    path("", include("pooling.urls")),
    path("", include("projects.urls")),
    path("", include("partners.urls")),
    path("about/", views.about, name="about"),
    path("gallery/", views.gallery, name="gallery"),
    path("health", views.health, name="health"),
    path("language/", language, name="set_language"),
    path("admin/", admin.site.urls),
]

handler400 = "config.views.bad_request"
