"""What every page may show, without a query."""

from django.conf import settings
from django.http import HttpRequest

from config import demo_region


def site(request: HttpRequest) -> dict[str, object]:
    known: dict[str, object] = {
        "demo": settings.DEMO,
        "accessibility_statement_url": settings.ACCESSIBILITY_STATEMENT_URL,
    }
    if settings.DEMO:
        known |= {"demo_logins": demo_region.logins, "demo_password": demo_region.PASSWORD}
    return known
