"""Folders for tests that start servers of their own, and the settings of an operator who rotates keys."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aurum_data.database import get_database
from aurum_data.operations import key_rotation, key_versions
from aurum_data.operations.cluster import PairUrls
from aurum_data.security.encryption import get_keyring, make_key_file
from aurum_data.settings import Settings, get_settings


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder with a name that needs quoting.

    The servers' account may enter it, unlike pytest's own: as root, state below those goes to /var/lib.
    """
    with tempfile.TemporaryDirectory(prefix="a folder's name ") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def settings(urls: PairUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An operator's settings, with a key file and a database of the test's own; nothing waits."""
    monkeypatch.setenv("AURUM_KEY_FILE", str(tmp_path / "keys.json"))
    monkeypatch.setenv("AURUM_PRIMARY_URL", urls.primary)
    monkeypatch.setenv("AURUM_JOBS_URL", urls.jobs)
    monkeypatch.setattr(key_versions, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(key_rotation, "REST", 0.0)
    get_settings.cache_clear()
    get_database.cache_clear()
    make_key_file(tmp_path / "keys.json")
    get_keyring()
    yield get_settings()
    get_database().dispose()
    get_database.cache_clear()
    monkeypatch.undo()
    get_settings.cache_clear()
