"""Recording the SQL that a function sends, to time it bare and to look at its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from benchmarks.result import median_ms

BASE_TABLES = (
    "leads",
    "lead_exports",
    "lead_conversations",
    "b2b_revenue_transactions",
    "b2b_lead_mappings",
    "ai_analyses",
)


@dataclass(frozen=True)
class Statement:
    """SQL as the driver gets it, with its parameters."""

    sql: str
    parameters: Any


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Statement]]:
    """The statements that go through an engine meanwhile, but for settings of the session."""
    seen: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")) and "set_config(" not in sql:
            seen.append(Statement(sql, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def floor_ms(engine: Engine, statements: list[Statement]) -> float:
    """The statements' own time, bare through the driver on a warm connection, summed (medians)."""
    total = 0.0
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        for statement in statements:
            total += median_ms(lambda s=statement: cursor.execute(s.sql, s.parameters).fetchall())  # type: ignore[misc]
        cursor.close()
    return total


def scanned_tables(engine: Engine, statement: Statement) -> set[str]:
    """Base tables that the plan of a statement reads from end to end."""
    with engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN (FORMAT JSON) " + statement.sql, statement.parameters).scalar_one()
    return set(_sequential(plan[0]["Plan"]))


def plan_of(engine: Engine, statement: Statement) -> str:
    """The plan with its real times, for people."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("EXPLAIN (ANALYZE, BUFFERS) " + statement.sql, statement.parameters)
        return "\n".join(str(row[0]) for row in rows)


def _sequential(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in BASE_TABLES:
        yield node["Relation Name"]
    for child in node.get("Plans", []):
        yield from _sequential(child)


def run_on(engine: Engine, function: Callable[[Session], object]) -> Callable[[], object]:
    """A call of a query function on a session of its own."""

    def call() -> object:
        with Session(engine) as session:
            return function(session)

    return call


def warm(engine: Engine) -> None:
    """One connection in the pool and its catalog caches filled."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
