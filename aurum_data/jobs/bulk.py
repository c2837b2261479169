"""Changes of many leads, worked through in the background."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aurum_data.actions.lead_batches import work_batch
from aurum_data.errors import ReadOnly
from aurum_data.jobs.links import Primary

# What may pass by itself: the task is tried again, and goes on where it was.
PASSING = (ReadOnly, OperationalError)

_FAILED = text("""
    UPDATE bulk_operations SET state = 'failed', finished_at = now()
    WHERE id = :operation AND state IN ('waiting', 'running')
""")


def run_operation(primary: Primary, operation_id: UUID) -> None:
    """Work through an operation, each batch in its own transaction, until it is done or was stopped.

    Raises PASSING; on any other error the operation ends as failed: what was changed stays and can be undone.
    """
    more = True
    while more:
        try:
            with primary.transaction() as session:
                more = work_batch(session, operation_id)
        except PASSING:
            raise
        except Exception:
            with primary.transaction() as session:
                fail(session, operation_id)
            raise


def fail(session: Session, operation_id: UUID) -> None:
    """Note that an operation cannot go on; the caller commits."""
    session.execute(_FAILED, {"operation": operation_id})
