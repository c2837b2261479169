"""Refreshing the materialized views, without locking out their readers."""

from __future__ import annotations

import time

from sqlalchemy import text
from sqlalchemy.orm import Session

VIEWS = ("mv_daily_revenue_summary", "mv_platform_performance_summary")

_REFRESH = {view: text(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}") for view in VIEWS}
_STAMP = text("""
    INSERT INTO rollup_stamps (rollup, as_of, duration_ms) VALUES (:view, now(), :duration_ms)
    ON CONFLICT (rollup) DO UPDATE SET as_of = excluded.as_of, duration_ms = excluded.duration_ms
""")


def refresh_view(session: Session, view: str) -> None:
    """Bring one of VIEWS up to this transaction's beginning and note that as its 'as of'; the caller commits."""
    started = time.monotonic()
    session.execute(_REFRESH[view])
    elapsed = round((time.monotonic() - started) * 1000)
    session.execute(_STAMP, {"view": view, "duration_ms": elapsed})
