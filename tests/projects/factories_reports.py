"""Reports in every state."""

from datetime import date
from typing import Any

import factory

from partners.models import User
from projects.models import Report, ReportingRequirement
from tests.factories import ProjectFactory, UserFactory


class ReportingRequirementFactory(factory.django.DjangoModelFactory[ReportingRequirement]):
    """For the year 2025, due at the end of January; its planned report comes with it."""

    class Meta:
        model = ReportingRequirement

    project = factory.SubFactory(ProjectFactory)
    title = "Framdriftsrapport 2025"
    first_day, last_day, due_on = date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 31)

    class Params:
        final = factory.Trait(kind="final", title="Sluttrapport")


def begun(**facts: Any) -> Report:
    """A report whose text is written."""
    report: Report = ReportingRequirementFactory.create(**facts).report
    report.begin(UserFactory.create())
    report.done, report.reached = "Vi besøkte 40 bedrifter.", "Tolv kurs er satt i gang."
    report.save()
    return report


def sent(by: User | None = None, **facts: Any) -> Report:
    report = begun(**facts)
    report.send(by or UserFactory.create())
    return report


def approved(by: User | None = None, **facts: Any) -> Report:
    report = sent(**facts)
    report.approve(by or UserFactory.create())
    return report
