"""Roles of one's own making, and the view of another role, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
WAIT = 60_000


def test_a_role_is_made_and_stands_in_the_matrix(page: Page, server: Server, sign_in: SignIn) -> None:
    sign_in(page, "admin")
    page.goto(f"{server.url}/access?view=Roles")
    page.get_by_role("button", name="New role").click(timeout=WAIT)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("night shift", timeout=WAIT)
    dialog.get_by_label("What it is for").fill("Calls after six")
    dialog.get_by_role("combobox", name="Permissions").fill("See leads")
    page.get_by_role("option", name=re.compile("See leads, contact data masked")).click()
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The role night shift can be given now.")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("Night shift").first).to_be_attached(timeout=WAIT)
    with server.owner() as connection:
        found = connection.execute(
            "select p.resource || ':' || p.action from roles r join user_permissions p on p.role_id = r.id"
            " where r.role_name = 'night shift'"
        ).fetchall()
        connection.execute("delete from roles where role_name = 'night shift'")
    assert found == [("leads:read",)]


def test_the_view_of_another_role_shows_its_screens_and_leads_out_again(
    page: Page, server: Server, sign_in: SignIn
) -> None:
    sign_in(page, "admin")
    page.goto(f"{server.url}/access")
    expect(page.get_by_role("button", name="Invite a person")).to_be_visible(timeout=WAIT)
    screens = page.get_by_test_id("stSidebarNav")
    expect(screens.get_by_role("link", name="Access")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="View as a role").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Role").click(timeout=WAIT)
    page.get_by_role("option", name="Sales").click()
    dialog.get_by_role("button", name="View", exact=True).click()
    expect(page.get_by_text("You see the application as")).to_be_visible(timeout=WAIT)
    expect(screens.get_by_role("link", name="Leads")).to_be_visible()
    expect(screens.get_by_role("link", name="Access")).to_have_count(0)
    page.get_by_role("button", name="Leave this view").click()
    expect(page.get_by_text("You see the application as")).to_have_count(0, timeout=WAIT)
    expect(screens.get_by_role("link", name="Access")).to_be_visible(timeout=WAIT)
