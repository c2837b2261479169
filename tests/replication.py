"""What was written is to be read on the replica."""

from __future__ import annotations

import time

from sqlalchemy import text

from aurum_data.database import Database

_WRITTEN = text("SELECT pg_current_wal_lsn()::text")
_REPLAYED = text("SELECT pg_last_wal_replay_lsn() >= CAST(:position AS pg_lsn)")


def catch_up(database: Database) -> None:
    """Wait until the replica has everything that the primary has now: nobody's own writes are remembered in tests."""
    with database.read_primary() as session:
        position = session.scalar(_WRITTEN)
    while not database.query(None, lambda session: session.scalar(_REPLAYED, {"position": position})):
        time.sleep(0.02)
