"""Backups of the keys, and what is refused while the keys are lost."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from aurum_data.errors import Conflict, Invalid
from aurum_data.security.key_backup import read_backup, write_backup
from aurum_data.security.key_store import KeySet, read_file, write_file
from aurum_data.settings import PROJECT_ROOT

KEYS = KeySet({1: b"1" * 32, 2: b"2" * 32}, {1: b"h" * 32}, {"encryption": 1, "hashing": 1})
PASSPHRASE = "a passphrase of five words"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "keys.backup"
    write_backup(path, KEYS, PASSPHRASE)
    return path


def run(command: str, *arguments: str, key_file: Path, passphrase: str) -> subprocess.CompletedProcess[str]:
    """A command as an operator runs it, the passphrase on a file descriptor."""
    reading, writing = os.pipe()
    os.write(writing, f"{passphrase}\n".encode())
    os.close(writing)
    try:
        return subprocess.run(
            [sys.executable, "-m", "aurum_data", command, *arguments, "--passphrase-fd", str(reading)],
            cwd=PROJECT_ROOT,
            env=dict(os.environ) | {"AURUM_KEY_FILE": str(key_file)},
            pass_fds=[reading],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(reading)


def test_every_version_comes_back_and_which_is_in_use(backup: Path) -> None:
    found = read_backup(backup, PASSPHRASE)
    assert (found.encryption, found.hashing, found.in_use) == (KEYS.encryption, KEYS.hashing, KEYS.in_use)


def test_the_file_is_private_and_holds_no_key(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert b64encode(b"1" * 32) not in backup.read_bytes()


def test_a_wrong_passphrase_is_a_sentence(backup: Path) -> None:
    with pytest.raises(Invalid, match="passphrase is wrong"):
        read_backup(backup, PASSPHRASE + "!")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"aurum-keys-1": {"salt": "", "nonce": "", "sealed": "?"}}'])
def test_what_is_no_backup_is_said_to_be_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(Invalid, match="not a backup"):
        read_backup(tmp_path / "x", PASSPHRASE)


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="at least 16"):
        write_backup(tmp_path / "x", KEYS, "short")
    assert not (tmp_path / "x").exists()


def test_an_older_backup_is_never_overwritten(backup: Path) -> None:
    with pytest.raises(Conflict, match="exists already"):
        write_backup(backup, KEYS, PASSPHRASE)


def test_the_commands_back_up_and_restore(tmp_path: Path) -> None:
    key_file, backup = tmp_path / "keys.json", tmp_path / "keys.backup"
    write_file(key_file, KEYS)
    made = run("backup-keys", str(backup), key_file=key_file, passphrase=PASSPHRASE)
    assert (made.returncode, made.stderr) == (0, "")
    key_file.unlink()
    wrong = run("restore-keys", str(backup), key_file=key_file, passphrase="not this one at all")
    assert (wrong.returncode, wrong.stderr) == (1, "The passphrase is wrong, or the backup was altered.\n")
    assert not key_file.exists()
    right = run("restore-keys", str(backup), key_file=key_file, passphrase=PASSPHRASE)
    assert "versions 1, 2" in right.stdout
    assert read_file(key_file) == KEYS
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert json.loads(key_file.read_text())["in_use"]["encryption"] == 1
    for done in (made, wrong, right):
        assert PASSPHRASE not in done.stdout + done.stderr


def test_a_key_file_that_is_there_is_not_overwritten(tmp_path: Path, backup: Path) -> None:
    key_file = tmp_path / "keys.json"
    write_file(key_file, KEYS)
    refused = run("restore-keys", str(backup), key_file=key_file, passphrase=PASSPHRASE)
    assert (refused.returncode, "move it away first" in refused.stderr) == (1, True)
