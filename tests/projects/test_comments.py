"""What the partners of a project say to one another: who reads, writes, changes, deletes, and who is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from partners.models import Organisation, User
from partners.models.roles import MemberRole
from projects.forms.comments import named
from projects.models import Comment, Project, ProjectState
from projects.models.agreements import READY, SEND
from projects.waiting import mentions
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.projects.factories_activities import ActivityFactory, CommentFactory, MilestoneFactory
from tests.projects.factories_agreements import drafted
from tests.projects.factories_reports import ReportingRequirementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]


@pytest.fixture
def page(project: Project) -> str:
    return f"/projects/{project.pk}/comments/"


@pytest.fixture
def other(keeper: User, partner: User) -> User:
    """Takes part too, and is not the one who is logged in."""
    return keeper


class TestReading:
    def test_who_takes_part_reads_and_others_do_not(
        self, client: Client, member: Callable[..., User], project: Project, page: str, partner: User
    ) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        CommentFactory.create(project=project, text="Bare for oss")
        assert "Bare for oss" in client.get(page).content.decode()
        member()
        assert client.get(page).status_code == 403
        client.logout()
        assert client.get(page)["Location"].startswith("/account/login/")

    def test_what_was_typed_is_text_and_its_links_can_be_followed(
        self, client: Client, partner: User, project: Project, page: str
    ) -> None:
        text = "<script>alert(1)</script> se https://nav.no/a?b=1&c=2 og javascript:alert(1)"
        CommentFactory.create(project=project, text=text)
        shown = client.get(page).content.decode()
        assert "<script>alert" not in shown
        assert '<a href="https://nav.no/a?b=1&amp;c=2" rel="nofollow">' in shown
        assert 'href="javascript' not in shown

    def test_what_is_said_of_a_part_stands_on_its_page_and_is_linked_from_the_tab(
        self, client: Client, partner: User, project: Project, page: str
    ) -> None:
        for thing in (ActivityFactory.create(project=project), MilestoneFactory.create(project=project)):
            name = str(thing._meta.model_name)
            comment = CommentFactory.create(project=project, text=f"Om {name}", **{name: thing})
            assert f"Om {name}" in client.get(thing.get_absolute_url()).content.decode()
            tab = client.get(page).content.decode()
            assert f"Om {name}" not in tab
            assert comment.get_absolute_url() in tab

    def test_agreements_and_reports_are_spoken_of_on_their_pages_by_those_inside_only(
        self, client: Client, keeper: User, project: Project, page: str
    ) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        asked = ReportingRequirementFactory.create(project=project)
        agreement = drafted(OrganisationFactory.create(), OrganisationFactory.create(), project=project)
        for act in (READY, SEND):
            agreement.carry_out(act, None)
        outside = MembershipFactory.create(
            organisation=agreement.parties.all()[0].organisation, role=MemberRole.LEADER
        ).user
        for name, thing in (("report", asked.report), ("agreement", agreement)):
            client.post(f"{page}new/", {"text": f"Om {name}", "about": f"{name}-{thing.pk}"})
            assert f"Om {name}" in client.get(thing.get_absolute_url()).content.decode()
        client.force_login(outside)
        seen = client.get(agreement.get_absolute_url())
        assert seen.status_code == 200
        assert "Om agreement" not in seen.content.decode()

    def test_what_is_said_of_a_draft_is_for_those_who_see_the_draft(
        self, client: Client, partner: User, keeper: User, project: Project, page: str
    ) -> None:
        draft = drafted(project=project)
        comment = CommentFactory.create(project=project, agreement=draft, text="Hemmelig")
        comment.told.add(partner)
        assert list(Comment.objects.visible_to(keeper)) == [comment]
        assert not Comment.objects.visible_to(partner).exists()
        client.force_login(partner)
        assert comment.get_absolute_url() not in client.get(page).content.decode()
        assert client.post(f"{page}new/", {"text": "Hei", "about": f"agreement-{draft.pk}"}).status_code == 404

    def test_new_ones_are_marked_until_they_are_read(
        self, client: Client, partner: User, project: Project, page: str
    ) -> None:
        CommentFactory.create(project=project)
        elsewhere = CommentFactory.create(project=project, activity=ActivityFactory.create(project=project))
        assert client.get(page).context["unseen"] == 1
        assert client.get(page).context["unseen"] == 1
        assert client.post(f"{page}seen/")["Location"] == page
        assert client.get(page).context["unseen"] == 0
        assert list(Comment.objects.unseen_by(partner)) == [elsewhere]

    def test_with_scripts_the_page_tells_that_by_itself(
        self, client: Client, partner: User, project: Project, page: str
    ) -> None:
        CommentFactory.create(project=project)
        answer = client.post(f"{page}seen/", {"about": ""}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert not Comment.objects.unseen_by(partner).exists()

    def test_asks_as_many_queries_for_ten_as_for_one(
        self, client: Client, partner: User, project: Project, page: str, queries: Queries
    ) -> None:
        CommentFactory.create(project=project).told.add(partner)
        activity = ActivityFactory.create(project=project)
        CommentFactory.create(project=project, activity=activity)
        one = queries(page)
        for comment in CommentFactory.create_batch(9, project=project):
            comment.told.add(UserFactory.create())
        CommentFactory.create_batch(9, project=project, activity=activity)
        assert queries(page) == one <= 15


class TestWriting:
    def test_it_stands_on_the_page_of_what_it_is_about(
        self, client: Client, partner: User, project: Project, page: str
    ) -> None:
        activity = ActivityFactory.create(project=project)
        answer = client.post(f"{page}new/", {"text": "Hei", "about": f"activity-{activity.pk}"})
        comment = Comment.objects.get()
        assert (comment.author, comment.activity, comment.text) == (partner, activity, "Hei")
        assert answer["Location"] == f"{activity.get_absolute_url()}#comment-{comment.pk}"

    def test_an_empty_one_is_asked_for_again_and_keeps_its_place(
        self, client: Client, partner: User, project: Project, page: str
    ) -> None:
        about = f"milestone-{MilestoneFactory.create(project=project).pk}"
        answer = client.post(f"{page}new/", {"text": "  ", "about": about})
        assert answer.context["form"].errors
        assert f'value="{about}"' in answer.content.decode()

    @pytest.mark.parametrize("about", ["activity-999999", "activity-x", "person-1", "-", "activity-" + "9" * 40])
    def test_about_nothing_that_is_there(
        self, client: Client, partner: User, project: Project, page: str, about: str
    ) -> None:
        assert client.post(f"{page}new/", {"text": "Hei", "about": about}).status_code == 404

    def test_not_about_a_thing_of_another_project(
        self, client: Client, partner: User, project: Project, page: str
    ) -> None:
        foreign = f"activity-{ActivityFactory.create().pk}"
        assert client.post(f"{page}new/", {"text": "Hei", "about": foreign}).status_code == 404

    def test_those_outside_do_not_write(
        self, client: Client, member: Callable[..., User], project: Project, page: str
    ) -> None:
        Project.objects.update(state=ProjectState.RUNNING)
        member()
        assert client.post(f"{page}new/", {"text": "Hei"}).status_code == 403
        assert not Comment.objects.exists()


class TestTelling:
    def test_those_who_are_ticked_and_those_who_are_named_are_told(
        self, client: Client, other: User, partner: User, project: Project, page: str
    ) -> None:
        client.post(f"{page}new/", {"text": "Se her", "told": [other.pk]})
        client.post(f"{page}new/", {"text": f"Hva sier du, @{other.get_full_name().upper()}?"})
        assert [list(comment.told.all()) for comment in Comment.objects.all()] == [[other], [other]]

    def test_nobody_outside_can_be_told(self, client: Client, partner: User, project: Project, page: str) -> None:
        outsider = UserFactory.create()
        answer = client.post(f"{page}new/", {"text": f"Hei @{outsider}", "told": [outsider.pk]})
        assert "told" in answer.context["form"].errors

    def test_a_longer_name_is_another_person(self) -> None:
        short, long = User(first_name="Kari", last_name="Nord"), User(first_name="Kari", last_name="Nordmann")
        assert named("@Kari Nordmann, ring meg", [short, long, User(email="x@example.no")]) == [long]

    def test_many_are_folded_away(
        self, client: Client, partner: User, project: Project, page: str, agency: Organisation
    ) -> None:
        assert "Tell somebody about it" not in client.get(page).content.decode()
        MembershipFactory.create_batch(9, organisation=agency)
        shown = client.get(page).content.decode()
        assert shown.count('name="told"') == 9
        assert "<summary>Tell somebody about it</summary>" in shown

    def test_it_waits_for_them_until_it_is_read(
        self, client: Client, other: User, partner: User, project: Project, page: str
    ) -> None:
        CommentFactory.create(project=project, author=partner, text="Se her").told.add(other)
        today = timezone.localdate()
        (card,) = mentions.waiting(other, today)
        assert (card.text, card.tag) == ("Se her", project.name)
        assert list(mentions.waiting(partner, today)) == []
        client.force_login(other)
        client.post(f"{page}seen/")
        assert list(mentions.waiting(other, today)) == []

    def test_it_does_not_wait_for_who_has_left(self, partner: User, project: Project) -> None:
        CommentFactory.create(project=project).told.add(partner)
        partner.memberships.all().delete()
        assert list(mentions.waiting(User.objects.get(pk=partner.pk), timezone.localdate())) == []


class TestOwn:
    @pytest.fixture
    def comment(self, partner: User, project: Project) -> Comment:
        return CommentFactory.create(project=project, author=partner, text="Feil dag")

    def test_is_changed_for_fifteen_minutes(self, client: Client, comment: Comment) -> None:
        client.post(f"/comments/{comment.pk}/edit/", {"text": "Riktig dag"})
        changed = Comment.objects.get()
        assert changed.text == "Riktig dag"
        assert changed.edited_at is not None

    def test_and_not_later(self, client: Client, comment: Comment) -> None:
        Comment.objects.update(created_at=timezone.now() - timedelta(minutes=15))
        answer = client.post(f"/comments/{comment.pk}/edit/", {"text": "Riktig dag"})
        assert answer.status_code == 403
        assert "for fifteen minutes" in answer.content.decode()
        assert Comment.objects.get().text == "Feil dag"

    def test_nor_when_the_time_runs_out_while_one_types(self, comment: Comment) -> None:
        with pytest.raises(ValidationError, match="fifteen minutes"):
            comment.change("Riktig dag", at=comment.created_at + timedelta(minutes=16))

    def test_is_deleted_and_leaves_a_trace_without_its_words(self, client: Client, comment: Comment, page: str) -> None:
        comment.told.add(UserFactory.create())
        client.post(f"/comments/{comment.pk}/delete/")
        shown = client.get(page).content.decode()
        assert "Feil dag" not in shown
        assert "The comment is deleted." in shown
        assert not comment.told.exists()
        assert client.post(f"/comments/{comment.pk}/delete/").status_code == 403

    def test_is_nobody_elses_to_change(self, client: Client, comment: Comment, keeper: User) -> None:
        client.force_login(keeper)
        for path in ("edit", "delete"):
            answer = client.post(f"/comments/{comment.pk}/{path}/", {"text": "Noe annet"})
            assert answer.status_code == 403
        assert Comment.objects.get().text == "Feil dag"

    def test_is_not_there_for_those_outside(
        self, client: Client, comment: Comment, member: Callable[..., User]
    ) -> None:
        member()
        assert client.get(f"/comments/{comment.pk}/edit/").status_code == 404
