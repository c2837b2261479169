"""Telling the worker which New York days have to be rolled up again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

ROLLUPS = (
    "revenue_metrics", "platform_performance", "nyc_market_intelligence", "lead_quality_metrics",
    "lead_factor_metrics", "conversation_metrics", "message_metrics",
)  # fmt: skip

_MARK = text("""
    INSERT INTO rollup_changes (rollup, date)
    SELECT rollup, day FROM unnest(CAST(:rollups AS text[])) AS rollup, unnest(CAST(:days AS date[])) AS day
    ON CONFLICT (rollup, date) DO UPDATE SET changed_at = clock_timestamp()
""")


def mark_changed(session: Session, days: Iterable[date], rollups: Iterable[str] = ROLLUPS) -> None:
    """Note, in the transaction that changed the rows, that these days' figures are out of date."""
    unique = sorted(set(days))
    if unique:
        session.execute(_MARK, {"rollups": list(rollups), "days": unique})
