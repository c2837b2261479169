"""What axe finds in the dialogs and popovers of the workbench while they are open, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations_light_and_dark
from tests.browser.leads.steps import SLOW, MakeLeads, OpenLeads, button, check_row, open_row, settled, shows
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
BULK = (
    "Change status",
    "Assign",
    "Add a tag",
    "Take a tag off",
    "Mark as duplicates",
    "Deactivate",
    "Restore",
)


def found_in(page: Page, names: tuple[str, ...], open_one: Callable[[str], None]) -> dict[tuple[str, str], list[str]]:
    """What axe finds in each of the named dialogs or popovers; each is closed again."""
    found = {}
    for name in names:
        settled(page)
        open_one(name)
        opened = page.get_by_role("dialog").or_(page.get_by_test_id("stPopoverBody"))
        expect(opened.first).to_be_visible(timeout=SLOW)
        settled(page)
        found |= {(name, rule): nodes for rule, nodes in violations_light_and_dark(page).items()}
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0, timeout=SLOW)
    return found


def test_of_the_list(page: Page, open_leads: OpenLeads, make_leads: MakeLeads) -> None:
    make_leads(2)
    open_leads(page, "admin", "status=New")
    shows(page, "2 leads")
    names = ("Bulk changes", "Columns", "Copy link", "Any of", "Save as new", "Download", "More filters")
    found = found_in(page, names, lambda name: button(page, name).click(timeout=SLOW))
    check_row(page, 0)

    def of_the_menu(name: str) -> None:
        button(page, "Change").click(timeout=SLOW)
        page.get_by_role("menuitem", name=name).or_(page.get_by_role("option", name=name)).first.click(timeout=SLOW)

    found |= found_in(page, BULK, of_the_menu)
    assert found == {}


def test_of_a_lead(page: Page, open_leads: OpenLeads, make_leads: MakeLeads) -> None:
    make_leads(1)
    open_leads(page, "sales")
    open_row(page, 0)
    names = ("Change status", "Assign", "Add note", "Tags", "Show phone")
    assert found_in(page, names, lambda name: button(page, name).click(timeout=SLOW)) == {}
    button(page, "Edit details").click()
    expect(button(page, "Save details")).to_be_visible(timeout=SLOW)
    assert violations_light_and_dark(page) == {}


def test_of_a_saved_view(page: Page, server: Server, open_leads: OpenLeads, make_leads: MakeLeads) -> None:
    make_leads(1)
    with server.owner() as connection:
        connection.execute(
            "insert into saved_views (owner_id, page, view_name, definition) values (%s, 'leads', 'Mine',"
            ' \'{"filter": {}, "sort": {"by": "created", "descending": true}, "columns": []}\')',
            (server.people["admin"].user_id,),
        )
    open_leads(page, "admin")
    page.get_by_role("combobox", name="View", exact=True).click(timeout=SLOW)
    page.get_by_role("option", name="Mine").first.click(timeout=SLOW)

    def of_the_menu(name: str) -> None:
        button(page, "View options").click(timeout=SLOW)
        page.get_by_role("menuitem", name=name).or_(page.get_by_role("option", name=name)).first.click(timeout=SLOW)

    found = found_in(page, ("Rename", "Default for a role", "Delete"), of_the_menu)
    with server.owner() as connection:
        connection.execute("delete from saved_views where owner_id = %s", (server.people["admin"].user_id,))
    assert found == {}


def test_of_calls_team_and_the_queue_of_duplicates(
    page: Page, server: Server, sign_in: SignIn, make_leads: MakeLeads
) -> None:
    with server.owner() as connection:
        seller = server.people["sales"].user_id
        connection.execute("update leads set assigned_to = %s where id = any(%s)", (seller, make_leads(1)))
    sign_in(page, "sales")
    page.goto(f"{server.url}/my-work")
    found = found_in(page, ("Do not call",), lambda name: button(page, name).click(timeout=SLOW))
    page.goto(f"{server.url}/team")
    found |= found_in(page, ("Add or change a rule",), lambda name: button(page, name).click(timeout=SLOW))
    page.goto(f"{server.url}/leads?view=duplicates")
    expect(button(page, "Same person")).to_be_visible(timeout=SLOW)
    settled(page)
    found |= {("queue", rule): nodes for rule, nodes in violations_light_and_dark(page).items()}
    assert found == {}
