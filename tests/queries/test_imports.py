"""Which imports run right now, and which stopped."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.queries.imports import ALIVE, latest_imports

SECOND = timedelta(seconds=1)


def batch(session: Session, status: str, *, wrote: timedelta) -> UUID:
    """An import in this state, whose latest chunk was written that long ago."""
    batch_id: UUID = session.execute(
        text(
            "INSERT INTO import_batches (file_name, file_sha256, file_format, status)"
            " VALUES ('leads.csv', 'a file', 'csv', :status) RETURNING id"
        ),
        {"status": status},
    ).scalar_one()
    session.execute(
        text(
            "INSERT INTO audit_log (actor_name, event, entity_type, entity_id, occurred_at)"
            " VALUES ('Command line', 'import:leads:create', 'import_batch', :id, :at)"
        ),
        {"id": str(batch_id), "at": now() - wrote},
    )
    return batch_id


@pytest.mark.parametrize(
    ("status", "wrote", "is_running"),
    [("loading", SECOND, True), ("loading", ALIVE + SECOND, False), ("completed", SECOND, False)],
    ids=["writing", "killed", "completed"],
)
def test_an_import_runs_while_it_writes(session: Session, status: str, wrote: timedelta, is_running: bool) -> None:
    batch_id = batch(session, status, wrote=wrote)
    [row] = latest_imports(session).to_dict("records")
    assert (row["batch_id"], row["is_running"]) == (batch_id, is_running)
