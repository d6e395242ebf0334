"""E-mails that say nothing of what was written; deletion on time."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.enquiry_jobs import send_receipt, tell_asker, tell_unit
from projects.jobs import nightly
from projects.models import EnquiryCount, GuidanceEnquiry
from projects.models.enquiry_states import ANSWER, CLOSE
from tests.factories import MembershipFactory
from tests.projects.factories_guidance import GuidanceEnquiryFactory
from tests.projects.guidance.conftest import SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def html(message: Any) -> str:
    return str(message.alternatives[0].content)


class TestMails:
    def test_none_says_what_was_written_or_by_whom(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        enquiry.answer(ANSWER, guide, "Kom på torsdag")
        for job in (send_receipt, tell_asker, tell_unit):
            job(enquiry.pk)
        assert len(mail.outbox) == 3
        for message in mail.outbox:
            said = f"{message.subject} {message.body} {html(message)} {message.extra_headers}"
            words = (SECRET, "torsdag", enquiry.name, enquiry.phone)
            assert [word for word in words if word in said] == []
            assert enquiry.reference in said

    def test_each_is_sent_once(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        enquiry.answer(ANSWER, guide, "x")
        for _ in range(2):
            for job in (send_receipt, tell_asker, tell_unit):
                job(enquiry.pk)
        assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox) == 3

    def test_the_asker_reads_their_own_language_and_the_guide_theirs(self, guide: User, unit: Organisation) -> None:
        User.objects.update(language="en")
        enquiry = GuidanceEnquiryFactory.create(unit=unit, language="nb")
        send_receipt(enquiry.pk)
        tell_unit(enquiry.pk)
        receipt, notice = mail.outbox
        assert 'lang="nb"' in html(receipt)
        assert 'lang="en"' in html(notice)
        assert enquiry.token not in notice.body

    def test_another_message_is_another_mail(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        tell_unit(enquiry.pk)
        enquiry.ask_more("x")
        tell_unit(enquiry.pk)
        assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2

    def test_what_is_deleted_meanwhile_is_not_sent(self, enquiry: GuidanceEnquiry) -> None:
        GuidanceEnquiry.objects.all().delete()
        for job in (send_receipt, tell_asker, tell_unit):
            job(enquiry.pk)
        assert mail.outbox == []

    def test_all_guides_and_leaders_but_no_one_else(self, enquiry: GuidanceEnquiry) -> None:
        people = {role: MembershipFactory.create(organisation=enquiry.unit, role=role).user for role in MemberRole}
        tell_unit(enquiry.pk)
        assert {message.to[0] for message in mail.outbox} == {
            people[MemberRole.GUIDE].email,
            people[MemberRole.LEADER].email,
        }


class TestDeletedOnTime:
    def test_the_day_after_and_not_before(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        enquiry.answer(ANSWER, guide, "x")
        enquiry.carry_out(CLOSE, guide)
        EnquiryCount.add(enquiry.unit, enquiry.subject, timezone.localdate())
        nightly(enquiry.delete_after)
        assert GuidanceEnquiry.objects.exists()
        nightly(enquiry.delete_after + timedelta(days=1))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert not GuidanceEnquiry.objects.exists()
        assert EnquiryCount.objects.get().received == 1
        nightly(enquiry.delete_after + timedelta(days=1))

    def test_a_message_puts_it_off(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        day = enquiry.delete_after
        GuidanceEnquiry.objects.update(delete_after=timezone.localdate())
        enquiry.ask_more("x")
        enquiry.refresh_from_db()
        assert enquiry.delete_after == day
