"""The workbench by keyboard alone: the list, a lead, a call, a dialog. Where the keyboard is can always be seen."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.leads.keys import tab_to
from tests.browser.leads.steps import SLOW, OpenLeads, button, heading, settled, shows, stored
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser


def in_the_table(page: Page) -> bool:
    """The keyboard is in the table of leads."""
    return bool(page.evaluate("!!document.activeElement.closest('[data-testid=stDataFrame]')"))


def test_the_list_is_searched_walked_through_and_selected_from(
    page: Page, open_leads: OpenLeads, leads: list[UUID]
) -> None:
    open_leads(page, "sales")
    shows(page, "60 leads")
    settled(page)
    assert tab_to(page, "input[aria-label='Search leads']") == []
    page.keyboard.type("Kim Number01")
    page.keyboard.press("Enter")
    shows(page, "10 leads")
    settled(page)
    assert tab_to(page, "canvas[data-testid='data-grid-canvas']") == []
    heading(page, "Kim Number019")  # the lead at the keyboard opens beside the list
    page.keyboard.press("ArrowDown")
    heading(page, "Kim Number018")
    page.keyboard.press("ArrowDown")
    heading(page, "Kim Number017")
    settled(page)
    page.keyboard.press("Shift+Space")
    expect(page.get_by_text("1 selected")).to_be_visible(timeout=SLOW)
    assert in_the_table(page)
    page.keyboard.press("Alt+k")
    heading(page, "Kim Number018")
    assert in_the_table(page)


def test_a_lead_is_closed_without_leaving_the_table(page: Page, open_leads: OpenLeads, leads: list[UUID]) -> None:
    open_leads(page, "sales")
    shows(page, "60 leads")
    settled(page)
    tab_to(page, "canvas[data-testid='data-grid-canvas']")
    page.keyboard.press("ArrowDown")
    heading(page, "Kim Number059")
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Kim Number059")).to_have_count(0, timeout=SLOW)
    assert in_the_table(page)


def test_a_lead_is_corrected(page: Page, server: Server, sign_in: SignIn, leads: list[UUID]) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?lead={leads[4]}")
    expect(button(page, "Edit details")).to_be_visible(timeout=SLOW)
    settled(page)
    page.keyboard.press("Alt+i")
    expect(button(page, "Save details")).to_be_visible(timeout=SLOW)
    settled(page)
    assert tab_to(page, "input[aria-label='Unit']") == []
    page.keyboard.type("7c")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Details saved.")).to_be_visible(timeout=SLOW)
    assert stored(server, "unit", leads[4]) == ("7C",)


def test_a_call_is_logged(page: Page, server: Server, sign_in: SignIn, leads: list[UUID]) -> None:
    with server.owner() as connection:
        seller = server.people["sales"].user_id
        connection.execute("update leads set assigned_to = %s where id = any(%s)", (seller, leads[:2]))
    sign_in(page, "sales")
    page.goto(f"{server.url}/my-work")
    heading(page, "Kim Number002")  # the better score
    expect(button(page, "Next")).to_be_enabled()
    settled(page)
    page.keyboard.press("Alt+n")
    heading(page, "Kim Number001")
    settled(page)
    assert tab_to(page, "textarea[aria-label='Note (optional)']") == []
    page.keyboard.type("Asks for evenings")
    page.keyboard.press("Alt+a")
    expect(page.get_by_text("Reached is on record for Kim Number001.")).to_be_visible(timeout=SLOW)
    with server.owner() as connection:
        row = connection.execute("select disposition, note from lead_calls where lead_id = %s", (leads[0],)).fetchone()
    assert row == ("reached", "Asks for evenings")


def test_a_dialog_keeps_the_focus_and_gives_it_back(page: Page, open_leads: OpenLeads, leads: list[UUID]) -> None:
    open_leads(page, "sales")
    shows(page, "60 leads")
    settled(page)
    button(page, "Columns").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Shown from left to right")).to_be_visible(timeout=SLOW)
    settled(page)
    assert tab_to(page, ".st-key-remove_name button") == []
    page.keyboard.press("Space")
    expect(dialog.locator(".st-key-column_name")).to_have_count(0, timeout=SLOW)
    settled(page)
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('[role=dialog]')"), "the focus left the dialog"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=SLOW)
    expect(button(page, "Columns")).to_be_focused(timeout=SLOW)
