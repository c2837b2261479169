"""Loading into bare tables: checks and indexes made once, over all rows, cost a fraction of keeping them row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier

# Between these tables only: dropping a key locks both, and others read users and platforms meanwhile.
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY (%(tables)s::text[]::regclass[])
      AND confrelid = ANY (%(tables)s::text[]::regclass[])
    ORDER BY 1, 2
"""
# Primary keys and unique constraints stay: rows come in their order.
_INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY (%(tables)s::text[]::regclass[]) AND NOT i.indisunique AND c.relkind = 'i'
    ORDER BY i.indrelid::regclass::text, c.relname
"""


@contextmanager
def bare(connection: psycopg.Connection[Any], tables: Sequence[str]) -> Iterator[None]:
    """Empty plain tables, without secondary indexes and keys to each other for the block; its end makes these again.

    It all happens in the caller's transaction: if anything fails, its rollback brings everything back. Tables
    emptied so may be written by COPY ... FREEZE.
    """
    keys = connection.execute(_FOREIGN_KEYS, {"tables": list(tables)}).fetchall()
    indexes = connection.execute(_INDEXES, {"tables": list(tables)}).fetchall()
    for table, name, _ in keys:
        connection.execute(_alter(table, "DROP CONSTRAINT", name))
    for name, _ in indexes:
        connection.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    connection.execute(SQL("TRUNCATE {}").format(SQL(", ").join(map(Identifier, tables))))
    yield
    for _, definition in indexes:
        connection.execute(definition)
    for table, name, definition in keys:
        connection.execute(_alter(table, "ADD CONSTRAINT", name) + SQL(definition))


def _alter(table: str, what: str, constraint: str) -> Composed:
    return SQL("ALTER TABLE {} " + what + " {} ").format(Identifier(table), Identifier(constraint))
