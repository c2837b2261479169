"""Refreshing the materialized views, without locking out their readers."""

from __future__ import annotations

import time

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.jobs.stamps import stamp

VIEWS = ("mv_daily_revenue_summary", "mv_platform_performance_summary")

_REFRESH = {view: text(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}") for view in VIEWS}


def refresh_view(session: Session, view: str) -> None:
    """Bring one of VIEWS up to this transaction's beginning and note that as its 'as of'; the caller commits."""
    started = time.monotonic()
    session.execute(_REFRESH[view])
    stamp(session, view, time.monotonic() - started)
