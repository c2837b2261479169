"""The figures behind the checks of rules/health.py.

Each is asked for on its own: one that cannot be had leaves the others alone.
"""

from __future__ import annotations

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aurum_data.queries.needs import needs
from aurum_data.rules.health import CHECKS, Check, Verdict, judge
from aurum_data.rules.identity import Permission

# A figure is NULL when it cannot be known; `_REASONS` says why.
_FIGURES = {
    "time_zone_wrong": """
        SELECT (coalesce((SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'), '')
                <> 'America/New_York')::int""",
    "limited_search_unserved": """
        SELECT (NOT bool_and(proleakproof))::int FROM pg_proc
        WHERE oid IN ('texticlike(text,text)'::regprocedure, 'numeric_lt(numeric,numeric)'::regprocedure,
                      'numeric_gt(numeric,numeric)'::regprocedure)""",
    "replica_away": "SELECT (NOT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming'))::int",
    "replica_promoted": "SELECT (NOT pg_is_in_recovery())::int",
    "lag_seconds": """
        SELECT CASE
            WHEN NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') THEN NULL
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END""",
    "lag_bytes": "SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) FROM pg_stat_replication",
    "idle_slots": "SELECT count(*) FROM pg_replication_slots WHERE NOT active AND NOT temporary",
    "slot_wal_bytes": """
        SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0) FROM pg_replication_slots""",
    "archive_failing": """
        SELECT CASE WHEN current_setting('archive_mode') = 'off' THEN NULL
            ELSE (coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false))::int END
        FROM pg_stat_archiver""",
    "connections_share": """
        SELECT count(*)::numeric / current_setting('max_connections')::int
        FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender')""",
    "idle_in_transaction_seconds": """
        SELECT coalesce(max(extract(epoch FROM now() - state_change)), 0)
        FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()""",
    "longest_statement_seconds": """
        SELECT coalesce(max(extract(epoch FROM now() - query_start)), 0)
        FROM pg_stat_activity
        WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()""",
    "blocked_sessions": "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0",
    # Fewer reads than this say nothing about the cache.
    "cache_hit_share": """
        SELECT CASE WHEN blks_hit + blks_read >= 20000
            THEN blks_hit::numeric / (blks_hit + blks_read) END
        FROM pg_stat_database WHERE datname = current_database()""",
    "dead_rows_share": """
        SELECT coalesce(max(n_dead_tup::numeric / (n_live_tup + n_dead_tup)), 0)
        FROM pg_stat_user_tables WHERE n_dead_tup >= 10000""",
    "transaction_age": "SELECT max(age(datfrozenxid)) FROM pg_database WHERE datname = current_database()",
    "sequence_share": "SELECT coalesce(max(last_value::numeric / max_value), 0) FROM pg_sequences",
    "invalid_indexes": """
        SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE NOT i.indisvalid AND c.relkind = 'i'
          AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)""",
    "unproven_constraints": """
        SELECT count(*) FROM pg_constraint
        WHERE NOT convalidated AND connamespace = 'public'::regnamespace""",
    "damaged_pages": "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()",
    "partition_months": """
        SELECT min(months) FROM (
            SELECT count(c.oid) FILTER (
                WHERE right(c.relname, 6) > to_char(now() AT TIME ZONE 'America/New_York', 'YYYYMM')) AS months
            FROM pg_partitioned_table t JOIN pg_class p ON p.oid = t.partrelid
            LEFT JOIN pg_inherits i ON i.inhparent = p.oid LEFT JOIN pg_class c ON c.oid = i.inhrelid
            WHERE p.relnamespace = 'public'::regnamespace
            GROUP BY p.oid) AS ahead""",
    "workers_alive": """
        SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'""",
    "oldest_job_seconds": """
        SELECT coalesce(max(extract(epoch FROM now() - greatest(e.at, j.scheduled_at))), 0)
        FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
        WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())""",
    "failed_jobs": """
        SELECT count(DISTINCT j.id) FROM procrastinate_jobs j
        JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'failed'
        WHERE j.status = 'failed' AND e.at > now() - interval '1 day'""",
    "rollup_delay_seconds": """
        SELECT coalesce(max(extract(epoch FROM now() - changed_at)), 0) FROM rollup_changes""",
}
FIGURES = {name: text(statement) for name, statement in _FIGURES.items()}
_REASONS = {
    "archive_failing": "No log archive is set up, so there is no recovery to a point in time: docs/runbooks.",
    "cache_hit_share": "The statistics are too young to say.",
    "lag_bytes": "No replica streams from the primary.",
    "lag_seconds": "The replica receives nothing from the primary, so it cannot know how old its data are.",
    "damaged_pages": "Data checksums are off on this server.",
}
_SCHEMA_VERSION = text("SELECT version_num FROM alembic_version")


@needs(Permission.SYSTEM_READ)
def verdicts(session: Session, *, node: str, head: str) -> list[Verdict]:
    """The verdicts of the checks of one server, in the order of rules/health.py. `head`: the revision we need."""
    return [_verdict(session, check, head) for check in CHECKS if check.node == node]


def unreachable(node: str) -> list[Verdict]:
    """What there is to say of a server that does not answer: every one of its checks is unknown."""
    return [judge(check, None, f"The {node} does not answer.") for check in CHECKS if check.node == node]


def _verdict(session: Session, check: Check, head: str) -> Verdict:
    try:
        with session.begin_nested():
            if check.name == "schema_behind":
                observed = int(session.scalar(_SCHEMA_VERSION) != head)
            else:
                observed = session.scalar(FIGURES[check.name])
    except DBAPIError as error:
        reason = _unknown_because(error, check)
        if reason is None:
            raise
        return judge(check, None, reason)
    return judge(check, None if observed is None else float(observed), _REASONS.get(check.name, ""))


def _unknown_because(error: DBAPIError, check: Check) -> str | None:
    match error.orig:
        case psycopg.errors.InsufficientPrivilege():
            return f"A right is missing: {check.needs}."
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedFunction():
            return "This server does not offer the figure."
        case psycopg.errors.QueryCanceled() | psycopg.errors.LockNotAvailable():
            return "The figure was not to be had in time."
    return None
