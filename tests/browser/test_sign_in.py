"""Signing in and out in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aurum_data.rules.identity import ROLE_PERMISSIONS, Role
from tests.browser.served import Server, SignIn, enter_password, start_application, stop_application

pytestmark = pytest.mark.browser

SCREENS = {
    "Leads": "leads:read",
    "My work": "leads:write",
    "Team": "leads:assign",
    "Imports": "leads:import",
    "Revenue": "revenue:read",
    "Platforms": "platforms:read",
    "Market": "market:read",
    "Lead quality": "ai:read",
    "Compliance": "compliance:read",
    "Access": "users:read",
    "System": "system:read",
}


def end_sessions(server: Server) -> None:
    with server.owner() as connection:
        connection.execute("update sign_in_sessions set revoked_at = now() where revoked_at is null")


def unblock(server: Server) -> None:
    with server.owner() as connection:
        connection.execute("update users set failed_attempts = 0, blocked_until = null")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_in_and_sees_its_own_screens(page: Page, server: Server, by_form: SignIn, role: Role):
    by_form(page, role)
    shown = page.get_by_test_id("stSidebarNavLink").all_inner_texts()
    allowed = [title for title, permission in SCREENS.items() if permission in ROLE_PERMISSIONS[role]]
    if role is Role.SALES:  # whose day begins there
        allowed.sort(key=lambda title: title != "My work")
    assert [text.split("\n")[-1].strip() for text in shown] == (allowed if len(allowed) > 1 else [])


def test_scripts_cannot_read_the_cookie(page: Page, context: BrowserContext, server: Server, by_form: SignIn):
    by_form(page, "sales")
    cookie = next(cookie for cookie in context.cookies() if cookie["name"] == "aurum_session")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert "aurum" not in page.evaluate("document.cookie")


def test_a_reload_keeps_the_person_in(page: Page, server: Server, by_form: SignIn):
    by_form(page, "sales")
    page.reload()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=60_000)


def test_sign_in_leads_on_to_the_page_asked_for(page: Page, server: Server, by_form: SignIn):
    page.goto(f"{server.url}/market?borough=Queens")
    by_form(page, "sales")
    assert page.url.startswith(f"{server.url}/market?borough=Queens")


@pytest.mark.parametrize("username", ["sales", "nobody-of-that-name"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(page: Page, server: Server, username: str):
    page.goto(server.url)
    enter_password(page, username, "not the password at all")
    expect(page.get_by_role("alert")).to_have_text(
        "This user name and password do not match. After several tries an account pauses for a while."
    )
    unblock(server)


def test_password_managers_can_fill_the_form(page: Page, server: Server):
    page.goto(server.url)
    expect(page.get_by_label("User name")).to_have_attribute("autocomplete", "username", timeout=60_000)
    expect(page.get_by_role("textbox", name="Password")).to_have_attribute("autocomplete", "current-password")


def test_a_person_with_a_second_factor_does_not_get_in_without_it(page: Page, server: Server):
    page.goto(server.url)
    enter_password(page, "admin", server.people["admin"].password)
    box = page.get_by_role("textbox", name="One-time code")
    box.fill("000000", timeout=60_000)
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    page.goto(server.url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=60_000)
    unblock(server)


def test_sign_out_ends_the_session_and_removes_the_cookie(
    page: Page, context: BrowserContext, server: Server, by_form: SignIn
):
    by_form(page, "sales")
    kept = next(cookie for cookie in context.cookies() if cookie["name"] == "aurum_session")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=60_000)
    assert "aurum_session" not in {cookie["name"] for cookie in context.cookies()}
    context.add_cookies([kept])
    page.goto(server.url)
    expect(page.get_by_text("Your session has ended")).to_be_visible(timeout=60_000)


def test_a_revoked_session_is_refused_on_the_next_click(page: Page, server: Server, by_form: SignIn):
    by_form(page, "sales")
    end_sessions(server)
    page.get_by_role("link", name="Market").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=60_000)


def test_a_screen_without_the_right_is_not_found(page: Page, server: Server, by_form: SignIn):
    by_form(page, "sales")
    page.goto(f"{server.url}/system")
    expect(page.get_by_role("dialog")).to_contain_text("Page not found", timeout=60_000)


def test_a_ticket_in_another_browser_opens_nothing(page: Page, server: Server):
    """Without the nonce cookie of the browser that typed the password, the route sets no session."""
    with server.owner() as connection:
        connection.execute(
            "insert into sign_in_tickets (ticket_hash, nonce_hash, user_ref, second_factor, expires_at)"
            " values (sha256('stolen'), sha256('their browser'), %s, false, now() + interval '1 minute')",
            (server.people["sales"].user_id,),
        )
    page.goto(server.url)
    answer = page.request.post(f"{server.url}/auth/complete", form={"ticket": "stolen"}, max_redirects=0)
    assert answer.status == 303
    assert "aurum_session" not in answer.headers.get("set-cookie", "")


FRAGMENT_APP = Path(__file__).parent / "fragment_site" / "application.py"


@pytest.fixture(scope="module")
def fragment_url(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small application with a guarded fragment and a guarded callback, over the same database."""
    url, process = start_application(
        server.urls, tmp_path_factory.mktemp("fragments") / "server.log", script=FRAGMENT_APP
    )
    yield url
    stop_application(process)


@pytest.mark.parametrize("button", ["Count in a fragment", "Count in a callback"])
def test_a_revoked_session_is_refused_inside(
    page: Page, server: Server, by_form: SignIn, fragment_url: str, button: str
):
    page.goto(fragment_url)
    by_form(page, "sales")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Counted: 1")).to_be_visible()
    end_sessions(server)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Counted")).to_have_count(0)
