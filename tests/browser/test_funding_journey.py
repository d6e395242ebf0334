"""A case from call to settlement, clicked through by five people, each of whom sees only what they may."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import FilePayload, Page, expect

from funding.invariants import broken
from funding.models import Application, Commitment, FrameEntry
from partners.models import Membership, User
from partners.models.roles import MemberRole
from projects.models import Project
from tests.browser.conftest import Visitor
from tests.browser.project_things import DECIDER, PARTY
from tests.browser.test_project_journeys import follow, press, says
from tests.browser.things import COUNTY, LEADER
from tests.projects.files import pdf

pytestmark = pytest.mark.browser

ATTESTER, FINANCE, PARTIAL = "attestant@example.no", "okonomi@example.no", "beslutter.varanger@example.no"
TITLE = "Sommerkurs for verkstedene (oppdiktet)"
PDF = FilePayload(name="bilag.pdf", mimeType="application/pdf", buffer=pdf())


def answer(page: Page, path: str) -> int:
    """What the person gets there."""
    response = page.goto(path)
    assert response
    return response.status


def cannot(page: Page, act: str, why: str) -> None:
    """The act is there with the reason why this person cannot do it now, and no button."""
    expect(page.get_by_role("main").get_by_role("button", name=act, exact=True)).to_have_count(0)
    expect(page.get_by_role("main").locator("p").filter(has_text=f"{act}:").filter(has_text=why)).to_be_visible()


def hands(visitor: Visitor, scripts: bool) -> dict[str, Page]:
    """One browser a person."""
    people = {"leader": LEADER, "officer": COUNTY, "decider": DECIDER, "attester": ATTESTER, "finance": FINANCE}
    more = {"partial": PARTIAL, "partner": PARTY}
    return {name: visitor(email, scripts=scripts).new_page() for name, email in (people | more).items()}


def apply(page: Page, project: Project) -> str:
    page.goto(f"/projects/{project.pk}/applications/")
    follow(page, "Begin an application")
    page.get_by_label("What is applied for").select_option(label="Kompetansetilskudd i Finnmark (oppdiktet)")
    page.get_by_label("What it is called").fill(TITLE)
    for label in ("What the money is for", "Which need it answers", "What will be different"):
        page.get_by_label(label).fill("Kurs om sommeren, der bedriftene er (oppdiktet).")
    page.get_by_label(f"{project.first_year}, NOK").fill("250 000")
    press(page, "Save")
    says(page, "Nothing is sent yet.")
    cannot(page, "Submit", "No version of the plan of costs and financing is chosen.")
    follow(page, "Change the application")
    page.locator("[name=plan_version]").select_option(index=1)
    page.get_by_label("We have told of all public aid").check()
    press(page, "Save")
    press(page, "Submit")
    says(page, "The application is now “Submitted”.")
    return page.url


def draft_a_grant(page: Page, case: str) -> str:
    """The case officer takes the case and puts a decision forward; where that is."""
    page.goto(case)
    press(page, "Take the case")
    says(page, "The application is now “In review”.")
    press(page, "Draft a grant")
    page.get_by_label("Reasons").fill("Bedriftene har meldt behovet (oppdiktet).")
    page.get_by_label("The facts of the case").fill("Søknaden (oppdiktet).")
    page.locator("[name=aid_basis]").select_option(value="de_minimis")
    page.locator("[name^=sure_]").select_option(value="firm")
    page.locator("[name^=frame_]").select_option(index=1)
    press(page, "Save the draft")
    says(page, "The draft is saved.")
    press(page, "Put forward for decision")
    says(page, "The decision is now “For decision”.")
    return page.url


def also(email: str, role: str) -> None:
    person = User.objects.get(email=email)
    house = Membership.objects.get(user__email=COUNTY, role=MemberRole.CASE_OFFICER).organisation
    Membership.objects.get_or_create(user=person, organisation=house, role=role)


def ask(page: Page, commitment: int, kind: str, amount: str, statement: bool = False) -> str:
    """The recipient asks for money; where the request is."""
    page.goto(f"/commitments/{commitment}/requests/new/")
    page.locator(f"[name=kind][value={kind}]").check()
    page.locator("[name=claimed]").fill(amount)
    if statement:
        page.locator("[name=statement]").select_option(index=1)
    page.locator("[name=text]").fill("Til kurset (oppdiktet).")
    press(page, "Save the draft")
    says(page, "Nothing is sent yet.")
    press(page, "Send")
    says(page, "The request is sent.")
    return page.url


def pay(people: dict[str, Page], request: str, reference: str) -> None:
    """Through the hands that are left: control, attest, order, pay."""
    officer, attester, decider, finance = (people[name] for name in ("officer", "attester", "decider", "finance"))
    assert answer(finance, request) == 404
    officer.goto(request)
    press(officer, "Control")
    says(officer, "Another person attests it.")
    attester.goto(request)
    press(attester, "Attest")
    says(attester, "Another person orders the payment.")
    decider.goto(request)
    press(decider, "Order the payment")
    says(decider, "Finance pays it.")
    finance.goto(request)
    finance.locator("[name$=reference]").fill(reference)
    press(finance, "Register as paid")
    says(finance, "The payment is registered.")


def account(leader: Page, officer: Page, project: Project) -> None:
    """Accounts of what was spent, with a receipt and an auditor; approved line by line."""
    leader.goto(f"/projects/{project.pk}/statements/new/")
    leader.locator("[name=title]").fill("Regnskap (oppdiktet)")
    press(leader, "Go on")
    leader.locator("[name^=spent_]").first.fill("360 000")
    leader.locator("[name=auditor_confirmed]").check()
    leader.locator("[name=document]").set_input_files(PDF)
    press(leader, "Save")
    press(leader, "Send the accounts")
    says(leader, "The accounts are sent.")
    officer.goto(leader.url)
    follow(officer, "Approve line by line")
    press(officer, "Approve")
    says(officer, "The accounts are approved.")


@pytest.mark.parametrize("scripts", [True], ids=["with scripts"])
def test_five_people_lead_a_case_from_call_to_settlement(visitor: Visitor, scripts: bool) -> None:
    people = hands(visitor, scripts)
    leader, officer, decider = (people[name] for name in ("leader", "officer", "decider"))
    project = Project.objects.get(key="demo:sommerskole")

    leader.goto("/schemes/")
    says(leader, "Kompetansetilskudd i Finnmark (oppdiktet)")
    application = apply(leader, project)
    case = f"/cases/{Application.objects.get(title=TITLE).pk}/"
    # Neither the applicant nor finance nor another partner sees the county's side of it.
    assert [answer(people[name], case) for name in ("leader", "finance", "partner")] == [404, 404, 404]

    officer.goto("/cases/")
    says(officer, TITLE)
    decision = draft_a_grant(officer, case)
    # The one who prepared it gets the decider's role as well, and is stopped with a sentence.
    also(COUNTY, MemberRole.DECIDER)
    officer.goto(decision)
    cannot(officer, "Decide", "You prepared this, so somebody else has to decide it.")
    people["partial"].goto(decision)
    cannot(people["partial"], "Decide", "somebody else has to do this")
    assert answer(leader, decision) == 404

    decider.goto(decision)
    press(decider, "Decide")
    says(decider, "The decision is now “Decided”.")
    assert answer(leader, decision) == 404
    officer.goto(f"{decision}letter/")
    press(officer, "Make the letter")
    press(officer, "Send the letter")
    commitment = Commitment.objects.get(application__title=TITLE)
    assert answer(leader, decision) == 200
    assert answer(leader, application) == 200

    leader.goto(f"/commitments/{commitment.pk}/")
    press(leader, "Accept the commitment")
    says(leader, "The commitment is accepted.")
    expect(leader.get_by_role("button", name="Release")).to_have_count(0)
    officer.goto(f"/commitments/{commitment.pk}/")
    press(officer, "Release")
    says(officer, "is now “Released”.")

    also(ATTESTER, MemberRole.CASE_OFFICER)
    advance = ask(leader, commitment.pk, "advance", "125 000")
    expect(leader.get_by_role("button", name="Control")).to_have_count(0)
    pay(people, advance, "2026-1001")
    stopped(leader, commitment, people)

    account(leader, officer, project)
    final = ask(leader, commitment.pk, "final", "120 000,50", statement=True)
    pay(people, final, "2026-1002")

    leader.goto(f"/commitments/{commitment.pk}/")
    says(leader, "Settled")
    commitment.refresh_from_db()
    assert commitment.state == "settled"
    assert commitment.disbursements.paid() == Decimal("245000.50")
    assert FrameEntry.objects.get(tranche__commitment=commitment).amount == Decimal("4999.50")
    assert list(broken()) == []
    decider.goto("/frames/")
    says(decider, re.sub(r"\s", "\u00a0", "245 000"))


def stopped(leader: Page, commitment: Commitment, people: dict[str, Page]) -> None:
    """The attester, who is a case officer too now, controls a request and cannot attest it; it is rejected then."""
    request = ask(leader, commitment.pk, "part", "1 000")
    attester = people["attester"]
    attester.goto(request)
    attester.locator("[name$=approved]").fill("1 000")
    press(attester, "Control")
    cannot(attester, "Attest", "You did another step of this payment, so somebody else does this.")
    attester.get_by_text("Reject it").click()
    attester.locator("form[action*=reject] [name$=why]").fill("Bare en prøve.")
    attester.get_by_role("main").get_by_role("button", name="Reject", exact=True).click()
    says(attester, "The request is rejected.")
