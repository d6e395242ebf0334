from django.urls import path

from pooling.views import proposals

urlpatterns = [
    path("pools/proposals/", proposals.pool_proposal_list, name="pool-proposal-list"),
    path("pools/proposals/<int:pk>/", proposals.pool_proposal, name="pool-proposal"),
    path("pools/proposals/<int:pk>/<str:act>/", proposals.pool_proposal_decide, name="pool-proposal-decide"),
]
