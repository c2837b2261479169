"""The commands that write a backup of the keys and bring one back."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from aurum_data.errors import Conflict, Invalid
from aurum_data.security import key_store
from aurum_data.security.key_backup import read_backup, write_backup
from aurum_data.security.wrapping import wrapping
from aurum_data.settings import Settings

LONGEST = 1024


def backup_keys(settings: Settings, path: Path, descriptor: int | None) -> None:
    """Write every key version, encrypted under a passphrase. Raises Invalid, Conflict, Unavailable."""
    keys = key_store.load(settings)
    write_backup(path, keys, _passphrase(descriptor, twice=True))
    print(f"{path}: {_versions(keys)}. Keep the passphrase apart from it.")


def restore_keys(settings: Settings, path: Path, descriptor: int | None) -> None:
    """Write the key file from a backup. A key file that is there is never overwritten: it may hold newer keys."""
    if settings.key_path.exists():
        raise Conflict(f"{settings.key_path} is there: move it away first. It may hold keys that the backup lacks.")
    keys = read_backup(path, _passphrase(descriptor, twice=False))
    key_store.write_file(settings.key_path, keys, wrapping(settings))
    print(f"{settings.key_path}: {_versions(keys)}.")


def _versions(keys: key_store.KeySet) -> str:
    listed = {sort: ", ".join(map(str, sorted(keys.of(sort)))) for sort in key_store.SORTS}
    return f"encryption key versions {listed['encryption']}, hash key versions {listed['hashing']}"


def _passphrase(descriptor: int | None, *, twice: bool) -> str:
    """From the terminal, or the first line of a file descriptor. Never an argument: those are for all to see."""
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, "rb", closefd=False) as given:
                return given.readline(LONGEST).decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise Invalid(f"No passphrase can be read from file descriptor {descriptor}.") from None
    passphrase = getpass.getpass("Passphrase: ")
    if twice and getpass.getpass("Once more: ") != passphrase:
        raise Invalid("The two passphrases differ.")
    return passphrase
