"""Kroner as people write them. How they are read is in projects/money.py."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from projects.money import HUNDREDTH

LARGEST = Decimal("999999999999.99")
# Kroner in groups of three or in one piece, then perhaps øre. A dot before three digits parts thousands.
GROUPED = re.compile(r"(\d{1,3}(?: \d{3})+|\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}|-))?")
ENGLISH = re.compile(r"(\d{1,3}(?: \d{3})+|\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")
SPACES = re.compile(r"[\s\u00a0\u202f]+")


def parse_nok(text: str) -> Decimal:
    """What somebody typed: “1 400 000,00”, “1.400.000”, “1400000.50”, “kr 300 000,-”.

    ValidationError when it is not an amount, or could be two: “1,400” is one krone forty or one thousand four hundred.
    """
    bare = SPACES.sub(" ", text.lower().replace("nok", "").replace("kr", "")).strip(" .")
    written = GROUPED.fullmatch(bare) or ENGLISH.fullmatch(bare)
    if not written or re.fullmatch(r"\d{1,3},\d{3}", bare):
        raise ValidationError(_("“%(text)s” is not an amount. Write it like this: 1 400 000,00.") % {"text": text})
    kroner, part = re.sub(r"\D", "", written[1]), (written[2] or "").strip("-")
    amount = Decimal(f"{kroner}.{part or '0'}").quantize(HUNDREDTH)
    if amount > LARGEST:
        raise ValidationError(_("The amount is larger than any grant. Is a digit too much?"))
    return amount


class AmountField(forms.CharField):
    """An amount in NOK as people type it; None when nothing is typed, since nothing is not 0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40, "required": False, **options})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """As it would be typed."""
        return number_format(value, 2, force_grouping=True) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return parse_nok(typed) if typed else None

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value == 0:
            raise ValidationError(_("An amount is more than 0. Leave it empty when it is not known."))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def run_validators(self, value: Any) -> None:
        """Those of texts were run on what was typed."""
