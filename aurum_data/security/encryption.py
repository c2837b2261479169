"""Encryption of sensitive fields, and the keyed hashes by which they are found.

AES-256-GCM; the associated data names field and row, so that a value moved elsewhere does not open.
A sealed value is: key version (2 bytes, big-endian), nonce (12 bytes), ciphertext with tag.
Hashes are HMAC-SHA-256 under keys of their own.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.exc import SQLAlchemyError

from aurum_data.errors import AurumError, Unavailable
from aurum_data.security import key_check, key_store
from aurum_data.security.fields import SealedField
from aurum_data.security.key_store import KeySet, make_key_file
from aurum_data.settings import Settings, get_settings

__all__ = ["Keyring", "get_keyring", "keys_problem", "make_key_file", "read_key_file"]

VERSION_BYTES = 2
NONCE_BYTES = 12
FAILED_SECONDS = 5.0
CHECKED_SECONDS = 30.0  # so long keys count as compared with the database


@dataclass(frozen=True, repr=False)
class Keyring:
    """All versions of the encryption and hash keys. Without an `in_use`, the highest version is the one in use."""

    encryption: Mapping[int, bytes]
    hashing: Mapping[int, bytes]
    encryption_in_use: int | None = None
    hashing_in_use: int | None = None

    def __repr__(self) -> str:
        """Versions only: a key must not come into a log by way of the ring that holds it."""
        return f"Keyring(encryption={sorted(self.encryption)}, hashing={sorted(self.hashing)})"

    @property
    def current(self) -> int:
        """Version that new values are sealed under."""
        return self.encryption_in_use or max(self.encryption)

    @property
    def current_hashing(self) -> int:
        """Version that new hashes are made under."""
        return self.hashing_in_use or max(self.hashing)

    def seal(self, field: SealedField, row_id: UUID, plaintext: str) -> bytes:
        """Encrypt a value for a field of the row `row_id`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        prefix, cipher = self._sealer
        return prefix + nonce + cipher.encrypt(nonce, plaintext.encode(), _associated(field, row_id))

    def open(self, field: SealedField, row_id: UUID, sealed: bytes) -> str:
        """Decrypt a value sealed for this field and row.

        Raises Unavailable when its key is missing, or when it was sealed for another place or tampered with.
        """
        version = version_of(sealed)
        key = self.encryption.get(version)
        if key is None:
            raise Unavailable(f"Encryption key version {version} is missing: restore it from the key backup.")
        nonce, body = sealed[VERSION_BYTES : VERSION_BYTES + NONCE_BYTES], sealed[VERSION_BYTES + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, body, _associated(field, row_id)).decode()
        except (InvalidTag, ValueError):  # ValueError: too short to be a sealed value
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

    @cached_property
    def _hash_versions(self) -> list[int]:
        return sorted(self.hashing, key=lambda version: (version != self.current_hashing, -version))

    def digests(self, kind: str, normalised: str) -> list[bytes]:
        """The hash under every key version, the one in use first: look-ups must find what older keys hashed too."""
        return [self.digest(kind, normalised, version) for version in self._hash_versions]


def version_of(sealed: bytes) -> int:
    """The version of the key that a value is sealed under."""
    return int.from_bytes(sealed[:VERSION_BYTES], "big")


def _associated(field: SealedField, row_id: UUID) -> bytes:
    return f"{field}:{row_id}".encode()


def _ring(keys: KeySet) -> Keyring:
    return Keyring(keys.encryption, keys.hashing, keys.in_use["encryption"], keys.in_use["hashing"])


def read_key_file(path: Path) -> Keyring:
    """The keys in a file. Raises Unavailable in one sentence when it is missing or damaged."""
    return _ring(key_store.read_file(path))


@dataclass
class _Loaded:
    stamp: object = None
    keyring: Keyring | None = None
    checked_until: float = 0.0
    failed: tuple[object, str, float] | None = None  # what did not load, why, and until when it is not tried again


_loaded = _Loaded()
_loading = threading.Lock()


def get_keyring() -> Keyring:
    """The keys of this process, read again when they change (rotation) and compared with the database.

    Raises Unavailable when they are missing, damaged, or not the keys that the database was filled with.
    """
    settings = get_settings()
    stamp = key_store.stamp(settings)
    with _loading:
        keyring = _loaded.keyring if _loaded.stamp == stamp else None
        if keyring is None:
            keyring = _load(settings, stamp)
        if settings.primary_url is not None and time.monotonic() > _loaded.checked_until:
            key_check.check(keyring)
            _loaded.checked_until = time.monotonic() + CHECKED_SECONDS
    return keyring


def _load(settings: Settings, stamp: object) -> Keyring:
    """Read the keys. What fails is not tried again at once: a KMS that hangs must not hold up every click in turn."""
    if _loaded.failed is not None and _loaded.failed[0] == stamp and time.monotonic() < _loaded.failed[2]:
        raise Unavailable(_loaded.failed[1])
    try:
        keyring = _ring(key_store.load(settings))
    except Unavailable as error:
        _loaded.failed = stamp, error.message, time.monotonic() + FAILED_SECONDS
        raise
    _loaded.keyring, _loaded.stamp, _loaded.checked_until, _loaded.failed = keyring, stamp, 0.0, None
    return keyring


def keys_problem() -> str | None:
    """What is wrong with the keys of this process, in one sentence; None: they are right. Asked at every start."""
    try:
        get_keyring()
    except AurumError as error:
        return error.message
    except SQLAlchemyError:
        return "The encryption keys could not be compared with the database: is it migrated?"
    return None
