"""From the front page through what partners do together, with scripts and without."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from partners.models import Municipality
from tests.browser.conftest import Visitor
from tests.browser.project_things import PARTY
from tests.browser.things import COUNTY, GUIDE, LEADER

pytestmark = pytest.mark.browser

OWN, OTHER = "Sør-Varanger Utvikling", "Nord-Troms Studiesenter"
KRABBE = "Kompetansekraft Kongekrabba (oppdiktet)"
FIRM = "Varangerfjord Mekaniske AS"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def says(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.get_by_role("main")).to_contain_text(text)


def to_project(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Projects").click()
    follow(page, name)


def create(page: Page, name: str) -> None:
    page.goto("/projects/")
    follow(page, "Create a project")
    page.get_by_label("Name", exact=True).fill(name)
    press(page, "Save")
    says(page, "The idea is saved.")


def write_agreement(page: Page, title: str, text: str) -> None:
    follow(page, "Agreements")
    follow(page, "New agreement")
    page.locator("[name=kind]").select_option(label="Cooperation agreement")
    page.locator("[name=title]").fill(title)
    page.locator("[name=party-0-who]").select_option(label=OWN)
    page.locator("[name=party-1-who]").select_option(label=OTHER)
    page.locator("[name=text]").fill(text)
    press(page, "Save the draft")


def send(page: Page) -> None:
    press(page, "Mark as ready for signing")
    press(page, "Send to the parties")
    says(page, "The agreement is now “Sent”.")


def sign(page: Page) -> None:
    follow(page, "Read and sign")
    page.locator("[name=position]").fill("Daglig leder")
    page.locator("[name=binds]").check()
    press(page, "Sign")
    says(page, "Thank you. The agreement is signed")


def test_an_agreement_is_written_sent_changed_and_signed(visitor: Visitor, scripts: bool) -> None:
    title = f"Avtale om kurs {scripts}"
    leader = visitor(LEADER, scripts=scripts).new_page()
    create(leader, f"Sommerskole {scripts}")
    follow(leader, "Partners")
    follow(leader, "Add a partner")
    leader.get_by_label("Which organisation").fill("Nord-Troms")
    press(leader, "Find")
    leader.locator("main li").filter(has_text=OTHER).get_by_role("link").first.click()
    leader.get_by_role("radio", name="Partner").check()
    press(leader, "Save")
    says(leader, f"{OTHER} takes part now.")
    write_agreement(leader, title, "Partene holder kurs sammen.")
    send(leader)
    sign(leader)
    agreement = leader.url

    follow(leader, "Write a new version")
    leader.locator("[name=text]").fill("Partene holder kurs sammen i Kirkenes.")
    press(leader, "Save the new version")
    says(leader, "Draft")
    send(leader)

    party = visitor(PARTY, scripts=scripts).new_page()
    party.goto("/")
    party.locator("main a[href='/waiting/']").first.click()
    follow(party, title)
    says(party, "Partene holder kurs sammen i Kirkenes.")
    sign(party)
    says(party, "Partly signed")

    leader.goto(agreement)
    sign(leader)
    says(leader, "In force")
    expect(leader.get_by_role("link", name="Write a new version")).to_have_count(0)


def test_a_report_is_sent_back_sent_again_approved_and_printed(visitor: Visitor, scripts: bool) -> None:
    title = f"Delrapport {scripts}"
    county = visitor(COUNTY, scripts=scripts).new_page()
    to_project(county, KRABBE)
    follow(county, "Reports")
    follow(county, "Ask for a report")
    county.locator("[name=title]").fill(title)
    for name, day in {"first_day": "2026-01-01", "last_day": "2026-06-30", "due_on": "2027-01-31"}.items():
        county.locator(f"[name={name}]").fill(day)
    county.locator("main form.form button[type=submit]").click()
    says(county, "The report is asked for.", title)

    leader = visitor(LEADER, scripts=scripts).new_page()
    to_project(leader, KRABBE)
    follow(leader, "Reports")
    follow(leader, title)
    follow(leader, "Write the report")
    says(leader, "Firms reached", "Needs mapped")
    expect(leader.locator("main form.form input:not([type=hidden])")).to_have_count(0)
    leader.locator("[name=done]").fill("Vi besøkte tolv bedrifter.")
    leader.locator("[name=reached]").fill("To kurs er startet.")
    press(leader, "Save the text")
    press(leader, "Send the report")
    says(leader, "The report is now “Sent”.")

    county.get_by_role("main").get_by_role("link", name=title).first.click()
    says(county, "Vi besøkte tolv bedrifter.")
    follow(county, "Ask for changes")
    county.get_by_label("What is to be changed").fill("Si hvilke kurs.")
    press(county, "Ask for changes")

    leader.reload()
    says(leader, "Si hvilke kurs.")
    follow(leader, "Write the report")
    leader.locator("[name=reached]").fill("Sveisekurs og kuldekurs er startet.")
    press(leader, "Save the text")
    press(leader, "Send the report")

    county.reload()
    says(county, "Sveisekurs og kuldekurs er startet.")
    press(county, "Approve the report")
    says(county, "The report is now “Approved”.")

    leader.reload()
    expect(leader.get_by_role("link", name="Write the report")).to_have_count(0)
    with leader.expect_download() as download:
        leader.get_by_role("main").get_by_role("link", name=re.compile("PDF")).first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    answer = leader.goto(f"{leader.url}edit/")
    assert answer
    assert answer.status == 403


def link_mailed_to(address: str) -> str:
    """In the last e-mail to that address."""
    texts = [str(message.body) for message in mail.outbox if address in message.to]
    found = re.search(r"https?://[^/\s]+(/guidance/\S+)", texts[-1])
    assert found
    return found[1]


def test_a_stranger_asks_for_guidance_is_referred_and_erases_it(
    visitor: Visitor, scripts: bool, work: Callable[[], int]
) -> None:
    text = f"Jeg vil lære å sveise ({scripts})."
    phone = visitor(width=390, scripts=scripts).new_page()
    phone.goto("/")
    follow(phone, "Get career guidance")
    phone.get_by_label("Find a course or an education").check()
    phone.get_by_label("Where are you?").fill("Fauske")
    phone.get_by_label("What do you want help with?").fill(text)
    phone.get_by_label("Your name").fill("Ida Spørrevik")
    phone.get_by_label("Your e-mail address, unless").fill("ida@sporrevik.example")
    press(phone, "Send")
    if phone.get_by_text("Nothing is sent yet").count():
        phone.get_by_role("button", name=re.compile("^Send it to")).click()
    says(phone, "Your enquiry is sent.")
    assert work()
    link = link_mailed_to("ida@sporrevik.example")

    guide = visitor(GUIDE, scripts=scripts).new_page()
    guide.goto("/")
    guide.get_by_role("main").get_by_role("link", name=re.compile("^Guidance enquiry from Fauske")).last.click()
    says(guide, text)
    press(guide, "Take it")
    follow(guide, "Refer to courses")
    guide.locator("main form[method=post] [type=checkbox]").first.check()
    course = guide.locator("main form[method=post] label").first.inner_text().splitlines()[0].strip()
    guide.get_by_label("Why these courses").fill("De starter i vår.")
    press(guide, "Propose these courses")
    enquiry = guide.url

    phone.goto(link)
    says(phone, "De starter i vår.", course[:20])
    phone.get_by_text("Delete everything now").click()
    phone.locator("details").get_by_role("button").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Everything is deleted")
    for page, address in ((phone, link), (guide, enquiry)):
        answer = page.goto(address)
        assert answer
        assert answer.status == 404


def test_a_visit_is_logged_on_a_phone_and_stands_in_the_pipeline(visitor: Visitor, scripts: bool) -> None:
    needs = [f"Sveise rustfritt {scripts}", f"Lede skift {scripts}"]
    phone = visitor(LEADER, width=390, scripts=scripts).new_page()
    phone.goto("/")
    follow(phone, "Log a visit")
    firm = phone.locator("[name=firm]")
    if firm.evaluate("one => one.tagName") == "SELECT":
        firm.select_option(label=FIRM)
    else:
        firm.fill(FIRM)
    for field, need in zip(phone.locator("[name=found]").all(), needs, strict=True):
        field.fill(need)
    press(phone, "Save the visit")
    says(phone, *needs)
    phone.goto("/pipeline/")
    row = phone.locator(".pipeline tbody tr").filter(has_text=FIRM)
    for need in needs:
        expect(row.filter(has_text=need).first).to_be_visible()


def test_a_project_goes_from_idea_to_financed_when_there_is_money(visitor: Visitor, scripts: bool) -> None:
    page = visitor(LEADER, scripts=scripts).new_page()
    create(page, f"Vinterskole {scripts}")
    expect(page.get_by_role("button", name="Mark as planned")).to_be_disabled()
    says(page, "The purpose is not written.", "No municipality or region is chosen.")
    follow(page, "Change the project")
    page.locator("[name=purpose]").fill("Kurs om vinteren.")
    page.locator("[name=first_year]").fill("2026")
    page.locator("[name=last_year]").fill("2026")
    place = Municipality.objects.get(number="5605").name
    page.locator("[name=municipalities]").first.fill(place)
    press(page, "Save")
    press(page, "Mark as planned")
    says(page, "The project is now “Planned”.")
    finance = page.get_by_role("button", name="Mark as financed")
    expect(finance).to_be_disabled()
    expect(page.locator("#missing-finance li")).not_to_have_count(0)

    follow(page, "Money")
    follow(page, "Register a commitment")
    page.locator("[name=title]").fill("Tilskudd 2026")
    page.locator("[name=funder]").select_option(label="Finnmark fylkeskommune")
    page.locator("[name=amount]").fill("400 000")
    page.locator("[name=amount_2026]").fill("400 000")
    page.locator("[name=strength_2026]").select_option(value="firm")
    press(page, "Save")
    says(page, "The commitment is registered.")
    follow(page, "Overview")
    press(page, "Mark as financed")
    says(page, "The project is now “Financed”.")
