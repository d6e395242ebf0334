from django.urls import path

from pooling.views import board

urlpatterns = [
    path("demand/", board.demand_board, name="demand-board"),
    path("demand/feed/renew/", board.demand_feed_renew, name="demand-feed-renew"),
    path("demand/feed/revoke/", board.demand_feed_revoke, name="demand-feed-revoke"),
    path("demand/feed/<str:token>/", board.demand_feed, name="demand-feed"),
    path("demand/said/<int:pk>/withdraw/", board.demand_could_withdraw, name="demand-could-withdraw"),
    path("demand/<slug:name>/", board.demand_could, name="demand-could"),
]
