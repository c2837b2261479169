"""COPY in binary form, within a session's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session


class Table(NamedTuple):
    """A table with those of its columns that are written, and their types."""

    name: str
    columns: dict[str, str]


def copy_rows(session: Session, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, values in the order of the table's columns."""
    connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(list(table.columns.values()))
        for row in rows:
            copy.write_row(row)
