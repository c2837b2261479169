"""Backups of the keys: one file, encrypted under a passphrase that is kept elsewhere (scrypt, then AES-256-GCM)."""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from aurum_data.errors import Conflict, Invalid, Unavailable
from aurum_data.security.key_store import KeySet, parse

SHORTEST_PASSPHRASE = 16
FORMAT = "aurum-keys-1"
COST = 2**17  # with r = 8 and p = 1 (OWASP): 128 MB and about half a second for each guess


def write_backup(path: Path, keys: KeySet, passphrase: str) -> None:
    """Write a backup, mode 0600. Raises Invalid for a short passphrase, Conflict when the file exists."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Invalid(f"The passphrase needs at least {SHORTEST_PASSPHRASE} characters.")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    body = AESGCM(_key(passphrase, salt)).encrypt(nonce, keys.document(), FORMAT.encode())
    values = {"salt": salt, "nonce": nonce, "sealed": body}
    document = {FORMAT: {name: b64encode(value).decode() for name, value in values.items()}}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict(f"{path} exists already: an older backup is never overwritten.") from None
    except OSError:
        raise Invalid(f"{path} cannot be written.") from None
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())


def read_backup(path: Path, passphrase: str) -> KeySet:
    """The keys of a backup. Raises Invalid for a wrong passphrase, or a file that is not a backup or is damaged."""
    try:
        document = json.loads(path.read_bytes())
        salt, nonce, body = (b64decode(document[FORMAT][name], validate=True) for name in ("salt", "nonce", "sealed"))
        return parse(AESGCM(_key(passphrase, salt)).decrypt(nonce, body, FORMAT.encode()))
    except OSError:
        raise Invalid(f"{path} cannot be read.") from None
    except InvalidTag:
        raise Invalid("The passphrase is wrong, or the backup was altered.") from None
    except (ValueError, KeyError, TypeError, Unavailable):
        raise Invalid(f"{path} is not a backup of keys, or is damaged.") from None


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())
