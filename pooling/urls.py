from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("pooling.pool_urls")),
    path("", include("pooling.asking_urls")),
    path("", include("pooling.board_urls")),
    path("", include("pooling.gap_urls")),
    path("", include("pooling.effect_urls")),
    path("", include("pooling.proposal_urls")),
]
