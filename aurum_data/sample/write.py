"""Writing rows by COPY: packed into its binary form, perhaps by another process, and sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple

import orjson
import psycopg
from psycopg.copy import Copy, FileWriter
from psycopg.sql import SQL, Identifier
from psycopg.types.json import set_json_dumps

Row = tuple[Any, ...]


@dataclass(frozen=True, eq=False)  # compared by identity: each stands once
class Table:
    """A table and the columns that the sample gives it; the others take their defaults."""

    name: str
    columns: tuple[str, ...]


def table(name: str, columns: str) -> Table:
    """A table with its columns as one text."""
    return Table(name, tuple(columns.split()))


class Batch(dict[Table, list[Row]]):
    """Rows by table, in the order in which their tables must be written."""

    def add(self, into: Table, row: Row) -> None:
        """Take one row, values in the order of the table's columns."""
        rows = self.get(into)
        if rows is None:
            rows = self[into] = []
        rows.append(row)


class Packed(NamedTuple):
    """Rows of a table as COPY takes them in binary form, and how many they are."""

    into: Table
    rows: int
    data: bytes


class Packer:
    """Packs rows with the types that the columns have in a database."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._types: dict[Table, list[int]] = {}
        set_json_dumps(orjson.dumps, connection)

    def pack(self, into: Table, rows: Iterable[Row]) -> Packed:
        """Rows of one table."""
        data, count = BytesIO(), 0
        with self.connection.cursor() as cursor, Copy(cursor, binary=True, writer=FileWriter(data)) as copy:
            copy.set_types(self._column_types(into))
            for count, row in enumerate(rows, start=1):  # noqa: B007
                copy.write_row(row)
        return Packed(into, count, data.getvalue())

    def _column_types(self, into: Table) -> list[int]:
        if into not in self._types:
            types = dict(
                self.connection.execute(
                    "SELECT attname, atttypid::int FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
                    [into.name],
                ).fetchall()
            )
            self._types[into] = [types[name] for name in into.columns]
        return self._types[into]


class Copier:
    """Writes rows into the open transaction of one connection, and counts them.

    `fresh` are tables that the transaction has emptied. Their rows are written as old ones, which vacuum need not
    touch again.
    """

    def __init__(self, connection: psycopg.Connection[Any], fresh: Collection[str] = ()) -> None:
        self.connection = connection
        self.fresh = frozenset(fresh)
        self.written: Counter[str] = Counter()
        self._packer = Packer(connection)

    def copy(self, into: Table, rows: Iterable[Row]) -> None:
        """Write rows of one table."""
        self.send(self._packer.pack(into, rows))

    def write(self, batch: Batch) -> None:
        """Write a batch, table by table."""
        for into, rows in batch.items():
            if rows:
                self.copy(into, rows)

    def send(self, packed: Packed) -> None:
        """Write rows that are packed."""
        name = packed.into.name
        columns = SQL(", ").join(map(Identifier, packed.into.columns))
        options = SQL("FORMAT BINARY, FREEZE" if name in self.fresh else "FORMAT BINARY")
        statement = SQL("COPY {} ({}) FROM STDIN ({})").format(Identifier(name), columns, options)
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(packed.data)
        self.written[name] += packed.rows
