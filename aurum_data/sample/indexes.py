"""Loading without secondary indexes: building them once, afterwards, costs a fraction of keeping them row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

# Keys and unique indexes stay: foreign keys need them while rows come in.
_SECONDARY = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY (%s::text[]::regclass[]) AND NOT i.indisunique AND c.relkind = 'i'
    ORDER BY i.indrelid::regclass::text, c.relname
"""


@contextmanager
def without_indexes(connection: psycopg.Connection[Any], tables: Sequence[str]) -> Iterator[None]:
    """Drop the secondary indexes of plain tables for the block and build them again when it ends.

    It all happens in the caller's transaction: if anything fails, its rollback brings the indexes back.
    """
    indexes = connection.execute(_SECONDARY, [list(tables)]).fetchall()
    for name, _ in indexes:
        connection.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    yield
    for _, definition in indexes:
        connection.execute(definition)
