"""Keeping the rollups: exactly the New York days that changed, in a few set-based statements.

An action that changes figures notes the days in `rollup_changes` (actions/rollups.py), in its own transaction. The
worker recomputes those days and takes the notes away. A note is taken away only as it was read: one renewed meanwhile
stays and is worked again. So a job killed at any point leaves either the old rollup and the note, or the new rollup.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from aurum_data.clock import today
from aurum_data.jobs import quality_statements
from aurum_data.jobs import rollup_statements as statements
from aurum_data.jobs.stamps import stamp

BATCH_DAYS = 20
IDLE_STAMP_SECONDS = 60

# One writer per rollup. Two would only do the same work twice, or meet each other's new rows.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('rollup:' || :rollup, 0))")
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended('rollup:' || :rollup, 0))")
_NOTED = text("""
    SELECT date, changed_at FROM rollup_changes WHERE rollup = :rollup ORDER BY date DESC LIMIT :batch
""")
_DONE = text("""
    DELETE FROM rollup_changes c
    USING unnest(CAST(:days AS date[]), CAST(:changed AS timestamptz[])) AS done (date, changed_at)
    WHERE c.rollup = :rollup AND c.date = done.date AND c.changed_at = done.changed_at
""")
_STAMP_IDLE = text("""
    UPDATE rollup_stamps SET as_of = now()
    WHERE rollup = :rollup AND as_of < now() - make_interval(secs => :seconds)
""")
# Every day of the history; its beginning is a look into each table's index on time.
_ALL_DAYS = text("""
    SELECT day::date FROM generate_series(
        (SELECT min(day) FROM (
            SELECT (min(created_at) AT TIME ZONE 'America/New_York')::date AS day FROM leads WHERE is_active = true
            UNION ALL SELECT (min(created_at) AT TIME ZONE 'America/New_York')::date FROM lead_exports
            UNION ALL SELECT (min(occurred_at) AT TIME ZONE 'America/New_York')::date FROM b2b_revenue_transactions
            UNION ALL SELECT (min(checked_at) AT TIME ZONE 'America/New_York')::date FROM platform_health_checks
            UNION ALL SELECT (min(created_at) AT TIME ZONE 'America/New_York')::date FROM lead_quality_history
            UNION ALL SELECT (min(created_at) AT TIME ZONE 'America/New_York')::date FROM lead_conversations
            UNION ALL SELECT (min(started_at) AT TIME ZONE 'America/New_York')::date FROM ai_conversations
            UNION ALL SELECT min(date) FROM campaign_costs
            UNION ALL SELECT min(date) FROM revenue_metrics WHERE period_type = 'daily'
            UNION ALL SELECT min(date) FROM platform_performance
            UNION ALL SELECT min(date) FROM nyc_market_intelligence) AS firsts),
        greatest(:today, (SELECT max(date) FROM campaign_costs), (SELECT max(date) FROM revenue_metrics),
                 (SELECT max(date) FROM platform_performance), (SELECT max(date) FROM nyc_market_intelligence)),
        interval '1 day') AS day
    ORDER BY day
""")
_CLEAR = text("DELETE FROM rollup_changes WHERE rollup = :rollup AND changed_at <= now()")


def process_changes(session: Session) -> int:
    """Roll up a batch of the noted days of each rollup; the caller commits. Returns how many days were done.

    Call again until 0. The newest days come first: they are what people look at. A rollup that another session
    works on is left to it.
    """
    return sum(_process(session, rollup) for rollup in ROLLUPS)


def _process(session: Session, rollup: str) -> int:
    if not session.scalar(_TRY_LOCK, {"rollup": rollup}):
        return 0
    noted = session.execute(_NOTED, {"rollup": rollup, "batch": BATCH_DAYS}).all()
    if not noted:
        session.execute(_STAMP_IDLE, {"rollup": rollup, "seconds": IDLE_STAMP_SECONDS})
        return 0
    # A day at a time: how many rows several ranges of time hold, the planner can only guess, and from some five days on
    # it guessed so high that whole tables were read.
    for row in noted:
        roll_up(session, rollup, [row.date])
    session.execute(
        _DONE,
        {
            "rollup": rollup,
            "days": [row.date for row in noted],
            "changed": [row.changed_at for row in noted],
        },
    )
    return len(noted)


def roll_up(session: Session, rollup: str, days: Iterable[date]) -> None:
    """Recompute one rollup's New York days from the base tables and set its 'as of'; the caller commits.

    Raises KeyError for a rollup that does not exist.
    """
    started = time.monotonic()
    compute = ROLLUPS[rollup]
    session.execute(_LOCK, {"rollup": rollup})
    compute(session, sorted(set(days)))
    stamp(session, rollup, time.monotonic() - started)


def roll_up_all(session: Session, progress: Callable[[str], None] | None = None) -> None:
    """Recompute every rollup over the whole history, and forget the notes; the caller commits.

    `progress` is told the name of each rollup before its turn.
    """
    days = list(session.scalars(_ALL_DAYS, {"today": today()}))
    for rollup in ROLLUPS:
        if progress is not None:
            progress(rollup)
        roll_up(session, rollup, days)
        session.execute(_CLEAR, {"rollup": rollup})


def _revenue_metrics(session: Session, days: list[date]) -> None:
    session.execute(statements.REVENUE_DAILY, {"days": days})
    session.execute(statements.REVENUE_PERIODS, {"days": days})
    session.execute(statements.REVENUE_GROWTH, {"days": days})


def _nyc_market_intelligence(session: Session, days: list[date]) -> None:
    changed = session.execute(statements.MARKET, {"days": days, "today": today()}).all()
    if changed:
        session.execute(
            statements.MARKET_PENETRATION,
            {"zip_codes": [row.zip_code for row in changed], "firsts": [row.first for row in changed]},
        )


def _by_day(statement: TextClause) -> Callable[[Session, list[date]], None]:
    """A rollup that one statement keeps."""

    def compute(session: Session, days: list[date]) -> None:
        session.execute(statement, {"days": days})

    return compute


ROLLUPS: dict[str, Callable[[Session, list[date]], None]] = {
    "revenue_metrics": _revenue_metrics,
    "platform_performance": _by_day(statements.PLATFORM_PERFORMANCE),
    "nyc_market_intelligence": _nyc_market_intelligence,
    "lead_quality_metrics": _by_day(quality_statements.LEAD_QUALITY),
    "lead_factor_metrics": _by_day(quality_statements.LEAD_FACTORS),
    "conversation_metrics": _by_day(quality_statements.CONVERSATIONS),
    "message_metrics": _by_day(quality_statements.MESSAGES),
}
