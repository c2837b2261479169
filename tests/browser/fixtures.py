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


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of this test's own; requests to other hosts and breaches of our policy fail the test."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    breaches: list[str] = []
    made.on("request", lambda request: asked.append(request.url))
    made.on("console", lambda said: breaches.append(said.text) if BREACH in said.text else None)
    yield made
    made.close()
    assert breaches == []
    assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab."""
    return context.new_page()


@pytest.fixture
def sign_in(server: Server) -> SignIn:
    """Sign the person of a role in, at whatever address the tab is (the start page if none)."""

    def type_it_in(page: Page, username: str) -> None:
        if page.url == "about:blank":
            page.goto(server.url)
        enter_password(page, server.people[username].username, server.people[username].password)
        if server.people[username].secret is not None:
            enter_code(page, server, username)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=60_000)

    return type_it_in
