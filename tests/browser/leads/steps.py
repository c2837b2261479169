"""What a person does on the screens of leads, and how a test sees that it was done."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

from tests.browser.served import Server

SLOW = 60_000
HEADER, ROW = 35, 35  # pixels of the table
OURS, CAMPAIGN = "Street fair", "Spring"  # the source of the leads that tests add, and a campaign of it
MakeLeads = Callable[[int], list[UUID]]
OpenLeads = Callable[..., None]  # a tab, a person, further filters of the address


def button(page: Page | Locator, name: str) -> Locator:
    """The button of exactly this name; a shortcut, if it has one, is read out behind it."""
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}( Shortcut .*)?$"))


def grid(page: Page) -> Locator:
    """The first table of the screen, once it is drawn."""
    found = page.get_by_test_id("stDataFrame").first
    expect(found.get_by_test_id("data-grid-canvas").first).to_be_visible(timeout=SLOW)
    return found


def open_row(page: Page, row: int, *, across: int = 120) -> None:
    """Click the name in a row of the list (0: the first)."""
    grid(page).click(position={"x": across, "y": HEADER + ROW * row + ROW // 2})


def check_row(page: Page, row: int) -> None:
    """Click the checkbox of a row of the list (0: the first)."""
    open_row(page, row, across=18)


def headings(page: Page) -> Locator:
    """The columns of the table, as a screen reader is told of them."""
    return page.get_by_test_id("stDataFrame").first.locator("canvas th")


def cells(page: Page, row: int) -> Locator:
    """The cells of a row (0: the first), as a screen reader is told of them."""
    return page.get_by_test_id("stDataFrame").first.locator(f"canvas tr[aria-rowindex='{row + 2}'] td")


def shows(page: Page, count: str) -> None:
    """The list says how many leads match."""
    expect(page.get_by_text(f"{count} ·")).to_be_visible(timeout=SLOW)


def shows_all(page: Page) -> None:
    """The list shows all leads, too many to be counted one by one."""
    expect(page.get_by_text(re.compile(r"^About [12]\d,\d{3} leads ·"))).to_be_visible(timeout=SLOW)


def settled(page: Page) -> None:
    """The script has run to its end: a menu opened before would close again."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=SLOW)


def heading(page: Page, name: str) -> None:
    """The screen shows the lead of this name."""
    expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=SLOW)


def search(page: Page, typed: str) -> None:
    """Type into the search box of the list."""
    box = page.get_by_label("Search leads")
    box.fill(typed, timeout=SLOW)
    box.press("Enter")


def pick(page: Page, where: Page | Locator, title: str, value: str) -> None:
    """Choose a value in a picker; a long list draws only what is in sight."""
    picker = where.get_by_role("combobox", name=title, exact=True)
    picker.click(timeout=SLOW)
    picker.fill(value)
    page.get_by_role("option", name=value, exact=True).click(timeout=SLOW)
    page.keyboard.press("Tab")


def stored(server: Server, columns: str, lead_id: UUID) -> tuple[object, ...] | None:
    """Columns of a lead as they are in the database."""
    with server.owner() as connection:
        return connection.execute(f"select {columns} from leads where id = %s", (lead_id,)).fetchone()
