"""Two people changed the same thing: what each of them wrote, side by side."""

from typing import Any

from django.forms import BoundField, ModelForm


def differences(typed: "ModelForm[Any] | None", stored: "ModelForm[Any]") -> list[tuple[str, str, str]]:
    """Label, what is stored now, and what was typed, for each field where these are not the same."""
    fields = [] if typed is None else [(shown(stored[name]), shown(typed[name]), name) for name in stored.fields]
    return [(str(stored[name].label), now, mine) for now, mine, name in fields if now != mine]


def shown(field: BoundField) -> str:
    """A field's value in words."""
    if hasattr(field.field, "choices"):
        return ", ".join(str(one.data["label"]) for one in field.subwidgets if one.data["selected"])
    value = field.value()
    return ", ".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value).strip()
