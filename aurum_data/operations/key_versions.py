"""The life of a key version: added, put to use, everything brought under it, the old one retired.

Added and used are two steps, so that every program can open values of a new key before the first one is written. A
program reads a changed key file at its next use of a key; one on another host gets the file from the operator between
the two steps. From the use on, a program without the version is refused its keys within half a minute.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, audit
from aurum_data.errors import Conflict, Invalid, UserError
from aurum_data.jobs.sealed import count_sealed, count_table
from aurum_data.operations.key_rotation import TABLES, Rotation, Say, Sort, hash_requests
from aurum_data.queries.encryption import ROTATION_LOCK
from aurum_data.security import key_store
from aurum_data.security.encryption import Keyring, get_keyring
from aurum_data.security.fields import SEALED
from aurum_data.security.key_store import KeySet
from aurum_data.security.wrapping import wrapping
from aurum_data.settings import Settings

SETTLE_SECONDS = 60  # between adding and using: twice what a program takes to compare its keys with the database
RETIRE_AFTER_MINUTES = 15  # longer than any write that began under the old key
NAMES: dict[Sort, str] = {"encryption": "Encryption key", "hashing": "Hash key"}

_TRY_LOCK = text("SELECT pg_try_advisory_lock(:lock)")
_UNLOCK = text("SELECT pg_advisory_unlock(:lock)")
_VERSIONS = text("SELECT version, retired_at IS NOT NULL AS retired FROM encryption_keys WHERE sort = :sort")
_STILL_TO_WAIT = text("""
    SELECT greatest(0, :settle - extract(epoch FROM clock_timestamp() - added_at)) FROM encryption_keys
    WHERE sort = :sort AND version = :version
""")
_SETTLED = text("""
    SELECT used_since < clock_timestamp() - make_interval(mins => :minutes) FROM encryption_keys
    WHERE sort = :sort AND version = :version
""")
_RETIRE = text("UPDATE encryption_keys SET retired_at = now() WHERE sort = :sort AND version = :version")
_SUPPRESSED = text("SELECT count(*) FROM suppression_list WHERE key_version = :version")


@contextmanager
def _alone(settings: Settings) -> Iterator[Engine]:
    """An engine as aurum_jobs, while no other rotation runs. Raises UserError, Conflict."""
    if settings.jobs_url is None:
        raise UserError("Set AURUM_JOBS_URL: keys are rotated as aurum_jobs.")
    engine = create_engine(
        settings.jobs_url, connect_args={"prepare_threshold": None, "application_name": "aurum-rotation"}
    )
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as holder:
            if not holder.scalar(_TRY_LOCK, {"lock": ROTATION_LOCK}):
                raise Conflict("A key rotation is running already.")
            try:
                yield engine
            finally:  # a closed connection lets go of it only some time later
                with suppress(DBAPIError):
                    holder.execute(_UNLOCK, {"lock": ROTATION_LOCK})
    finally:
        engine.dispose()


def add(settings: Settings, sort: Sort, say: Say) -> int:
    """Add a fresh version to the key file, not in use yet; its number."""
    with _alone(settings) as engine:
        get_keyring()  # refused unless the keys are those of the database
        keys = _file(settings)
        if max(keys.of(sort)) != keys.in_use[sort]:
            raise Conflict(f"{NAMES[sort]} version {max(keys.of(sort))} was added and is not used yet: go on with it.")
        with engine.begin() as connection:
            known = connection.execute(_VERSIONS, {"sort": sort}).all()
        # Never a number that was used before, not even of a retired key.
        version: int = max([*keys.of(sort), *(row.version for row in known)]) + 1
        key_store.write_file(
            settings.key_path, _with(keys, sort, keys.of(sort) | {version: key_store.new_key()}), wrapping(settings)
        )
        keyring = get_keyring()  # makes it known to the database
        if sort == "hashing":
            hash_requests(engine, keyring)
        _audit(engine, "add", sort, version)
    say(f"{NAMES[sort]} version {version} is in {settings.key_path}, and not used yet.")
    say("Back the key file up (backup-keys), and bring it to every other host that runs the dashboard or a worker.")
    return version


def rotate(settings: Settings, sort: Sort, say: Say) -> int:
    """Put the newest version to use, and bring everything under it. Returns how many values had to be left alone."""
    with _alone(settings) as engine:
        get_keyring()
        _use_newest(settings, engine, sort, say)
        rotation = Rotation(engine, sort, get_keyring(), say)
        kept = rotation.run()
        _audit(engine, "rotate", sort, rotation.version, left=kept.total())
    for reason, count in kept.items():
        say(f"{count:,} values of {reason}, and were left as they are.")
    if not kept:
        say(f"Everything is under {NAMES[sort].lower()} version {rotation.version}.")
    return kept.total()


def _use_newest(settings: Settings, engine: Engine, sort: Sort, say: Say) -> None:
    keys = key_store.load(settings)
    newest = max(keys.of(sort))
    if newest == keys.in_use[sort]:
        return
    _file(settings)
    with engine.begin() as connection:
        added = {"sort": sort, "version": newest, "settle": SETTLE_SECONDS}
        wait = float(connection.scalar(_STILL_TO_WAIT, added) or 0)
    if wait:
        say(f"Waiting {wait:.0f} s, so that every program has read version {newest} before it is used.")
        time.sleep(wait)
    key_store.write_file(settings.key_path, replace(keys, in_use=keys.in_use | {sort: newest}), wrapping(settings))
    get_keyring()
    _audit(engine, "use", sort, newest)
    say(f"{NAMES[sort]} version {newest} is in use.")


def retire(settings: Settings, sort: Sort, version: int, say: Say) -> None:
    """Remove a version that nothing is under any more. Raises Invalid, Conflict with what is in its way."""
    with _alone(settings) as engine:
        keyring = get_keyring()
        with engine.begin() as connection:
            _refuse_early(connection, keyring, sort, version)
        left = _left(engine, keyring, sort, version, say)
        if left:
            raise Conflict(f"{NAMES[sort]} version {version} stays: {left}.")
        if settings.keys is None:
            keys = key_store.load(settings)
            kept = {number: key for number, key in keys.of(sort).items() if number != version}
            key_store.write_file(settings.key_path, _with(keys, sort, kept), wrapping(settings))
        with engine.begin() as connection:
            connection.execute(_RETIRE, {"sort": sort, "version": version})
        if sort == "hashing":
            hash_requests(engine, _without(keyring, version))
        _audit(engine, "retire", sort, version)
    where = "may be taken out of AURUM_KEYS" if settings.keys else f"is out of {settings.key_path}"
    say(f"{NAMES[sort]} version {version} {where}. Backups of the database from before still need it: keep its backup.")


def _refuse_early(connection: Connection, keyring: Keyring, sort: Sort, version: int) -> None:
    current = keyring.current if sort == "encryption" else keyring.current_hashing
    known = {row.version: row.retired for row in connection.execute(_VERSIONS, {"sort": sort})}
    if version == current:
        raise Conflict(f"{NAMES[sort]} version {version} is in use.")
    if version > current:
        raise Conflict(f"{NAMES[sort]} version {version} is not used yet.")
    if known.get(version) is not False:
        raise Invalid(f"There is no {NAMES[sort].lower()} version {version}.")
    given = {"sort": sort, "version": current, "minutes": RETIRE_AFTER_MINUTES}
    if not connection.scalar(_SETTLED, given):
        raise Conflict(
            f"Version {current} has been in use for less than {RETIRE_AFTER_MINUTES} minutes, and something begun "
            f"under version {version} may not be finished. Try again later."
        )


def _left(engine: Engine, keyring: Keyring, sort: Sort, version: int, say: Say) -> str | None:
    """What is still under a version, as a clause; None when nothing is."""
    if sort == "encryption":
        with Session(engine) as session, session.begin():
            counts = [item for table in SEALED for item in count_table(session, table).items()]
            count_sealed(session)
        under = {field: versions[version] for field, versions in counts if versions[version]}
        listed = ", ".join(f"{count:,} values of {field}" for field, count in under.items())
        return f"{listed} are under it; rotate first" if under else None
    with engine.begin() as connection:
        barred = connection.scalar(_SUPPRESSED, {"version": version})
    if barred:
        return f"{barred:,} entries of the suppression list are kept under it for ever, as nothing else is left of them"
    # Hashes do not tell their version: walk through them all, which also mends what came in late.
    rotation = Rotation(engine, sort, keyring, say)
    for table in [*TABLES[sort], "privacy_requests"]:
        walk = rotation.walk(table) if table in TABLES[sort] else hash_requests(engine, keyring)
        if walk.changed or walk.kept:
            return f"{walk.changed + walk.kept.total():,} rows of {table} were still under it; try once more"
    return None


def _file(settings: Settings) -> KeySet:
    if settings.keys is not None:
        raise UserError(
            "The keys come from AURUM_KEYS, which a command cannot change. Run this with AURUM_KEY_FILE on a file "
            "with the same keys, then bring its content into AURUM_KEYS (docs/runbooks/keys.md)."
        )
    return key_store.load(settings)


def _with(keys: KeySet, sort: Sort, versions: dict[int, bytes]) -> KeySet:
    return replace(keys, encryption=versions) if sort == "encryption" else replace(keys, hashing=versions)


def _without(keyring: Keyring, version: int) -> Keyring:
    return replace(keyring, hashing={number: key for number, key in keyring.hashing.items() if number != version})


def _audit(engine: Engine, deed: str, sort: Sort, version: int, **details: Any) -> None:
    with Session(engine) as session, session.begin():
        audit(session, SYSTEM, f"security:key:{deed}", "encryption_key", f"{sort}:{version}", **details)
