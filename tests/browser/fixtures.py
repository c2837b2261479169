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
from sqlalchemy import make_url

from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.rules.identity import Role
from aurum_data.settings import PROJECT_ROOT
from tests.browser.sampled import sample_database
from tests.browser.served import (
    Server,
    SignIn,
    add_person,
    enter_code,
    enter_password,
    give_cookie,
    start_application,
    stop_application,
)

TEMPLATE = "template_aurum"
BREACH = "Content Security Policy"  # how Chromium's console begins to complain, or goes on
BROWSER_ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
    "--js-flags=--no-opt --no-maglev --single-threaded-gc",  # optimising costs tests more than it saves
    "--no-first-run",
    "--process-per-site",  # tabs share one process, which keeps the application's scripts compiled
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
def sample_server(pair: LocalPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application over 20,000 sample leads, with the people of `server` beside the sample's own."""
    urls = sample_database(pair)
    with psycopg.connect(urls.owner.replace("+psycopg", ""), autocommit=True) as connection:
        people = {str(role): add_person(connection, role, role) for role in Role}
    url, process = start_application(urls, tmp_path_factory.mktemp("sample") / "server.log")
    yield Server(url, urls, people)
    stop_application(process)
    pair.drop_database(make_url(urls.owner).database or "")


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
def profile(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """One browser profile for all tests: the application's files are fetched and compiled once.

    A tab stays open throughout: with the last one, the process would end that has them compiled.
    """
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.new_page().goto(f"{server.url}/_stcore/health")
    yield made
    made.close()


@pytest.fixture
def context(profile: BrowserContext) -> Iterator[BrowserContext]:
    """The profile, without cookies, for a test that ends with its tabs.

    Requests to other hosts and breaches of our policy fail the test.
    """
    profile.clear_cookies()
    before, asked, breaches = set(profile.pages), [], []
    profile.on("request", request := lambda one: asked.append(one.url))
    profile.on("console", said := lambda one: breaches.append(one.text) if BREACH in one.text else None)
    yield profile
    for page in set(profile.pages) - before:
        page.close()
    profile.remove_listener("request", request)
    profile.remove_listener("console", said)
    assert breaches == []
    assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab."""
    return context.new_page()


@pytest.fixture
def sign_in(server: Server) -> SignIn:
    """Let what the tab shows or opens next be seen by a person, whose cookie is the one that the forms would leave.

    The forms take their time: `by_form` is for tests of signing in.
    """

    def come_in(page: Page, username: str) -> None:
        give_cookie(page.context, server, username)
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
