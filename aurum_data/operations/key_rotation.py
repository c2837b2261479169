"""Bringing every encrypted value, or every keyed hash, under the key version in use.

It runs beside people and imports. A value is replaced only if it is still the one that was read, so nobody's change is
lost; no row is held longer than a batch takes; a row's version and time of change stay, so nobody's edit meets a
conflict. The place reached is saved with every batch: a killed rotation goes on from there.

It runs as aurum_jobs: that role may update rows and nothing else, waits but shortly for locks, and has no limit on how
long a count may take. The owner of the tables could do far more than is needed here.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from uuid import UUID

from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, Engine, Row, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aurum_data.errors import Conflict, Unavailable
from aurum_data.jobs.sealed import count_sealed, count_table
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import HASHED, SEALED, SealedField

T = TypeVar("T")
Sort = Literal["encryption", "hashing"]
Say = Callable[[str], None]
Change = dict[str, tuple[bytes, bytes]]  # column: the value that was read, and what replaces it

BATCH_ROWS = 500
LOCK_TIMEOUT_MS = 200  # below PostgreSQL's deadlock_timeout: we give way, never the person
REST = 0.5  # pause after a batch, as a share of the time it took
RETRY_SECONDS = 0.5
SAY_SECONDS = 1.0
PASSES = 3
SHOWN = 5  # rows named that could not be read
FIRST = UUID(int=0)

# Requests hold hashes under every version, and are few: hash_requests does them.
TABLES: dict[Sort, dict[str, list[str]]] = {
    "encryption": {table: list(columns) for table, columns in SEALED.items()},
    "hashing": {
        table: [name for column, of in columns.items() for name in (of.source, column)]
        for table, columns in HASHED.items()
        if table != "privacy_requests"
    },
}

_LOCK_TIMEOUT = text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
_BEGIN = text("""
    INSERT INTO key_rotations AS r (field, key_version) VALUES (:field, :version)
    ON CONFLICT (field, key_version) DO UPDATE SET
        rows_done = CASE WHEN r.last_key = '{}' THEN 0 ELSE r.rows_done END,
        started_at = CASE WHEN r.last_key = '{}' THEN now() ELSE r.started_at END,
        finished_at = NULL
    RETURNING last_key, rows_done
""")
_SAVE = text("""
    UPDATE key_rotations SET last_key = :last_key, rows_done = :rows_done
    WHERE field = :field AND key_version = :version
""").bindparams(bindparam("last_key", type_=JSONB))
_FINISH = text("""
    UPDATE key_rotations SET last_key = '{}', finished_at = CASE WHEN :whole THEN now() END
    WHERE field = :field AND key_version = :version
""")
_ESTIMATE = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = to_regclass(:table)")
_REQUESTS = text("""
    SELECT id, contact_encrypted AS sealed, phone_hash, email_hash, other_hashes FROM privacy_requests
    WHERE contact_encrypted IS NOT NULL OR phone_hash IS NOT NULL OR email_hash IS NOT NULL ORDER BY id
""")
_HASH_REQUEST = text("""
    UPDATE privacy_requests SET phone_hash = :phone_hash, email_hash = :email_hash, other_hashes = :other_hashes
    WHERE id = :id AND contact_encrypted = :sealed
""")


def _read(table: str, columns: Sequence[str]) -> TextClause:
    return text(f"SELECT id, {', '.join(columns)} FROM {table} WHERE id > :after ORDER BY id LIMIT {BATCH_ROWS}")  # noqa: S608


def _replace(table: str, columns: Sequence[str]) -> TextClause:
    """Replace values of one row, each only if it is still the one that was read."""
    new = ", ".join(
        f"{c} = CASE WHEN {c} = CAST(:{c}_old AS bytea) THEN CAST(:{c}_new AS bytea) ELSE {c} END" for c in columns
    )
    same = " OR ".join(f"{c} = CAST(:{c}_old AS bytea)" for c in columns)
    return text(f"UPDATE {table} SET {new} WHERE id = :id AND ({same})")  # noqa: S608 - names of our own


@dataclass
class Walk:
    """What one walk through a table did. `kept` are values left alone, by the reason."""

    changed: int = 0
    kept: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Rotation:
    """One sort of key: the keys, where they are needed, and who is told how far it is."""

    engine: Engine
    sort: Sort
    keyring: Keyring
    say: Say

    @property
    def version(self) -> int:
        """The version that everything is brought under."""
        return self.keyring.current if self.sort == "encryption" else self.keyring.current_hashing

    def run(self) -> Counter[str]:
        """Go through every table, from where an earlier run stopped. Returns the values left alone, by reason.

        Raises Conflict when values under an old key keep coming in.
        """
        kept: Counter[str] = Counter()
        if self.sort == "hashing":
            # First: a person's leads are found by what their request holds, and that must hold all versions.
            walk = hash_requests(self.engine, self.keyring)
            kept += Counter({f"privacy_requests: {reason}": count for reason, count in walk.kept.items()})
        for table in TABLES[self.sort]:
            kept += self._table(table)
        if self.sort == "encryption":
            with Session(self.engine) as session, session.begin():
                count_sealed(session)
        return kept

    def _table(self, table: str) -> Counter[str]:
        for _ in range(PASSES):
            walk = self.walk(table)
            if self.sort == "hashing" or self._left(table) <= walk.kept.total():
                return Counter({f"{table}: {reason}": count for reason, count in walk.kept.items()})
            # Who had not read the new key yet wrote behind our back: once more from the beginning.
        raise Conflict(f"Values under an old key keep coming into {table}: some program has not read the new key.")

    def _left(self, table: str) -> int:
        """Values of a table that are under another version."""
        with Session(self.engine) as session:
            counts = count_table(session, table).values()
        return sum(count for versions in counts for version, count in versions.items() if version != self.version)

    def walk(self, table: str) -> Walk:
        """Walk through a table batch by batch, from where the last walk stopped, with pauses."""
        with self.engine.begin() as connection:
            begun = connection.execute(_BEGIN, self._row(table)).one()
            expected = connection.scalar(_ESTIMATE, {"table": table}) or 0
        walk, progress = Walk(), _Progress(table, begun.rows_done, expected, self.say)
        after: UUID | None = UUID(begun.last_key.get("id", str(FIRST)))
        while after is not None:
            started = time.monotonic()
            after = self._batch(table, after, walk, progress)
            progress.tell()
            time.sleep(REST * (time.monotonic() - started))
        with self.engine.begin() as connection:
            connection.execute(_FINISH, self._row(table) | {"whole": not walk.kept})
        progress.tell(last=True)
        return walk

    def _batch(self, table: str, after: UUID, walk: Walk, progress: _Progress) -> UUID | None:
        """Do the rows after one key in one transaction; the last row's key, None when there were none."""
        found = Walk()

        def do(connection: Connection) -> Sequence[Row[Any]]:
            found.kept.clear()
            rows = connection.execute(_read(table, TABLES[self.sort][table]), {"after": after}).all()
            changes = [(row.id, self._change(table, row, found)) for row in rows]
            found.changed = self._write(connection, table, [(i, change) for i, change in changes if change])
            if rows:
                self._save(connection, table, rows[-1].id, progress.done + len(rows))
            return rows

        rows = _patiently(self.engine, do)
        walk.changed += found.changed
        walk.kept += found.kept
        progress.done += len(rows)
        return rows[-1].id if rows else None

    def _write(self, connection: Connection, table: str, changes: list[tuple[UUID, Change]]) -> int:
        columns = sorted({column for _, change in changes for column in change})
        if not columns:
            return 0
        values = [
            {"id": row_id}
            | {f"{c}_old": change.get(c, (None, None))[0] for c in columns}
            | {f"{c}_new": change.get(c, (None, None))[1] for c in columns}
            for row_id, change in changes
        ]
        return connection.execute(_replace(table, columns), values).rowcount

    def _change(self, table: str, row: Row[Any], walk: Walk) -> Change:
        return self._sealed_anew(table, row, walk) if self.sort == "encryption" else self._hashed_anew(table, row, walk)

    def _sealed_anew(self, table: str, row: Row[Any], walk: Walk) -> Change:
        changes = {}
        prefix = self.version.to_bytes(2, "big")
        for column, name in SEALED[table].items():
            sealed = getattr(row, column)
            if sealed is not None and not sealed.startswith(prefix):
                plain = self._open(table, column, row, walk)
                if plain is not None:
                    changes[column] = (sealed, self.keyring.seal(name, row.id, plain))
        return changes

    def _hashed_anew(self, table: str, row: Row[Any], walk: Walk) -> Change:
        changes = {}
        for column, of in HASHED[table].items():
            old = getattr(row, column)
            if old is None:
                continue
            plain = None if getattr(row, of.source) is None else self._open(table, of.source, row, walk)
            if plain is None:
                walk.kept[f"{column} has no value that opens"] += 1
                continue
            digests = self.keyring.digests(of.kind, plain)
            if old not in digests:
                walk.kept[f"{column} does not fit its value"] += 1
            elif old != digests[0]:
                changes[column] = (old, digests[0])
        return changes

    def _open(self, table: str, column: str, row: Row[Any], walk: Walk) -> str | None:
        try:
            return self.keyring.open(SEALED[table][column], row.id, getattr(row, column))
        except Unavailable as error:
            if walk.kept.total() < SHOWN:
                self.say(f"{table} {row.id}, {column}: {error.message}")
            walk.kept[f"{column} does not open"] += 1
            return None

    def _save(self, connection: Connection, table: str, reached: UUID, rows_done: int) -> None:
        connection.execute(_SAVE, self._row(table) | {"last_key": {"id": str(reached)}, "rows_done": rows_done})

    def _row(self, table: str) -> dict[str, Any]:
        return {"field": f"{self.sort}:{table}", "version": self.version}


def hash_requests(engine: Engine, keyring: Keyring) -> Walk:
    """Give every privacy request its person's hashes under all versions.

    Before a new version is used, so that a request finds its leads by either while they change.
    """

    def do(connection: Connection) -> Walk:
        walk = Walk()
        for row in connection.execute(_REQUESTS).all():
            try:
                given = keyring.open(SealedField.REQUEST_CONTACT, row.id, row.sealed or b"").split("\n")
            except Unavailable:
                walk.kept["contact_encrypted does not open"] += 1
                continue
            phones = [h for value in given if "@" not in value for h in keyring.digests("phone", value)]
            emails = [h for value in given if "@" in value for h in keyring.digests("email", value)]
            hashes = {
                "phone_hash": phones[0] if phones else None,
                "email_hash": emails[0] if emails else None,
                "other_hashes": phones[1:] + emails[1:],
            }
            if hashes != {name: getattr(row, name) for name in hashes}:
                given_to = hashes | {"id": row.id, "sealed": row.sealed}
                walk.changed += connection.execute(_HASH_REQUEST, given_to).rowcount
        return walk

    return _patiently(engine, do)


def _patiently(engine: Engine, do: Callable[[Connection], T]) -> T:
    """One transaction, tried again whenever somebody works on one of its rows."""
    while True:
        try:
            with engine.begin() as connection:
                connection.execute(_LOCK_TIMEOUT)
                return do(connection)
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                raise
            time.sleep(RETRY_SECONDS)


class _Progress:
    """Says once a second how far a walk is, how fast, and what is left."""

    def __init__(self, table: str, done: int, expected: int, say: Say) -> None:
        self.done = done
        self._table = table
        self._expected = expected
        self._say = say
        self._first, self._began = done, time.monotonic()
        self._due = self._began + SAY_SECONDS

    def tell(self, *, last: bool = False) -> None:
        """Say it, if it is time."""
        now = time.monotonic()
        if now < self._due and not last:
            return
        self._due = now + SAY_SECONDS
        rate = (self.done - self._first) / max(now - self._began, 1e-9)
        if last:
            self._say(f"{self._table}: done, {self.done:,} rows, {rate:,.0f} rows/s")
            return
        left = max(self._expected - self.done, 0)
        minutes, seconds = divmod(round(left / rate) if rate else 0, 60)
        self._say(
            f"{self._table}: {self.done:,} of about {max(self._expected, self.done):,} rows, {rate:,.0f} rows/s, "
            f"about {minutes}:{seconds:02} left"
        )
