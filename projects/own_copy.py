"""What whoever asked for guidance takes along: all that is stored about the enquiry, but the key to its page."""

from typing import Any

from django.db.models import Model

from projects.models import GuidanceEnquiry

# Keys to doors, and what only the database needs.
LEFT_OUT = {"id", "token", "fingerprint", "enquiry", "by", "taken_by"}


def copy_of(enquiry: GuidanceEnquiry) -> dict[str, Any]:
    """Ready for JSON. Of the unit's people it says the unit, not the person."""
    return {
        **_row(enquiry),
        "unit": str(enquiry.unit),
        "municipality": str(enquiry.municipality),
        "messages": [
            _row(one) | {"unit": str(one.unit) if one.unit else None} for one in enquiry.messages.select_related("unit")
        ],
        "referrals": [_row(one) for one in enquiry.referrals.all()],
        "events": [_row(one) for one in enquiry.events.all()],
    }


def _row(thing: Model) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(thing)
        for field in thing._meta.concrete_fields
        if field.name not in LEFT_OUT
    }
