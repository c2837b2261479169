"""Whether the keys of this process are those that the database was filled with.

The database keeps a fingerprint of every key version: a keyed hash of a constant, which gives nothing of the key away.
Keys of another installation, or an old copy that lacks the version in use, are refused before anything is written
under them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.database import get_database
from aurum_data.errors import Unavailable
from aurum_data.security.fields import SEALED

if TYPE_CHECKING:
    from aurum_data.security.encryption import Keyring

FOREIGN = (
    "The encryption keys are not those of this database, so nothing is opened or saved with them: "
    "an administrator must restore its own (AURUM_KEY_FILE)."
)

_KNOWN = text("""
    SELECT sort, version, fingerprint, used_since, retired_at FROM encryption_keys ORDER BY sort, version
""")
_ONE_AT_A_TIME = text("LOCK TABLE encryption_keys IN SHARE ROW EXCLUSIVE MODE")
_ADD = text("""
    INSERT INTO encryption_keys (sort, version, fingerprint) VALUES (:sort, :version, :fingerprint)
    ON CONFLICT DO NOTHING
""")
_USE = text("""
    UPDATE encryption_keys SET used_since = now() WHERE sort = :sort AND version = :version AND used_since IS NULL
""")
_FIRST_VALUES = {
    (table, column): text(f"SELECT id, {column} AS sealed FROM {table} WHERE {column} IS NOT NULL LIMIT 1")  # noqa: S608
    for table, columns in SEALED.items()
    for column in columns
}


def check(keyring: Keyring) -> None:
    """Compare keys with the database, and make new versions known to it. Raises Unavailable where they differ."""
    database = get_database()
    known = database.query(None, known_keys)
    _compare(keyring, known)
    if not _has_news(keyring, known):
        return
    with database.write(None) as session:
        session.execute(_ONE_AT_A_TIME)
        known = known_keys(session)
        _compare(keyring, known)
        if not known:
            _try_values(session, keyring)
        for sort, versions, current in _sorts(keyring):
            for version, key in versions.items():
                row = {"sort": sort, "version": version, "fingerprint": fingerprint(sort, version, key)}
                session.execute(_ADD, row)
            session.execute(_USE, {"sort": sort, "version": current})


def known_keys(session: Session) -> Sequence[Row[Any]]:
    """Every key version that this database has seen: sort, version, fingerprint, used_since, retired_at."""
    return session.execute(_KNOWN).all()


def fingerprint(sort: str, version: int, key: bytes) -> bytes:
    """What the database keeps of a key, to know it again by."""
    return hmac.digest(key, f"aurum key check:{sort}:{version}".encode(), hashlib.sha256)


def _sorts(keyring: Keyring) -> list[tuple[str, dict[int, bytes], int]]:
    return [
        ("encryption", dict(keyring.encryption), keyring.current),
        ("hashing", dict(keyring.hashing), keyring.current_hashing),
    ]


def _compare(keyring: Keyring, known: Sequence[Row[Any]]) -> None:
    for sort, versions, _ in _sorts(keyring):
        rows = [row for row in known if row.sort == sort]
        for row in rows:
            key = versions.get(row.version)
            if key is not None and not hmac.compare_digest(fingerprint(sort, row.version, key), row.fingerprint):
                raise Unavailable(FOREIGN)
        used = [row.version for row in rows if row.used_since is not None and row.retired_at is None]
        if used and max(used) not in versions:
            raise Unavailable(
                f"The {sort} key in use (version {max(used)}) is missing: an administrator must bring the newest "
                "key file here, or restore it from the key backup."
            )


def _has_news(keyring: Keyring, known: Sequence[Row[Any]]) -> bool:
    used = {(row.sort, row.version): row.used_since is not None for row in known}
    return any(
        (sort, version) not in used or (version == current and not used[sort, version])
        for sort, versions, current in _sorts(keyring)
        for version in versions
    )


def _try_values(session: Session, keyring: Keyring) -> None:
    """A database that was filled before it kept fingerprints: some of its values must open. Raises Unavailable."""
    for (table, column), statement in _FIRST_VALUES.items():
        row = session.execute(statement).one_or_none()
        if row is not None:
            try:
                keyring.open(SEALED[table][column], row.id, row.sealed)
            except Unavailable:
                raise Unavailable(FOREIGN) from None
