"""How much state aid of small amounts an undertaking has got in three years, and how much more it may get (I18)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.models import AidAward, AidCeiling, Decision, EuroRate, Undertaking
from funding.models.aid import euros
from funding.models.awarding import aid_of, is_aid
from funding.models.limits import SENTENCES
from partners.models import Organisation
from projects.money import percent


class Meter(NamedTuple):
    """In EUR, to one day. Without a ceiling for that day `ceiling_eur` and `left_eur` are unknown."""

    on: date
    used_eur: Decimal
    ceiling_eur: Decimal | None
    left_eur: Decimal | None
    awards: list[AidAward]
    """Those that count, the latest first."""

    @property
    def is_over(self) -> bool:
        """What was told by the applicant may be more than is allowed."""
        return self.left_eur is not None and self.left_eur < 0

    @property
    def share(self) -> str:
        """So much of the ceiling is used, at most all of it, for a picture: “12.50”."""
        if not self.ceiling_eur:
            return "0"
        return str(percent(min(self.used_eur, self.ceiling_eur), self.ceiling_eur))


def meter_of(organisation: Organisation, on: date) -> Meter:
    """That of the undertaking which it is part of. Three queries."""
    return aid_meter(Undertaking.objects.known(organisation), on)


def aid_meter(undertaking: Undertaking | None, on: date) -> Meter:
    """Two queries. None is one of which nothing is known."""
    awards = list(AidAward.objects.filter(undertaking=undertaking).counting(on)) if undertaking else []
    used = sum((award.amount_eur for award in awards), Decimal(0))
    ceiling = AidCeiling.objects.on(on)
    most = ceiling.amount_eur if ceiling else None
    return Meter(on, used, most, None if most is None else most - used, awards)


def why_no_aid(decision: Decision, on: date) -> str:
    """What keeps it from being decided that day, as the database will say; "" where it promises no aid or may do so."""
    amount = aid_of(decision) if is_aid(decision) else Decimal(0)
    if not amount:
        return ""
    if decision.recipient is None:
        return _("It is not stated who gets the money, so its aid cannot be written down.")
    rate = EuroRate.objects.filter(on=on).first()
    if rate is None:
        return _("No rate of the euro is recorded for %(day)s.") % {"day": date_format(on)}
    left = meter_of(decision.recipient, on).left_eur
    return str(SENTENCES["aid_within_ceiling"]) if left is None or euros(amount, rate.nok_per_eur) > left else ""
