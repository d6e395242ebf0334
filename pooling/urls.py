from django.urls import URLPattern, URLResolver, include, path

from pooling.views.notices import notice_stop

urlpatterns: list[URLPattern | URLResolver] = [
    path("e-mails/<str:token>/stop/", notice_stop, name="notice-stop"),
    path("", include("pooling.pool_urls")),
    path("", include("pooling.asking_urls")),
    path("", include("pooling.board_urls")),
    path("", include("pooling.gap_urls")),
    path("", include("pooling.effect_urls")),
    path("", include("pooling.proposal_urls")),
]
