"""Handing work to the worker, in the transaction of the deed that asks for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

QUEUE = "default"
ANALYZE_TABLE = "analyze_table"
SEND_LINK = "send_link"
RUN_BULK_OPERATION = "run_bulk_operation"

_DEFER = text("""
    SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[
        ROW(:queue, :task_name, 0, :queueing_lock, :queueing_lock, :args, NULL)::procrastinate_job_to_defer_v1]))
""").bindparams(bindparam("args", type_=JSONB))
_WAITING = text("SELECT id FROM procrastinate_jobs WHERE queueing_lock = :queueing_lock AND status = 'todo'")


def defer(session: Session, task_name: str, queueing_lock: str, **args: Any) -> int:
    """Queue a job that starts once this transaction commits, and not at all if it does not. Returns the job's id.

    While a job with the same `queueing_lock` waits, that one is returned and nothing is added; two of one lock never
    run at the same time. `args` must be JSON: ids and names, no contact data.
    """
    values = {"queue": QUEUE, "task_name": task_name, "queueing_lock": queueing_lock, "args": args}
    try:
        with session.begin_nested():
            return int(session.execute(_DEFER, values).scalar_one())
    except IntegrityError:
        return int(session.execute(_WAITING, {"queueing_lock": queueing_lock}).scalar_one())
