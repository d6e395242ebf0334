"""A unit that takes enquiries, one enquiry, and its guide; another unit; a catalogue."""

from collections.abc import Callable

import pytest

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.knowledge import Knowledge, LocalOffer
from projects.models import GuidanceEnquiry
from tests.factories import MembershipFactory
from tests.projects.factories_guidance import GuidanceEnquiryFactory, UnitFactory, UnitServiceFactory

COURSES = [LocalOffer(f"Logistikk {n}", f"/offers/{n}/", "Fagskolen", "Bodø", n) for n in range(3)]
SECRET = "Fiskelukta sitter i veggene"
Member = Callable[..., User]


@pytest.fixture
def unit() -> Organisation:
    return UnitServiceFactory.create().unit


@pytest.fixture
def enquiry(unit: Organisation) -> GuidanceEnquiry:
    return GuidanceEnquiryFactory.create(unit=unit, text=SECRET)


@pytest.fixture
def guide(member: Member, unit: Organisation) -> User:
    """Logged in."""
    return member(MemberRole.GUIDE, unit)


@pytest.fixture
def other(unit: Organisation) -> Organisation:
    """Another unit of the same school, with a guide."""
    service = UnitServiceFactory.create(unit=UnitFactory.create(name="Opus", parent=unit.parent))
    MembershipFactory.create(organisation=service.unit, role=MemberRole.GUIDE)
    return service.unit


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Three courses for whatever is asked; what was asked is kept."""
    asked = []

    class Three(Knowledge):
        def offers_for(self, text: str, place: str = "") -> list[LocalOffer]:
            asked.append((text, place))
            return COURSES

    monkeypatch.setattr("projects.views.enquiries.knowledge", Three)
    return asked
