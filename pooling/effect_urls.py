from django.urls import path

from pooling.views import effect, enrolments, followups, outcomes

urlpatterns = [
    path("effect/", effect.effect, name="effect"),
    path("effect/csv/", effect.effect_csv, name="effect-csv"),
    path("projects/<int:pk>/effect/", effect.project_effect, name="project-effect"),
    path("runs/<int:pk>/outcome/", outcomes.run_outcome, name="run-outcome"),
    path("enrol/<str:token>/", enrolments.enrol, name="enrol"),
    path("enrolments/<str:token>/", enrolments.enrolment, name="enrolment"),
    path("enrolments/<str:token>/withdraw/", enrolments.enrolment_withdraw, name="enrolment-withdraw"),
    path("follow-ups/<str:token>/", followups.follow_up, name="follow-up"),
    path("follow-ups/<str:token>/stop/", followups.follow_up_stop, name="follow-up-stop"),
]
