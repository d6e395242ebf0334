"""Projects and what belongs to them."""

from django.urls import path

from projects.views import activities, calendar, comment_mail, comments, milestones, project_forms, projects

urlpatterns = [
    path("projects/", projects.project_list, name="project-list"),
    path("projects/new/", project_forms.project_create, name="project-create"),
    path("projects/<int:pk>/", projects.project, name="project"),
    path("projects/<int:pk>/edit/", project_forms.project_edit, name="project-edit"),
    path("projects/<int:pk>/acts/<slug:act>/", projects.project_act, name="project-act"),
    path("programmes/<int:pk>/", projects.programme, name="programme"),
    path("projects/<int:pk>/activities/", activities.activity_list, name="project-activities"),
    path("projects/<int:pk>/activities/new/", activities.activity_create, name="activity-create"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/edit/", activities.activity_edit, name="activity-edit"),
    path("activities/<int:pk>/compare/", activities.activity_ask, name="activity-ask"),
    path("activities/<int:pk>/judge/", activities.activity_judge, name="activity-judge"),
    path("activities/<int:pk>/acts/<slug:act>/", activities.activity_act, name="activity-act"),
    path("projects/<int:pk>/milestones/", milestones.milestone_list, name="project-milestones"),
    path("projects/<int:pk>/milestones/new/", milestones.milestone_create, name="milestone-create"),
    path("milestones/<int:pk>/", milestones.milestone, name="milestone"),
    path("milestones/<int:pk>/edit/", milestones.milestone_edit, name="milestone-edit"),
    path("milestones/<int:pk>/acts/<slug:act>/", milestones.milestone_act, name="milestone-act"),
    path("projects/<int:pk>/calendar/", calendar.project_calendar, name="project-calendar"),
    path("projects/<int:pk>/calendar/renew/", calendar.calendar_renew, name="calendar-renew"),
    path("projects/<int:pk>/calendar/revoke/", calendar.calendar_revoke, name="calendar-revoke"),
    path("projects/<int:pk>/calendar.ics", calendar.calendar_file, name="calendar-file"),
    path("calendar/<str:token>.ics", calendar.calendar_feed, name="calendar-feed"),
    path("projects/<int:pk>/comments/", comments.comment_list, name="project-comments"),
    path("projects/<int:pk>/comments/new/", comments.comment_create, name="comment-create"),
    path("projects/<int:pk>/comments/seen/", comments.comments_seen, name="comments-seen"),
    path("comments/<int:pk>/edit/", comments.comment_edit, name="comment-edit"),
    path("comments/<int:pk>/delete/", comments.comment_delete, name="comment-delete"),
    path("account/comments/", comment_mail.comment_mail, name="comment-mail"),
    path("comments/unsubscribe/<str:token>/", comment_mail.comment_unsubscribe, name="comment-unsubscribe"),
]
