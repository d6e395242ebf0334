"""The public list page, beside a minimal hand-written view of the same table; both through Django's handler."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory

from benchmarks.clock import report, times
from brokering.models import CourseOffer

MINIMAL = """<!doctype html><title>Courses</title><ul>{% for offer in offers %}
<li><a href="/offers/{{ offer.pk }}/">{{ offer.title }}</a> {{ offer.provider.name }}</li>{% endfor %}</ul>"""


def minimal(request: HttpRequest) -> HttpResponse:
    offers = CourseOffer.objects.select_related("provider").order_by("title")[:20]
    return HttpResponse(engines["django"].from_string(MINIMAL).render({"offers": offers}, request))


def measure() -> None:
    settings.ALLOWED_HOSTS.append("testserver")
    client, request = Client(), RequestFactory().get("/")
    print()
    peer = times(lambda: minimal(request))
    report("a minimal view of the same table", peer)
    for name, path in {
        "offer list, 20 rows with filters and counts": "/offers/",
        "offer list, searched and filtered": "/offers/?q=sveising&mode=on_site",
        "front page": "/",
        "one offer": CourseOffer.objects.published()[0].get_absolute_url(),
    }.items():
        report(name, times(partial(client.get, path)), peer)
