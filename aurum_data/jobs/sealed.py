"""How many encrypted values are under which key version, counted for the screen and before a key is retired."""

from __future__ import annotations

import time
from collections import Counter

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from aurum_data.jobs.stamps import stamp
from aurum_data.security.fields import SEALED

ROLLUP = "sealed_counts"

_FORGET = text("DELETE FROM sealed_counts")
_STORE = text("INSERT INTO sealed_counts (field, key_version, value_count) VALUES (:field, :version, :count)")


def _count(table: str) -> TextClause:
    """One look at a table for all its columns; a value begins with its key version."""
    columns = ", ".join(f"('{table}.{column}', {column})" for column in SEALED[table])
    return text(f"""
        SELECT v.field, get_byte(v.sealed, 0) * 256 + get_byte(v.sealed, 1) AS version, count(*) AS amount
        FROM {table} CROSS JOIN LATERAL (VALUES {columns}) AS v (field, sealed)
        WHERE length(v.sealed) >= 2
        GROUP BY 1, 2
    """)  # noqa: S608 - names of our own


_COUNT = {table: _count(table) for table in SEALED}


def count_table(session: Session, table: str) -> dict[str, Counter[int]]:
    """Values per key version of each encrypted column ("table.column") of a table. Reads the whole table."""
    found = {f"{table}.{column}": Counter[int]() for column in SEALED[table]}
    for row in session.execute(_COUNT[table]):
        found[row.field][row.version] = row.amount
    return found


def count_sealed(session: Session) -> None:
    """Count every encrypted column anew and note when; the caller commits."""
    started = time.monotonic()
    counted = [item for table in SEALED for item in count_table(session, table).items()]
    session.execute(_FORGET)
    for field, versions in counted:
        for version, count in versions.items():
            session.execute(_STORE, {"field": field, "version": version, "count": count})
    stamp(session, ROLLUP, time.monotonic() - started)
