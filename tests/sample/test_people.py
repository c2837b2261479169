"""The sample people: random passwords in a private file, roles, and second factors where they are required."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from aurum_data.actions.identity import TOTP_FIELD
from aurum_data.clock import now
from aurum_data.errors import Unavailable
from aurum_data.operations.cluster import PairUrls
from aurum_data.sample.people import FILE, SAMPLE_PEOPLE, ensure_people, sample_people
from aurum_data.security.encryption import Keyring
from aurum_data.security.passwords import verify_password
from aurum_data.security.totp import matching_step
from aurum_data.settings import Settings

USERS = text("""
    SELECT u.id, u.username, u.password_hash, u.totp_secret_encrypted, u.totp_confirmed_at, r.role_name
    FROM users u JOIN user_roles g ON g.user_id = u.id JOIN roles r ON r.id = g.role_id ORDER BY u.username
""")


def make(urls: PairUrls, home: Path) -> list:
    engine = create_engine(urls.owner)
    try:
        with engine.begin() as connection:
            ensure_people(connection, home)
            return list(connection.execute(USERS).all())
    finally:
        engine.dispose()


def test_each_person_signs_in_with_the_password_of_the_file(urls: PairUrls, home: Path) -> None:
    stored = {row.username: row for row in make(urls, home)}
    for person in sample_people(Settings(home=home)):
        assert verify_password(stored[person.username].password_hash, person.password)
        assert stored[person.username].role_name == person.role


def test_the_file_is_private_and_its_passwords_all_differ(urls: PairUrls, home: Path) -> None:
    make(urls, home)
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600
    passwords = {entry["password"] for entry in json.loads((home / FILE).read_text()).values()}
    assert len(passwords) == len(SAMPLE_PEOPLE)
    assert min(map(len, passwords)) >= 16


def test_admin_and_compliance_have_a_second_factor_and_nobody_else(
    urls: PairUrls, home: Path, keyring: Keyring
) -> None:
    stored = {row.username: row for row in make(urls, home)}
    for person in sample_people(Settings(home=home)):
        row = stored[person.username]
        if person.role in {"admin", "compliance"}:
            secret = keyring.open(TOTP_FIELD, row.id, row.totp_secret_encrypted)
            assert row.totp_confirmed_at is not None
            assert matching_step(secret, person.code or "", now()) is not None
        else:
            assert (row.totp_secret_encrypted, row.totp_confirmed_at, person.code) == (None, None, None)


def test_a_second_start_changes_nothing(urls: PairUrls, home: Path) -> None:
    first = make(urls, home)
    before = (home / FILE).read_text()
    assert make(urls, home) == first
    assert (home / FILE).read_text() == before


def test_people_whose_file_was_lost_get_new_passwords(urls: PairUrls, home: Path) -> None:
    first = make(urls, home)
    (home / FILE).unlink()
    again = make(urls, home)
    assert [row.id for row in again] == [row.id for row in first]
    assert all(new.password_hash != old.password_hash for new, old in zip(again, first, strict=True))


def test_a_real_person_of_the_same_name_is_not_touched(urls: PairUrls, home: Path) -> None:
    engine = create_engine(urls.owner)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO users (username, full_name) VALUES ('sam', 'Sam Real')"))
    engine.dispose()
    with pytest.raises(Unavailable, match="belongs to a real person"):
        make(urls, home)


def test_before_the_first_start_there_are_none(home: Path) -> None:
    with pytest.raises(Unavailable, match="make run"):
        sample_people(Settings(home=home))
