"""Letters of decisions."""

from django.urls import path

from funding.views import letters

urlpatterns = [
    path("decisions/<int:pk>/letter/", letters.letter, name="letter"),
    path("decisions/<int:pk>/letter/make/", letters.letter_make, name="letter-make"),
    path("decisions/<int:pk>/letter/send/", letters.letter_send, name="letter-send"),
    path("decisions/<int:pk>/letter.pdf", letters.letter_file, name="letter-file"),
]
