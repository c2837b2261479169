"""System: is the database well, what is slow, what is large, does the worker keep up; analyze a table."""

from __future__ import annotations

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
from pages.parts.figures import Figure, as_of, figure_row
from pages.parts.guard import guard
from pages.parts.panel import explained, panel
from pages.system_jobs import jobs_view
from pages.system_servers import servers_view
from pages.system_storage import storage_view
from pages.system_work import statements_view

STATES = {
    State.CRITICAL: ("Critical", "red"),
    State.WARNING: ("Warning", "orange"),
    State.UNKNOWN: ("Unknown", "gray"),
    State.OK: ("OK", "green"),
}


def page() -> None:
    """The screen."""
    guard(Permission.SYSTEM_READ)
    st.title("System", anchor=False)
    if message := st.session_state.pop("system_done", None):
        st.toast(message, icon=":material/check_circle:")
    with explained("System"):
        as_of(now(), "asked of both servers just now")
        found = verdicts(get_database())
        _figures(found)
        views = {
            "Health": lambda: _health(found),
            "Servers": servers_view,
            "Statements": statements_view,
            "Indexes and tables": storage_view,
            "Jobs": jobs_view,
        }
        chosen = st.segmented_control(
            "View", list(views), default="Health", required=True, key="view", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        views[chosen]()


def _figures(found: list[Verdict]) -> None:
    db = get_database()
    primary, replica = (on_node(db, node, database_health.server) for node in ("primary", "replica"))
    queue = on_node(db, "primary", system.queue_state)
    figure_row(
        [
            Figure("Health", _summary(found), help="Checks of both servers and of the worker, listed below."),
            Figure(
                "Replica lag",
                "Away" if replica is None else fmt.duration(replica.lag_seconds),
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
                "Found in memory",
                fmt.percent(primary.cache_hit_share if primary else None),
                help="Share of what the primary read that it had in its cache, since its statistics began.",
            ),
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


def _health(found: list[Verdict]) -> None:
    with panel("Checks", note="The worst first. Unknown is not well: the figure could not be seen."):
        rows = [
            {
                "state": [STATES[v.state][0]],
                "check": v.check.title,
                "observed": _observed(v),
                "threshold": _threshold(v),
                "question": v.check.question,
                "advice": "" if v.state is State.OK else v.reason or v.check.fix,
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
                "observed": tbl.text("Observed"),
                "threshold": tbl.text("Warns"),
                "question": tbl.text("Question"),
                "advice": tbl.text("What to do", width="large"),
            },
            alt="Checks of the system with their verdicts, the worst first",
            key="checks",
            height="content",
        )


def _observed(verdict: Verdict) -> str:
    return fmt.MISSING if verdict.observed is None else _measure(verdict.check.unit, verdict.observed)


def _threshold(verdict: Verdict) -> str:
    word = "at most" if verdict.check.below else "from"
    return f"{word} {_measure(verdict.check.unit, verdict.check.warning)}"


def _measure(unit: Unit, value: float) -> str:
    match unit:
        case Unit.SHARE:
            return fmt.percent(value)
        case Unit.SECONDS:
            return "0 s" if value == 0 else fmt.duration(value)
        case Unit.BYTES:
            return fmt.size(value)
        case Unit.MONTHS:
            return f"{value:.0f} month" + ("" if value == 1 else "s")
    return fmt.number(value)
