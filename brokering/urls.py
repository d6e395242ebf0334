from django.urls import path

from brokering.views import matches, needs, offers, proposals, searches

urlpatterns = [
    path("offers/", offers.offer_list, name="offer-list"),
    path("offers/<int:pk>/", offers.offer, name="offer"),
    path("providers/<int:pk>/", offers.provider, name="provider"),
    path("searches/save/", searches.search_save, name="search-save"),
    path("searches/<int:pk>/delete/", searches.search_delete, name="search-delete"),
    path("match/", matches.wish, name="match"),
    path("compare/", matches.compare, name="compare"),
    path("needs/", needs.need_list, name="need-list"),
    path("needs/new/", needs.need_create, name="need-create"),
    path("needs/<int:pk>/", needs.need, name="need"),
    path("needs/<int:pk>/edit/", needs.need_edit, name="need-edit"),
    path("needs/<int:pk>/matches/", matches.need_matches, name="need-matches"),
    path("needs/<int:pk>/matches/<int:offer_pk>/verdict/", matches.verdict, name="verdict"),
    path("needs/<int:pk>/matches/<int:offer_pk>/verdict/withdraw/", matches.verdict_withdraw, name="verdict-withdraw"),
    path("needs/<int:pk>/matches/<int:offer_pk>/propose/", matches.propose, name="propose"),
    path("needs/<int:pk>/<str:act>/", needs.need_act, name="need-act"),
    path("proposals/<int:pk>/<str:act>/", proposals.proposal_act, name="proposal-act"),
    path("proposals/<str:token>/", proposals.proposal, name="proposal"),
    path("proposals/<str:token>/seen/", proposals.proposal_seen, name="proposal-seen"),
]
