"""Script that somebody stored in a name, an address or a note is text on every screen of a real browser."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from aurum_data.actions.security_events import SecurityEventKind
from tests.browser.served import Server, SignIn

pytestmark = pytest.mark.browser
SLOW = 60_000
RAN = "document.documentElement.dataset.ran"
SCRIPT = f'<script>{RAN}=1</script><img src=x onerror="{RAN}=1"><svg onload="{RAN}=1">[x](javascript:{RAN}=1)'


@pytest.fixture
def lead(server: Server) -> Iterator[UUID]:
    """A lead whose every text is script, with such a note, and an event that says so too."""
    with server.owner() as connection:
        lead_id = uuid4()
        connection.execute(
            "insert into leads (id, first_name, last_name, property_address, city, zip_code, borough, utility,"
            " lead_score, utm_source, consent_page_url) values (%s, %s, %s, %s, %s, '11215', 'Brooklyn', 'CON_EDISON',"
            " 99, %s, %s)",
            (lead_id, SCRIPT, SCRIPT, SCRIPT, SCRIPT, SCRIPT, f"javascript:{RAN}=1"),
        )
        connection.execute(
            "insert into lead_notes (lead_id, body, author_user_id, author_name) values (%s, %s, %s, %s)",
            (lead_id, SCRIPT, server.people["sales"].user_id, SCRIPT),
        )
        connection.execute(
            "insert into security_events (event, severity, user_ref, details)"
            " values (%s, 'info', %s, jsonb_build_object('thing', %s::text))",
            (SecurityEventKind.PERMISSION_DENIED, server.people["sales"].user_id, SCRIPT),
        )
        connection.execute("update users set full_name = %s where username = 'analyst'", (SCRIPT,))
        yield lead_id
        connection.execute("update users set full_name = 'Test Analyst' where username = 'analyst'")
        connection.execute("delete from lead_notes where lead_id = %s", (lead_id,))
        connection.execute("delete from leads where id = %s", (lead_id,))


def settled(page: Page) -> None:
    """The run has ended and everything was drawn."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=SLOW)
    page.wait_for_timeout(300)


def nothing_ran(page: Page) -> None:
    assert page.evaluate(RAN) is None
    assert page.locator("main script, main svg[onload], main img[onerror], main a[href^='javascript:' i]").count() == 0


def test_in_the_story_of_a_lead(page: Page, server: Server, sign_in: SignIn, lead: UUID) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?lead={lead}")
    expect(page.get_by_text("<script>").first).to_be_visible(timeout=SLOW)
    settled(page)
    nothing_ran(page)


def test_in_the_list_of_leads(page: Page, server: Server, sign_in: SignIn, lead: UUID) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=SLOW)
    settled(page)
    nothing_ran(page)


def test_in_ones_own_name(page: Page, server: Server, sign_in: SignIn, lead: UUID) -> None:
    sign_in(page, "analyst")
    page.goto(server.url)
    settled(page)
    assert "<script>" in page.get_by_test_id("stSidebar").inner_text()
    nothing_ran(page)


@pytest.mark.parametrize("view", ["People", "Security events"])
def test_on_the_access_screen(page: Page, server: Server, sign_in: SignIn, lead: UUID, view: str) -> None:
    sign_in(page, "admin")
    page.goto(f"{server.url}/access?view={quote(view)}")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=SLOW)
    settled(page)
    nothing_ran(page)


@pytest.mark.parametrize("parameter", ["zip", "borough", "view", "period", "lead"])
def test_in_an_address(page: Page, server: Server, sign_in: SignIn, parameter: str) -> None:
    sign_in(page, "sales")
    page.goto(f"{server.url}/leads?{parameter}={quote(SCRIPT)}")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=SLOW)
    settled(page)
    nothing_ran(page)


def test_the_policy_would_stop_it_even_so(browser: Browser, server: Server) -> None:
    """The second wall: a script that got into the page all the same is not run. In a profile that may breach."""
    page = browser.new_page()
    page.goto(server.url)
    inserted = f"document.head.appendChild(Object.assign(document.createElement('script'), {{text: '{RAN}=1'}}))"
    with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        page.evaluate(inserted)
    assert page.evaluate(RAN) is None
    page.context.close()


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str | None]]]:
    """Another site, and the referrers that it was sent."""
    seen: list[str | None] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Referer"))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}/", seen
        other.shutdown()


def test_no_address_of_ours_leaves_by_referrer(
    page: Page, server: Server, elsewhere: tuple[str, list[str | None]]
) -> None:
    url, seen = elsewhere
    page.goto(f"{server.url}/leads?token=one-time-secret")
    page.evaluate(
        "url => document.body.appendChild(Object.assign(document.createElement('a'), {href: url, id: 'away'}))", url
    )
    page.evaluate("document.getElementById('away').click()")
    page.wait_for_url(url)
    assert seen[0] is None
