"""What is well and what is not: the checks of the System screen as data, and the verdict on a platform.

A check compares one observed figure with a warning and a critical threshold. A figure that could not be observed is
`unknown`, never ok: the reason names the missing right or the statistics that are too young.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from aurum_data.rules.platforms import PlatformHealth


class State(StrEnum):
    """Verdict of a check, worst first."""

    CRITICAL = "critical"
    WARNING = "warning"
    UNKNOWN = "unknown"
    OK = "ok"


class Unit(StrEnum):
    """How an observed figure is written."""

    FLAG = "flag"  # 0: as it should be, 1: not so
    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    BYTES = "bytes"
    MONTHS = "months"


@dataclass(frozen=True)
class Check:
    """A question about the system with its thresholds.

    name       also the name of the figure (queries/database_health.py)
    node       the server that the figure is read from
    warning    threshold from which it is a warning; `critical` likewise, None: never critical
    below      True: a low figure is bad
    fix        what to do, or the statement that mends it
    needs      the right without which the figure cannot be seen
    """

    name: str
    title: str
    question: str
    node: str
    unit: Unit
    warning: float
    critical: float | None
    fix: str
    below: bool = False
    needs: str = "GRANT pg_monitor TO aurum_reader, aurum_app"


@dataclass(frozen=True)
class Verdict:
    """What a check found. `observed` is None when the figure could not be seen; `reason` then says why."""

    check: Check
    state: State
    observed: float | None
    reason: str


def judge(check: Check, observed: float | None, unknown_because: str = "") -> Verdict:
    """Compare a figure with the thresholds of its check; both thresholds belong to the worse side."""
    if observed is None:
        return Verdict(check, State.UNKNOWN, None, unknown_because or "The figure is not available.")

    def reaches(threshold: float | None) -> bool:
        if threshold is None:
            return False
        return observed <= threshold if check.below else observed >= threshold

    if reaches(check.critical):
        return Verdict(check, State.CRITICAL, observed, "")
    return Verdict(check, State.WARNING if reaches(check.warning) else State.OK, observed, "")


def worst_first(verdicts: list[Verdict]) -> list[Verdict]:
    """In the order of the screen: the worst first, then as the checks stand below."""
    order = list(State)
    return sorted(verdicts, key=lambda v: (order.index(v.state), CHECKS.index(v.check)))


# A platform: share of failed deliveries among its latest ones.
DEGRADED_FROM = 0.10
DOWN_FROM = 0.50
DOWN_DELIVERIES = 3


def platform_health(deliveries: int, failures: int) -> PlatformHealth:
    """Health of a platform from its latest deliveries and how many of them failed; none: unknown."""
    if deliveries == 0:
        return PlatformHealth.UNKNOWN
    share = failures / deliveries
    if share >= DOWN_FROM and deliveries >= DOWN_DELIVERIES:
        return PlatformHealth.DOWN
    return PlatformHealth.DEGRADED if share >= DEGRADED_FROM else PlatformHealth.HEALTHY


C, U = Check, Unit
MB, GB = 1024**2, 1024**3
PRIMARY, REPLICA = "primary", "replica"

CHECKS: tuple[Check, ...] = (
    C(
        "schema_behind",
        "Schema version",
        "Is the database at the version that this program needs?",
        PRIMARY,
        U.FLAG,
        1,
        1,
        "Run `python -m aurum_data migrate` with AURUM_OWNER_URL set.",
        needs="SELECT on alembic_version",
    ),
    C(
        "time_zone_wrong",
        "Business day",
        "Is the database's time zone New York?",
        PRIMARY,
        U.FLAG,
        1,
        1,
        "Run deploy/database.sql again as a superuser: a restore or copy loses the setting.",
    ),
    C(
        "limited_search_unserved",
        "Searches of limited people",
        "Can an index serve searches under row-level security?",
        PRIMARY,
        U.FLAG,
        1,
        None,
        "Run deploy/database.sql again as a superuser: a restore or copy loses the setting.",
    ),
    C(
        "replica_away",
        "Replica attached",
        "Does a replica stream from the primary?",
        PRIMARY,
        U.FLAG,
        1,
        1,
        "Start the replica, or make it anew from the primary: docs/runbooks.",
    ),
    C(
        "replica_promoted",
        "Replica follows",
        "Does the replica still follow, or has it been promoted?",
        REPLICA,
        U.FLAG,
        1,
        1,
        "Make the replica anew from the primary: it takes writes of its own now.",
    ),
    C(
        "lag_seconds",
        "Replica lag, time",
        "How old are the figures that the replica shows?",
        REPLICA,
        U.SECONDS,
        10,
        60,
        "Look for long statements on the replica and for a slow disk or network between the servers.",
    ),
    C(
        "lag_bytes",
        "Replica lag, volume",
        "How much of the primary's log has the replica still to replay?",
        PRIMARY,
        U.BYTES,
        16 * MB,
        256 * MB,
        "Look for a bulk change on the primary; the replica catches up by itself.",
    ),
    C(
        "idle_slots",
        "Replication slots",
        "Does a slot without a reader keep the log from being removed?",
        PRIMARY,
        U.COUNT,
        1,
        None,
        "If its replica is gone for good: SELECT pg_drop_replication_slot(name).",
    ),
    C(
        "slot_wal_bytes",
        "Log kept for slots",
        "How much log is kept because a slot has not been read?",
        PRIMARY,
        U.BYTES,
        GB,
        3 * GB,
        "Bring the replica back, or drop its slot before the disk is full.",
    ),
    C(
        "archive_failing",
        "Log archive",
        "Does the archive for point-in-time recovery take what it is given?",
        PRIMARY,
        U.FLAG,
        1,
        1,
        "Read the server log for the archive command's message; the log is kept until it works.",
    ),
    C(
        "connections_share",
        "Connections",
        "How much of the server's connection limit is in use?",
        PRIMARY,
        U.SHARE,
        0.7,
        0.9,
        "Fewer processes or smaller pools; PgBouncer in front (deploy/).",
    ),
    C(
        "idle_in_transaction_seconds",
        "Idle in transaction",
        "How long has a session held a transaction and done nothing?",
        PRIMARY,
        U.SECONDS,
        60,
        300,
        "End that session; its program forgets to commit.",
    ),
    C(
        "longest_statement_seconds",
        "Long statements",
        "How long does the longest running statement take by now?",
        PRIMARY,
        U.SECONDS,
        60,
        600,
        "See it under Statements; a report belongs on the replica.",
    ),
    C(
        "blocked_sessions",
        "Waiting for locks",
        "How many sessions wait for another one's lock?",
        PRIMARY,
        U.COUNT,
        1,
        10,
        "End the session that all others wait for.",
    ),
    C(
        "cache_hit_share",
        "Cache",
        "How much of what is read is found in memory?",
        PRIMARY,
        U.SHARE,
        0.95,
        0.80,
        "More shared_buffers, or an index for what is read from disk.",
        below=True,
    ),
    C(
        "dead_rows_share",
        "Dead rows",
        "How much of the worst table is rows that are gone?",
        PRIMARY,
        U.SHARE,
        0.25,
        0.5,
        "VACUUM that table, and see whether a long transaction or a slot holds autovacuum back.",
    ),
    C(
        "transaction_age",
        "Transaction ids",
        "How many transactions old is the oldest row that is not frozen?",
        PRIMARY,
        U.COUNT,
        500_000_000,
        1_200_000_000,
        "VACUUM FREEZE the oldest tables, well before 2 billion.",
    ),
    C(
        "sequence_share",
        "Sequences",
        "How much of the fullest sequence's numbers is used up?",
        PRIMARY,
        U.SHARE,
        0.7,
        0.9,
        "ALTER the column and the sequence to bigint.",
    ),
    C(
        "invalid_indexes",
        "Invalid indexes",
        "Are there indexes that a failed build left behind?",
        PRIMARY,
        U.COUNT,
        1,
        None,
        "DROP INDEX CONCURRENTLY, then build it again.",
    ),
    C(
        "unproven_constraints",
        "Unproven constraints",
        "Are there constraints that old rows were never held to?",
        PRIMARY,
        U.COUNT,
        1,
        None,
        "ALTER TABLE ... VALIDATE CONSTRAINT ...",
    ),
    C(
        "damaged_pages",
        "Checksums",
        "Has a page failed its checksum?",
        PRIMARY,
        U.COUNT,
        1,
        1,
        "Save what can be saved, fail over to the replica, test the disk.",
    ),
    C(
        "partition_months",
        "Partitions ahead",
        "For how many coming months do partitions stand ready?",
        PRIMARY,
        U.MONTHS,
        1,
        0,
        "Start the worker: it makes them once a day.",
        below=True,
    ),
    C(
        "workers_alive",
        "Worker",
        "How many workers have given a sign of life within a minute?",
        PRIMARY,
        U.COUNT,
        0,
        0,
        "Start the worker: `python -m aurum_data worker`.",
        below=True,
        needs="SELECT on procrastinate_workers",
    ),
    C(
        "oldest_job_seconds",
        "Queue",
        "How long has the oldest due job been waiting?",
        PRIMARY,
        U.SECONDS,
        120,
        900,
        "See the worker's log; start a second worker if there is simply too much.",
        needs="SELECT on procrastinate_jobs",
    ),
    C(
        "failed_jobs",
        "Failed jobs",
        "How many jobs failed within a day?",
        PRIMARY,
        U.COUNT,
        1,
        50,
        "See Jobs; run one again once its cause is mended.",
        needs="SELECT on procrastinate_jobs",
    ),
    C(
        "rollup_delay_seconds",
        "Rollups",
        "How long has a changed day been waiting to reach the charts?",
        PRIMARY,
        U.SECONDS,
        60,
        900,
        "See whether the worker runs and the job process_changes succeeds.",
        needs="SELECT on rollup_changes",
    ),
)
