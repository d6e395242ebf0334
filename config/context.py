"""What every page may show, without a query."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {"demo": settings.DEMO, "accessibility_statement_url": settings.ACCESSIBILITY_STATEMENT_URL}
