"""Keys and a running dashboard: a rotation beside it, lost keys, restored keys. It has a key file of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from playwright.sync_api import Page, expect

from aurum_data.operations.cluster import LocalPair
from aurum_data.rules.identity import Role
from aurum_data.security.encryption import get_keyring, make_key_file
from aurum_data.security.fields import SealedField
from aurum_data.security.key_backup import read_backup, write_backup
from aurum_data.security.key_store import read_file, write_file
from aurum_data.settings import PROJECT_ROOT, get_settings
from tests.browser.served import (
    Server,
    add_person,
    enter_code,
    enter_password,
    start_application,
    stop_application,
)

pytestmark = pytest.mark.browser
PATIENCE = 90_000
PHONE, PASSPHRASE = "+16465550123", "a passphrase of five words"
MISSING = "The encryption keys are missing"


@dataclass(frozen=True)
class Site:
    """A dashboard with a key file of its own, and a lead whose phone number is sealed."""

    server: Server
    key_file: Path
    lead_id: UUID

    def sign_in(self, page: Page, username: str, path: str = "/") -> None:
        page.goto(self.server.url + path)
        enter_password(page, username, self.server.people[username].password)
        if self.server.people[username].secret is not None:
            enter_code(page, self.server, username)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=PATIENCE)

    def count(self, query: str) -> int:
        with self.server.owner() as connection:
            row = connection.execute(query).fetchone()
        return int(str(row[0])) if row else 0


@pytest.fixture(scope="module")
def site(pair: LocalPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Its server is started with AURUM_KEY_FILE on its own keys; so is this process meanwhile."""
    folder, name = tmp_path_factory.mktemp("keys"), f"keys_{uuid4().hex}"
    urls = pair.create_database(name, "template_aurum")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURUM_KEY_FILE", str(folder / "keys.json"))
        get_settings.cache_clear()
        make_key_file(folder / "keys.json")
        with psycopg.connect(urls.owner.replace("+psycopg", ""), autocommit=True) as connection:
            people = {str(role): add_person(connection, role, role) for role in (Role.SALES, Role.ADMIN)}
            row = connection.execute(
                "INSERT INTO leads (zip_code, borough, utility, first_name, last_name, phone_masked)"
                " VALUES ('11215', 'Brooklyn', 'CON_EDISON', 'Kim', 'Sealed', '***-***-0123') RETURNING id"
            ).fetchone()
            assert row is not None
            lead_id = UUID(str(row[0]))
            keys = get_keyring()
            connection.execute(
                "UPDATE leads SET phone_encrypted = %s, phone_hash = %s",
                [keys.seal(SealedField.LEAD_PHONE, lead_id, PHONE), keys.digest("phone", PHONE)],
            )
        url, process = start_application(urls, folder / "server.log")
        yield Site(Server(url, urls, people), folder / "keys.json", lead_id)
        stop_application(process)
    get_settings.cache_clear()
    pair.drop_database(name)


def ask_for_phone(page: Page, site: Site) -> None:
    """Open the lead, and ask for its phone number."""
    page.goto(f"{site.server.url}/leads?lead={site.lead_id}")
    page.get_by_role("button", name="Show phone").click(timeout=PATIENCE)
    form = page.get_by_role("dialog")
    box = form.get_by_role("textbox", name="Why do you need it?")
    box.fill("Call back", timeout=PATIENCE)
    box.press("Tab")
    form.get_by_role("button", name="Show phone").click()


def rotate(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as an operator runs it."""
    program = (
        "import sys; from aurum_data.operations import key_versions; key_versions.SETTLE_SECONDS = 0\n"
        "from aurum_data.__main__ import main; sys.exit(main())"
    )
    urls = site.server.urls
    environment = {"AURUM_PRIMARY_URL": urls.primary, "AURUM_REPLICA_URL": urls.replica, "AURUM_JOBS_URL": urls.jobs}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return subprocess.run(
            [sys.executable, "-c", program, "rotate-keys", *arguments],
            cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip


def test_a_running_dashboard_opens_what_a_rotation_sealed_anew(page: Page, site: Site) -> None:
    site.sign_in(page, "sales")
    ask_for_phone(page, site)
    expect(page.get_by_role("dialog").get_by_text(PHONE)).to_be_visible(timeout=PATIENCE)
    for arguments in (["--new"], []):
        done = rotate(site, *arguments)
        assert done.returncode == 0, done.stderr
    assert "rows/s" in done.stdout
    assert site.count("SELECT get_byte(phone_encrypted, 1) FROM leads") == 2
    ask_for_phone(page, site)
    expect(page.get_by_role("dialog").get_by_text(PHONE)).to_be_visible(timeout=PATIENCE)


def test_the_screen_shows_versions_values_and_the_rotation(page: Page, site: Site) -> None:
    site.sign_in(page, "admin", "/access?view=Encryption")
    expect(page.get_by_role("heading", name="Key versions")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Values by key version")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(3, timeout=PATIENCE)
    expect(page.get_by_text("A key rotation is running.")).to_have_count(0)


def test_lost_keys_refuse_cleanly_and_restored_ones_are_taken_up(page: Page, site: Site, tmp_path: Path) -> None:
    site.sign_in(page, "sales")
    write_backup(tmp_path / "keys.backup", read_file(site.key_file), PASSPHRASE)
    site.key_file.unlink()
    looks = "SELECT count(*) FROM audit_log WHERE event = 'leads:contact:reveal'"
    before = site.count(looks)

    ask_for_phone(page, site)
    expect(page.get_by_role("dialog").get_by_text(MISSING)).to_be_visible(timeout=PATIENCE)
    assert site.count(looks) == before

    stranger = page.context.browser
    assert stranger is not None
    context = stranger.new_context()
    admin = context.new_page()
    sessions = site.count("SELECT count(*) FROM sign_in_sessions")
    admin.goto(site.server.url)
    enter_password(admin, "admin", site.server.people["admin"].password)
    admin.get_by_role("textbox", name="One-time code").fill("123456", timeout=PATIENCE)
    admin.get_by_role("button", name="Continue").click()
    expect(admin.get_by_text(MISSING)).to_be_visible(timeout=PATIENCE)
    assert site.count("SELECT count(*) FROM sign_in_sessions") == sessions
    assert site.count("SELECT count(*) FROM users WHERE totp_last_step IS NOT NULL AND username = 'sales'") == 0

    write_file(site.key_file, read_backup(tmp_path / "keys.backup", PASSPHRASE))
    ask_for_phone(page, site)
    expect(page.get_by_role("dialog").get_by_text(PHONE)).to_be_visible(timeout=PATIENCE)
    site.sign_in(admin, "admin")
    context.close()
