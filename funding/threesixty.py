"""Granted money as open data by the 360Giving Data Standard 1.1: https://standard.threesixtygiving.org.

About organisations, never about people: no note, no draft, no project that is not public. What the standard demands
and nobody knows is not made up: such a grant is left out of the files, and stands in the register only.
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from funding.models import Commitment
from funding.models.commitment_states import TOLD
from funding.register import granted
from partners.models import Organisation

Grant = dict[str, Any]
VERSION = "1.1"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# org-id.guide's code for the register of organisations in Brønnøysund.
REGISTER = "NO-BRC"
LONGEST_TITLE = 140
# The standard's names of the columns of a file in rows, and where each is found.
COLUMNS: dict[str, tuple[str, ...]] = {
    "Identifier": ("id",),
    "Title": ("title",),
    "Description": ("description",),
    "Currency": ("currency",),
    "Amount Applied For": ("amountAppliedFor",),
    "Amount Awarded": ("amountAwarded",),
    "Amount Disbursed": ("amountDisbursed",),
    "Award Date": ("awardDate",),
    "URL": ("url",),
    "Planned Dates:Start Date": ("plannedDates", "startDate"),
    "Planned Dates:End Date": ("plannedDates", "endDate"),
    "Recipient Org:Identifier": ("recipientOrganization", "id"),
    "Recipient Org:Name": ("recipientOrganization", "name"),
    "Funding Org:Identifier": ("fundingOrganization", "id"),
    "Funding Org:Name": ("fundingOrganization", "name"),
    "Grant Programme:Code": ("grantProgramme", "code"),
    "Grant Programme:Title": ("grantProgramme", "title"),
    "Beneficiary Location:Name": ("beneficiaryLocation", "name"),
    "From an open call?": ("fromOpenCall",),
    "Last modified": ("dateModified",),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lacking(commitment: Commitment) -> list[str]:
    """What the standard demands and is not known, in words: with any of it a grant is left out of the files."""
    sum_ = granted(commitment.tranches.all())
    facts = {
        _("the amount"): sum_.known > 0 and not sum_.unknown,
        _("the day of the decision"): commitment.awarded_on,  # type: ignore[attr-defined]  # from register.published
        _("who gets it"): commitment.recipient,
    }
    return [name for name, fact in facts.items() if not fact]


def grants(commitments: Iterable[Commitment]) -> list[Grant]:
    """Those of register.for_files that lack nothing."""
    return [grant(one) for one in commitments if not lacking(one)]


def grant(commitment: Any) -> Grant:
    project, recipient = commitment.project, commitment.recipient
    told = commitment.state in TOLD
    made: Grant = {
        "id": f"{settings.GRANTS_PREFIX}-{commitment.pk}",
        "title": Truncator(commitment.title).chars(LONGEST_TITLE),
        "description": project.purpose.strip().split("\n")[0].strip() or commitment.title,
        "currency": "NOK",
        "amountAppliedFor": _applied(commitment),
        "amountAwarded": _number(granted(commitment.tranches.all()).known),
        "amountDisbursed": None if told else _number(commitment.paid),
        "awardDate": commitment.awarded_on.isoformat(),
        "url": settings.SITE_URL + project.get_absolute_url(),
        "plannedDates": _years(project),
        "recipientOrganization": [_organisation(recipient)],
        "fundingOrganization": [_organisation(commitment.funder)],
        "grantProgramme": _programme(commitment),
        "beneficiaryLocation": [_place(one) for one in project.municipalities.all()],
        "fromOpenCall": _from_call(commitment),
        "dateModified": commitment.changed_at.astimezone(UTC).isoformat(timespec="seconds"),
        "dataSource": settings.SITE_URL + reverse("grants-json"),
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


def package(found: list[Grant]) -> str:
    """All of them as one file of JSON."""
    about: Grant = {
        "version": VERSION,
        "title": _("Granted money in Kompetansebro"),
        "publisher": {"name": "Kompetansebro", "website": settings.SITE_URL},
        "license": LICENCE,
        "downloadURL": settings.SITE_URL + reverse("grants-json"),
        "accessURL": settings.SITE_URL + reverse("grant-list"),
        "grants": found,
    }
    return json.dumps(about, ensure_ascii=False, indent=1)


def table(found: list[Grant]) -> str:
    """The same as rows of CSV, by the standard's names of columns."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    rows.writerows([_cell(one, *path) for path in COLUMNS.values()] for one in found)
    return file.getvalue()


def _cell(grant: Grant, name: str, part: str = "") -> str:
    """Parts of a list stand beside each other. What a spreadsheet would take for a formula is marked as text."""
    value = grant.get(name, "")
    text = "; ".join(str(one.get(part, "")) for one in value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _number(amount: Decimal) -> int | float:
    """JSON has no decimals: two of them and 12 digits before them survive a float to the øre."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _applied(commitment: Commitment) -> int | float | None:
    years = commitment.application.years.all() if commitment.application else []
    return _number(sum((one.amount for one in years), Decimal(0))) if years else None


def _years(project: Any) -> list[Grant]:
    ends = {"startDate": project.first_year, "endDate": project.last_year}
    known = {name: str(year) for name, year in ends.items() if year}
    return [known] if known else []


def _organisation(one: Organisation) -> Grant:
    """By its number in the national register, or one of ours."""
    key = f"{REGISTER}-{one.number}" if one.number else f"{settings.GRANTS_PREFIX}-org-{one.pk}"
    about = {"id": key, "name": one.name, "addressCountry": "NO"}
    return about | ({"location": [_place(one.municipality)]} if one.municipality else {})


def _place(municipality: Any) -> Grant:
    return {"name": municipality.name, "countryCode": "NO", "geoCode": municipality.pk}


def _programme(commitment: Commitment) -> list[Grant]:
    scheme = commitment.scheme
    return [{"code": str(scheme.pk), "title": scheme.name}] if scheme else []


def _from_call(commitment: Commitment) -> str | None:
    application = commitment.application
    return ("Yes" if application.call_id else "No") if application else None
