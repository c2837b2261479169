"""The switches that freeze the application, in a real browser: set, told to everybody, obeyed, released."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
PATIENCE = 90_000


@pytest.fixture(autouse=True)
def released(server: Server) -> Iterator[None]:
    """Whatever happens, the other tests find the application as it was."""
    yield
    with server.owner() as connection:
        connection.execute("UPDATE app_flags SET is_on = false")


def test_an_administrator_freezes_everybody_is_told_and_it_is_released(
    page: Page, browser: Browser, server: Server, sign_in: SignIn
) -> None:
    sign_in(page, "admin")
    with server.owner() as connection:
        began = connection.execute("SELECT clock_timestamp()").fetchone()
    page.goto(f"{server.url}/access?view=Freeze")
    page.get_by_role("button", name="Make read-only").click(timeout=PATIENCE)
    form = page.get_by_role("dialog")
    box = form.get_by_role("textbox", name="Reason")
    box.fill("Wrong prices went out", timeout=PATIENCE)
    box.press("Tab")
    form.get_by_role("button", name="Make read-only").click()
    banner = page.get_by_test_id("stAlert").filter(has_text="Read-only")
    expect(banner).to_contain_text("by Test Admin", timeout=PATIENCE)
    expect(banner).to_contain_text("Wrong prices went out")

    other = browser.new_context()
    somebody = other.new_page()
    sign_in(somebody, "manager")
    somebody.goto(server.url)
    expect(somebody.get_by_test_id("stAlert").filter(has_text="Wrong prices went out")).to_be_visible(timeout=PATIENCE)
    other.close()

    page.get_by_role("button", name="Release").click(timeout=PATIENCE)
    page.get_by_role("dialog").get_by_role("button", name="Release").click(timeout=PATIENCE)
    expect(page.get_by_text("Read-only is off.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_test_id("stAlert")).to_have_count(0, timeout=PATIENCE)
    with server.owner() as connection:
        events = connection.execute(
            "SELECT event, actor_name FROM audit_log WHERE entity_type = 'app_flag' AND occurred_at >= %s"
            " ORDER BY occurred_at",
            began,
        ).fetchall()
    assert events == [("system:switch:freeze", "admin"), ("system:switch:unfreeze", "admin")]


def test_nobody_else_finds_the_switches(page: Page, server: Server, sign_in: SignIn) -> None:
    sign_in(page, "ops")
    page.goto(f"{server.url}/access?view=Freeze")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Make read-only")).to_have_count(0)
