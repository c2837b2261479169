"""The two servers: engines, read and write sessions, freshness, fallback.

Reads go to the replica as aurum_reader. A person who just wrote waits (bounded) until the replica has replayed their
change, else reads the primary. A replica that is down, no replica, or too far behind is replaced by the primary,
behind a small pool, with the same read-only role. Without the primary, reads go on from the replica and writes are
refused whole.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from aurum_data.errors import AurumError, Conflict, Invalid, NotAllowed, ReadOnly, Renewed, TooSlow, Unavailable
from aurum_data.rules.identity import Permission
from aurum_data.security.scope import Limited, limit_reads
from aurum_data.settings import Settings, get_settings

# The specification's figures, for the primary.
PRODUCTION_POOL_CONFIG: dict[str, Any] = {
    "poolclass": QueuePool,
    "pool_size": 20,  # Base connections
    "max_overflow": 30,  # Additional connections
    "pool_pre_ping": True,  # Validate connections
    "pool_recycle": 3600,  # 1 hour recycle
    "pool_timeout": 30,  # Connection timeout
}
REPLICA_POOL_CONFIG: dict[str, Any] = PRODUCTION_POOL_CONFIG | {
    "pool_size": 10,
    "max_overflow": 10,
    "pool_timeout": 10,
}
FALLBACK_POOL_CONFIG: dict[str, Any] = PRODUCTION_POOL_CONFIG | {
    "pool_size": 4,
    "max_overflow": 4,
    "pool_timeout": 5,
}

P = ParamSpec("P")
T = TypeVar("T")

OWN_WRITE_WAIT_S = 0.1
OWN_WRITE_POLL_S = 0.003
OWN_WRITE_REMEMBERED_S = 60.0
STATE_SECONDS = 1.0

# The replica's own view. Without a WAL receiver it cannot know how old its data are: NULL.
_REPLICA_STATE = text("""
    SELECT pg_is_in_recovery() AS in_recovery,
           CASE WHEN NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') THEN NULL
                WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END AS lag_seconds
""")
_REPLAYED = text("SELECT pg_last_wal_replay_lsn() >= CAST(:position AS pg_lsn)")


class HasUser(Limited, Protocol):
    """Whoever reads or writes: an Actor."""

    @property
    def user_id(self) -> UUID | None:
        """The user's key; None for the system."""


@dataclass(frozen=True)
class ReadState:
    """Where reads go now, and why; `message` is for the page's banner and empty when all is well."""

    source: Literal["replica", "primary"]
    lag_seconds: float | None
    message: str


class Database:
    """The pair of servers, as one process sees it. Make one per process: `get_database()`."""

    def __init__(self, settings: Settings) -> None:
        if settings.primary_url is None:
            raise Unavailable("No database is set: start `make run`, or set AURUM_PRIMARY_URL.")
        self._settings = settings
        replica_url = settings.replica_url
        self.primary = _engine(settings.primary_url, PRODUCTION_POOL_CONFIG, 30_000)
        timeout = settings.statement_timeout_ms
        self.replica = _engine(replica_url, REPLICA_POOL_CONFIG, timeout, read_only=True) if replica_url else None
        self.fallback = _engine(
            _reader_on_primary(settings.primary_url, replica_url),
            FALLBACK_POOL_CONFIG,
            timeout,
            read_only=True,
        )
        self._lock = threading.Lock()
        self._positions: dict[UUID | None, tuple[str, float]] = {}
        self._state = ReadState("replica", None, "")
        self._state_until = 0.0

    def dispose(self) -> None:
        """Close all pooled connections."""
        for engine in filter(None, (self.primary, self.replica, self.fallback)):
            engine.dispose()

    # Reading

    def query(
        self,
        actor: HasUser | None,
        function: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function of `queries/` on a read session; once more on the primary when the replica fails under it.

        Raises NotAllowed for an actor without the right that the function needs (queries/needs.py), TooSlow when a
        statement hits its time limit, Unavailable when no server answers.
        """
        needed: tuple[Permission, ...] = getattr(function, "needs", ())
        if actor is not None and needed and not any(actor.may(permission) for permission in needed):
            raise NotAllowed("You do not have the right to see this.")
        own = getattr(function, "of_oneself", False)
        if own and actor is not None and actor.user_id not in args:
            raise NotAllowed("You do not have the right to see this.")
        try:
            with self.read(actor, own=own) as session:
                return function(session, *args, **kwargs)
        except Unavailable as error:
            if not _of_a_server(error):
                raise
            self.refresh_status()
            with self._session(self.fallback, None if own else actor) as session:
                return function(session, *args, **kwargs)

    def query_at(
        self,
        actor: HasUser | None,
        stamp_of: Callable[[Session], object],
        stamp: object,
        function: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Like `query`, of figures that are computed now and then: they and their stamp are read at one moment.

        Raises Renewed when `stamp_of` gives another stamp than `stamp`, on whichever server this is read from.
        """

        @wraps(function)  # what the function says of itself goes for this read too
        def at_one_moment(session: Session) -> T:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            if stamp_of(session) != stamp:
                raise Renewed("The figures were renewed just now.")
            return function(session, *args, **kwargs)

        return self.query(actor, at_one_moment)

    @contextmanager
    def read(self, actor: HasUser | None = None, *, own: bool = False) -> Iterator[Session]:
        """A read-only session on whichever server is fit for this actor now, within the actor's limits.

        `own`: for reads of the actor's own account, which the limits do not concern.
        """
        engine = self.fallback
        if self.replica is not None and self.status().source == "replica" and self._has_own_writes(actor):
            engine = self.replica
        with self._session(engine, None if own else actor) as session:
            yield session

    @contextmanager
    def read_primary(self) -> Iterator[Session]:
        """A session on the primary as aurum_app, for what must be true this very moment (sign-in, reveal)."""
        with self._session(self.primary) as session:
            yield session
            session.commit()

    # Writing

    @contextmanager
    def write(self, actor: HasUser | None) -> Iterator[Session]:
        """One transaction on the primary: committed at the end, or rolled back whole.

        Raises ReadOnly when the primary is away: nothing was changed.
        """
        try:
            with self._session(self.primary) as session:
                yield session
                session.commit()
                position = session.scalar(text("SELECT pg_current_wal_flush_lsn()::text"))
        except Unavailable as error:
            if not _of_a_server(error):
                raise
            raise ReadOnly(
                "The primary database does not answer, so nothing was saved. Please try again in a minute."
            ) from None
        self._remember(actor, str(position))

    # The state of the replica

    def status(self) -> ReadState:
        """Where reads go, asked anew at most once a second."""
        with self._lock:
            if time.monotonic() < self._state_until:
                return self._state
            self._state_until = time.monotonic() + STATE_SECONDS  # one thread asks, the others use the last answer
        state = self._look()
        with self._lock:
            self._state = state
            self._state_until = time.monotonic() + STATE_SECONDS
        return state

    def _look(self) -> ReadState:
        if self.replica is None:
            return ReadState("primary", None, "There is no replica: reading from the primary.")
        try:
            with self.replica.connect() as connection:
                row = connection.execute(_REPLICA_STATE).one()
        except (DBAPIError, PoolTimeoutError):
            return ReadState("primary", None, "The replica does not answer: reading from the primary.")
        if not row.in_recovery:
            return ReadState("primary", None, "The replica has left the primary: reading from the primary.")
        lag = None if row.lag_seconds is None else float(row.lag_seconds)
        if lag is not None and lag <= self._settings.replica_lag_seconds:
            return ReadState("replica", lag, "")
        if not self._primary_answers():
            return ReadState(
                "replica",
                lag,
                "The primary does not answer: figures are from the replica, changes are refused.",
            )
        behind = "has lost the primary" if lag is None else f"is {lag:,.0f} s behind"
        return ReadState("primary", lag, f"The replica {behind}: reading from the primary.")

    def _primary_answers(self) -> bool:
        with suppress(DBAPIError, PoolTimeoutError), self.fallback.connect() as connection:
            connection.execute(text("SELECT 1"))
            return True
        return False

    def refresh_status(self) -> None:
        """Have the replica looked at again before the next read."""
        with self._lock:
            self._state_until = 0.0

    # A person sees what they just did

    def _remember(self, actor: HasUser | None, position: str) -> None:
        now = time.monotonic()
        with self._lock:
            self._positions = {k: v for k, v in self._positions.items() if now - v[1] < OWN_WRITE_REMEMBERED_S}
            if actor is not None:
                self._positions[actor.user_id] = (position, now)

    def _has_own_writes(self, actor: HasUser | None) -> bool:
        """Whether the replica has replayed this actor's last write; waits for it, but not for long."""
        noted = self._positions.get(actor.user_id) if actor is not None else None
        if noted is None or self.replica is None:
            return True
        deadline = time.monotonic() + OWN_WRITE_WAIT_S
        try:
            with self.replica.connect() as connection:
                while not connection.scalar(_REPLAYED, {"position": noted[0]}):
                    connection.rollback()
                    if time.monotonic() > deadline:
                        return False
                    time.sleep(OWN_WRITE_POLL_S)
        except (DBAPIError, PoolTimeoutError):
            return False
        with self._lock:
            if actor is not None and self._positions.get(actor.user_id) == noted:
                del self._positions[actor.user_id]
        return True

    @contextmanager
    def _session(self, engine: Engine, reader: HasUser | None = None) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session:
                if reader is not None and reader.is_scoped:
                    limit_reads(session, reader)
                yield session
        except (DBAPIError, PoolTimeoutError) as error:
            known = friendly(error)
            if known is None and reader is not None and reader.is_scoped:
                known = _closed_to_limited(error)
            if known is None:
                raise
            raise known from error


def _closed_to_limited(error: DBAPIError | PoolTimeoutError) -> NotAllowed | None:
    """A table without borough or platform is closed to people who are limited to some."""
    if isinstance(getattr(error, "orig", None), psycopg.errors.InsufficientPrivilege):
        return NotAllowed("You are limited to some boroughs or platforms, and this is not split by them.")
    return None


_E = psycopg.errors
_AWAY = "The database does not answer."
_MEANINGS: list[tuple[tuple[type[Exception], ...], type[AurumError], str]] = [
    ((_E.QueryCanceled,), TooSlow, "This took too long and was stopped. Narrow the filter and try again."),
    (
        (_E.LockNotAvailable, _E.DeadlockDetected),
        Conflict,
        "Somebody else is changing the same thing right now. Please try again.",
    ),
    ((_E.ReadOnlySqlTransaction,), ReadOnly, "The database accepts no changes right now."),
    ((_E.SerializationFailure, _E.AdminShutdown, _E.CannotConnectNow), Unavailable, _AWAY),
    (
        (_E.NumericValueOutOfRange, _E.DatetimeFieldOverflow),
        Invalid,
        "A number or a date is outside what can be stored.",
    ),
]


def friendly(error: DBAPIError | PoolTimeoutError) -> AurumError | None:
    """What a database error means to a person; None: a bug of ours, to be logged and mended."""
    cause = getattr(error, "orig", None)
    for causes, kind, sentence in _MEANINGS:
        if isinstance(cause, causes):
            return kind(sentence)
    broken = isinstance(error, DBAPIError) and error.connection_invalidated
    if isinstance(error, PoolTimeoutError) or broken or (isinstance(error, OperationalError) and _no_sqlstate(cause)):
        return Unavailable(_AWAY)
    if isinstance(cause, psycopg.DataError) and _no_sqlstate(cause):  # the driver would not send it: a zero byte
        return Invalid("The text holds a character that cannot be stored.")
    return None


def _of_a_server(error: Unavailable) -> bool:
    """False for what else may be away while a session is open: the encryption keys."""
    return isinstance(error.__cause__, DBAPIError | PoolTimeoutError)


def _no_sqlstate(cause: object) -> bool:
    """True for errors of the connection itself: the server never answered."""
    return getattr(cause, "sqlstate", None) is None


def _engine(url: str, pool: dict[str, Any], timeout_ms: int, *, read_only: bool = False) -> Engine:
    options: dict[str, Any] = {"postgresql_readonly": True} if read_only else {}
    engine = create_engine(
        url,
        **pool,
        execution_options=options,
        # No server-side prepared statements: PgBouncer in transaction mode may stand between.
        connect_args={"prepare_threshold": None, "connect_timeout": 3, "application_name": "aurum-app"},
    )

    @event.listens_for(engine, "begin")
    def _limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(timeout_ms)}")

    return engine


def _reader_on_primary(primary_url: str, replica_url: str | None) -> str:
    """The primary, as the reader that the replica's URL names."""
    if replica_url is None:
        return primary_url
    primary, replica = make_url(primary_url), make_url(replica_url)
    return replica.set(host=primary.host, port=primary.port, database=primary.database).render_as_string(
        hide_password=False
    )


@lru_cache(maxsize=1)
def get_database() -> Database:
    """The pair that this process's settings name."""
    return Database(get_settings())
