"""Looking at both servers at once: each on its own session, so that one that is away does not hide the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

from sqlalchemy import QueuePool
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from aurum_data.database import Database, friendly
from aurum_data.errors import Unavailable
from aurum_data.operations.migrations import heads
from aurum_data.queries import health_checks
from aurum_data.rules.health import Verdict, worst_first

Node = Literal["primary", "replica"]
T = TypeVar("T")


@dataclass(frozen=True)
class PoolState:
    """A pool of this process: connections in use, kept ready, and the most there may be."""

    pool: str
    in_use: int
    ready: int
    limit: int


@contextmanager
def node_session(database: Database, node: Node) -> Iterator[Session]:
    """A session on just this server, whichever one reads go to. Raises Unavailable when it does not answer."""
    engine = database.fallback if node == "primary" else database.replica
    if engine is None:
        raise Unavailable("There is no replica.")
    try:
        with Session(engine) as session:
            yield session
    except (DBAPIError, PoolTimeoutError) as error:
        known = friendly(error)
        if known is None:
            raise
        raise known from error


def on_node(database: Database, node: Node, function: Callable[[Session], T]) -> T | None:
    """What a query says of one server; None when that server does not answer."""
    try:
        with node_session(database, node) as session:
            return function(session)
    except Unavailable:
        return None


def verdicts(database: Database) -> list[Verdict]:
    """Every check of rules/health.py, the worst first. A server that does not answer leaves its checks unknown."""
    head = heads()
    found: list[Verdict] = []
    nodes: tuple[Node, ...] = ("primary", "replica")
    for node in nodes:
        of_node = on_node(database, node, partial(health_checks.verdicts, node=node, head=head))
        found += health_checks.unreachable(node) if of_node is None else of_node
    return worst_first(found)


def pools(database: Database) -> list[PoolState]:
    """The connection pools of this process."""
    engines = {
        "Primary": database.primary,
        "Replica": database.replica,
        "Primary, for reading": database.fallback,
    }
    states = []
    for name, engine in engines.items():
        if engine is None or not isinstance(engine.pool, QueuePool):
            continue
        pool = engine.pool
        limit = pool.size() + pool._max_overflow  # noqa: SLF001 - the limit has no public name
        states.append(PoolState(name, pool.checkedout(), pool.checkedin(), limit))
    return states
