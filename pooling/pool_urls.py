from django.urls import path

from pooling.views import answers, pool_forms, pools

urlpatterns = [
    path("pools/", pools.pool_list, name="pool-list"),
    path("pools/new/", pool_forms.pool_create, name="pool-create"),
    path("pools/<int:pk>/", pools.pool, name="pool"),
    path("pools/<int:pk>/edit/", pool_forms.pool_edit, name="pool-edit"),
    path("pools/<int:pk>/costs/", pool_forms.pool_costs, name="pool-costs"),
    path("pools/<int:pk>/firms/", pool_forms.pool_firms, name="pool-firms"),
    path("pools/<int:pk>/invite/", pool_forms.pool_invite, name="pool-invite"),
    path("pools/<int:pk>/acts/<str:act>/", pools.pool_act, name="pool-act"),
    path("pools/members/<int:pk>/", pools.pool_member, name="pool-member"),
    path("pools/answer/<str:token>/", answers.pool_answer, name="pool-answer"),
]
