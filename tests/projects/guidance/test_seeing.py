"""An enquiry is seen by the guides and leaders of the unit that has it, and by nobody else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import User
from partners.models.roles import MemberRole
from partners.personal_data import stored_about
from projects.enquiry_permissions import enquiry_actions
from projects.models import GuidanceEnquiry
from projects.models.enquiry_states import ANSWER, TAKE, EnquiryState
from projects.waiting.guidance import in_time, waiting
from tests.factories import UserFactory
from tests.projects.factories_guidance import GuidanceEnquiryFactory, UnitFactory
from tests.projects.guidance.conftest import COURSES, SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Member = Callable[..., User]
PAGES = ("enquiry", "enquiry-refer", "enquiry-forward")


def press(client: Client, enquiry: GuidanceEnquiry, name: str, **said: Any) -> Any:
    args = [enquiry.pk] if name not in {"take", "close"} else [enquiry.pk, name]
    url = reverse("enquiry-act" if len(args) == 2 else f"enquiry-{name}", args=args)
    return client.post(url, said, follow=True)


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", MemberRole)
    def test_in_the_unit_guides_and_leaders(
        self, client: Client, member: Member, enquiry: GuidanceEnquiry, role: str
    ) -> None:
        user = member(role, enquiry.unit)
        reads = role in {MemberRole.GUIDE, MemberRole.LEADER}
        assert GuidanceEnquiry.objects.visible_to(user).exists() == reads
        assert (SECRET in client.get(reverse("enquiry-list")).content.decode()) == reads
        assert {client.get(reverse(page, args=[enquiry.pk])).status_code for page in PAGES[:2]} == {
            200 if reads else 404
        }

    @pytest.mark.parametrize("where", ["parent", "sibling", "elsewhere"])
    @pytest.mark.parametrize("role", MemberRole)
    def test_nobody_of_another_house(
        self, client: Client, member: Member, enquiry: GuidanceEnquiry, role: str, where: str
    ) -> None:
        sibling = UnitFactory.create(parent=enquiry.unit.parent)
        member(role, {"parent": enquiry.unit.parent, "sibling": sibling, "elsewhere": UnitFactory.create()}[where])
        assert SECRET not in client.get(reverse("enquiry-list")).content.decode()
        for page in PAGES:
            assert client.get(reverse(page, args=[enquiry.pk])).status_code == 404
        for act in ("take", "close", "answer", "call"):
            assert press(client, enquiry, act, text="x").status_code == 404

    def test_nor_those_who_run_the_site(self, client: Client, enquiry: GuidanceEnquiry) -> None:
        """In the administration stands where it has come to, and not a word of it."""
        client.force_login(User.objects.create_superuser("admin@example.no", "x"))
        assert client.get(reverse("enquiry", args=[enquiry.pk])).status_code == 404
        admin = "admin:projects_guidanceenquiry"
        pages = [
            reverse(f"{admin}_changelist"),
            *(reverse(f"{admin}_{p}", args=[enquiry.pk]) for p in ("change", "history")),
        ]
        for url in pages:
            page = client.get(url).content.decode()
            assert enquiry.reference in page
            theirs = (SECRET, enquiry.name, enquiry.email, enquiry.phone, enquiry.token)
            assert [word for word in theirs if word in page] == []
        assert client.get(reverse(f"{admin}_changelist"), {"q": "Fiskelukta"}).content.decode().count(str(enquiry)) == 0
        assert not any(name in dir(__import__("projects.admin").admin) for name in ("EnquiryMessage", "Referral"))

    def test_a_stranger_is_asked_to_log_in(self, client: Client, enquiry: GuidanceEnquiry) -> None:
        for url in (reverse("enquiry-list"), enquiry.get_absolute_url()):
            assert client.get(url).headers["Location"].startswith(reverse("account_login"))

    def test_who_leaves_the_unit_sees_it_no_more_and_took_nothing_along(
        self, client: Client, guide: User, enquiry: GuidanceEnquiry
    ) -> None:
        press(client, enquiry, "answer", text="Kom på torsdag, Ida")
        enquiry.refer(guide, COURSES, "Kanskje disse")
        copy = repr(stored_about(guide))
        assert "GuidanceEnquiry" in copy
        theirs = (SECRET, "torsdag", "Kanskje", "Logistikk", enquiry.name, enquiry.email, enquiry.phone, enquiry.token)
        assert [word for word in theirs if word in copy] == []
        guide.memberships.all().delete()
        assert client.get(enquiry.get_absolute_url()).status_code == 404

    def test_what_one_may_do_is_the_units(self, enquiry: GuidanceEnquiry) -> None:
        actions = enquiry_actions(UserFactory.create(), enquiry, others=True)
        assert set(actions.values()) == {"Only the guides and leaders of the unit that has the enquiry can do this."}


class TestTheList:
    def test_the_longest_waiting_comes_first(self, client: Client, guide: User, enquiry: GuidanceEnquiry) -> None:
        long_ago = timezone.now() - timedelta(days=14)
        old = GuidanceEnquiryFactory.create(unit=enquiry.unit, name="Per Gammel", waits_since=long_ago)
        GuidanceEnquiryFactory.create(unit=enquiry.unit, name="Nils Svart", state=EnquiryState.ANSWERED)
        page = client.get(reverse("enquiry-list")).content.decode()
        assert page.index(old.name) < page.index(enquiry.name)
        assert "Has waited 10 working days" in page
        assert "Came today" in page
        assert "Nils Svart" not in page
        assert "Nils Svart" in client.get(reverse("enquiry-list"), {"done": "1"}).content.decode()

    def test_none_is_said_in_words(self, client: Client, guide: User) -> None:
        assert "Nobody waits for an answer" in client.get(reverse("enquiry-list")).content.decode()
        assert "None is answered yet" in client.get(reverse("enquiry-list"), {"done": "1"}).content.decode()

    def test_whoever_guides_nowhere_is_told(self, client: Client, member: Member) -> None:
        member()
        assert "You read no enquiries" in client.get(reverse("enquiry-list")).content.decode()

    def test_guides_find_it_in_the_navigation(self, client: Client, guide: User) -> None:
        assert f'href="{reverse("enquiry-list")}"' in client.get("/").content.decode()

    def test_queries_do_not_grow(self, queries: Callable[[str], int], guide: User, enquiry: GuidanceEnquiry) -> None:
        first, page = queries(reverse("enquiry-list")), queries(enquiry.get_absolute_url())
        for n in range(9):
            GuidanceEnquiryFactory.create(unit=enquiry.unit)
            enquiry.answer(ANSWER, guide, str(n))
        assert queries(reverse("enquiry-list")) == first
        assert queries(enquiry.get_absolute_url()) <= page + 1, "whoever took it"


class TestWaiting:
    def test_a_new_one_waits_for_the_guides_without_a_word_of_it(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        (card,) = waiting(guide, timezone.localdate())
        assert (card.tag, card.color, card.url) == ("Nobody has taken it yet", "warning", enquiry.get_absolute_url())
        assert card.act
        assert card.act.url == reverse("enquiry-act", args=[enquiry.pk, "take"])
        assert SECRET not in repr(card)
        assert enquiry.name not in repr(card)

    def test_after_three_working_days_it_warns(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        monday = timezone.make_aware(datetime(2026, 11, 16, 9))  # noqa: DTZ001 - made aware
        GuidanceEnquiry.objects.update(waits_since=monday)
        colors = [next(waiting(guide, monday.date() + timedelta(days=n))).color for n in (0, 3, 4)]
        assert colors == ["warning", "warning", "danger"]
        assert in_time(monday.date() + timedelta(days=4)) == monday.date() + timedelta(days=9), "over a weekend"

    def test_one_that_a_colleague_took_is_theirs(self, guide: User, enquiry: GuidanceEnquiry) -> None:
        enquiry.carry_out(TAKE, UserFactory.create())
        assert list(waiting(guide, timezone.localdate())) == []

    def test_for_nobody_else(self, member: Member, enquiry: GuidanceEnquiry) -> None:
        assert list(waiting(member(MemberRole.BROKER, enquiry.unit), timezone.localdate())) == []
