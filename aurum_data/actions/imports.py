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
from aurum_data.actions.security_events import record_security_event
from aurum_data.errors import NotFound
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
