"""What may be done with an import after it ran: take its refused rows home, to mend them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.rollups import mark_changed
from aurum_data.actions.security_events import record_security_event
from aurum_data.errors import Conflict, NotFound
from aurum_data.intake.duplicates import hold_all
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Permission
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.rules.spreadsheets import as_text
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

CHUNK_ROWS = 500
MANY_ROWS = 1_000  # from here on a download is a security event
HEADER = ("Line", "Field", "Reason", "The row, as it stood in the file")

_BATCH = text("""
    SELECT b.file_name, (SELECT count(*) FROM import_rejected_rows r WHERE r.batch_ref = b.id) AS kept
    FROM import_batches b WHERE b.id = :batch_id
""")
_COMPLETED = text("SELECT status FROM import_batches WHERE id = :batch_id FOR UPDATE")
# Nobody works on one of them between the look at them and the undo.
_HOLD = text("SELECT count(*) FROM (SELECT FROM leads WHERE import_batch_id = :batch_id ORDER BY id FOR UPDATE) held")
# What anybody did with a lead since it landed: any of these, or another lead that points to it.
_TOUCHED = text("""
    SELECT count(*) FROM leads l
    WHERE l.import_batch_id = :batch_id AND (
        l.version > 1 OR l.conversation_count > 0 OR l.export_count > 0 OR l.ai_analysis_id IS NOT NULL
        OR NOT l.is_active OR l.last_activity_at > l.updated_at
        OR EXISTS (SELECT FROM leads d WHERE d.duplicate_of = l.id AND d.import_batch_id IS DISTINCT FROM :batch_id))
""")
_UNDO = text("""
    UPDATE leads SET is_active = false, sellable = false, deleted_at = now(), updated_at = now(), version = version + 1
    WHERE import_batch_id = :batch_id RETURNING id, (created_at AT TIME ZONE 'America/New_York')::date AS day
""")
# Their delivery is as if it had never been: a mended file brings them again.
_FORGET_KEYS = text("DELETE FROM lead_idempotency_keys WHERE lead_ref = ANY (:ids)")
_MARK_UNDONE = text("UPDATE import_batches SET status = 'undone', undone_at = now() WHERE id = :batch_id")
_ROWS = text("""
    SELECT id, line_number, coalesce(field, '') AS field, reason, row_encrypted FROM import_rejected_rows
    WHERE batch_ref = :batch_id AND line_number > :after ORDER BY line_number LIMIT :limit
""")


@dataclass(frozen=True)
class RejectedRows:
    """Refused rows that may be downloaded: of which file, and how many are still kept."""

    file_name: str
    rows: int


def download_rejected_rows(session: Session, actor: Actor, *, batch_id: UUID) -> RejectedRows:
    """Allow, and record, the download of an import's refused rows; `rejected_rows_csv` then gives them.

    They hold personal data in the clear. Raises NotAllowed, ConfirmationNeeded, ReadOnly, or NotFound when there is
    no such import or nothing of it is kept (any more).
    """
    require(session, actor, Permission.LEADS_IMPORT, fresh=True, stopped_by=Freeze.STOP_EXPORTS)
    batch = session.execute(_BATCH, {"batch_id": batch_id}).one_or_none()
    if batch is None or not batch.kept:
        raise NotFound("There are no refused rows of this import, or they are not kept any more.")
    audit(session, actor, "imports:rejected_rows:download", "import_batch", batch_id, rows=batch.kept)
    if batch.kept >= MANY_ROWS:
        kind = SecurityEventKind.EXPORT_LARGE
        record_security_event(
            session, kind, user_id=actor.user_id, address=actor.address, what="refused rows", rows=batch.kept
        )
    return RejectedRows(batch.file_name, batch.kept)


def undo_import(session: Session, actor: Actor, *, batch_id: UUID) -> int:
    """Take an import back: its leads are deactivated, and a mended file may bring them again. How many they were.

    Raises Conflict when the import is not finished or was undone, or when anything touched one of its leads since;
    NotFound; NotAllowed.
    """
    require(session, actor, Permission.LEADS_IMPORT)
    status = session.scalar(_COMPLETED, {"batch_id": batch_id})
    if status is None:
        raise NotFound("There is no such import.")
    if status != "completed":
        raise Conflict("Only an import that is finished, and not undone, can be undone.")
    hold_all(session)  # whoever takes a lead in looks for the one to point it to
    session.execute(_HOLD, {"batch_id": batch_id})
    if touched := session.scalar(_TOUCHED, {"batch_id": batch_id}):
        leads = "1 lead of this file was" if touched == 1 else f"{touched:,} leads of this file were"
        raise Conflict(f"{leads} worked on since: nothing was undone.")
    undone = session.execute(_UNDO, {"batch_id": batch_id}).all()
    session.execute(_FORGET_KEYS, {"ids": [row.id for row in undone]})
    session.execute(_MARK_UNDONE, {"batch_id": batch_id})
    mark_changed(session, {row.day for row in undone})
    audit(session, actor, "import:batch:undo", "import_batch", batch_id, leads=len(undone))
    return len(undone)


def rejected_rows_csv(
    open_session: Callable[[], AbstractContextManager[Session]], *, batch_id: UUID
) -> Iterator[bytes]:
    """The refused rows as CSV (UTF-8 with a mark, as spreadsheets want it), in pieces, a short read for each.

    `open_session` gives sessions of the primary: nobody else holds the encrypted rows. Whoever calls has asked
    `download_rejected_rows`.
    """
    yield "\ufeff".encode() + _csv([HEADER])
    keyring, after = get_keyring(), -1
    while True:
        with open_session() as session:
            rows = session.execute(_ROWS, {"batch_id": batch_id, "after": after, "limit": CHUNK_ROWS}).all()
        if not rows:
            return
        after = rows[-1].line_number
        yield _csv(
            (
                str(row.line_number),
                row.field,
                row.reason,
                *_cells(keyring.open(SealedField.REJECTED_ROW, row.id, row.row_encrypted)),
            )
            for row in rows
        )


def _cells(line: str) -> list[str]:
    """A stored row's values; a row that could not be cut into values stays whole."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return [line]


def _csv(rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([as_text(value) for value in row] for row in rows)
    return out.getvalue().encode()
