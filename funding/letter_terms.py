"""The terms in a decision's letter, in words: what binds whom, how it is paid and accepted, and what aid it is."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.money import grouped, nok

Facts = dict[str, Any]


def conditions(facts: Facts, binds: str) -> Facts:
    """Conditions bind who gets the money, reservations are the funder's: the letter keeps them apart."""
    items = [[one["text"], _about(one)] for one in facts["conditions"] if one["binds"] == binds]
    if not items:
        return {}
    if binds == "condition":
        title, lead = _("Conditions"), _("Whoever gets the money is bound by this:")
    else:
        title, lead = _("Reservations"), _("The funder makes these reservations. The money hangs on them:")
    return {"title": title, "text": [[lead]], "items": items, "table": None, "after": []}


def _about(condition: Facts) -> str:
    parts = [
        _("For %(year)s.") % condition if condition["year"] else "",
        _("By %(day)s.") % {"day": _day(condition["due_on"])} if condition["due_on"] else "",
        _("Nothing is paid before it is met.") if condition["first"] else "",
    ]
    return " ".join(part for part in parts if part)


def payment(facts: Facts) -> Facts:
    terms = facts["terms"]
    if terms is None:
        return {}
    sentences = [
        _("Money is paid when it is asked for, once the commitment is accepted and the year’s money is released."),
        _("Up to %(share)s of a year’s money can be paid in advance.") % {"share": _share(terms["advance_share"])}
        if terms["advance_share"]
        else _("Nothing is paid in advance."),
        _("What is paid in all is at most %(share)s of approved, documented costs.") % {"share": _share(terms["share"])}
        if terms["share"]
        else "",
        _("From %(amount)s an auditor confirms the accounts.") % {"amount": nok(Decimal(terms["auditor_from"]))}
        if terms["auditor_from"]
        else "",
        _("The last day for payments is %(day)s.") % {"day": _day(terms["expires_on"])} if terms["expires_on"] else "",
        _("Money that is not used goes back to the funder."),
    ]
    return _paragraph(_("Payment"), sentences)


def acceptance(facts: Facts) -> Facts:
    if facts["terms"] is None:
        return {}
    days = facts["terms"]["acceptance_days"]
    soon = ngettext(
        "The commitment lapses unless it is accepted within %(days)d day after this letter is sent.",
        "The commitment lapses unless it is accepted within %(days)d days after this letter is sent.",
        days or 0,
    ) % {"days": days or 0}
    return _paragraph(
        _("Acceptance"),
        [
            _("Who gets the money accepts the commitment with its conditions in Kompetansebro."),
            soon if days else _("No time limit is stated."),
        ],
    )


def aid(facts: Facts) -> Facts:
    """De minimis: told to who gets it, since they must tell of it themselves (Regulation (EU) 2023/2831, article 7)."""
    aid = facts["aid"]
    if aid is None:
        return {}
    sentences = [
        _("The grant is de minimis aid under Commission Regulation (EU) 2023/2831."),
        _("It counts as EUR %(eur)s (%(nok)s, at NOK %(rate)s for a euro).") % _rates(aid)
        if aid["eur"]
        else _("What it counts as in euro is set on the day of the decision."),
        _("These count as one undertaking: %(group)s.") % {"group": "; ".join(aid["group"])} if aid["group"] else "",
        _("An undertaking can get at most EUR %(ceiling)s of such aid in any three years.")
        % {"ceiling": grouped(Decimal(aid["ceiling_eur"]))}
        if aid["ceiling_eur"]
        else "",
        _("It has to be told of whenever other aid is applied for."),
    ]
    return _paragraph(_("State aid"), sentences)


def _rates(aid: Facts) -> dict[str, str]:
    return {
        "eur": number_format(Decimal(aid["eur"]), 2, force_grouping=True),
        "nok": nok(Decimal(aid["nok"])),
        "rate": number_format(Decimal(aid["rate"]), 4),
    }


def _paragraph(title: str, sentences: list[str]) -> Facts:
    text = " ".join(sentence for sentence in sentences if sentence)
    return {"title": title, "text": [[text]], "items": [], "table": None, "after": []}


def _share(share: str) -> str:
    """“50 %”."""
    return _("%(number)s %%") % {"number": number_format((Decimal(share) * 100).normalize())}


def _day(day: str) -> str:
    return date_format(date.fromisoformat(day))
