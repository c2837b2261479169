"""Where the keys are kept: in the environment (AURUM_KEYS) or in a file, plain or wrapped by a KMS.

One JSON document in every place: {"encryption": {"1": base64, ...}, "hashing": {...}, "in_use": {"encryption": 1,
"hashing": 1}}. Without "in_use" the highest version of each sort is in use. Wrapped, it is {"wrapped": base64} of
what the KMS made of the document (security/wrapping.py).
"""

from __future__ import annotations

import binascii
import json
import os
import secrets
import stat
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aurum_data.errors import Unavailable
from aurum_data.security.wrapping import Wrapping, wrapping
from aurum_data.settings import Settings, get_settings

SORTS = ("encryption", "hashing")
KEY_BYTES = 32
MISSING = "The encryption keys are missing (AURUM_KEY_FILE): an administrator must restore them from the key backup."
DAMAGED = "The encryption keys are damaged: an administrator must restore them from the key backup."


@dataclass(frozen=True, repr=False)
class KeySet:
    """Every version of each sort of key, and which one of each is in use."""

    encryption: dict[int, bytes]
    hashing: dict[int, bytes]
    in_use: dict[str, int]

    def of(self, sort: str) -> dict[int, bytes]:
        """The versions of one sort."""
        return self.encryption if sort == "encryption" else self.hashing

    def document(self) -> bytes:
        """The JSON document; secret."""
        keys = {sort: {str(v): b64encode(key).decode() for v, key in self.of(sort).items()} for sort in SORTS}
        return json.dumps({**keys, "in_use": self.in_use}).encode()


def new_key() -> bytes:
    """A fresh random key."""
    return secrets.token_bytes(KEY_BYTES)


def parse(text: bytes, kms: Wrapping | None = None) -> KeySet:
    """The keys of a document, which may be base64 once more. Raises Unavailable when it is damaged or wrapped and
    no KMS is set."""
    try:
        document = _json(text)
        wrapped = b64decode(document["wrapped"], validate=True) if "wrapped" in document else None
    except (ValueError, TypeError):
        raise Unavailable(DAMAGED) from None
    if wrapped is None:
        return _key_set(document)
    if kms is None:
        raise Unavailable("The encryption keys are wrapped by a KMS: set AURUM_KEY_COMMAND, which unwraps them.")
    return parse(kms.unwrap(wrapped))


def _json(text: bytes) -> dict[str, Any]:
    text = text.strip()
    document = json.loads(text if text.startswith(b"{") else b64decode(text, validate=True))
    if not isinstance(document, dict):
        raise TypeError
    return document


def _key_set(document: dict[str, Any]) -> KeySet:
    try:
        keys = {
            sort: {int(version): b64decode(key, validate=True) for version, key in document[sort].items()}
            for sort in SORTS
        }
        said = document.get("in_use", {})
        in_use = {sort: int(said.get(sort, max(keys[sort]))) for sort in SORTS}
    except (ValueError, KeyError, AttributeError, TypeError, binascii.Error):
        raise Unavailable(DAMAGED) from None
    sound = all(len(key) == KEY_BYTES for versions in keys.values() for key in versions.values())
    if not sound or any(in_use[sort] not in keys[sort] for sort in SORTS):
        raise Unavailable(DAMAGED)
    return KeySet(keys["encryption"], keys["hashing"], in_use)


# The sources


def stamp(settings: Settings) -> object:
    """What changes when the keys, or the database they are for, change: asked for on every use, so it must be cheap.

    Raises Unavailable when the key file is missing.
    """
    if settings.keys is not None:
        return settings.keys, settings.primary_url
    try:
        found = settings.key_path.stat()
    except FileNotFoundError:
        raise Unavailable(MISSING) from None
    except OSError:
        raise Unavailable("The key file cannot be read by the account that this program runs as.") from None
    return settings.key_path, found.st_mtime_ns, found.st_ino, found.st_size, settings.primary_url


def load(settings: Settings) -> KeySet:
    """The keys of the environment, else of the file. Raises Unavailable in one sentence."""
    if settings.keys is not None:
        return parse(settings.keys.get_secret_value().encode(), wrapping(settings))
    return read_file(settings.key_path, wrapping(settings))


def read_file(path: Path, kms: Wrapping | None = None) -> KeySet:
    """The keys of a file. Raises Unavailable in one sentence when it is missing or damaged."""
    try:
        return parse(path.read_bytes(), kms)
    except FileNotFoundError:
        raise Unavailable(MISSING) from None
    except OSError:
        raise Unavailable("The key file cannot be read by the account that this program runs as.") from None


def make_key_file(path: Path) -> None:
    """Write a file with one fresh key of each sort, mode 0600; an existing file is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        write_file(path, KeySet({1: new_key()}, {1: new_key()}, dict.fromkeys(SORTS, 1)), wrapping(get_settings()))


def write_file(path: Path, keys: KeySet, kms: Wrapping | None = None) -> None:
    """Write the keys whole under another name, then put the file in place: a reader sees the old or the new one.

    Mode 0600; of a file that is replaced, the owner and the group's right to read are kept. Raises Unavailable.
    """
    content = keys.document()
    if kms is not None:
        content = json.dumps({"wrapped": b64encode(kms.wrap(content)).decode()}).encode()
    path = path.resolve()  # a link goes on pointing at the file
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
    try:
        _write_whole(unfinished, content, path)
    except OSError:
        raise Unavailable(f"The key file {path} cannot be written.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def _write_whole(unfinished: Path, content: bytes, path: Path) -> None:
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        if path.exists():
            old = path.stat()
            os.fchmod(file.fileno(), stat.S_IRUSR | stat.S_IWUSR | (old.st_mode & stat.S_IRGRP))
            if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(file.fileno(), old.st_uid, old.st_gid)
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
