"""Budget frames, schemes with their calls, and who may decide what."""

from django.urls import path

from funding.views import calls, delegations, frames, guide, requirements, schemes

urlpatterns = [
    path("frames/", frames.frame_list, name="frame-list"),
    path("frames/new/", frames.frame_create, name="frame-create"),
    path("frames/turning/", frames.turning, name="turning"),
    path("frames/<int:pk>/", frames.frame, name="frame"),
    path("frames/<int:pk>/entries/new/", frames.entry_create, name="entry-create"),
    path("schemes/", schemes.scheme_list, name="scheme-list"),
    path("schemes/new/", schemes.scheme_create, name="scheme-create"),
    path("schemes/guide/", guide.scheme_guide, name="scheme-guide"),
    path("schemes/<int:pk>/", schemes.scheme, name="scheme"),
    path("schemes/<int:pk>/edit/", schemes.scheme_edit, name="scheme-edit"),
    path("schemes/<int:pk>/ceilings/", schemes.ceiling_set, name="ceiling-set"),
    path("schemes/<int:pk>/calls/new/", calls.call_create, name="call-create"),
    path("schemes/<int:pk>/requirements/new/", requirements.requirement_create, name="requirement-create"),
    path("calls/<int:pk>/edit/", calls.call_edit, name="call-edit"),
    path("requirements/<int:pk>/remove/", requirements.requirement_remove, name="requirement-remove"),
    path("projects/<int:pk>/schemes/", guide.project_schemes, name="project-schemes"),
    path("delegations/", delegations.delegation_list, name="delegation-list"),
    path("delegations/new/", delegations.delegation_create, name="delegation-create"),
    path("delegations/<int:pk>/edit/", delegations.delegation_edit, name="delegation-edit"),
]
