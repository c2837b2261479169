"""System, jobs: what the worker does and when, what failed, how current the rollups are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aurum_data.actions import system as actions
from aurum_data.database import get_database
from aurum_data.operations.health import on_node
from aurum_data.queries import system
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.figure_download import Download
from pages.parts.figures import Figure, figure_row
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing, panel

ROLLUPS = {
    "revenue_metrics": "Revenue",
    "platform_performance": "Platforms",
    "nyc_market_intelligence": "ZIP codes",
    "consent_summary": "Consents and wordings",
    "mv_daily_revenue_summary": "Summary: leads by day",
    "mv_platform_performance_summary": "Summary: deliveries",
}


def jobs_view(download: Download) -> None:
    """The part of the screen."""
    db = get_database()
    queue = on_node(db, "primary", system.queue_state)
    if queue is None:
        nothing("The primary does not answer.")
        return
    figure_row(
        [
            Figure("Workers", fmt.number(queue.workers), help="Gave a sign of life within a minute."),
            Figure("Waiting", fmt.number(queue.waiting)),
            Figure("Running", fmt.number(queue.running)),
            Figure("Failed within a day", fmt.number(queue.failed)),
        ]
    )
    _tasks(on_node(db, "primary", system.tasks), download)
    _troubled(on_node(db, "primary", system.troubled_jobs))
    left, right = st.columns(2)
    with left:
        _rollups(on_node(db, "primary", system.rollups), download)
    with right:
        _partitions(on_node(db, "primary", system.partitions), download)


def _tasks(frame: pd.DataFrame | None, download: Download) -> None:
    note = "Jobs that succeeded are kept for a day, others for a month."
    with panel("Tasks", note=note, download=download):
        if frame is None or frame.empty:
            nothing("Nothing has run yet. Start the worker.")
            return
        tbl.table(
            frame.assign(task=frame["task_name"].map(fmt.label)),
            {
                "task": tbl.text("Task"),
                "last_started_at": tbl.instant("Last started (ET)"),
                "last_succeeded_at": tbl.instant("Last succeeded (ET)"),
                "mean_seconds": tbl.number("Mean, s", decimals=2),
                "slowest_seconds": tbl.number("Slowest, s", decimals=2),
                "waiting": tbl.number("Waiting"),
                "running": tbl.number("Running"),
                "succeeded": tbl.number("Succeeded"),
                "failed": tbl.number("Failed"),
            },
            alt="Tasks of the worker with their last runs",
            key="tasks",
            height="content",
        )


def _troubled(frame: pd.DataFrame | None) -> None:
    with panel("In trouble", note="Failed, or begun by a worker that fell silent: those are taken up again."):
        if frame is None or frame.empty:
            nothing("No job has failed.")
            return
        chosen = tbl.pick_rows(
            frame.assign(
                task=frame["task_name"].map(fmt.label),
                state=frame["status"].map({"failed": "Failed", "doing": "Worker silent"}),
            ),
            {
                "job_id": tbl.number("Job"),
                "task": tbl.text("Task"),
                "state": tbl.text("State"),
                "attempts": tbl.number("Attempts"),
                "changed_at": tbl.instant("Since (ET)"),
            },
            alt="Jobs that failed",
            key="troubled",
        )
        actor = guard(Permission.SYSTEM_READ)
        if not actor.may(Permission.SYSTEM_WRITE):
            return
        failed = bool(chosen) and frame["status"].iloc[chosen[0]] == "failed"
        if st.button("Run it again", icon=":material/replay:", disabled=not failed, key="retry") and failed:
            with explained("Run a job again"):
                with get_database().write(actor) as session:
                    actions.retry_job(session, actor, job_id=int(frame["job_id"].iloc[chosen[0]]))
                st.session_state["system_done"] = "Queued again."
                st.rerun()


def _rollups(frame: pd.DataFrame | None, download: Download) -> None:
    note = "What charts read. A changed day reaches them within a minute."
    with panel("Rollups", note=note, download=download):
        if frame is None or frame.empty:
            nothing("Nothing has been rolled up yet. Start the worker.")
            return
        tbl.table(
            frame.assign(
                name=frame["rollup"].map(lambda name: ROLLUPS.get(name, fmt.label(name))),
                seconds=frame["duration_ms"] / 1000,
            ),
            {
                "name": tbl.text("Rollup"),
                "as_of": tbl.instant("Current up to (ET)"),
                "waiting_days": tbl.number("Days waiting"),
                "seconds": tbl.number("Took, s", decimals=2),
            },
            alt="Rollups and how current they are",
            key="rollups",
            height="content",
        )


def _partitions(frame: pd.DataFrame | None, download: Download) -> None:
    note = "Logs and samples are kept by month; the worker makes the coming ones."
    with panel("Partitions", note=note, download=download):
        if frame is None:
            nothing("The primary does not answer.")
            return
        tbl.table(
            frame.assign(
                first=frame["first_month"].map(_month),
                last=frame["last_month"].map(_month),
                megabytes=frame["total_bytes"] / 1024**2,
            ),
            {
                "table_name": tbl.text("Table"),
                "partitions": tbl.number("Months"),
                "first": tbl.text("First"),
                "last": tbl.text("Last"),
                "megabytes": tbl.number("Size, MB", decimals=1),
            },
            alt="Partitioned tables with their months",
            key="partitions",
            height="content",
        )


def _month(code: str | None) -> str:
    return fmt.MISSING if not isinstance(code, str) else f"{pd.Timestamp(code + '01'):%b %Y}"
