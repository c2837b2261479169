"""What PostgreSQL says about itself: servers, connections, statements, indexes, tables.

Every function reads the server that its session is on. Both servers keep statistics of their own: an index that is
unused on the primary may serve every chart on the replica.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission


@dataclass(frozen=True)
class Server:
    """One database server.

    node             'primary' or 'replica', as the server itself says
    replay_lag_bytes of a primary: how far its furthest replica is behind; None: no replica streams
    lag_seconds      of a replica: age of what it shows; None: of a primary, or the replica has lost it
    statistics_since when the counters of this server began
    """

    node: str
    version: str
    started_at: datetime
    uptime_seconds: float
    database_bytes: int
    connections: int
    connection_limit: int
    cache_hit_share: float | None
    transactions: int
    deadlocks: int
    replay_lag_bytes: int | None
    lag_seconds: float | None
    statistics_since: datetime | None


_SERVER = text("""
    SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END AS node,
           current_setting('server_version') AS version,
           pg_postmaster_start_time() AS started_at,
           extract(epoch FROM now() - pg_postmaster_start_time())::float8 AS uptime_seconds,
           pg_database_size(current_database()) AS database_bytes,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
           current_setting('max_connections')::int AS connection_limit,
           d.blks_hit::float8 / nullif(d.blks_hit + d.blks_read, 0) AS cache_hit_share,
           d.xact_commit + d.xact_rollback AS transactions,
           d.deadlocks,
           CASE WHEN NOT pg_is_in_recovery() THEN (
               SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))::bigint FROM pg_stat_replication
           ) END AS replay_lag_bytes,
           CASE WHEN NOT pg_is_in_recovery()
                     OR NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') THEN NULL
                WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8
           END AS lag_seconds,
           d.stats_reset AS statistics_since
    FROM pg_stat_database d
    WHERE d.datname = current_database()
""")
_SLOTS = text("""
    SELECT slot_name, slot_type, active AS is_active, wal_status,
           pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
                           restart_lsn)::bigint AS kept_bytes
    FROM pg_replication_slots
    ORDER BY slot_name
""")
_CONNECTIONS = text("""
    SELECT coalesce(nullif(application_name, ''), 'unnamed') AS application, usename AS role_name,
           coalesce(state, 'unknown') AS state, count(*) AS connections,
           max(extract(epoch FROM now() - xact_start))::float8 AS oldest_transaction_seconds
    FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = current_database()
    GROUP BY application, role_name, state
    ORDER BY connections DESC, application, role_name, state
""")
# Statements of roles, passwords and settings are left out: PostgreSQL does not take their literals away.
_STATEMENTS = text("""
    WITH ours AS (
        SELECT queryid, query, calls, total_exec_time, mean_exec_time, max_exec_time, rows,
               shared_blks_hit, shared_blks_read
        FROM pg_stat_statements
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND query ~* ('^[\\s(]*(--[^\\n]*\\n\\s*)*'
                        '(select|insert|update|delete|with|merge|refresh|analyze|vacuum|copy)'))
    SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 300) AS statement,
           sum(calls)::bigint AS calls,
           sum(total_exec_time) / 1000 AS total_seconds,
           sum(total_exec_time) / nullif(sum(calls), 0) AS mean_ms,
           max(max_exec_time) AS slowest_ms,
           sum(total_exec_time) / nullif(sum(sum(total_exec_time)) OVER (), 0) AS time_share,
           sum(rows)::float8 / nullif(sum(calls), 0)::float8 AS rows_per_call,
           sum(shared_blks_hit)::float8 / nullif(sum(shared_blks_hit + shared_blks_read), 0)::float8 AS cache_hit_share
    FROM ours
    GROUP BY queryid, statement
    ORDER BY total_seconds DESC, statement
    LIMIT :limit
""")
_INDEXES = text("""
    SELECT s.relname AS table_name, s.indexrelname AS index_name, s.idx_scan AS scans, s.last_idx_scan AS last_used_at,
           pg_relation_size(s.indexrelid) AS index_bytes,
           i.indisunique OR EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = s.indexrelid) AS is_constraint,
           i.indisvalid AS is_valid
    FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
    WHERE s.schemaname = 'public'
    ORDER BY index_bytes DESC, index_name
""")
# A partitioned table counts as one: its partitions' rows are added up under its name.
_TABLES = text("""
    SELECT coalesce(p.relname, c.relname) AS table_name,
           CASE WHEN bool_or(c.relkind = 'm') THEN 'view' WHEN bool_or(p.oid IS NOT NULL) THEN 'partitioned'
                ELSE 'table' END AS kind,
           sum(greatest(c.reltuples, 0))::bigint AS estimated_rows,
           sum(pg_table_size(c.oid))::bigint AS table_bytes,
           sum(pg_indexes_size(c.oid))::bigint AS index_bytes,
           sum(pg_total_relation_size(c.oid))::bigint AS total_bytes,
           sum(s.n_live_tup)::bigint AS live_rows, sum(s.n_dead_tup)::bigint AS dead_rows,
           coalesce(sum(s.n_dead_tup)::float8 / nullif(sum(s.n_live_tup + s.n_dead_tup), 0)::float8, 0) AS dead_share,
           sum(s.seq_scan)::bigint AS full_scans, sum(s.idx_scan)::bigint AS index_scans,
           max(greatest(s.last_vacuum, s.last_autovacuum)) AS vacuumed_at,
           max(greatest(s.last_analyze, s.last_autoanalyze)) AS analyzed_at,
           sum(s.n_mod_since_analyze)::bigint AS changes_since_analyze,
           max(age(c.relfrozenxid)) AS transaction_age
    FROM pg_class c
    JOIN pg_stat_user_tables s ON s.relid = c.oid
    LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
    LEFT JOIN pg_class p ON p.oid = i.inhparent
    WHERE s.schemaname = 'public' AND c.relkind IN ('r', 'm')
    GROUP BY coalesce(p.relname, c.relname)
    ORDER BY total_bytes DESC, table_name
""")


@needs(Permission.SYSTEM_READ)
def server(session: Session) -> Server:
    """The server that this session is on."""
    return Server(**session.execute(_SERVER).mappings().one())


@needs(Permission.SYSTEM_READ)
def slots(session: Session) -> pd.DataFrame:
    """Replication slots: slot_name, slot_type, is_active, wal_status, kept_bytes (log kept for it)."""
    return frame(session, _SLOTS)


@needs(Permission.SYSTEM_READ)
def connections(session: Session) -> pd.DataFrame:
    """Client connections to this database: application, role_name, state, connections, oldest_transaction_seconds."""
    return frame(session, _CONNECTIONS)


@needs(Permission.SYSTEM_READ)
def top_statements(session: Session, *, limit: int = 20) -> pd.DataFrame:
    """The statements that took the most time since the statistics began, literals replaced by $1, $2 ...

    Columns: statement, calls, total_seconds, mean_ms, slowest_ms, time_share (of all statements of this database),
    rows_per_call, cache_hit_share.
    """
    return frame(session, _STATEMENTS, {"limit": limit})


@needs(Permission.SYSTEM_READ)
def indexes(session: Session) -> pd.DataFrame:
    """All indexes, largest first: table_name, index_name, scans, last_used_at, index_bytes, is_constraint, is_valid."""
    return frame(session, _INDEXES)


def unused_indexes(
    primary: pd.DataFrame, replica: pd.DataFrame | None, *, minimum_bytes: int = 100_000
) -> pd.DataFrame:
    """Indexes of that size that neither server has ever used and that hold no rule; both frames from `indexes`."""
    if primary.empty:
        return primary
    found = primary[(primary["scans"] == 0) & ~primary["is_constraint"] & (primary["index_bytes"] >= minimum_bytes)]
    if replica is not None and not replica.empty:
        used = set(replica.loc[replica["scans"] > 0, "index_name"])
        found = found[~found["index_name"].isin(used)]
    return found.reset_index(drop=True)


@needs(Permission.SYSTEM_READ)
def tables(session: Session) -> pd.DataFrame:
    """All tables and materialized views, largest first; a partitioned table is one row.

    Columns: table_name, kind, estimated_rows, table_bytes, index_bytes, total_bytes, live_rows, dead_rows, dead_share,
    full_scans, index_scans, vacuumed_at, analyzed_at, changes_since_analyze, transaction_age. What the server has not
    counted yet is missing; a replica counts no dead rows.
    """
    return frame(session, _TABLES)
