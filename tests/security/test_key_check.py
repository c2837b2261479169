"""Keys of another installation are known by the fingerprints that the database keeps, before anything is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from aurum_data.database import get_database
from aurum_data.errors import Unavailable
from aurum_data.operations.cluster import PairUrls
from aurum_data.security import encryption
from aurum_data.security.encryption import Keyring, get_keyring
from aurum_data.security.fields import SealedField
from aurum_data.security.key_store import KeySet, write_file
from aurum_data.settings import get_settings

OURS = KeySet({1: b"1" * 32}, {1: b"h" * 32}, {"encryption": 1, "hashing": 1})
THEIRS = KeySet({1: b"x" * 32}, {1: b"y" * 32}, {"encryption": 1, "hashing": 1})
ADDED = replace(OURS, encryption=OURS.encryption | {2: b"2" * 32})
USED = replace(ADDED, in_use={"encryption": 2, "hashing": 1})


@pytest.fixture
def key_file(urls: PairUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The key file of a process on a database of its own; holds OURS."""
    path = tmp_path / "keys.json"
    write_file(path, OURS)
    monkeypatch.setenv("AURUM_KEY_FILE", str(path))
    monkeypatch.setenv("AURUM_PRIMARY_URL", urls.primary)
    get_settings.cache_clear()
    get_database.cache_clear()
    yield path
    get_database().dispose()
    get_database.cache_clear()
    monkeypatch.undo()
    get_settings.cache_clear()


def versions(owner: psycopg.Connection) -> list[tuple[object, ...]]:
    return owner.execute(
        "SELECT sort, version, used_since IS NOT NULL FROM encryption_keys ORDER BY sort, version"
    ).fetchall()


def test_the_first_keys_become_those_of_the_database(key_file: Path, owner: psycopg.Connection) -> None:
    get_keyring()
    assert versions(owner) == [("encryption", 1, True), ("hashing", 1, True)]


def test_keys_of_another_installation_are_refused(key_file: Path, owner: psycopg.Connection) -> None:
    get_keyring()
    write_file(key_file, THEIRS)
    with pytest.raises(Unavailable, match="not those of this database"):
        get_keyring()


def test_they_are_refused_again_and_again(key_file: Path) -> None:
    get_keyring()
    write_file(key_file, THEIRS)
    for _ in range(2):
        with pytest.raises(Unavailable):
            get_keyring()


def test_a_database_filled_before_it_kept_fingerprints_is_tried(key_file: Path, owner: psycopg.Connection) -> None:
    lead = owner.execute(
        "INSERT INTO leads (zip_code, borough, utility) VALUES ('11215', 'Brooklyn', 'CON_EDISON') RETURNING id"
    ).fetchone()
    assert lead is not None
    sealed = Keyring(OURS.encryption, OURS.hashing).seal(SealedField.LEAD_PHONE, lead[0], "+12125550100")
    owner.execute("UPDATE leads SET phone_encrypted = %s", [sealed])
    write_file(key_file, THEIRS)
    with pytest.raises(Unavailable, match="not those of this database"):
        get_keyring()
    assert versions(owner) == []
    write_file(key_file, OURS)
    assert get_keyring().current == 1


def test_an_added_version_is_known_before_it_is_used(key_file: Path, owner: psycopg.Connection) -> None:
    get_keyring()
    write_file(key_file, ADDED)
    get_keyring()
    assert versions(owner) == [("encryption", 1, True), ("encryption", 2, False), ("hashing", 1, True)]
    write_file(key_file, USED)
    get_keyring()
    assert versions(owner)[1] == ("encryption", 2, True)


def test_an_old_copy_without_the_version_in_use_is_refused(key_file: Path) -> None:
    write_file(key_file, USED)
    get_keyring()
    write_file(key_file, OURS)
    with pytest.raises(Unavailable, match="version 2"):
        get_keyring()


def test_a_host_that_was_forgotten_stops_soon_after_the_use_began(
    key_file: Path, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    get_keyring()  # its file stays as it is; elsewhere version 2 is added and used
    owner.execute(
        "INSERT INTO encryption_keys (sort, version, fingerprint, used_since) VALUES ('encryption', 2, '\\x01', now())"
    )
    assert get_keyring().current == 1
    monkeypatch.setattr(encryption._loaded, "checked_until", 0.0)  # as after CHECKED_SECONDS
    with pytest.raises(Unavailable, match="bring the newest key file"):
        get_keyring()


def test_the_database_is_not_asked_at_every_use(key_file: Path, owner: psycopg.Connection) -> None:
    get_keyring()
    owner.execute("DROP TABLE encryption_keys")
    assert get_keyring().current == 1
