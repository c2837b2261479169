"""Rotation: after it every value opens under the new version alone, whatever went on meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from uuid_utils.compat import uuid7

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.leads import reveal_contact
from aurum_data.database import get_database
from aurum_data.errors import AurumError, Conflict, Invalid, Unavailable
from aurum_data.operations import key_rotation, key_versions
from aurum_data.operations.cluster import PairUrls
from aurum_data.security import key_store
from aurum_data.security.encryption import Keyring, get_keyring, version_of
from aurum_data.security.fields import SEALED, SealedField
from aurum_data.security.key_store import make_key_file
from aurum_data.settings import PROJECT_ROOT, Settings, get_settings
from tests.operations.rotating import Owner, fill_leads, long_in_use, quiet, rotate


def fill_everything(owner: Owner) -> None:
    """One row with every encrypted column set, in every table that has one."""
    keys = get_keyring()
    fill_leads(owner, 3)
    user, platform, statement, payment, request, rejected, link, download = (uuid7() for _ in range(8))
    seal = keys.seal
    owner.execute(
        "INSERT INTO users (id, username, full_name, email_encrypted, email_hash, totp_secret_encrypted)"
        " VALUES (%s, 'sam', 'Sam', %s, %s, %s)",
        [user, seal(SealedField.USER_EMAIL, user, "sam@example.com"), keys.digest("email", "sam@example.com"),
         seal(SealedField.USER_TOTP_SECRET, user, "JBSWY3DPEHPK3PXP")],
    )  # fmt: skip
    owner.execute(
        "INSERT INTO b2b_platforms (id, platform_name, delivery_method, credentials_encrypted)"
        " VALUES (%s, 'Buyer', 'api_post', %s)",
        [platform, seal(SealedField.PLATFORM_CREDENTIALS, platform, "key")],
    )
    owner.execute(
        "INSERT INTO b2b_statements (id, platform_id, statement_number, period_start, period_end, issued_on, due_on)"
        " VALUES (%s, %s, 'S-1', '2026-01-01', '2026-01-31', '2026-01-31', '2026-03-02')",
        [statement, platform],
    )
    owner.execute(
        "INSERT INTO b2b_payments (id, platform_id, statement_id, amount_usd, method, reference_encrypted, received_on,"
        " idempotency_key) VALUES (%s, %s, %s, 10, 'wire', %s, '2026-02-01', 'k')",
        [payment, platform, statement, seal(SealedField.PAYMENT_REFERENCE, payment, "WIRE-1")],
    )
    owner.execute(
        "INSERT INTO privacy_requests (id, request_number, request_type, source, received_on, acknowledge_due, due_on,"
        " hard_stop_on, contact_encrypted) VALUES (%s, 'PR-2026-00001', 'access', 'email', '2026-11-01', '2026-11-13',"
        " '2026-12-01', '2026-12-16', %s)",
        [request, seal(SealedField.REQUEST_CONTACT, request, "+16465550001")],
    )
    owner.execute(
        "INSERT INTO import_rejected_rows (id, batch_ref, line_number, reason, row_encrypted, delete_after)"
        " VALUES (%s, %s, 2, 'No phone', %s, '2026-12-24')",
        [rejected, uuid4(), seal(SealedField.REJECTED_ROW, rejected, "a,b")],
    )
    owner.execute(
        "INSERT INTO list_links (id, page, search_encrypted, created_by, expires_at)"
        " VALUES (%s, 'leads', %s, %s, '2027-01-31')",
        [link, seal(SealedField.LINK_SEARCH, link, "Kim"), user],
    )
    owner.execute(
        "INSERT INTO list_downloads (id, user_ref, file_format, search_encrypted, sort_by, descending, columns)"
        " VALUES (%s, %s, 'csv', %s, 'created', true, '{id}')",
        [download, user, seal(SealedField.DOWNLOAD_SEARCH, download, "Kim")],
    )


def values(owner: Owner) -> dict[tuple[str, UUID], tuple[SealedField, bytes]]:
    """Every encrypted value, by column and row."""
    found = {}
    for table, columns in SEALED.items():
        for column, name in columns.items():
            rows = owner.execute(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
            assert rows, f"{table}.{column} has no value to rotate"
            found |= {(f"{table}.{column}", row[0]): (name, row[1]) for row in rows}
    return found


def opened(owner: Owner, keys: Keyring) -> dict[tuple[str, UUID], str]:
    return {place: keys.open(name, place[1], sealed) for place, (name, sealed) in values(owner).items()}


def only(keys: Keyring, version: int) -> Keyring:
    return replace(keys, encryption={version: keys.encryption[version]}, encryption_in_use=version)


class TestEncryption:
    def test_every_value_opens_under_the_new_version_alone(self, settings: Settings, owner: Owner) -> None:
        fill_everything(owner)
        before = opened(owner, get_keyring())
        assert rotate(settings) == 0
        assert opened(owner, only(get_keyring(), 2)) == before
        counted = owner.execute("SELECT DISTINCT key_version FROM sealed_counts").fetchall()
        assert counted == [(2,)]

    def test_a_version_is_added_before_it_is_used(self, settings: Settings, owner: Owner) -> None:
        fill_leads(owner, 1)
        key_versions.add(settings, "encryption", quiet)
        assert (get_keyring().current, sorted(get_keyring().encryption)) == (1, [1, 2])
        with pytest.raises(Conflict, match="not used yet"):
            key_versions.add(settings, "encryption", quiet)

    def test_use_waits_until_every_program_can_have_read_it(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slept: list[float] = []
        monkeypatch.setattr(key_versions, "SETTLE_SECONDS", 60)
        monkeypatch.setattr(key_versions.time, "sleep", slept.append)
        rotate(settings)
        assert 50 < slept[0] <= 60

    def test_nobodys_edit_meets_a_conflict(self, settings: Settings, owner: Owner) -> None:
        fill_leads(owner, 2)
        before = owner.execute("SELECT id, version, updated_at, last_activity_at FROM leads ORDER BY id").fetchall()
        rotate(settings)
        after = owner.execute("SELECT id, version, updated_at, last_activity_at FROM leads ORDER BY id").fetchall()
        assert after == before

    def test_a_value_written_meanwhile_is_kept(
        self, settings: Settings, owner: Owner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between reading a batch and writing it, somebody else corrects the phone number of a lead in it."""
        lead_id = fill_leads(owner, 3)[1]
        write, done = key_rotation.Rotation._write, []

        def write_late(self: Any, connection: Any, table: str, changes: Any) -> int:
            if table == "leads" and not done:
                sealed = get_keyring().seal(SealedField.LEAD_PHONE, lead_id, "+12125550199")
                done.append(owner.execute("UPDATE leads SET phone_encrypted = %s WHERE id = %s", [sealed, lead_id]))
            return write(self, connection, table, changes)

        monkeypatch.setattr(key_rotation.Rotation, "_write", write_late)
        rotate(settings)
        with get_database().write(None) as session:
            assert reveal_contact(session, SYSTEM, lead_id=lead_id, field="phone", reason="Test") == "+12125550199"
            assert reveal_contact(session, SYSTEM, lead_id=lead_id, field="email", reason="Test") == "lead1@example.com"
        versions = owner.execute("SELECT get_byte(email_encrypted, 1) FROM leads WHERE id = %s", [lead_id]).fetchone()
        assert versions == (2,)

    def test_values_that_came_in_late_under_the_old_key_are_found(
        self, settings: Settings, owner: Owner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A program that had not read the new key yet writes behind the place that the walk has reached."""
        lead_id = fill_leads(owner, 3)[0]
        old, walk, late = get_keyring(), key_rotation.Rotation.walk, []

        def walk_and_be_late(self: Any, table: str) -> Any:
            found = walk(self, table)
            if table == "leads" and not late:
                sealed = old.seal(SealedField.LEAD_PHONE, lead_id, "+12125550199")
                late.append(owner.execute("UPDATE leads SET phone_encrypted = %s WHERE id = %s", [sealed, lead_id]))
            return found

        monkeypatch.setattr(key_rotation.Rotation, "walk", walk_and_be_late)
        rotate(settings)
        row = owner.execute("SELECT phone_encrypted FROM leads WHERE id = %s", [lead_id]).fetchone()
        assert row is not None
        assert only(get_keyring(), 2).open(SealedField.LEAD_PHONE, lead_id, row[0]) == "+12125550199"

    def test_a_row_that_somebody_holds_is_waited_for_without_holding_others(
        self, settings: Settings, owner: Owner, urls: PairUrls
    ) -> None:
        first, second = fill_leads(owner, 2)
        with psycopg.connect(urls.owner.replace("+psycopg", "")) as somebody:
            somebody.execute("SELECT FROM leads WHERE id = %s FOR UPDATE", [second])
            rotating = threading.Thread(target=rotate, args=(settings,))
            rotating.start()
            until(owner, "SELECT count(*) FROM key_rotations WHERE field = 'encryption:leads'")
            owner.execute("SET statement_timeout = '5s'")
            for _ in range(5):  # the other row stays free for a person
                owner.execute("UPDATE leads SET last_activity_at = now() WHERE id = %s", [first])
                time.sleep(0.1)
        rotating.join(30)
        assert {version_of(sealed) for _, sealed in leads(owner).values()} == {2}

    def test_a_value_that_does_not_open_is_named_and_stops_nobody_else(self, settings: Settings, owner: Owner) -> None:
        broken, sound = fill_leads(owner, 2)
        owner.execute("UPDATE leads SET phone_encrypted = '\\x0001ffff' WHERE id = %s", [broken])
        said: list[str] = []
        key_versions.add(settings, "encryption", quiet)
        assert key_versions.rotate(settings, "encryption", said.append) == 1
        assert any(str(broken) in line and "phone_encrypted" in line for line in said)
        assert version_of(leads(owner)["phone_encrypted", sound][1]) == 2
        long_in_use(owner)
        with pytest.raises(Conflict, match=r"1 values of leads\.phone_encrypted"):
            key_versions.retire(settings, "encryption", 1, quiet)
        assert 1 in get_keyring().encryption

    def test_two_rotations_at_once_are_refused(self, settings: Settings) -> None:
        with key_versions._alone(settings), pytest.raises(Conflict, match="running already"):
            key_versions.add(settings, "encryption", quiet)

    def test_progress_tells_rows_rate_and_what_is_left(
        self, settings: Settings, owner: Owner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(key_rotation, "SAY_SECONDS", 0.0)
        monkeypatch.setattr(key_rotation, "BATCH_ROWS", 2)
        fill_leads(owner, 5)
        owner.execute("ANALYZE leads")
        said: list[str] = []
        key_versions.add(settings, "encryption", quiet)
        key_versions.rotate(settings, "encryption", said.append)
        assert any("rows/s" in line and "left" in line and line.startswith("leads:") for line in said)

    def test_every_step_is_audited(self, settings: Settings, owner: Owner) -> None:
        rotate(settings)
        events = owner.execute("SELECT event, entity_id FROM audit_log ORDER BY occurred_at").fetchall()
        assert [event for event in events if event[0].startswith("security:key")] == [
            ("security:key:add", "encryption:2"),
            ("security:key:use", "encryption:2"),
            ("security:key:rotate", "encryption:2"),
        ]


def leads(owner: Owner) -> dict[tuple[str, UUID], tuple[SealedField, bytes]]:
    return {
        (column, row[0]): (name, row[1])
        for column, name in SEALED["leads"].items()
        for row in owner.execute(f"SELECT id, {column} FROM leads").fetchall()
    }


def until(owner: Owner, query: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not (row := owner.execute(query).fetchone()) or not row[0]:
        assert time.monotonic() < deadline, query
        time.sleep(0.02)


@pytest.mark.slow
def test_a_killed_rotation_goes_on_where_it_was(settings: Settings, owner: Owner) -> None:
    ids = fill_leads(owner, 4000)
    before = {place: get_keyring().open(name, place[1], sealed) for place, (name, sealed) in leads(owner).items()}
    key_versions.add(settings, "encryption", quiet)
    program = (
        "from aurum_data.operations import key_versions, key_rotation; from aurum_data.settings import get_settings\n"
        "key_versions.SETTLE_SECONDS, key_rotation.BATCH_ROWS, key_rotation.REST = 0, 50, 1.0\n"
        "key_versions.rotate(get_settings(), 'encryption', print)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT_ROOT, env=dict(os.environ))
    try:
        until(owner, "SELECT rows_done > 200 FROM key_rotations WHERE field = 'encryption:leads'", seconds=60)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    reached = owner.execute(
        "SELECT last_key ->> 'id', rows_done FROM key_rotations WHERE field = 'encryption:leads'"
    ).fetchone()
    assert reached is not None
    assert 200 < reached[1] < 4000
    assert ids.index(UUID(reached[0])) + 1 == reached[1]
    done = {version_of(sealed) for (_, i), (_, sealed) in leads(owner).items() if str(i) <= reached[0]}
    assert done == {2}
    said: list[str] = []
    assert key_versions.rotate(settings, "encryption", said.append) == 0
    keys = only(get_keyring(), 2)
    assert {place: keys.open(name, place[1], sealed) for place, (name, sealed) in leads(owner).items()} == before
    assert any(line.startswith("leads: done, 4,000 rows") for line in said)


@pytest.mark.slow
def test_people_write_all_the_while(settings: Settings, owner: Owner) -> None:
    """New leads and corrected phone numbers, by a program that reads its keys as ours do, from first to last."""
    ids = fill_leads(owner, 1500)
    stop, written = threading.Event(), {}

    def people() -> None:
        number = 0
        with psycopg.connect(str(settings.primary_url).replace("+psycopg", ""), autocommit=True) as connection:
            while not stop.is_set():
                number += 1
                lead_id, phone = ids[number * 7 % len(ids)], f"+1718555{number:04}"
                sealed = get_keyring().seal(SealedField.LEAD_PHONE, lead_id, phone)
                connection.execute("UPDATE leads SET phone_encrypted = %s WHERE id = %s", [sealed, lead_id])
                written[lead_id] = phone
                time.sleep(0.001)

    writer = threading.Thread(target=people)
    writer.start()
    rotate(settings)
    stop.set()
    writer.join()
    keys, found = only(get_keyring(), 2), leads(owner)
    assert len(written) > 50
    assert {i: keys.open(SealedField.LEAD_PHONE, i, found["phone_encrypted", i][1]) for i in written} == written


class TestRetiring:
    def test_a_version_with_nothing_under_it_goes(self, settings: Settings, owner: Owner) -> None:
        fill_everything(owner)
        before = opened(owner, get_keyring())
        rotate(settings)
        long_in_use(owner)
        key_versions.retire(settings, "encryption", 1, quiet)
        assert sorted(get_keyring().encryption) == [2]
        assert opened(owner, get_keyring()) == before
        assert key_versions.add(settings, "encryption", quiet) == 3

    def test_what_is_still_under_it_is_counted(self, settings: Settings, owner: Owner) -> None:
        fill_leads(owner, 2)
        old = get_keyring()
        rotate(settings)
        long_in_use(owner)
        lead_id = uuid7()
        owner.execute(
            "INSERT INTO leads (id, zip_code, borough, utility, email_encrypted)"
            " VALUES (%s, '11215', 'Brooklyn', 'CON_EDISON', %s)",
            [lead_id, old.seal(SealedField.LEAD_EMAIL, lead_id, "late@example.com")],
        )
        with pytest.raises(Conflict, match=r"1 values of leads\.email_encrypted are under it"):
            key_versions.retire(settings, "encryption", 1, quiet)
        assert 1 in get_keyring().encryption

    def test_what_may_not_be_finished_is_waited_for(self, settings: Settings) -> None:
        rotate(settings)
        with pytest.raises(Conflict, match="less than 15 minutes"):
            key_versions.retire(settings, "encryption", 1, quiet)

    @pytest.mark.parametrize(
        ("version", "error", "said"),
        [(2, Conflict, "in use"), (3, Conflict, "not used yet"), (0, Invalid, "no encryption key")],
    )
    def test_only_an_old_version_can_go(
        self, settings: Settings, version: int, error: type[AurumError], said: str
    ) -> None:
        rotate(settings)
        key_versions.add(settings, "encryption", quiet)
        with pytest.raises(error, match=said):
            key_versions.retire(settings, "encryption", version, quiet)


def test_keys_of_the_environment_are_not_changed_but_used(
    settings: Settings, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_leads(owner, 2)
    keys = key_store.load(settings)
    added = replace(keys, encryption=keys.encryption | {2: key_store.new_key()}, in_use=keys.in_use | {"encryption": 2})
    monkeypatch.setenv("AURUM_KEYS", added.document().decode())
    get_settings.cache_clear()
    with pytest.raises(AurumError, match="AURUM_KEYS"):
        key_versions.add(get_settings(), "encryption", quiet)
    assert key_versions.rotate(get_settings(), "encryption", quiet) == 0
    assert {version_of(sealed) for _, sealed in leads(owner).values()} == {2}


def test_keys_of_another_installation_rotate_nothing(settings: Settings, owner: Owner) -> None:
    fill_leads(owner, 1)
    settings.key_path.unlink()
    make_key_file(settings.key_path)
    for command in (key_versions.add, key_versions.rotate):
        with pytest.raises(Unavailable, match="not those of this database"):
            command(settings, "encryption", quiet)
