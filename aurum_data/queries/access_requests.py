"""Reads of requests that two administrators must agree on."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

_OPEN = text("""
    SELECT a.id AS request_id, a.kind, a.details, a.reason, a.requested_at, a.expires_at,
           a.requested_by, a.user_ref AS user_id, u.full_name, u.username, b.full_name AS requested_name
    FROM access_requests a JOIN users u ON u.id = a.user_ref LEFT JOIN users b ON b.id = a.requested_by
    WHERE a.decision IS NULL AND a.expires_at > now()
    ORDER BY a.requested_at, a.id
""")
_DECIDED = text("""
    SELECT a.id AS request_id, a.kind, a.reason, a.requested_at, u.full_name, b.full_name AS requested_name,
           coalesce(a.decision, 'ended') AS decision, coalesce(a.decided_at, a.expires_at) AS decided_at,
           d.full_name AS decided_name
    FROM access_requests a JOIN users u ON u.id = a.user_ref
    LEFT JOIN users b ON b.id = a.requested_by LEFT JOIN users d ON d.id = a.decided_by
    WHERE a.decision IS NOT NULL OR a.expires_at <= now()
    ORDER BY a.requested_at DESC, a.id DESC LIMIT :limit
""")


@needs(Permission.USERS_READ)
def open_requests(session: Session) -> pd.DataFrame:
    """Requests that wait for a second administrator, the oldest first.

    Columns: request_id, requested_by, user_id (UUID), kind, reason, full_name, username (of whose access is to
    change), requested_name (str), details (dict), requested_at, expires_at (datetime).
    """
    return frame(session, _OPEN)


@needs(Permission.USERS_READ)
def decided_requests(session: Session, *, limit: int = 50) -> pd.DataFrame:
    """Requests that are over, the latest first: request_id, kind, reason, requested_at, full_name, requested_name,
    decision ("ended": nobody decided within a day), decided_at, decided_name."""
    return frame(session, _DECIDED, {"limit": limit})
