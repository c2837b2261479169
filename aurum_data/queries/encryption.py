"""Reads of the Access screen about encryption: key versions, values under each of them, rotations."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

ROTATION_LOCK = 0x4B657973  # advisory lock that a running rotation holds

_KEYS = text("""
    SELECT sort, version, added_at, used_since, retired_at,
           retired_at IS NULL AND used_since IS NOT NULL
           AND version = max(version) FILTER (WHERE used_since IS NOT NULL) OVER (PARTITION BY sort) AS in_use
    FROM encryption_keys ORDER BY sort, version DESC
""")
_COUNTS = text("SELECT field, key_version, value_count FROM sealed_counts ORDER BY field, key_version")
_COUNTED = text("SELECT as_of FROM rollup_stamps WHERE rollup = 'sealed_counts'")
_ROTATIONS = text("""
    SELECT split_part(field, ':', 1) AS sort, split_part(field, ':', 2) AS table_name, key_version, rows_done,
           started_at, finished_at
    FROM key_rotations ORDER BY started_at DESC, field LIMIT :limit
""")
_RUNNING = text("""
    SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 0 AND objid = :lock AND objsubid = 1 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
""")


@needs(Permission.SYSTEM_READ)
def key_versions(session: Session) -> pd.DataFrame:
    """Every key version, by sort, the newest first.

    Columns: sort ("encryption" or "hashing"), version (int), added_at, used_since, retired_at (datetime or NaT),
    in_use (bool).
    """
    return frame(session, _KEYS)


@needs(Permission.SYSTEM_READ)
def sealed_counts(session: Session) -> pd.DataFrame:
    """Values per encrypted column and key version, as last counted.

    Columns: field ("table.column"), key_version, value_count (int).
    """
    return frame(session, _COUNTS)


@needs(Permission.SYSTEM_READ)
def sealed_counted_at(session: Session) -> datetime | None:
    """When `sealed_counts` were counted; None: not yet."""
    counted_at: datetime | None = session.scalar(_COUNTED)
    return counted_at


@needs(Permission.SYSTEM_READ)
def rotations(session: Session, *, limit: int = 50) -> pd.DataFrame:
    """Rotations by table, the latest first.

    Columns: sort, table_name (str), key_version, rows_done (int), started_at, finished_at (datetime or NaT).
    """
    return frame(session, _ROTATIONS, {"limit": limit})


@needs(Permission.SYSTEM_READ)
def rotation_is_running(session: Session) -> bool:
    """Whether a rotation runs at this moment. Only the primary knows."""
    return bool(session.scalar(_RUNNING, {"lock": ROTATION_LOCK}))
