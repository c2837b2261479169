"""System: is the database well, what is slow, what is large, does the worker keep up; analyze a table."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from aurum_data.clock import now
from aurum_data.database import get_database
from aurum_data.operations.health import on_node, verdicts
from aurum_data.queries import database_health, system
from aurum_data.rules.health import State, Unit, Verdict
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.figure_download import Download
from pages.parts.figures import Figure, as_of, figure_row
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing, panel
from pages.parts.system_jobs import jobs_view
from pages.parts.system_servers import seconds, servers_view
from pages.parts.system_statements import statements_view
from pages.parts.system_storage import storage_view

STATES = {
    State.CRITICAL: ("Critical", "red"),
    State.WARNING: ("Warning", "orange"),
    State.UNKNOWN: ("Unknown", "gray"),
    State.OK: ("OK", "green"),
}


def page() -> None:
    """The screen."""
    actor = guard(Permission.SYSTEM_READ)
    st.title("System", anchor=False)
    if message := st.session_state.pop("system_done", None):
        st.toast(message, icon=":material/check_circle:")
    with explained("System"):
        as_of(now(), "asked of both servers just now")
        found = verdicts(get_database())
        _figures(found)
        views: dict[str, Callable[[Download], None]] = {
            "Health": lambda download: _health(found, download),
            "Servers": servers_view,
            "Statements": statements_view,
            "Indexes and tables": storage_view,
            "Jobs": jobs_view,
        }
        chosen = st.segmented_control(
            "View", list(views), default="Health", required=True, key="view", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        views[chosen](Download("System", actor, Permission.SYSTEM_READ))


def _figures(found: list[Verdict]) -> None:
    db = get_database()
    primary, replica = (on_node(db, node, database_health.server) for node in ("primary", "replica"))
    queue = on_node(db, "primary", system.queue_state)
    figure_row(
        [
            Figure("Health", _summary(found), help="Checks of both servers and of the worker, listed below."),
            Figure(
                "Replica lag",
                "Away" if replica is None else seconds(replica.lag_seconds),
                help="Age of what charts and lists show. Too far behind, they read the primary instead.",
            ),
            Figure(
                "Connections",
                f"{fmt.number(primary.connections)} of {fmt.number(primary.connection_limit)}"
                if primary
                else fmt.MISSING,
                help="Of all programs, on the primary.",
            ),
            Figure("Database size", fmt.size(primary.database_bytes if primary else None)),
            Figure(
                "Jobs waiting",
                fmt.number(queue.waiting if queue else None),
                help="Due now and not begun.",
            ),
        ]
    )


def _summary(found: list[Verdict]) -> str:
    counts = {state: sum(v.state is state for v in found) for state in State}
    if counts[State.CRITICAL]:
        return f"{counts[State.CRITICAL]} critical"
    if counts[State.WARNING]:
        return f"{counts[State.WARNING]} warning" + ("s" if counts[State.WARNING] > 1 else "")
    return f"{counts[State.UNKNOWN]} unknown" if counts[State.UNKNOWN] else "All well"


def _health(found: list[Verdict], download: Download) -> None:
    with panel("What needs a look", note="Unknown is not well: the figure could not be seen."):
        poor = [verdict for verdict in found if verdict.state is not State.OK]
        if not poor:
            nothing("Every check is well.")
        for verdict in poor:
            label, colour = STATES[verdict.state]
            observed = "" if verdict.observed is None else f" {_observed(verdict)}."
            advice = fmt.plain(verdict.reason or verdict.check.fix)
            st.markdown(f":{colour}-badge[{label}] **{verdict.check.title}.**{observed} {advice}")
    with panel("All checks", note="The worst first.", download=download):
        rows = [
            {
                "state": [STATES[v.state][0]],
                "check": v.check.title,
                "question": v.check.question,
                "observed": _observed(v),
                "warning": _threshold(v, v.check.warning),
                "critical": _threshold(v, v.check.critical),
                "server": fmt.label(v.check.node),
            }
            for v in found
        ]
        tbl.table(
            pd.DataFrame(rows),
            {
                "state": st.column_config.MultiselectColumn(
                    "State",
                    options=[label for label, _ in STATES.values()],
                    color=[colour for _, colour in STATES.values()],
                    width="small",
                ),
                "check": tbl.text("Check"),
                "question": tbl.text("Question", width="large"),
                "observed": tbl.text("Observed"),
                "warning": tbl.text("Warning"),
                "critical": tbl.text("Critical"),
                "server": tbl.text("Server"),
            },
            alt="Checks of the system with their verdicts, the worst first",
            key="checks",
            height="content",
        )


def _observed(verdict: Verdict) -> str:
    return fmt.MISSING if verdict.observed is None else _measure(verdict.check.unit, verdict.observed)


def _threshold(verdict: Verdict, threshold: float | None) -> str:
    if threshold is None or verdict.check.unit is Unit.FLAG:
        return fmt.MISSING
    sign = "≤" if verdict.check.below else "≥"
    return f"{sign} {_measure(verdict.check.unit, threshold)}"


def _measure(unit: Unit, value: float) -> str:
    match unit:
        case Unit.FLAG:
            return "No" if value else "Yes"
        case Unit.SHARE:
            return fmt.percent(value)
        case Unit.SECONDS:
            return seconds(value)
        case Unit.BYTES:
            return fmt.size(value)
        case Unit.MONTHS:
            return f"{value:.0f} month" + ("" if value == 1 else "s")
    return fmt.short_number(value) if value >= 1_000_000 else fmt.number(value)
