"""Each sample person opens each screen they may, on sample data, and no other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from aurum_data.jobs.consents import count_consents
from aurum_data.jobs.rollups import roll_up_all
from aurum_data.operations.cluster import LocalPair, PairUrls
from aurum_data.reference.load import load_reference
from aurum_data.rules.identity import ROLE_PERMISSIONS, Role
from aurum_data.sample.generate import ensure_sample
from aurum_data.sample.people import SAMPLE_PEOPLE, sample_people
from aurum_data.settings import Settings
from pages.shell.screens import SCREENS
from tests.browser.served import enter_password, send_code, start_application, stop_application

pytestmark = pytest.mark.browser

LEADS = 400


@pytest.fixture(scope="module")
def sample_urls(pair: LocalPair) -> Iterator[PairUrls]:
    """A database with reference data, sample people and sample leads."""
    name = f"sample_{os.getpid()}"
    urls = pair.create_database(name, "template_aurum")
    owner = create_engine(urls.owner)
    with owner.begin() as connection:
        load_reference(connection)
    ensure_sample(_settings(urls), progress=lambda _: None)
    with Session(owner) as session:
        roll_up_all(session)
        count_consents(session)
        session.commit()
    owner.dispose()
    yield urls
    pair.drop_database(name)


def _settings(urls: PairUrls) -> Settings:
    return Settings(
        primary_url=urls.primary,
        replica_url=urls.replica,
        owner_url=urls.owner,
        local_pair=True,
        leads=LEADS,
        home=Path(os.environ["AURUM_TEST_HOME"]),
    )


@pytest.fixture(scope="module")
def site(sample_urls: PairUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application over the sample data."""
    url, process = start_application(sample_urls, tmp_path_factory.mktemp("site") / "server.log")
    yield url
    stop_application(process)


def sign_in(page: Page, site: str, urls: PairUrls, username: str) -> None:
    """Through both forms, as a person would."""
    person = next(p for p in sample_people(_settings(urls)) if p.username == username)
    page.goto(site)
    enter_password(page, person.username, person.password)
    if person.code is not None:
        send_code(page, lambda: next(p for p in sample_people(_settings(urls)) if p.username == username).code or "")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=40_000)


@pytest.mark.parametrize("person", SAMPLE_PEOPLE, ids=lambda person: person.username)
def test_screens_of_a_person(page: Page, site: str, sample_urls: PairUrls, person) -> None:
    sign_in(page, site, sample_urls, person.username)
    held = ROLE_PERMISSIONS[Role(person.role)]
    for screen in SCREENS:
        page.goto(f"{site}/{screen.path}")
        if screen.permission in held:
            expect(page.get_by_role("heading", name=screen.title, level=1)).to_be_visible(timeout=40_000)
            expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(
                timeout=40_000
            )
            expect(page.get_by_test_id("stException")).to_have_count(0)
            expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
        else:
            expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=40_000)
            expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(
                timeout=40_000
            )
            expect(page.get_by_role("heading", name=screen.title, level=1)).to_have_count(0)


# What Streamlit's own elements lack: the first cell of a table's header is empty, small charts in figures have no text
# of their own, a list that offers its options has no name, and the place for a file has two roles. It writes the chosen
# one of several options in the colour of the main button, which carries white: on a dark page no colour does both.
STREAMLITS_OWN = {"empty-table-header", "svg-img-alt", "aria-dialog-name", "presentation-role-conflict"}
CHOSEN_OPTION = 'button[data-selected="true"]'


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_but_what_is_streamlits_own(
    browser: Browser, site: str, sample_urls: PairUrls, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    sign_in(page, site, sample_urls, "adam")
    found = {}
    for screen in SCREENS:
        page.goto(f"{site}/{screen.path}")
        expect(page.get_by_role("heading", name=screen.title, level=1)).to_be_visible(timeout=40_000)
        expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=40_000)
        violations = Axe().run(page).response["violations"]
        for violation in violations:
            nodes = [n["html"][:200] for n in violation["nodes"] if CHOSEN_OPTION not in str(n["target"])]
            if nodes and violation["id"] not in STREAMLITS_OWN:
                found[screen.path, violation["id"]] = nodes[:3]
    context.close()
    assert found == {}
