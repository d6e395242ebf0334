from django.urls import path

from pooling.views import board

urlpatterns = [
    path("demand-board/", board.demand_board, name="demand-board"),
    path("demand-board/feed/renew/", board.demand_feed_renew, name="demand-feed-renew"),
    path("demand-board/feed/revoke/", board.demand_feed_revoke, name="demand-feed-revoke"),
    path("demand-board/feed/<str:token>/", board.demand_feed, name="demand-feed"),
    path("demand-board/said/<int:pk>/withdraw/", board.demand_could_withdraw, name="demand-could-withdraw"),
    path("demand-board/<slug:name>/", board.demand_could, name="demand-could"),
]
