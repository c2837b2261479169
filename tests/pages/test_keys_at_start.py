"""A dashboard with keys that do not fit its database says so as it starts, and starts."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path

import pytest

from aurum_data.database import Database, get_database
from aurum_data.security.encryption import get_keyring, keys_problem, make_key_file
from aurum_data.settings import get_settings
from tests.loops import run


def start() -> None:
    """What the application does before its first visitor."""
    application = importlib.import_module("app")

    async def up_and_down() -> None:
        async with application.lifespan(application.app):
            pass

    run(up_and_down())


@pytest.fixture
def foreign_keys(site: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database knows one installation's keys; this process has another's."""
    get_keyring()
    make_key_file(tmp_path / "foreign.json")
    monkeypatch.setenv("AURUM_KEY_FILE", str(tmp_path / "foreign.json"))
    get_settings.cache_clear()


def test_foreign_keys_are_found_at_start(foreign_keys: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="aurum.app"):
        start()
    assert [record.message for record in caplog.records if "not those of this database" in record.message]


def test_right_keys_are_not_worth_a_word(site: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="aurum.app"):
        start()
    assert [record for record in caplog.records if record.name == "aurum.app"] == []


def test_a_database_that_was_not_migrated_is_a_sentence_too(site: Database, owner) -> None:
    get_database()
    owner.execute("DROP TABLE encryption_keys")
    assert keys_problem() == "The encryption keys could not be compared with the database: is it migrated?"
