"""What a sales person should do next: callbacks, new leads, leads going cold; how fast they are.

Every list is of one person, capped, and looks at no more than `CANDIDATES` rows of an index on leads, whatever the
size of the table. Leads that asked not to be called are never among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import OPEN_STATUSES, LeadStatus

LIST_ROWS = 50
CANDIDATES = 1_000
SPEED_DAYS = 7

_FIELDS = """
    l.id, l.full_name, l.property_address, l.unit, l.zip_code, l.borough, l.status, l.lead_quality, l.lead_score,
    l.monthly_bill_usd, l.preferred_language, l.created_at, l.last_activity_at, l.next_callback_at
"""
# The last call to each row that is shown, by the index on calls.
_LAST_CALL = """
    LEFT JOIN LATERAL (SELECT c.disposition AS last_disposition, c.created_at AS last_called_at
                       FROM lead_calls c WHERE c.lead_id = l.id
                       ORDER BY c.created_at DESC, c.id DESC LIMIT 1) c ON true
"""
_MINE = "l.is_active = true AND l.assigned_to = :user_id AND NOT l.do_not_call"
_CALLBACKS = text(f"""
    SELECT l.*, c.last_disposition, c.last_called_at FROM (
        SELECT {_FIELDS} FROM leads l
        WHERE {_MINE} AND l.next_callback_at < :until AND l.status = ANY (:open)
        ORDER BY l.next_callback_at, l.id LIMIT :limit) l {_LAST_CALL}
    ORDER BY l.next_callback_at, l.id
""")  # noqa: S608 - parts of our own
_NEW = text(f"""
    SELECT l.*, c.last_disposition, c.last_called_at FROM (
        SELECT * FROM (
            SELECT {_FIELDS} FROM leads l
            WHERE {_MINE} AND l.status = 'new' AND l.next_callback_at IS NULL
            ORDER BY l.created_at DESC, l.id LIMIT :candidates) l
        ORDER BY l.lead_score DESC, l.created_at, l.id LIMIT :limit) l {_LAST_CALL}
    ORDER BY l.lead_score DESC, l.created_at, l.id
""")  # noqa: S608 - parts of our own
# New leads have a list of their own, and who has a callback is not forgotten.
_COLD = text(f"""
    SELECT l.*, c.last_disposition, c.last_called_at FROM (
        SELECT l.* FROM unnest(CAST(:statuses AS text[])) AS s (status) CROSS JOIN LATERAL (
            SELECT {_FIELDS} FROM leads l
            WHERE {_MINE} AND l.status = s.status
            ORDER BY l.created_at DESC, l.id LIMIT :candidates) l
        WHERE l.next_callback_at IS NULL AND l.last_activity_at < :before
        ORDER BY l.lead_score DESC, l.last_activity_at, l.id LIMIT :limit) l {_LAST_CALL}
    ORDER BY l.lead_score DESC, l.last_activity_at, l.id
""")  # noqa: S608 - parts of our own
_SPEED = text("""
    SELECT count(*) AS arrived, count(first_contacted_at) AS contacted,
           count(*) FILTER (WHERE first_contacted_at - created_at <= :target) AS in_time,
           count(*) FILTER (WHERE status = 'new' AND first_contacted_at IS NULL AND created_at < :late) AS late,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_contacted_at - created_at))
               FILTER (WHERE first_contacted_at IS NOT NULL) AS median_seconds
    FROM (SELECT status, created_at, first_contacted_at FROM leads
          WHERE is_active = true AND assigned_to = :user_id AND status = ANY (:statuses) AND created_at >= :since
          LIMIT :cap) mine
""")
SPEED_CAP = 10_000
_CALLS = text("""
    SELECT id, created_at, caller_name, disposition, note, next_callback_at FROM lead_calls
    WHERE lead_id = :lead_id ORDER BY created_at DESC, id DESC LIMIT :limit
""")


@dataclass(frozen=True)
class Speed:
    """How fast leads that arrived in the last days were spoken to; of those contacted, the median in seconds.

    `late`: still new and waiting for longer than the target.
    """

    arrived: int
    contacted: int
    in_time: int
    late: int
    median_seconds: float | None


@needs(Permission.LEADS_WRITE)
def callbacks_due(session: Session, *, user_id: UUID, until: datetime, limit: int = LIST_ROWS) -> pd.DataFrame:
    """A person's open leads with a callback before `until`, the longest overdue first; one row a lead.

    Columns: id, full_name, property_address, unit, zip_code, borough, status, lead_quality, lead_score,
    monthly_bill_usd (Decimal), preferred_language, created_at, last_activity_at, next_callback_at, last_disposition,
    last_called_at (aware).
    """
    values = {"user_id": user_id, "until": until, "open": list(OPEN_STATUSES), "limit": limit}
    return frame(session, _CALLBACKS, values)


@needs(Permission.LEADS_WRITE)
def new_by_score(session: Session, *, user_id: UUID, limit: int = LIST_ROWS) -> pd.DataFrame:
    """A person's new leads without a callback, the best score first: of the newest thousand. Columns as above."""
    return frame(session, _NEW, {"user_id": user_id, "candidates": CANDIDATES, "limit": limit})


@needs(Permission.LEADS_WRITE)
def going_cold(session: Session, *, user_id: UUID, before: datetime, limit: int = LIST_ROWS) -> pd.DataFrame:
    """A person's leads under way in which nothing has happened since `before` and no callback is planned.

    The best score first; of the newest thousand of each status. Columns as above.
    """
    statuses = [status for status in OPEN_STATUSES if status != LeadStatus.NEW]
    values = {"user_id": user_id, "statuses": statuses, "before": before, "limit": limit}
    return frame(session, _COLD, values | {"candidates": CANDIDATES})


@needs(Permission.LEADS_WRITE)
def contact_speed(session: Session, *, user_id: UUID, at: datetime, target: timedelta) -> Speed:
    """How fast a person's leads of the last seven days were spoken to, against a target; as of `at`."""
    values = {"user_id": user_id, "since": at - timedelta(days=SPEED_DAYS), "target": target, "late": at - target}
    row = session.execute(_SPEED, values | {"statuses": list(LeadStatus), "cap": SPEED_CAP}).one()
    return Speed(*row)


@needs(Permission.LEADS_READ)
def calls_of(session: Session, lead_id: UUID, limit: int = LIST_ROWS) -> pd.DataFrame:
    """The calls to a lead, the latest first: id, created_at, caller_name, disposition, note, next_callback_at."""
    return frame(session, _CALLS, {"lead_id": lead_id, "limit": limit})
