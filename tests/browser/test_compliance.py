"""The Compliance screen in a real browser: a request from its registration to its answer, and who may do what."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser

WAIT = 60_000


@pytest.fixture
def screen(page: Page, server: Server, sign_in: SignIn) -> Page:
    """The screen, as a compliance officer sees it."""
    sign_in(page, "compliance")
    page.goto(f"{server.url}/compliance")
    expect(page.get_by_text("Open requests", exact=True)).to_be_visible(timeout=WAIT)
    return page


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a select box of the open form."""
    page.get_by_role("dialog").get_by_role("combobox", name=label).click(timeout=WAIT)
    page.get_by_role("option", name=option, exact=True).click()


def register(page: Page, phone: str, kind: str = "Access") -> str:
    """Register a request through the form; its number, from the address."""
    before = page.url
    page.get_by_role("button", name="Register a request").click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Name").fill("Jane Doe", timeout=WAIT)
    choose(page, "Type", kind)
    choose(page, "How it came", "Email")
    form.get_by_role("textbox", name="Phone").fill(phone)
    form.get_by_role("button", name="Register", exact=True).click()
    expect(page).not_to_have_url(before, timeout=WAIT)
    number = page.url.rpartition("request=")[2]
    expect(page.get_by_text(f"{number} is registered")).to_be_visible(timeout=WAIT)
    return number


def take_step(page: Page, name: str, note: str) -> None:
    """Press a step's button, say something, and confirm."""
    page.get_by_role("button", name=name, exact=True).click(timeout=WAIT)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(note, timeout=WAIT)
    dialog.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(f"{name.lower()} is on record")).to_be_visible(timeout=WAIT)


def test_a_registered_request_is_shown_at_once_with_its_clocks(screen: Page) -> None:
    number = register(screen, "718-555-0111")
    expect(screen.get_by_role("heading", name=f"{number} · Access")).to_be_visible(timeout=WAIT)
    expect(screen.get_by_text("30 days left")).to_be_visible()
    expect(screen.get_by_text("***-***-0111")).to_be_visible()


def test_contact_data_never_reach_the_address(screen: Page) -> None:
    number = register(screen, "718-555-0112")
    expect(screen).to_have_url(re.compile(number))
    assert "0112" not in screen.url
    assert "Jane" not in screen.url


def test_a_repeated_request_of_the_same_person_is_told(screen: Page) -> None:
    first = register(screen, "718-555-0113")
    second = register(screen, "(718) 555-0113", kind="Erasure")
    expect(screen.get_by_role("heading", name=f"{second} · Erasure")).to_be_visible(timeout=WAIT)
    expect(screen.get_by_text(f"The same person has other open requests: {first}")).to_be_visible()


def test_a_form_without_contact_is_refused_in_a_sentence(screen: Page) -> None:
    screen.get_by_role("button", name="Register a request").click()
    form = screen.get_by_role("dialog")
    choose(screen, "Type", "Access")
    choose(screen, "How it came", "Email")
    form.get_by_role("button", name="Register", exact=True).click()
    expect(form.get_by_text("Give a phone number or an email address")).to_be_visible(timeout=WAIT)


def test_a_request_is_led_to_its_answer(screen: Page) -> None:
    register(screen, "718-555-0114")
    take_step(screen, "Acknowledge", "By email")
    take_step(screen, "Verify identity", "Code by text")
    take_step(screen, "Start work", "")
    take_step(screen, "Complete", "Copy sent")
    expect(screen.get_by_text("Completed", exact=True)).to_be_visible(timeout=WAIT)
    expect(screen.get_by_role("button", name="Complete", exact=True)).to_have_count(0)


def test_an_erasure_cannot_be_completed_by_hand(screen: Page) -> None:
    register(screen, "718-555-0115", kind="Erasure")
    take_step(screen, "Verify identity", "Code by text")
    take_step(screen, "Start work", "")
    expect(screen.get_by_text("An erasure is closed by carrying it out")).to_be_visible(timeout=WAIT)
    expect(screen.get_by_role("button", name="Complete", exact=True)).to_have_count(0)


@pytest.mark.parametrize(
    ("view", "seen"),
    [("Consent", "Withdrawals"), ("Retention", "Legal holds"), ("Audit trail", "About (id)")],
)
def test_each_view_has_an_address_of_its_own(screen: Page, server: Server, view: str, seen: str) -> None:
    screen.goto(f"{server.url}/compliance?view={view.replace(' ', '+')}")
    expect(screen.get_by_text(seen, exact=True).first).to_be_visible(timeout=WAIT)
    expect(screen.get_by_text("Something went wrong")).to_have_count(0)


def test_the_audit_trail_shows_a_registration(screen: Page, server: Server) -> None:
    register(screen, "718-555-0116")
    screen.goto(f"{server.url}/compliance?view=Audit+trail&event=Privacy:+request+register")
    # The cells are drawn on a canvas; the table is only there when it has rows.
    expect(screen.get_by_role("region", name="Entries of the audit trail, latest first")).to_be_visible(timeout=WAIT)
    expect(screen).to_have_url(re.compile("event=Privacy"))  # an event that the trail does not know is dropped


def test_sales_has_no_compliance_screen_by_address(page: Page, server: Server, sign_in: SignIn) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/compliance")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("heading", name="Compliance")).to_have_count(0)
    expect(page.get_by_role("button", name="Register a request")).to_have_count(0)


def record_wording(page: Page, server: Server, version: str, wording: str) -> None:
    """Put a text on file through the form, in English, shown since March 1, 2026."""
    page.goto(f"{server.url}/compliance?view=Consent")
    page.get_by_role("button", name="Record a wording").click(timeout=WAIT)
    form = page.get_by_role("dialog")
    box = form.get_by_role("combobox", name="Version")
    box.fill(version, timeout=WAIT)
    box.press("Enter")
    form.get_by_role("spinbutton", name="month, Shown from").click()
    page.keyboard.type("03012026")
    form.get_by_role("textbox", name="Text").fill(wording)
    form.get_by_role("button", name="Record", exact=True).click()


def test_a_wording_is_recorded_shown_ended_and_withdrawn_again(screen: Page, server: Server) -> None:
    record_wording(screen, server, "B-test", "I agree that *Aurum* calls me.")
    expect(screen.get_by_text("The text of version B-test is on file.")).to_be_visible(timeout=WAIT)
    expect(screen.get_by_text("I agree that *Aurum* calls me.", exact=True)).to_be_visible(timeout=WAIT)
    expect(screen.get_by_text("English, shown since Mar 1, 2026")).to_be_visible()
    screen.get_by_role("button", name="Set the last day").click()
    screen.get_by_role("dialog").get_by_role("button", name="Save").click(timeout=WAIT)
    expect(screen.get_by_text("English, shown Mar 1, 2026 to")).to_be_visible(timeout=WAIT)
    screen.get_by_role("button", name="Withdraw", exact=True).click()
    screen.get_by_role("dialog").get_by_role("button", name="Withdraw B-test").click(timeout=WAIT)
    expect(screen.get_by_text("The text of version B-test is withdrawn.")).to_be_visible(timeout=WAIT)
    expect(screen.get_by_text("No wording is on file")).to_be_visible(timeout=WAIT)


def test_a_wording_without_a_text_is_refused_in_a_sentence(screen: Page, server: Server) -> None:
    record_wording(screen, server, "Empty", " ")
    expect(screen.get_by_role("dialog").get_by_text("Give the text, as people see it.")).to_be_visible(timeout=WAIT)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_wordings_and_their_form(
    screen: Page, server: Server, scheme: Literal["light", "dark"]
) -> None:
    with server.owner() as connection:
        connection.execute("insert into consent_wording_summary values ('missing', 3) on conflict do nothing")
    screen.emulate_media(color_scheme=scheme)
    screen.goto(f"{server.url}/compliance?view=Consent")
    expect(screen.get_by_text("Leads name a version whose text is not on file.")).to_be_visible(timeout=WAIT)
    expect(screen.get_by_role("region", name="Versions of the consent wording")).to_be_visible(timeout=WAIT)
    found = violations(screen)
    screen.get_by_role("button", name="Record a wording").click()
    expect(screen.get_by_role("dialog").get_by_role("textbox", name="Text")).to_be_visible(timeout=WAIT)
    found |= violations(screen)
    with server.owner() as connection:
        connection.execute("delete from consent_wording_summary where wording_version = 'missing'")
    assert found == {}
