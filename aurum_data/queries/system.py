"""The system's own work: jobs, rollups, partitions, samples of both servers, versions, alerts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission


@dataclass(frozen=True)
class QueueState:
    """How the queue stands: jobs that wait (due now), run, and failed within a day; workers alive."""

    waiting: int
    running: int
    failed: int
    workers: int


_QUEUE = text("""
    SELECT (SELECT count(*) FROM procrastinate_jobs
            WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) AS waiting,
           (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing') AS running,
           (SELECT count(DISTINCT j.id) FROM procrastinate_jobs j
            JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed'
            WHERE j.status = 'failed' AND e.at > now() - interval '1 day') AS failed,
           (SELECT count(*) FROM procrastinate_workers
            WHERE last_heartbeat > now() - interval '1 minute') AS workers
""")
# A run: from its last start to its last end.
_TASKS = text("""
    WITH runs AS (
        SELECT j.id, j.task_name, j.status, max(e.at) FILTER (WHERE e.type = 'started') AS started_at,
               max(e.at) FILTER (WHERE e.type IN ('succeeded', 'failed', 'aborted')) AS ended_at
        FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
        GROUP BY j.id)
    SELECT task_name, count(*) FILTER (WHERE status = 'todo') AS waiting,
           count(*) FILTER (WHERE status = 'doing') AS running,
           count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           max(started_at) AS last_started_at,
           max(ended_at) FILTER (WHERE status = 'succeeded') AS last_succeeded_at,
           avg(extract(epoch FROM ended_at - started_at)) FILTER (WHERE status = 'succeeded')::float8 AS mean_seconds,
           max(extract(epoch FROM ended_at - started_at)) FILTER (WHERE status = 'succeeded')::float8 AS slowest_seconds
    FROM runs
    GROUP BY task_name
    ORDER BY task_name
""")
_PROBLEMS = text("""
    SELECT j.id AS job_id, j.task_name, j.status::text AS status, j.attempts,
           max(e.at) AS changed_at, j.queueing_lock
    FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
    LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'failed'
       OR (j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '1 minute'))
    GROUP BY j.id
    ORDER BY changed_at DESC, j.id DESC
    LIMIT :limit
""")
_ROLLUPS = text("""
    SELECT coalesce(s.rollup, c.rollup) AS rollup, s.as_of, s.duration_ms,
           coalesce(c.waiting_days, 0) AS waiting_days, c.waiting_since
    FROM rollup_stamps s FULL JOIN (
        SELECT rollup, count(*) AS waiting_days, min(changed_at) AS waiting_since FROM rollup_changes GROUP BY rollup
    ) c ON c.rollup = s.rollup
    ORDER BY rollup
""")
_PARTITIONS = text("""
    SELECT p.relname AS table_name, count(c.oid) AS partitions, min(right(c.relname, 6)) AS first_month,
           max(right(c.relname, 6)) AS last_month,
           coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS total_bytes
    FROM pg_partitioned_table t JOIN pg_class p ON p.oid = t.partrelid
    LEFT JOIN pg_inherits i ON i.inhparent = p.oid LEFT JOIN pg_class c ON c.oid = i.inhrelid
    WHERE p.relnamespace = 'public'::regnamespace
    GROUP BY p.relname
    ORDER BY p.relname
""")
# Counters become rates; a counter that fell was reset, and that step is left out.
_SAMPLES = text("""
    SELECT node, sampled_at, value::float8 AS value,
           CASE WHEN value >= before THEN
               ((value - before) / nullif(extract(epoch FROM sampled_at - sampled_before), 0))::float8 END AS per_second
    FROM (
        SELECT node, sampled_at, value, lag(value) OVER w AS before, lag(sampled_at) OVER w AS sampled_before
        FROM health_samples
        WHERE metric = :metric AND sampled_at >= now() - make_interval(hours => :hours)
        WINDOW w AS (PARTITION BY node ORDER BY sampled_at)) AS steps
    ORDER BY node, sampled_at
""")
_VERSION = text("SELECT version_num FROM alembic_version")
_ALERTS = text("""
    SELECT a.id AS alert_id, r.rule_name, r.severity, a.opened_at, a.message, a.observed::float8 AS observed,
           a.acknowledged_at, u.full_name AS acknowledged_by
    FROM alerts a JOIN alert_rules r ON r.id = a.rule_ref LEFT JOIN users u ON u.id = a.acknowledged_by
    WHERE a.closed_at IS NULL
    ORDER BY a.acknowledged_at NULLS FIRST, a.opened_at DESC, a.id
    LIMIT :limit
""")


@needs(Permission.SYSTEM_READ)
def queue_state(session: Session) -> QueueState:
    """How the queue stands now."""
    return QueueState(**session.execute(_QUEUE).mappings().one())


@needs(Permission.SYSTEM_READ)
def tasks(session: Session) -> pd.DataFrame:
    """Every task that ran lately: task_name, waiting, running, succeeded, failed, last_started_at, last_succeeded_at,
    mean_seconds, slowest_seconds. Jobs that succeeded are kept for a day, others for a month."""
    return frame(session, _TASKS)


@needs(Permission.SYSTEM_READ)
def troubled_jobs(session: Session, *, limit: int = 50) -> pd.DataFrame:
    """Jobs that failed, or whose worker fell silent, latest first: job_id, task_name, status, attempts, changed_at."""
    return frame(session, _PROBLEMS, {"limit": limit})


@needs(Permission.SYSTEM_READ)
def rollups(session: Session) -> pd.DataFrame:
    """Rollups and materialized views: rollup, as_of, duration_ms, waiting_days, waiting_since."""
    return frame(session, _ROLLUPS)


@needs(Permission.SYSTEM_READ)
def partitions(session: Session) -> pd.DataFrame:
    """Partitioned tables: table_name, partitions, first_month and last_month (YYYYMM), total_bytes."""
    return frame(session, _PARTITIONS)


@needs(Permission.SYSTEM_READ)
def samples(session: Session, *, metric: str, hours: int = 6) -> pd.DataFrame:
    """A measurement of both servers over the last hours: node, sampled_at, value, per_second (rate of a counter)."""
    return frame(session, _SAMPLES, {"metric": metric, "hours": hours})


@needs(Permission.SYSTEM_READ)
def schema_version(session: Session) -> str | None:
    """The revision that the database is at; None: never migrated."""
    found = session.scalar(_VERSION)
    return None if found is None else str(found)


@needs(Permission.SYSTEM_READ)
def open_alerts(session: Session, *, limit: int = 50) -> pd.DataFrame:
    """Alerts that are not closed, those nobody acknowledged first: alert_id, rule_name, severity, opened_at, message,
    observed, acknowledged_at, acknowledged_by."""
    return frame(session, _ALERTS, {"limit": limit})
