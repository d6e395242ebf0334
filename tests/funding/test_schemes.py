"""The catalogue of schemes, and what those who manage a scheme write: its rules, ceilings, calls and demands."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import Call, Delegation, FundingScheme
from partners.models import Organisation, User
from partners.models.roles import MemberRole
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.funding.factories import FundingSchemeFactory, SchemeCeilingFactory, TrancheFactory
from tests.funding.factories_frames import CallFactory, DelegationFactory, SchemeRequirementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def scheme(county: Organisation) -> FundingScheme:
    return FundingSchemeFactory.create(name="Kompetansetilskudd", manager=county)


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


class TestTheCatalogue:
    def test_is_for_everybody_and_says_what_is_open(self, client: Client, scheme: FundingScheme) -> None:
        CallFactory.create(scheme=scheme, title="Vårens utlysning", amount=Decimal(2_000_000))
        CallFactory.create(scheme=scheme, title="Ikke ennå", is_published=False)
        shown = text(client, reverse("scheme-list"))
        assert "Vårens utlysning" in shown
        assert "2 000 000" in shown
        assert "Ikke ennå" not in shown
        assert "No scheme is called that" in text(client, reverse("scheme-list") + "?q=finnes+ikke")

    def test_a_scheme_says_its_rules_in_words_and_what_is_not_stated(
        self, client: Client, county: Organisation
    ) -> None:
        scheme = FundingSchemeFactory.create(
            manager=county, share_cap=Decimal("0.7"), acceptance_days=21, auditor_from=Decimal(200_000), is_aid=True
        )
        SchemeCeilingFactory.create(scheme=scheme, year=2027)
        SchemeRequirementFactory.create(scheme=scheme, kind="county", wanted=["56"])
        CallFactory.create(scheme=scheme, title="Ikke ennå", is_published=False)
        shown = text(client, scheme.get_absolute_url())
        for told in ("At most 70 % of the costs", "within 21 days", "NOK 200 000 or more", "1 500 000", "de minimis"):
            assert told in shown
        assert shown.count("not stated") == 3
        assert "Change the scheme" not in shown
        assert "Ikke ennå" not in shown

    def test_asks_as_many_questions_for_ten_as_for_one(
        self, client: Client, scheme: FundingScheme, queries: Callable[[str], int]
    ) -> None:
        CallFactory.create(scheme=scheme)
        before = queries(reverse("scheme-list")), queries(reverse("scheme-guide") + "?years=2")
        for _number in range(9):
            CallFactory.create()
            SchemeRequirementFactory.create(kind="max_years", wanted=["2"])
        assert (queries(reverse("scheme-list")), queries(reverse("scheme-guide") + "?years=2")) == before
        assert before[0] <= 8


class TestKeepingAScheme:
    @pytest.fixture(autouse=True)
    def keeper(self, decider: User) -> User:
        return decider

    def typed(self, county: Organisation, **more: object) -> dict[str, object]:
        days = {"firm_by_day": 31, "firm_by_month": 12}
        return {"name": "Ny ordning", "manager": county.pk, "share_cap": "70", "advance_share": "", **days, **more}

    def test_a_new_one(self, client: Client, county: Organisation) -> None:
        response = client.post(reverse("scheme-create"), self.typed(county, auditor_from="200 000"))
        scheme = FundingScheme.objects.get()
        assert response["Location"] == scheme.get_absolute_url()
        assert (scheme.share_cap, scheme.advance_share, scheme.auditor_from) == (Decimal("0.7"), None, Decimal(200_000))

    def test_another_rule(self, client: Client, scheme: FundingScheme, county: Organisation) -> None:
        url = reverse("scheme-edit", args=[scheme.pk])
        wrong = client.post(url, self.typed(county, share_cap="101", firm_by_month="13")).content.decode()
        assert "A share is more than 0 and at most 100 %." in wrong
        client.post(url, self.typed(county, share_cap="62,5"))
        assert FundingScheme.objects.get().share_cap == Decimal("0.625")
        assert 'value="62,5"' in text(client, url) or 'value="62.5"' in text(client, url)

    def test_a_ceiling_is_set_changed_and_taken_away(self, client: Client, scheme: FundingScheme) -> None:
        url = reverse("ceiling-set", args=[scheme.pk])
        typed = {"year": 2026, "counts": "project"}
        TrancheFactory.create(commitment__scheme=scheme, amount=Decimal(400_000))
        assert "More than that is given already." in client.post(url, typed | {"amount": "399 999"}).content.decode()
        for amount in ("400 000", "500 000"):
            assert client.post(url, typed | {"amount": amount}).status_code == 302
        assert [one.amount for one in scheme.ceilings.all()] == [Decimal(500_000)]
        client.post(url, typed)
        assert not scheme.ceilings.exists()

    def test_a_call(self, client: Client, scheme: FundingScheme) -> None:
        typed = {"title": "Vår", "opens_on": "2026-02-01", "closes_on": "2026-01-31", "years": "2026, 2027"}
        url = reverse("call-create", args=[scheme.pk])
        assert "The last day is before the first." in client.post(url, typed).content.decode()
        client.post(url, typed | {"closes_on": "2026-04-01"})
        call = Call.objects.get()
        assert (call.scheme, call.years, call.is_published) == (scheme, [2026, 2027], False)
        assert "Not published" in text(client, scheme.get_absolute_url())
        edit = reverse("call-edit", args=[call.pk])
        assert "2026-02-01" in text(client, edit)
        client.post(edit, typed | {"closes_on": "", "is_published": "on"})
        assert Call.objects.get().is_published

    @pytest.mark.parametrize(
        ("kind", "typed", "wanted"),
        [
            ("county", {"wanted": ["56"]}, ["56"]),
            ("target_group", {"wanted": ["employers", "young"]}, ["employers", "young"]),
            ("applicant_role", {"wanted": ["partner"]}, ["partner"]),
            ("min_own_share", {"wanted": "30"}, ["0.3"]),
            ("max_years", {"wanted": "3"}, ["3"]),
            ("wants_new", {}, []),
        ],
    )
    def test_a_demand_of_each_kind(
        self, client: Client, scheme: FundingScheme, kind: str, typed: dict[str, object], wanted: list[str]
    ) -> None:
        url = reverse("requirement-create", args=[scheme.pk]) + f"?kind={kind}"
        assert client.get(url).status_code == 200
        assert client.post(url, typed | {"is_hard": "on"}).status_code == 302
        made = scheme.requirements.get()
        assert (made.kind, made.wanted, made.is_hard) == (kind, wanted, True)
        client.post(reverse("requirement-remove", args=[made.pk]))
        assert not scheme.requirements.exists()

    def test_of_no_kind_there_is_none(self, client: Client, scheme: FundingScheme) -> None:
        assert client.get(reverse("requirement-create", args=[scheme.pk])).status_code == 404


@pytest.mark.parametrize("role", [MemberRole.CASE_OFFICER, MemberRole.ATTESTER, MemberRole.EMPLOYEE])
def test_a_scheme_is_kept_by_deciders_and_leaders_of_its_manager(
    client: Client, scheme: FundingScheme, county: Organisation, member: Callable[..., User], role: str
) -> None:
    call, demand = CallFactory.create(scheme=scheme), SchemeRequirementFactory.create(scheme=scheme)
    pages = [
        *(reverse(name, args=[scheme.pk]) for name in ("scheme-edit", "ceiling-set", "call-create")),
        reverse("call-edit", args=[call.pk]),
    ]
    for person in (lambda: member(role, county), lambda: member(MemberRole.DECIDER, OrganisationFactory.create())):
        person()
        for url in [*pages, reverse("scheme-create")]:
            assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
        assert client.post(reverse("requirement-remove", args=[demand.pk])).status_code == 403
    member(MemberRole.LEADER, county)
    assert {client.get(url).status_code for url in [*pages, reverse("scheme-create")]} == {200}


class TestDelegations:
    def test_say_who_may_decide_how_much(self, client: Client, county: Organisation, officer: User) -> None:
        assert "Nobody may decide" in text(client, reverse("delegation-list"))
        DelegationFactory.create(organisation=county, max_amount=Decimal(500_000))
        DelegationFactory.create(
            organisation=county, body="Fylkesrådet", valid_from="2020-01-01", valid_to="2020-12-31"
        )
        shown = text(client, reverse("delegation-list"))
        for told in ("All deciders", "NOK 500 000", "no limit", "Fylkesrådet", "Ended", "Only deciders and leaders"):
            assert told in shown
        assert client.get(reverse("delegation-create")).status_code == 403

    def test_are_registered_and_ended(self, client: Client, county: Organisation, decider: User) -> None:
        typed = {"organisation": county.pk, "max_amount": "500 000", "valid_from": "2026-01-01"}
        outsider = UserFactory.create()
        assert client.post(reverse("delegation-create"), typed | {"user": outsider.pk}).status_code == 200
        assert client.post(reverse("delegation-create"), typed | {"user": decider.pk}).status_code == 302
        made = Delegation.objects.get()
        assert (made.user, made.max_amount) == (decider, Decimal(500_000))
        url = reverse("delegation-edit", args=[made.pk])
        assert "The last day is before the first." in client.post(url, {"valid_to": "2025-12-31"}).content.decode()
        client.post(url, {"valid_to": "2026-06-30", "max_amount": "1"})
        made.refresh_from_db()
        assert (str(made.valid_to), made.max_amount) == ("2026-06-30", Decimal(500_000))

    def test_a_person_decides_where_they_are_a_decider(
        self, client: Client, county: Organisation, decider: User
    ) -> None:
        elsewhere = OrganisationFactory.create(roles=["funder"])
        MembershipFactory.create(user=decider, organisation=elsewhere, role=MemberRole.LEADER)
        typed = {"organisation": elsewhere.pk, "user": decider.pk, "valid_from": "2026-01-01"}
        assert "not a decider there" in client.post(reverse("delegation-create"), typed).content.decode()

    def test_of_others_are_not_seen(self, client: Client, county: Organisation, member: Callable[..., User]) -> None:
        made = DelegationFactory.create(organisation=county)
        member(MemberRole.LEADER, OrganisationFactory.create())
        assert client.get(reverse("delegation-list")).status_code == 403
        member(MemberRole.DECIDER, OrganisationFactory.create(roles=["funder"]))
        assert client.get(reverse("delegation-edit", args=[made.pk])).status_code == 404
        member(MemberRole.CASE_OFFICER, county)
        assert client.get(reverse("delegation-edit", args=[made.pk])).status_code == 403
