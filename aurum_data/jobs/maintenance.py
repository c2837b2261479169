"""Housekeeping: partitions of the coming months, fresh statistics, and a queue without old or orphaned jobs."""

from __future__ import annotations

import logging

from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import now, today
from aurum_data.errors import NotFound
from aurum_data.operations.system_rows import months_ahead
from aurum_data.rules.security_events import KEPT_MONTHS

LOGGER = logging.getLogger("aurum.jobs")
SUCCEEDED_KEPT_HOURS = 24
OTHERS_KEPT_HOURS = 30 * 24

_MAKE_PARTITIONS = text("SELECT aurum_make_partitions(:first, :last)")
_DROP_PARTITIONS = text(
    "SELECT aurum_drop_partitions(:table, (CAST(:month AS date) - make_interval(months => :kept))::date)"
)
_QUOTED = text("""
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relname = :table AND c.relkind IN ('r', 'p', 'm')
""")


def make_partitions(session: Session) -> int:
    """Make the monthly partitions from this month to those of the coming months; returns how many were missing."""
    months = {"first": today().replace(day=1), "last": months_ahead()}
    return int(session.execute(_MAKE_PARTITIONS, months).scalar_one())


def drop_security_events(session: Session) -> int:
    """Drop the security events of months that are past their time; returns how many months."""
    values = {"table": "security_events", "month": today().replace(day=1), "kept": KEPT_MONTHS}
    return int(session.execute(_DROP_PARTITIONS, values).scalar_one())


def analyze_table(session: Session, table: str) -> None:
    """Renew the planner's statistics of a table. Raises NotFound unless it is one of ours."""
    quoted = session.scalar(_QUOTED, {"table": table})
    if quoted is None:
        raise NotFound("There is no such table.")
    session.execute(text(f"ANALYZE {quoted}"))


async def retry_stalled_jobs(app: App, seconds_since_heartbeat: float) -> int:
    """Put jobs of workers that fell silent back into the queue; returns how many were taken up.

    One whose next run already waits with the same queueing lock is ended instead: the next run does its work.
    """
    taken = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds_since_heartbeat):
        try:
            await app.job_manager.retry_job(job, retry_at=now())
        except UniqueViolation:
            await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=False)
        taken += 1
        LOGGER.warning("stalled job %s (%s) taken up again", job.id, job.task_name)
    return taken


async def delete_old_jobs(app: App) -> None:
    """Forget jobs that succeeded a day ago, and those that ended otherwise a month ago."""
    await app.job_manager.delete_old_jobs(nb_hours=SUCCEEDED_KEPT_HOURS)
    await app.job_manager.delete_old_jobs(
        nb_hours=OTHERS_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
