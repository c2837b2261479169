"""Each sample person opens each screen they may, on sample data, and no other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from aurum_data.rules.identity import ROLE_PERMISSIONS
from aurum_data.sample.people import SAMPLE_PEOPLE, Invented, SamplePerson, sample_people
from pages.shell.screens import SCREENS, Screen
from tests.browser.axe import violations_light_and_dark
from tests.browser.sampled import sample_settings
from tests.browser.served import Server, enter_password, send_code

pytestmark = pytest.mark.browser


def sign_in(page: Page, server: Server, username: str) -> None:
    """Through both forms, as a person would."""

    def person() -> SamplePerson:
        return next(one for one in sample_people(sample_settings(server.urls)) if one.username == username)

    page.goto(server.url)
    enter_password(page, username, person().password)
    if person().code is not None:
        send_code(page, lambda: person().code or "")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=40_000)


def go_to(page: Page, screen: Screen) -> None:
    """Through the menu, until the screen is drawn."""
    page.get_by_role("link", name=screen.title, exact=True).click(timeout=40_000)
    expect(page.get_by_role("heading", name=screen.title, level=1)).to_be_visible(timeout=40_000)
    drawn(page)


def drawn(page: Page) -> None:
    """The script has run to its end."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=40_000)


@pytest.mark.parametrize("person", SAMPLE_PEOPLE, ids=lambda person: person.username)
def test_screens_of_a_person(page: Page, sample_server: Server, person: Invented) -> None:
    sign_in(page, sample_server, person.username)
    own = [screen for screen in SCREENS if screen.permission in ROLE_PERMISSIONS[person.role]]
    for screen in own:
        go_to(page, screen)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    for screen in SCREENS:
        if screen not in own:
            expect(page.get_by_role("link", name=screen.title, exact=True)).to_have_count(0)
            page.goto(f"{sample_server.url}/{screen.path}")
            expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=40_000)
            drawn(page)
            expect(page.get_by_role("heading", name=screen.title, level=1)).to_have_count(0)


def test_axe_finds_nothing_but_what_is_streamlits_own(browser: Browser, sample_server: Server) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    sign_in(page, sample_server, "adam")
    found = {}
    for screen in SCREENS:
        go_to(page, screen)
        found |= {(screen.path, rule): nodes for rule, nodes in violations_light_and_dark(page).items()}
    context.close()
    assert found == {}
