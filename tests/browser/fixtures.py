"""A real server on the run's pair, and a real browser.

def test_something(page, server, sign_in):
    sign_in(page, "manager")
    page.goto(f"{server.url}/revenue")
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from aurum_data.database import Database
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.rules.identity import Role
from aurum_data.security.sessions import SESSION_COOKIE, open_session
from aurum_data.settings import PROJECT_ROOT, Settings
from tests.browser.served import (
    Server,
    SignIn,
    add_person,
    enter_code,
    enter_password,
    start_application,
    stop_application,
)
from tests.replication import catch_up

TEMPLATE = "template_aurum"
BREACH = "Content Security Policy"  # how Chromium's console begins to complain, or goes on
BROWSER_ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def site_urls(pair: LocalPair) -> Iterator[PairUrls]:
    """The database that the server of the browser tests shows."""
    name = f"site_{uuid4().hex}"
    yield pair.create_database(name, TEMPLATE)
    pair.drop_database(name)


@pytest.fixture(scope="session")
def server(site_urls: PairUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application over `site_urls`, with one person per role, named after it."""
    with psycopg.connect(site_urls.owner.replace("+psycopg", ""), autocommit=True) as connection:
        people = {str(role): add_person(connection, role, role) for role in Role}
    url, process = start_application(site_urls, tmp_path_factory.mktemp("server") / "server.log")
    yield Server(url, site_urls, people)
    stop_application(process)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium or Chrome."""
    found = subprocess.run(
        [sys.executable, str(PROJECT_ROOT / "scripts" / "browser.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    arguments = BROWSER_ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found.stdout.strip(), args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all tests: the application's files are fetched and compiled once."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def context(profile: BrowserContext) -> Iterator[BrowserContext]:
    """The profile, for a test that ends with its tabs and its cookies.

    Requests to other hosts and breaches of our policy fail the test.
    """
    asked: list[str] = []
    breaches: list[str] = []
    profile.on("request", request := lambda one: asked.append(one.url))
    profile.on("console", said := lambda one: breaches.append(one.text) if BREACH in one.text else None)
    yield profile
    for page in profile.pages:
        page.close()
    profile.clear_cookies()
    profile.remove_listener("request", request)
    profile.remove_listener("console", said)
    assert breaches == []
    assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab."""
    return context.new_page()


@pytest.fixture(scope="session")
def sessions(server: Server) -> Iterator[Database]:
    """The database of `server`, to open sessions in."""
    database = Database(Settings(primary_url=server.urls.primary, replica_url=server.urls.replica))
    yield database
    database.dispose()


@pytest.fixture
def sign_in(server: Server, sessions: Database) -> SignIn:
    """Let what the tab shows or opens next be seen by a person, whose cookie is the one that the forms would leave.

    The forms take their time: `by_form` is for tests of signing in.
    """

    def come_in(page: Page, username: str) -> None:
        user_id = server.people[username].user_id
        with sessions.write(None) as session:
            token = open_session(session, user_id=user_id, second_factor=True, address=None, user_agent=None)
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": str(token), "url": server.url}])
        catch_up(sessions)
        if page.url != "about:blank":
            page.reload()

    return come_in


@pytest.fixture
def by_form(server: Server) -> SignIn:
    """Sign the person of a role in through the forms, at whatever address the tab is (the start page if none)."""

    def type_it_in(page: Page, username: str) -> None:
        if page.url == "about:blank":
            page.goto(server.url)
        enter_password(page, server.people[username].username, server.people[username].password)
        if server.people[username].secret is not None:
            enter_code(page, server, username)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=60_000)

    return type_it_in


@pytest.fixture
def open_leads(sign_in: SignIn, server: Server) -> SignIn:
    """Sign in and go to the list of leads, wherever the person's day begins."""

    def go_on(page: Page, username: str) -> None:
        sign_in(page, username)
        page.goto(f"{server.url}/leads")

    return go_on
