"""What was written is to be read on the replica."""

from __future__ import annotations

import time
from contextlib import suppress

from sqlalchemy import text

from aurum_data.database import Database
from aurum_data.errors import AurumError

_WRITTEN = text("SELECT pg_current_wal_lsn()::text")
_REPLAYED = text("SELECT coalesce(pg_last_wal_replay_lsn() >= CAST(:position AS pg_lsn), true)")


def catch_up(database: Database) -> None:
    """Wait until the replica has everything that the primary has now: what a test writes is nobody's own.

    Where a server is away there is nothing to wait for.
    """
    deadline = time.monotonic() + 60
    with suppress(AurumError):
        with database.read_primary() as session:
            position = session.scalar(_WRITTEN)
        while not database.query(None, lambda session: session.scalar(_REPLAYED, {"position": position})):
            assert time.monotonic() < deadline, "the replica does not follow"
            time.sleep(0.02)
