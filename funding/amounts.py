"""Kroner as people write and read them, and shares of them. Everything is Decimal; nothing passes through a float."""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

HUNDREDTH = Decimal("0.01")
LARGEST = Decimal("999999999999.99")
# Kroner in groups of three or in one piece, then perhaps øre. A dot before three digits parts thousands.
GROUPED = re.compile(r"(\d{1,3}(?:[ .]\d{3})+|\d+)(?:,(\d{1,2}|-))?")
ENGLISH = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")
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


def nok(amount: Decimal | None) -> str:
    """“NOK 1 400 000”, with øre only where there are some. What is not known is not 0, and says so."""
    if amount is None:
        return _("unknown amount")
    decimals = 0 if amount == amount.to_integral_value() else 2
    return _("NOK %(price)s") % {"price": number_format(amount, decimals, force_grouping=True)}


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """The part in per cent of the whole, with two decimals, halves rounded up: 4.4 of 7.1 million is 61.97."""
    return (part * 100 / whole).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
