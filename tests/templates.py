"""Templates of ours may not name what they were not given: in tests that fails, where Django shows nothing."""

import sys
from typing import Any

import pytest
from django.conf import settings

OURS = str(settings.BASE_DIR / "templates")


class Undefined(str):
    """Django's `string_if_invalid`: asked what to show for a variable that is not there, it fails the test.

    Templates of other packages (the administration's, the widgets') live by such variables and are left alone.
    """

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: Any) -> str:
        template = being_rendered()
        if template.startswith(OURS):
            pytest.fail(f"{template.removeprefix(OURS)} names {variable}, which is not there", pytrace=False)
        return ""


def being_rendered() -> str:
    """The file of the template that is at work, read from the nearest frame that has its context."""
    frame: Any = sys._getframe(2)
    while frame and "context" not in frame.f_locals:
        frame = frame.f_back
    render_context = getattr(frame and frame.f_locals["context"], "render_context", None)
    return str(getattr(getattr(render_context, "template", None), "origin", ""))
