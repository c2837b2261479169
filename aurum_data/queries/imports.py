"""Reads of the imports: the files that were taken in, and what became of their rows."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

LATEST = 30
ALIVE = timedelta(minutes=2)  # an import writes a chunk every few seconds; one that wrote none for so long was killed

_IMPORTS = text("""
    SELECT b.id AS batch_id, b.file_name, b.status, b.row_count, b.landed_count, b.duplicate_count, b.rejected_count,
           b.unsellable_count, b.started_at, u.full_name AS imported_by,
           EXISTS (SELECT FROM import_rejected_rows r WHERE r.batch_ref = b.id) AS has_rejected_rows,
           b.status = 'loading' AND EXISTS (
               SELECT FROM audit_log a WHERE a.entity_type = 'import_batch' AND a.entity_id = CAST(b.id AS text)
                                         AND a.occurred_at > now() - CAST(:alive AS interval)) AS is_running
    FROM import_batches b LEFT JOIN users u ON u.id = b.imported_by
    ORDER BY b.started_at DESC, b.id DESC LIMIT :limit
""")


@needs(Permission.LEADS_IMPORT)
def latest_imports(session: Session, *, limit: int = LATEST) -> pd.DataFrame:
    """The latest imports, newest first.

    Columns: batch_id (UUID), file_name, status (str), row_count, landed_count, duplicate_count, rejected_count,
    unsellable_count (int), started_at (datetime), imported_by (str or None: by command), has_rejected_rows (bool:
    some are still kept), is_running (bool: it is loading, and wrote rows within `ALIVE`, whoever runs it).
    """
    return frame(session, _IMPORTS, {"limit": limit, "alive": ALIVE})
