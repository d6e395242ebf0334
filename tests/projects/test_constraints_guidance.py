"""What must not be cannot be stored of services and enquiries: each rule that the database holds is broken once."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError

from partners.models import Organisation
from projects.models import (
    EnquiryCount,
    EnquiryEvent,
    EnquiryMessage,
    GuidanceEnquiry,
    Referral,
    RetentionRule,
    UnitService,
)
from tests.projects.factories_guidance import GuidanceEnquiryFactory, UnitFactory, UnitServiceFactory

pytestmark = pytest.mark.django_db


def broken(**facts: object) -> object:
    return GuidanceEnquiryFactory.create(), GuidanceEnquiry.objects.update(**facts)


def referred_twice() -> None:
    enquiry = GuidanceEnquiryFactory.create()
    for _ in range(2):
        Referral.objects.create(enquiry=enquiry, offer=1, title="x", url="/")


def with_words() -> None:
    states = {"from_state": "received", "to_state": "received"}
    EnquiryEvent.objects.create(enquiry=GuidanceEnquiryFactory.create(), act="forward", why="Ida is tired", **states)


def same_service_twice() -> None:
    service = UnitServiceFactory.create()
    UnitServiceFactory.create(unit=service.unit)


def count(month: date, unit: Organisation) -> None:
    EnquiryCount.objects.create(unit=unit, subject="guidance", month=month)


def counted_twice() -> None:
    unit = UnitFactory.create()
    for _ in range(2):
        count(date(2026, 5, 1), unit)


def two_rules_for_all() -> None:
    RetentionRule.objects.get_or_create(unit=None, defaults={"months": 6})
    RetentionRule.objects.create(unit=None, months=3)


BREAKS: dict[str, Callable[[], object]] = {
    "a_unit_has_a_service_once": same_service_twice,
    "service_kind_is_known": lambda: UnitServiceFactory.create(kind="magic"),
    "service_audiences_are_known": lambda: UnitServiceFactory.create(audiences=["cats"]),
    "an_asker_can_be_reached": lambda: broken(email="", phone="", answer_by=""),
    "who_wants_a_call_gives_a_number": lambda: broken(answer_by="phone", phone=""),
    "who_wants_an_email_gives_an_address": lambda: broken(email=""),
    "a_firm_says_its_name": lambda: broken(asker="firm"),
    "enquiry_state_is_known": lambda: broken(state="lost"),
    "enquiry_route_is_known": lambda: broken(route="by pigeon"),
    "enquiry_subject_is_known": lambda: broken(subject="love"),
    "events_of_enquiries_say_nothing_personal": with_words,
    "a_course_is_referred_to_once": referred_twice,
    "one_retention_rule_a_unit": two_rules_for_all,
    "enquiries_are_kept_one_to_sixty_months": lambda: RetentionRule.objects.create(
        unit=UnitFactory.create(), months=61
    ),
    "enquiries_are_counted_once": counted_twice,
    "a_month_is_its_first_day": lambda: count(date(2026, 5, 2), UnitFactory.create()),
}


def test_every_rule_of_the_models_is_broken_here() -> None:
    models = (UnitService, GuidanceEnquiry, EnquiryMessage, EnquiryEvent, Referral, RetentionRule, EnquiryCount)
    assert {rule.name for model in models for rule in model._meta.constraints} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_the_database_refuses(rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        BREAKS[rule]()


def test_other_help_may_be_of_many_kinds() -> None:
    unit = UnitFactory.create()
    assert len(UnitServiceFactory.create_batch(2, unit=unit, kind="other")) == 2
