"""The System screen in a real browser: every part opens, and a table is analyzed from it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Server, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PARTS = {
    "Health": ["What needs a look", "All checks"],
    "Servers": ["Primary", "Replica", "Who is connected", "Connection pools"],
    "Statements": ["Statements by total time"],
    "Indexes and tables": ["Largest tables", "Tables", "Indexes"],
    "Jobs": ["Tasks", "In trouble", "Rollups", "Partitions"],
}


def open_part(page: Page, server: Server, part: str) -> None:
    """Go to a part of the screen by its address."""
    page.goto(f"{server.url}/system?view={part.replace(' ', '+')}")
    expect(page.get_by_role("heading", name="System", exact=True)).to_be_visible(timeout=60_000)


def choose_row(page: Page, table: str, row: int) -> None:
    """Click the checkbox of a row (0-based) of a table; its cells are painted, not elements."""
    canvas = page.locator(f".st-key-{table} canvas[data-testid='data-grid-canvas']").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 18, box["y"] + 52 + 35 * row)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_without_an_error(page: Page, server: Server, sign_in: SignIn, part: str) -> None:
    sign_in(page, "admin")
    open_part(page, server, part)
    for heading in PARTS[part]:
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_an_administrator_queues_an_analysis(page: Page, server: Server, sign_in: SignIn) -> None:
    sign_in(page, "admin")
    open_part(page, server, "Indexes and tables")
    expect(page.get_by_role("button", name="Analyze a table")).to_be_disabled(timeout=60_000)
    choose_row(page, "tables", 0)
    button = page.get_by_role("button", name="Analyze ").first
    expect(button).to_be_enabled(timeout=60_000)
    table = button.inner_text().rpartition(" ")[2]
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Analyze", exact=True).click()
    expect(page.get_by_text(f"Queued: the worker analyzes {table}.")).to_be_visible(timeout=60_000)
    with server.owner() as connection:
        queued: list[Any] = connection.execute("SELECT task_name, args FROM procrastinate_jobs").fetchall()
    assert queued == [("analyze_table", {"table": table})]


def test_a_manager_gets_no_system_screen_by_its_address(page: Page, server: Server, sign_in: SignIn) -> None:
    sign_in(page, "manager")
    page.goto(f"{server.url}/system")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="System", exact=True)).to_have_count(0)
