from django.urls import path

from pooling.views import bids, calling_off, course_requests, seats

urlpatterns = [
    path("pools/<int:pk>/ask/", course_requests.pool_ask, name="pool-ask"),
    path("course-requests/of-need/<int:pk>/", course_requests.need_ask, name="need-ask"),
    path("course-requests/", course_requests.course_request_list, name="course-request-list"),
    path("course-requests/<int:pk>/", course_requests.course_request, name="course-request"),
    path("course-requests/<int:pk>/edit/", course_requests.course_request_edit, name="course-request-edit"),
    path("course-requests/<int:pk>/providers/", course_requests.bid_add, name="bid-add"),
    path("course-requests/<int:pk>/providers/<int:bid_pk>/<str:act>/", course_requests.bid_act, name="bid-act"),
    path("course-requests/<int:pk>/choose/<int:bid_pk>/", course_requests.bid_choose, name="bid-choose"),
    path("course-requests/<int:pk>/cancel/", course_requests.course_request_cancel, name="course-request-cancel"),
    path("course-requests/<int:pk>/resume/", course_requests.course_request_resume, name="course-request-resume"),
    path("course-requests/<int:pk>/<str:act>/", course_requests.course_request_act, name="course-request-act"),
    path("bids/<str:token>/", bids.bid, name="bid"),
    path("runs/<int:pk>/seats/", seats.run_seats, name="run-seats"),
    path("runs/<int:pk>/call-off/", calling_off.run_call_off, name="run-call-off"),
    path("reservations/<int:pk>/release/", seats.reservation_release, name="reservation-release"),
]
