"""What an administrator may do about the system itself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.errors import Conflict, NotFound
from aurum_data.jobs.queue import ANALYZE_TABLE, defer
from aurum_data.rules.identity import Permission

# Tables of the queue and of the migrations are not for people to touch.
_IS_OURS = text("""
    SELECT EXISTS (
        SELECT FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = :table AND c.relkind IN ('r', 'p', 'm')
          AND NOT c.relispartition AND c.relname <> 'alembic_version' AND c.relname NOT LIKE 'procrastinate\\_%')
""")
_JOB = text("SELECT task_name, status::text AS status FROM procrastinate_jobs WHERE id = :id FOR UPDATE")
_SAME_WAITS = text("""
    SELECT EXISTS (
        SELECT FROM procrastinate_jobs j JOIN procrastinate_jobs w ON w.queueing_lock = j.queueing_lock
        WHERE j.id = :id AND w.status = 'todo')
""")
_RETRY = text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
_ALERT = text("SELECT acknowledged_at, closed_at FROM alerts WHERE id = :id FOR UPDATE")
_ACKNOWLEDGE = text("UPDATE alerts SET acknowledged_by = :user_id, acknowledged_at = now() WHERE id = :id")


def analyze_table(session: Session, actor: Actor, *, table: str) -> int:
    """Ask the worker to renew the planner's statistics of one of our tables; returns the job's id.

    Asked for twice while it waits, it is done once. Raises NotAllowed, ReadOnly, NotFound.
    """
    require(session, actor, Permission.SYSTEM_WRITE)
    if not session.scalar(_IS_OURS, {"table": table}):
        raise NotFound("There is no such table.")
    job_id = defer(session, ANALYZE_TABLE, f"analyze:{table}", table=table)
    audit(session, actor, "system:table:analyze", "table", table, job_id=job_id)
    return job_id


def retry_job(session: Session, actor: Actor, *, job_id: int) -> None:
    """Run a failed job again. Raises NotAllowed, ReadOnly, NotFound, Conflict."""
    require(session, actor, Permission.SYSTEM_WRITE)
    job = session.execute(_JOB, {"id": job_id}).one_or_none()
    if job is None:
        raise NotFound("There is no such job any more.")
    if job.status != "failed":
        raise Conflict("Only a failed job can be run again.")
    if session.scalar(_SAME_WAITS, {"id": job_id}):
        raise Conflict("The next run of this job is already waiting.")
    session.execute(_RETRY, {"id": job_id})
    audit(session, actor, "system:job:retry", "job", str(job_id), task=job.task_name)


def acknowledge_alert(session: Session, actor: Actor, *, alert_id: UUID) -> None:
    """Note that somebody looks after an alert; a second time changes nothing. Raises NotAllowed, ReadOnly, NotFound,
    Conflict."""
    require(session, actor, Permission.SYSTEM_WRITE)
    alert = session.execute(_ALERT, {"id": alert_id}).one_or_none()
    if alert is None:
        raise NotFound("There is no such alert.")
    if alert.closed_at is not None:
        raise Conflict("This alert has closed by itself.")
    if alert.acknowledged_at is not None:
        return
    session.execute(_ACKNOWLEDGE, {"id": alert_id, "user_id": actor.user_id})
    audit(session, actor, "system:alert:acknowledge", "alert", alert_id)
