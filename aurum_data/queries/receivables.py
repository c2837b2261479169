"""Reads of the Revenue screen: what platforms owe, have paid and dispute.

Statements, payments and disputes are small tables (a statement per platform and month). Money is `Decimal` in
USD. A statement that was sent and not fully paid is open; its age counts in days after its due date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, get_args
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

Standing = Literal["overdue", "disputed", "not_due", "draft", "paid"]  # the most pressing first

# Buckets of an ageing report: name, from and to how many days past due.
AGEING: tuple[tuple[str, int, int], ...] = (
    ("Not due", 0, 0),
    ("1 to 30 days", 1, 30),
    ("31 to 60 days", 31, 60),
    ("61 to 90 days", 61, 90),
    ("Over 90 days", 91, 99_999),
)
_OPEN = ["sent", "partly_paid", "disputed"]

# An open statement with an objection that is still argued about is disputed, whatever else it is.
_STATEMENTS = """
    statement AS (
        SELECT s.id AS statement_id, s.statement_number, s.platform_id, p.platform_name, s.period_start,
               s.period_end, s.issued_on, s.due_on, s.status, s.sales_usd, s.returns_usd, s.adjustments_usd,
               s.total_usd, s.paid_usd, s.total_usd - s.paid_usd AS balance_usd,
               least(s.total_usd - s.paid_usd, coalesce(
                   d.disputed_usd, CASE s.status WHEN 'disputed' THEN s.total_usd END, 0.00)) AS disputed_usd,
               d.reason AS dispute_reason,
               CASE WHEN s.status = ANY (:open) THEN greatest(0, :today - s.due_on) END AS days_overdue,
               CASE WHEN s.status IN ('draft', 'paid') THEN s.status
                    WHEN s.status = 'disputed' OR d.disputed_usd > 0 THEN 'disputed'
                    WHEN s.due_on < :today THEN 'overdue'
                    ELSE 'not_due' END AS standing
        FROM b2b_statements s
        JOIN b2b_platforms p ON p.id = s.platform_id
        LEFT JOIN LATERAL (
            SELECT sum(amount_usd) AS disputed_usd, string_agg(reason, '; ' ORDER BY opened_at, id) AS reason
            FROM b2b_disputes WHERE statement_id = s.id AND status = 'open') d ON true
        WHERE s.status = ANY (:statuses) AND (:everyone OR s.platform_id = ANY (:platform_ids)))
"""
_LIST = text(f"""
    WITH {_STATEMENTS}
    SELECT * FROM statement WHERE standing = ANY (:standings)
    ORDER BY array_position(CAST(:order AS text[]), standing), CASE WHEN standing <> 'paid' THEN due_on END,
             period_start DESC, statement_number
    LIMIT :limit
""")  # noqa: S608 - composed of constants
_AGEING = text(f"""
    WITH {_STATEMENTS}
    SELECT bucket.name AS bucket, count(statement_id) AS statements,
           coalesce(sum(balance_usd), 0.00) AS balance_usd,
           coalesce(sum(disputed_usd), 0.00) AS disputed_usd
    FROM unnest(CAST(:names AS text[]), CAST(:lows AS int[]), CAST(:highs AS int[]))
         WITH ORDINALITY AS bucket (name, low, high, place)
    LEFT JOIN statement ON coalesce(days_overdue, 0) BETWEEN low AND high
    GROUP BY bucket.name, bucket.place ORDER BY bucket.place
""")  # noqa: S608 - composed of constants
_PAYMENTS = text("""
    SELECT b.id AS payment_id, b.received_on, p.platform_name, s.statement_number, b.amount_usd, b.method,
           b.reference_masked, coalesce(u.full_name, 'System') AS recorded_by, b.created_at
    FROM b2b_payments b
    JOIN b2b_platforms p ON p.id = b.platform_id
    JOIN b2b_statements s ON s.id = b.statement_id
    LEFT JOIN users u ON u.id = b.recorded_by
    WHERE b.received_on BETWEEN :first AND :last AND (:everyone OR b.platform_id = ANY (:platform_ids))
    ORDER BY b.received_on DESC, b.id DESC LIMIT :limit
""")


@needs(Permission.REVENUE_READ)
def statements(
    session: Session,
    *,
    today: date,
    standing: Standing | None = None,
    platform_ids: Sequence[UUID] = (),
    limit: int = 200,
) -> pd.DataFrame:
    """Statements of one standing or all, the most pressing first; at most `limit`.

    Columns: statement_id, platform_id (UUID), statement_number, platform_name, status, standing (str),
    period_start, period_end, issued_on, due_on (date or None), sales_usd, returns_usd, adjustments_usd,
    total_usd, paid_usd, balance_usd, disputed_usd (Decimal), dispute_reason (str or None), days_overdue
    (float, NaN unless open).
    """
    standings: tuple[Standing, ...] = (standing,) if standing else get_args(Standing)
    of_standing = {None: [*_OPEN, "draft", "paid"], "draft": ["draft"], "paid": ["paid"]}
    parameters = {
        "today": today,
        "open": _OPEN,
        "statuses": of_standing.get(standing, _OPEN),
        "standings": list(standings),
        "order": list(get_args(Standing)),
        "limit": limit,
        **_platforms(platform_ids),
    }
    return frame(session, _LIST, parameters, {"days_overdue": "float64"})


@needs(Permission.REVENUE_READ)
def ageing(session: Session, *, today: date, platform_ids: Sequence[UUID] = ()) -> pd.DataFrame:
    """What is owed on open statements by days past due, one row per bucket, the empty ones too.

    Columns: bucket (str), statements (int), balance_usd, disputed_usd (Decimal; the part of the balance that
    is argued about).
    """
    names, lows, highs = zip(*AGEING, strict=True)
    parameters = {
        "today": today,
        "open": _OPEN,
        "statuses": _OPEN,
        "names": list(names),
        "lows": list(lows),
        "highs": list(highs),
        **_platforms(platform_ids),
    }
    return frame(session, _AGEING, parameters)


@needs(Permission.REVENUE_READ)
def payments(
    session: Session, *, first: date, last: date, platform_ids: Sequence[UUID] = (), limit: int = 200
) -> pd.DataFrame:
    """Payments received from `first` to `last`, newest first; at most `limit`.

    Columns: payment_id (UUID), received_on (date), platform_name, statement_number, method, recorded_by
    (str), amount_usd (Decimal), reference_masked (str or None), created_at (datetime, New York).
    """
    parameters = {"first": first, "last": last, "limit": limit, **_platforms(platform_ids)}
    return frame(session, _PAYMENTS, parameters)


def _platforms(platform_ids: Sequence[UUID]) -> dict[str, Any]:
    return {"everyone": not platform_ids, "platform_ids": list(platform_ids)}
