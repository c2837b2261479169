"""Taking the pulse: samples of both database servers, and of the platforms from their latest deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import business_day
from aurum_data.rules.health import platform_health

CHECK_MINUTES = 5
VERDICT_DAYS = 7  # long enough for buyers who get one file a week
VERDICT_DELIVERIES = 20

# Counters are stored as they stand; who reads them takes differences (queries/system.py).
_MEASURE = text("""
    WITH d AS (SELECT * FROM pg_stat_database WHERE datname = current_database()),
    a AS (
        SELECT count(*) AS connections, count(*) FILTER (WHERE state = 'active') AS active_connections
        FROM pg_stat_activity WHERE backend_type = 'client backend')
    SELECT metric, value FROM d, a, LATERAL (VALUES
        ('connections', a.connections::numeric),
        ('active_connections', a.active_connections),
        ('transactions', d.xact_commit + d.xact_rollback),
        ('blocks_hit', d.blks_hit),
        ('blocks_read', d.blks_read),
        ('deadlocks', d.deadlocks),
        ('temporary_bytes', d.temp_bytes),
        ('database_bytes', pg_database_size(current_database())),
        ('lag_seconds', CASE
            WHEN NOT pg_is_in_recovery() THEN NULL
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END)
    ) AS m (metric, value)
    WHERE value IS NOT NULL
    ORDER BY metric
""")
_STORE = text("""
    INSERT INTO health_samples (sampled_at, node, metric, value)
    SELECT :at, :node, m.metric, m.value
    FROM unnest(CAST(:metrics AS text[]), CAST(:values AS numeric[])) AS m (metric, value)
    WHERE NOT EXISTS (
        SELECT FROM health_samples s WHERE s.metric = m.metric AND s.node = :node AND s.sampled_at = :at)
""")
# A platform nobody delivered to in these minutes gets no check: there is nothing to say.
_CHECK = text("""
    INSERT INTO platform_health_checks (checked_at, platform_ref, ok, response_ms, http_status, error_code)
    SELECT :ends, e.platform_id,
           2 * count(*) FILTER (WHERE e.status IN ('failed_retryable', 'failed_permanent', 'timed_out')) < count(*),
           round(avg(e.response_ms), 1), (array_agg(e.http_status ORDER BY e.created_at DESC, e.id))[1],
           mode() WITHIN GROUP (ORDER BY e.error_code)
    FROM lead_exports e
    WHERE e.created_at >= :starts AND e.created_at < :ends AND e.status NOT IN ('queued', 'sending', 'cancelled')
      AND NOT EXISTS (SELECT FROM platform_health_checks h
                      WHERE h.platform_ref = e.platform_id AND h.checked_at = :ends)
    GROUP BY e.platform_id
""")
_LATEST = text("""
    SELECT p.id, p.health, count(e.status) AS deliveries, count(*) FILTER (WHERE e.failed) AS failures
    FROM b2b_platforms p LEFT JOIN (
        SELECT platform_id, status, status IN ('failed_retryable', 'failed_permanent', 'timed_out') AS failed,
               row_number() OVER (PARTITION BY platform_id ORDER BY created_at DESC, id DESC) AS place
        FROM lead_exports
        WHERE created_at >= :since AND status NOT IN ('queued', 'sending', 'cancelled')
    ) e ON e.platform_id = p.id AND e.place <= :deliveries
    GROUP BY p.id, p.health
    ORDER BY p.id
""")
_JUDGE = text("UPDATE b2b_platforms SET health = :health WHERE id = :id AND health <> :health")


def measure(session: Session) -> dict[str, float]:
    """Measurements of the server that the session is on, by metric; works on a primary and on a replica."""
    return {row.metric: row.value for row in session.execute(_MEASURE)}


def store_samples(session: Session, node: str, at: datetime, measurements: dict[str, float]) -> None:
    """Write a server's measurements under one instant, once."""
    session.execute(
        _STORE,
        {"node": node, "at": at, "metrics": list(measurements), "values": list(measurements.values())},
    )


def check_platforms(session: Session, at: datetime) -> None:
    """Write a check of each platform from its deliveries in the minutes before `at`, and judge its health anew."""
    starts = at - timedelta(minutes=CHECK_MINUTES)
    written = session.execute(_CHECK, {"starts": starts, "ends": at})
    if written.rowcount:  # type: ignore[attr-defined]
        mark_changed(session, {business_day(at)}, ["platform_performance"])
    latest = session.execute(_LATEST, {"since": at - timedelta(days=VERDICT_DAYS), "deliveries": VERDICT_DELIVERIES})
    for row in latest.all():
        health = platform_health(row.deliveries, row.failures)
        if health != row.health:
            session.execute(_JUDGE, {"id": row.id, "health": health})
