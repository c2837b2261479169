"""Single sign-on with a real provider on loopback, under another host name, in a real browser."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from aurum_data.clock import now
from aurum_data.rules.identity import Role
from aurum_data.security.totp import code_at
from tests.browser.served import (
    Person,
    Server,
    add_person,
    enter_password,
    free_port,
    start_application,
    stop_application,
)

pytestmark = pytest.mark.browser

WAIT = 60_000
IDENTITY_COOKIES = {"_streamlit_user", "_streamlit_user_tokens"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """An identity provider; its name is not the application's, so that cookies behave as between two sites."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--host", "localhost", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url, deadline = f"http://localhost:{port}", time.monotonic() + WAIT / 1000
    while True:
        try:
            httpx.get(f"{url}/.well-known/openid-configuration", timeout=5).raise_for_status()
            break
        except httpx.HTTPError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    yield url
    stop_application(process)


@pytest.fixture(scope="module")
def site(server: Server, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application with this provider set."""
    port = free_port()
    home = tmp_path_factory.mktemp("sso")
    url, process = start_application(
        server.urls,
        home / "server.log",
        port=port,
        AURUM_HOME=str(home),
        AURUM_PUBLIC_URL=f"http://127.0.0.1:{port}",
        AURUM_OIDC_METADATA_URL=f"{provider}/.well-known/openid-configuration",
        AURUM_OIDC_CLIENT_ID="aurum",
        AURUM_OIDC_CLIENT_SECRET="a secret of the provider",
        AURUM_OIDC_NAME="Example ID",
    )
    assert stat.S_IMODE((home / "single_sign_on.toml").stat().st_mode) == 0o600
    yield url
    stop_application(process)


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab that may visit the provider too."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def add(server: Server, name: str, role: Role, *, provider: str | None = None) -> Person:
    """Somebody of a test's own, linked to an identity of the same name."""
    with server.owner() as connection:
        connection.execute("delete from user_identities where subject = %s", (name,))
        connection.execute("update users set username = 'old-' || id where username = %s", (name,))
        person = add_person(connection, name, role)
        if provider:
            connection.execute(
                "insert into user_identities (user_id, issuer, subject) values (%s, %s, %s)",
                (person.user_id, provider, name),
            )
    return person


def at_the_provider(page: Page, subject: str) -> None:
    """Sign in there, and come back."""
    box = page.locator("input[name=sub]")
    box.fill(subject, timeout=WAIT)
    box.press("Enter")
    page.wait_for_url("http://127.0.0.1:**", timeout=WAIT)


def go_there(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("button", name="Continue with Example ID").click(timeout=WAIT)


def inside(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=WAIT)


def methods(server: Server, user_id: UUID) -> list[str]:
    with server.owner() as connection:
        rows = connection.execute("select method from sign_in_sessions where user_ref = %s", (user_id,)).fetchall()
    return [str(row[0]) for row in rows]


def cookies(page: Page) -> set[str]:
    return {str(cookie.get("name")) for cookie in page.context.cookies()}


def test_a_linked_person_gets_in_and_the_providers_word_is_forgotten(
    tab: Page, server: Server, site: str, provider: str
):
    person = add(server, "linked", Role.SALES, provider=provider)
    go_there(tab, site)
    at_the_provider(tab, "linked")
    inside(tab)
    assert methods(server, person.user_id) == ["sso"]
    assert "aurum_session" in cookies(tab)
    assert not cookies(tab) & IDENTITY_COOKIES


def test_a_stranger_gets_one_sentence_whatever_their_email(tab: Page, server: Server, site: str, provider: str):
    add(server, "someone", Role.SALES)
    go_there(tab, site)
    at_the_provider(tab, "someone")  # the name of an account is no link to it
    expect(tab.get_by_text("No account here is linked to this identity")).to_be_visible(timeout=WAIT)
    expect(tab.get_by_role("button", name="Sign out")).to_have_count(0)


def test_the_same_subject_of_another_provider_is_a_stranger(tab: Page, server: Server, site: str):
    add(server, "elsewhere", Role.SALES, provider="https://another.example")
    go_there(tab, site)
    at_the_provider(tab, "elsewhere")
    expect(tab.get_by_text("No account here is linked to this identity")).to_be_visible(timeout=WAIT)


def test_who_has_a_second_factor_is_asked_for_it(tab: Page, server: Server, site: str, provider: str):
    person = add(server, "guarded", Role.ADMIN, provider=provider)
    go_there(tab, site)
    at_the_provider(tab, "guarded")
    box = tab.get_by_role("textbox", name="One-time code")
    box.fill("000000", timeout=WAIT)
    box.press("Enter")
    expect(tab.get_by_role("alert")).to_contain_text("This code is not right", timeout=WAIT)
    assert methods(server, person.user_id) == []
    box.fill(code_at(str(person.secret), now()))
    box.press("Enter")
    inside(tab)
    assert methods(server, person.user_id) == ["sso"]


def test_who_must_have_one_and_has_none_sets_it_up_first(tab: Page, server: Server, site: str, provider: str):
    person = add(server, "beginner", Role.ADMIN, provider=provider)
    with server.owner() as connection:
        connection.execute(
            "update users set totp_secret_encrypted = null, totp_confirmed_at = null where id = %s", (person.user_id,)
        )
    go_there(tab, site)
    at_the_provider(tab, "beginner")
    expect(tab.get_by_role("img", name="QR code")).to_be_visible(timeout=WAIT)
    assert methods(server, person.user_id) == []


def test_a_disabled_account_stays_out(tab: Page, server: Server, site: str, provider: str):
    person = add(server, "gone", Role.SALES, provider=provider)
    with server.owner() as connection:
        connection.execute("update users set status = 'disabled' where id = %s", (person.user_id,))
    go_there(tab, site)
    at_the_provider(tab, "gone")
    expect(tab.get_by_text("No account here is linked to this identity")).to_be_visible(timeout=WAIT)


def test_the_providers_word_begins_one_sign_in_only(
    tab: Page, browser: Browser, server: Server, site: str, provider: str
):
    """Its cookie, copied into another browser while the second factor is still asked for, does nothing there."""
    add(server, "copied", Role.ADMIN, provider=provider)
    go_there(tab, site)
    at_the_provider(tab, "copied")
    expect(tab.get_by_role("textbox", name="One-time code")).to_be_visible(timeout=WAIT)
    other = browser.new_context()
    other.add_cookies([cookie for cookie in tab.context.cookies() if cookie.get("name") in IDENTITY_COOKIES])
    thief = other.new_page()
    thief.goto(site)
    expect(thief.get_by_label("User name")).to_be_visible(timeout=WAIT)
    expect(thief.get_by_role("textbox", name="One-time code")).to_have_count(0)
    other.close()


def test_an_ended_session_is_not_opened_again_by_the_provider_unasked(
    tab: Page, server: Server, site: str, provider: str
):
    person = add(server, "ended", Role.SALES, provider=provider)
    go_there(tab, site)
    at_the_provider(tab, "ended")
    inside(tab)
    with server.owner() as connection:
        connection.execute("update sign_in_sessions set revoked_at = now() where user_ref = %s", (person.user_id,))
    tab.goto(site)
    expect(tab.get_by_label("User name")).to_be_visible(timeout=WAIT)


def test_sign_out_ends_both(tab: Page, server: Server, site: str, provider: str):
    add(server, "leaving", Role.SALES, provider=provider)
    go_there(tab, site)
    at_the_provider(tab, "leaving")
    inside(tab)
    tab.context.add_cookies([{"name": "_streamlit_user", "value": "kept", "url": site}])
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_label("User name")).to_be_visible(timeout=WAIT)
    assert not cookies(tab) & {"aurum_session", *IDENTITY_COOKIES}


def test_a_person_links_their_account_and_signs_in_by_it(
    tab: Page, browser: Browser, server: Server, site: str, provider: str
):
    person = add(server, "joining", Role.SALES)
    tab.goto(f"{site}/account")
    enter_password(tab, person.username, person.password)
    tab.get_by_role("button", name="Link Example ID").click(timeout=WAIT)
    at_the_provider(tab, "joining")
    expect(tab.get_by_text("You are signed in there as")).to_be_visible(timeout=WAIT)
    with server.owner() as connection:
        connection.execute("update sign_in_sessions set confirmed_at = now() - interval '11 minutes'")
    tab.get_by_role("button", name="Link", exact=True).click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(person.password, timeout=WAIT)
    dialog.get_by_role("button", name="Confirm").click()
    expect(tab.get_by_role("button", name="Remove", exact=True)).to_be_visible(timeout=WAIT)
    assert not cookies(tab) & IDENTITY_COOKIES

    other = browser.new_context().new_page()
    go_there(other, site)
    at_the_provider(other, "joining")
    inside(other)
    other.context.close()


def test_the_secret_of_the_provider_is_in_no_file_of_the_checkout():
    root = Path(__file__).parents[2]
    assert not (root / ".streamlit" / "secrets.toml").exists()
    assert "AURUM_OIDC_CLIENT_SECRET" not in os.environ
