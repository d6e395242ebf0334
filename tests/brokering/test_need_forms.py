"""Writing a need down and changing it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from brokering.models import CompetenceNeed
from brokering.models.choices import Level, Mode
from brokering.models.needs import NeedState
from partners.models import Municipality, Organisation, User
from partners.models.roles import MemberRole
from tests.factories import (
    CompetenceNeedFactory,
    MunicipalityFactory,
    OrganisationFactory,
    searchable,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
Queries = Callable[[str], int]
Member = Callable[..., User]
NEW = "/needs/new/"
TEXT = "Vi trenger to som kan sveise i aluminium før sesongen."


def filled(firm: Organisation, **changes: Any) -> dict[str, Any]:
    return {"employer": firm.pk, "text": TEXT, "headcount": "2", "source": "visit", **changes}


def states(need: CompetenceNeed) -> list[str]:
    return list(need.events.values_list("to_state", flat=True))


class TestWriting:
    def test_a_brokers_need_is_open_at_once_and_matched(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        offer = searchable(title="Sveising i aluminium")
        response = client.post(NEW, filled(firm, municipality="Kirkenes"))
        need = CompetenceNeed.objects.get()
        assert response.headers["Location"] == reverse("need-matches", args=[need.pk])
        assert (need.state, need.handled_by, need.created_by) == (NeedState.OPEN, agency, broker)
        assert states(need) == ["submitted", "open"]
        assert [match.offer for match in need.matches.all()] == [offer]

    def test_a_firms_need_goes_to_the_broker_of_its_place(
        self, client: Client, member: Member, agency: Organisation, firm: Organisation
    ) -> None:
        member("employee", firm)
        client.post(NEW, filled(firm))
        need = CompetenceNeed.objects.get()
        assert (need.state, need.handled_by) == (NeedState.SUBMITTED, agency)

    def test_where_nobody_brokers_it_is_kept_all_the_same(
        self, client: Client, member: Member, firm: Organisation
    ) -> None:
        member("employee", firm)
        client.post(NEW, filled(firm))
        assert CompetenceNeed.objects.get().handled_by is None

    def test_a_draft_stays_with_its_writer(self, client: Client, member: Member, firm: Organisation) -> None:
        member("employee", firm)
        client.post(NEW, filled(firm, draft="1"))
        need = CompetenceNeed.objects.get()
        assert (need.state, states(need)) == (NeedState.DRAFT, [])

    def test_the_only_firm_one_works_for_is_chosen_already(
        self, client: Client, member: Member, firm: Organisation
    ) -> None:
        member("employee", firm)
        assert client.get(NEW).context["form"].initial["employer"] == firm.pk

    def test_what_a_stranger_typed_comes_along(self, client: Client, member: Member, place: Municipality) -> None:
        member()
        page = client.get(NEW, {"q": TEXT, "municipality": "Kirkenes", "headcount": "3"}).content.decode()
        assert TEXT in page
        assert 'value="Kirkenes"' in page

    def test_one_writes_for_firms_one_has_to_do_with_only(
        self, client: Client, member: Member, firm: Organisation
    ) -> None:
        member("employee", firm)
        stranger = OrganisationFactory.create()
        response = client.post(NEW, filled(stranger))
        assert "employer" in response.context["form"].errors
        assert not CompetenceNeed.objects.exists()

    def test_a_reader_writes_for_nobody(self, client: Client, member: Member, firm: Organisation) -> None:
        member(MemberRole.READER, firm)
        assert "employer" in client.post(NEW, filled(firm)).context["form"].errors

    def test_a_broker_writes_for_firms_in_the_places_served_only(
        self, client: Client, broker: User, firm: Organisation
    ) -> None:
        elsewhere = OrganisationFactory.create(municipality=MunicipalityFactory.create(number="1841", name="Fauske"))
        choices = client.get(NEW).context["form"].fields["employer"].queryset
        assert firm in choices
        assert elsewhere not in choices

    def test_only_brokers_say_how_they_heard_of_it(self, client: Client, member: Member, firm: Organisation) -> None:
        member("employee", firm)
        client.post(NEW, filled(firm, source="survey", next_follow_up="2030-01-01"))
        need = CompetenceNeed.objects.get()
        assert (need.source, need.next_follow_up) == ("form", None)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("text", ""),
            ("text", "a" * 4001),
            ("headcount", "0"),
            ("headcount", "-1"),
            ("headcount", "10001"),
            ("municipality", "Atlantis"),
            ("modes", "teleport"),
            ("level", "genius"),
            ("max_travel_km", "-5"),
            ("budget_nok", "mye"),
            ("budget_nok", "-1"),
            ("earliest_start", "31.02.2026"),
            ("competences", "nothing"),
        ],
    )
    def test_a_mistake_is_explained_and_keeps_what_was_typed(
        self, client: Client, broker: User, firm: Organisation, field: str, value: str
    ) -> None:
        response = client.post(NEW, filled(firm, **{"max_travel_km": "1733", field: value}))
        assert field in response.context["form"].errors
        page = response.content.decode()
        assert "Error:" in page
        assert (TEXT in page) == (field != "text")
        assert ('value="1733"' in page) == (field != "max_travel_km")
        assert not CompetenceNeed.objects.exists()

    def test_the_latest_start_is_not_before_the_earliest(
        self, client: Client, broker: User, firm: Organisation
    ) -> None:
        dates = {"earliest_start": "2030-05-01", "latest_start": "2030-04-01"}
        response = client.post(NEW, filled(firm, **dates))
        told = "Choose 1 May 2030 (the earliest start) or a later day, or leave this empty."
        assert response.context["form"].errors == {"latest_start": [told]}
        assert 'href="#id_latest_start">' in response.content.decode()

    def test_names_of_places_in_sami_and_of_towns_will_do(
        self, client: Client, broker: User, firm: Organisation
    ) -> None:
        MunicipalityFactory.create(number="5610", name="Karasjok", name_se="Kárášjohka")
        client.post(NEW, filled(firm, municipality="kárášjohka"))
        assert CompetenceNeed.objects.get().municipality_id == "5610"


class TestDuplicates:
    def test_one_that_says_nearly_the_same_is_shown_before_anything_is_saved(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        before = CompetenceNeedFactory.create(employer=firm, handled_by=agency, text=TEXT)
        response = client.post(NEW, filled(firm, text=f"{TEXT} Helst i Kirkenes."))
        assert response.context["duplicates"] == [before]
        assert before.get_absolute_url() in response.content.decode()
        assert CompetenceNeed.objects.get() == before

    def test_said_again_it_is_another_need(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        CompetenceNeedFactory.create(employer=firm, handled_by=agency, text=TEXT)
        client.post(NEW, filled(firm, confirmed="1"))
        assert CompetenceNeed.objects.count() == 2

    def test_closed_ones_other_firms_and_other_texts_are_none(
        self, client: Client, broker: User, agency: Organisation, firm: Organisation
    ) -> None:
        CompetenceNeedFactory.create(employer=firm, handled_by=agency, text=TEXT, state=NeedState.COVERED)
        CompetenceNeedFactory.create(handled_by=agency, text=TEXT)
        CompetenceNeedFactory.create(employer=firm, handled_by=agency, text="Hygienekurs til kjøkkenet på båten.")
        client.post(NEW, filled(firm))
        assert CompetenceNeed.objects.count() == 4


class TestChanging:
    def edit(self, client: Client, need: CompetenceNeed, **changes: Any) -> Any:
        url = reverse("need-edit", args=[need.pk])
        version = client.get(url).context["version"]
        return client.post(url, filled(need.employer, version=version, **changes))

    def test_saves_and_matches_anew(self, client: Client, broker: User, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency, text="Noe helt annet.")
        offer = searchable(title="Sveising i aluminium")
        assert self.edit(client, need).status_code == 302
        need.refresh_from_db()
        assert need.text == TEXT
        assert [match.offer for match in need.matches.all()] == [offer]

    def test_shows_the_place_by_its_name(self, client: Client, broker: User, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency)
        page = client.get(reverse("need-edit", args=[need.pk])).content.decode()
        assert 'value="Sør-Varanger"' in page

    def test_saved_by_somebody_else_meanwhile_shows_both_and_changes_nothing(
        self, client: Client, broker: User, agency: Organisation
    ) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency)
        url = reverse("need-edit", args=[need.pk])
        version = client.get(url).context["version"]
        need.text = "Den andres tekst."
        need.save()
        response = client.post(url, filled(need.employer, version=version, text="Min tekst.", headcount="7"))
        assert response.status_code == 409
        page = response.content.decode()
        assert "Somebody else changed the need" in page
        differ = {label: (stored, typed) for label, stored, typed in response.context["conflicts"]}
        assert differ["How many people"] == ("2", "7")
        for kept in ("Den andres tekst.", "Min tekst."):
            assert kept in page
        assert CompetenceNeed.objects.get(pk=need.pk).text == "Den andres tekst."

    def test_put_together_it_is_saved_over_the_version_that_was_shown(
        self, client: Client, broker: User, agency: Organisation
    ) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency)
        url = reverse("need-edit", args=[need.pk])
        shown = client.post(url, filled(need.employer, version="old", text="Min tekst.")).context["version"]
        client.post(url, filled(need.employer, version=shown, text="Begges tekst."))
        assert CompetenceNeed.objects.get(pk=need.pk).text == "Begges tekst."

    def test_a_closed_need_is_not_changed(self, client: Client, broker: User, agency: Organisation) -> None:
        need = CompetenceNeedFactory.create(handled_by=agency, state=NeedState.COVERED)
        response = client.get(reverse("need-edit", args=[need.pk]))
        assert response.status_code == 403
        assert "Open it again first." in response.content.decode()

    def test_a_firm_may_move_its_need_to_no_other_firm(
        self, client: Client, member: Member, firm: Organisation
    ) -> None:
        need = CompetenceNeedFactory.create(employer=firm)
        member("employee", firm)
        version = client.get(reverse("need-edit", args=[need.pk])).context["version"]
        other = OrganisationFactory.create()
        client.post(reverse("need-edit", args=[need.pk]), filled(other, version=version))
        assert CompetenceNeed.objects.get(pk=need.pk).employer == firm


texts = st.text(max_size=60) | st.integers().map(str) | st.floats().map(str) | st.dates().map(str)
WORDS = st.sampled_from([*Mode.values, *Level.values, "formal", "nb", "visit", "on", "Kirkenes", "0301", ""])
NAMES = """
text municipality headcount max_travel_km earliest_start latest_start modes level competences language formal
budget_nok shift_work source next_follow_up consent_to_share draft confirmed employer
"""
FIELDS = st.sampled_from(NAMES.split())


@examples(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.dictionaries(FIELDS, texts | WORDS, max_size=8))
def test_whatever_is_typed_is_no_error_of_ours(
    client: Client, broker: User, firm: Organisation, monkeypatch: pytest.MonkeyPatch, typed: dict[str, str]
) -> None:
    """Matching has its own test of that, with the wish form."""
    monkeypatch.setattr("brokering.views.needs.rematch", lambda need: None)
    assert client.post(NEW, filled(firm, **typed)).status_code in {200, 302}
