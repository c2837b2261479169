"""Writing rows by COPY: a thread sends one batch while the next is being made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

Row = tuple[Any, ...]
WAITING_BATCHES = 2


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


class Copier:
    """Writes rows into the open transaction of one connection, and counts them."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.written: Counter[str] = Counter()
        self._types: dict[Table, list[int]] = {}

    def copy(self, into: Table, rows: Iterable[Row]) -> None:
        """Write rows of one table in binary form."""
        columns = SQL(", ").join(Identifier(name) for name in into.columns)
        statement = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(Identifier(into.name), columns)
        types = self._column_types(into)  # before the COPY, which has the connection to itself
        count = 0
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(types)
            for count, row in enumerate(rows, start=1):  # noqa: B007
                copy.write_row(row)
        self.written[into.name] += count

    def write(self, batch: Batch) -> None:
        """Write a batch, table by table."""
        for into, rows in batch.items():
            if rows:
                self.copy(into, rows)

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


class _Sender(Thread):
    """Writes queued batches until None comes; keeps the first error and then only empties the queue."""

    def __init__(self, copier: Copier) -> None:
        super().__init__(name="sample writer", daemon=True)
        self.copier = copier
        self.batches: Queue[Batch | None] = Queue(WAITING_BATCHES)
        self.error: Exception | None = None

    def run(self) -> None:
        while (batch := self.batches.get()) is not None:
            if self.error is None:
                try:
                    self.copier.write(batch)
                except Exception as error:  # noqa: BLE001 - raised again in the thread that makes the rows
                    self.error = error

    def send(self, batch: Batch) -> None:
        """Queue a batch; raises what went wrong with an earlier one."""
        self.batches.put(batch)
        if self.error is not None:
            raise self.error


@contextmanager
def sending(copier: Copier) -> Iterator[_Sender]:
    """A thread that writes batches while the block makes further ones; all are written when it ends."""
    sender = _Sender(copier)
    sender.start()
    try:
        yield sender
    finally:
        sender.batches.put(None)
        sender.join()
    if sender.error is not None:
        raise sender.error
