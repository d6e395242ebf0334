"""Model fields that Django lacks."""

from typing import Any

from django.db import models
from django.forms import Field


class WebAddressField(models.URLField[str, str]):
    """A URL typed without its scheme is taken for https (Django's own way from 6.0 on)."""

    def formfield(self, **kwargs: Any) -> Field | None:
        return super().formfield(**{"assume_scheme": "https", **kwargs})
