"""Encryption of sensitive fields, and the keyed hashes by which they are found.

AES-256-GCM; the associated data names table, column and row, so that a value moved elsewhere does not open.
A sealed value is: key version (2 bytes, big-endian), nonce (12 bytes), ciphertext with tag.
Hashes are HMAC-SHA-256 under keys of their own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aurum_data.errors import Unavailable
from aurum_data.settings import get_settings

VERSION_BYTES = 2
NONCE_BYTES = 12


@dataclass(frozen=True)
class Keyring:
    """All versions of the encryption and hash keys; the highest version is the current one."""

    encryption: dict[int, bytes]
    hashing: dict[int, bytes]

    @property
    def current(self) -> int:
        """Version that new values are sealed under."""
        return max(self.encryption)

    @property
    def current_hashing(self) -> int:
        """Version that new hashes are made under."""
        return max(self.hashing)

    def seal(self, field: str, row_id: UUID, plaintext: str) -> bytes:
        """Encrypt a value for `field` ("table.column") of the row `row_id`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        prefix, cipher = self._sealer
        return prefix + nonce + cipher.encrypt(nonce, plaintext.encode(), _associated(field, row_id))

    def open(self, field: str, row_id: UUID, sealed: bytes) -> str:
        """Decrypt a value sealed for this field and row.

        Raises Unavailable when its key is missing, or when it was sealed for another place or tampered with.
        """
        version = int.from_bytes(sealed[:VERSION_BYTES], "big")
        key = self.encryption.get(version)
        if key is None:
            raise Unavailable(f"Encryption key version {version} is missing: restore it from the key backup.")
        nonce, body = sealed[VERSION_BYTES : VERSION_BYTES + NONCE_BYTES], sealed[VERSION_BYTES + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, body, _associated(field, row_id)).decode()
        except InvalidTag:
            raise Unavailable("An encrypted value does not belong to its row, or was altered.") from None

    def digest(self, kind: str, normalised: str, version: int | None = None) -> bytes:
        """Keyed hash (32 bytes) of a normalised phone ("phone") or email ("email") for equality search."""
        made = self._hashers[version or self.current_hashing].copy()
        made.update(f"{kind}:{normalised}".encode())
        return made.digest()

    # An import seals and hashes a million values: what depends on the key alone is made once.

    @cached_property
    def _sealer(self) -> tuple[bytes, AESGCM]:
        return self.current.to_bytes(VERSION_BYTES, "big"), AESGCM(self.encryption[self.current])

    @cached_property
    def _hashers(self) -> dict[int, hmac.HMAC]:
        return {version: hmac.new(key, digestmod=hashlib.sha256) for version, key in self.hashing.items()}

    def digests(self, kind: str, normalised: str) -> list[bytes]:
        """The hash under every key version, newest first: suppression entries keep their old keys."""
        return [self.digest(kind, normalised, version) for version in sorted(self.hashing, reverse=True)]


def _associated(field: str, row_id: UUID) -> bytes:
    return f"{field}:{row_id}".encode()


def make_key_file(path: Path) -> None:
    """Write a file with one fresh key of each sort, mode 0600; an existing file is left alone."""
    fresh = {sort: {"1": b64encode(secrets.token_bytes(32)).decode()} for sort in ("encryption", "hashing")}
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        json.dump(fresh, file)


def read_key_file(path: Path) -> Keyring:
    """The keys in a file. Raises Unavailable in one sentence when it is missing or damaged."""
    try:
        stored = json.loads(path.read_text())
        keys = {
            sort: {int(version): b64decode(key, validate=True) for version, key in stored[sort].items()}
            for sort in ("encryption", "hashing")
        }
    except FileNotFoundError:
        raise Unavailable(f"The key file {path} is missing: set AURUM_KEY_FILE or restore it.") from None
    except (ValueError, KeyError, AttributeError, TypeError):
        raise Unavailable(f"The key file {path} is damaged: restore it from the key backup.") from None
    if any(len(key) != 32 for versions in keys.values() for key in versions.values()) or not all(keys.values()):
        raise Unavailable(f"The key file {path} is damaged: restore it from the key backup.")
    return Keyring(**keys)


@lru_cache(maxsize=4)
def _cached(path: Path, _modified: int) -> Keyring:
    return read_key_file(path)


def get_keyring() -> Keyring:
    """The keys of this process; read again when the file changes (rotation)."""
    path = get_settings().keys
    try:
        return _cached(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return read_key_file(path)
