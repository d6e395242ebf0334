"""The rules of a scheme in plain words, as pairs of what it is about and what holds. What is not stated says so."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.guide import share
from funding.models import FundingScheme
from projects.money import nok


def rules_of(scheme: FundingScheme) -> list[tuple[str, str]]:
    rules = [
        (_("How much of the costs"), _share(scheme.share_cap, _("At most %(share)s %% of the costs are paid."))),
        (
            _("Paid in advance"),
            _share(scheme.advance_share, _("At most %(share)s %% of the year’s money is paid before the costs come.")),
        ),
        (
            _("Auditor"),
            _amount(scheme.auditor_from, _("An auditor confirms accounts of %(amount)s or more.")),
        ),
        (_("Acceptance"), _days(scheme.acceptance_days)),
        (_("Last claim"), _months(scheme.claim_months)),
        (_("Own effort"), _amount(scheme.effort_rate, _("An hour of own work counts as %(amount)s."))),
    ]
    if scheme.is_aid:
        aid = _("The money is small state aid (de minimis): tell of all such aid of the last three years.")
        rules.append((_("State aid"), aid))
    return rules


def _share(part: Decimal | None, sentence: str) -> str:
    return _("not stated") if part is None else sentence % {"share": share(part)}


def _amount(amount: Decimal | None, sentence: str) -> str:
    return _("not stated") if amount is None else sentence % {"amount": nok(amount)}


def _days(days: int | None) -> str:
    if days is None:
        return _("not stated")
    told = ngettext(
        "What is granted is accepted within %(n)s day of the letter.",
        "What is granted is accepted within %(n)s days of the letter.",
        days,
    )
    return told % {"n": days}


def _months(months: int | None) -> str:
    if months is None:
        return _("not stated")
    told = ngettext(
        "The last claim for a year is sent within %(n)s month after it.",
        "The last claim for a year is sent within %(n)s months after it.",
        months,
    )
    return told % {"n": months}
