"""System, servers: both of them, what runs between them, who is connected, and their last hours."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aurum_data.clock import NEW_YORK
from aurum_data.database import get_database
from aurum_data.operations.health import Node, on_node, pools
from aurum_data.queries import database_health, system
from aurum_data.queries.database_health import Server
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts import theme
from pages.parts.figure_download import Download
from pages.parts.panel import nothing, panel

HOURS = 6
NAMES: dict[Node, str] = {"primary": "Primary", "replica": "Replica"}


def servers_view(download: Download) -> None:
    """The part of the screen."""
    db = get_database()
    for column, node in zip(st.columns(2), NAMES, strict=True):
        with column, panel(NAMES[node]):
            server = on_node(db, node, database_health.server)
            if server is None:
                nothing(f"The {node} does not answer.")
            else:
                _server(server)
    recent = download.also(Samples=f"every minute, the last {HOURS} hours")
    left, right = st.columns(2)
    with left:
        _chart(recent, "Replica lag", "lag_seconds", "seconds", "value")
        _chart(recent, "Transactions a second", "transactions", "number", "per_second")
    with right:
        _chart(recent, "Connections", "connections", "number", "value")
        _chart(recent, "Database size, MB", "database_bytes", "number", "value", scale=1 / 1024**2)
    left, right = st.columns(2)
    with left:
        _connections(download)
    with right:
        _slots(download)
        _pools(download)


def seconds(value: float | None) -> str:
    """A lag or an age; one that a server cannot know is unknown, not nothing."""
    if value is None:
        return "Unknown"
    return "0 s" if value == 0 else fmt.duration(value)


def _server(server: Server) -> None:
    facts = {
        "Version": f"PostgreSQL {server.version}",
        "Running for": fmt.duration(server.uptime_seconds),
        "Connections": f"{fmt.number(server.connections)} of {fmt.number(server.connection_limit)}",
        "Found in memory": fmt.percent(server.cache_hit_share),
        "Deadlocks": fmt.number(server.deadlocks),
        "Statistics since": fmt.instant(server.statistics_since or server.started_at),
    }
    if server.node == "primary":
        behind = server.replay_lag_bytes
        facts["Replica behind by"] = "No replica" if behind is None else fmt.size(behind)
    else:
        facts["Behind by"] = seconds(server.lag_seconds)
    for name, value in facts.items():
        label, shown = st.columns([2, 3], vertical_alignment="center")
        label.caption(name)
        shown.markdown(value)


def _chart(download: Download, title: str, metric: str, unit: theme.Unit, field: str, *, scale: float = 1.0) -> None:
    with panel(title, note=f"Sampled every minute, the last {HOURS} hours.", download=download):
        frame = on_node(
            get_database(),
            "primary",
            lambda session: system.samples(session, metric=metric, hours=HOURS),
        )
        if frame is None or frame.empty:
            nothing("No samples yet. The worker takes one every minute.")
            return
        x = pd.to_datetime(frame["sampled_at"], utc=True).dt.tz_convert(NEW_YORK).dt.tz_localize(None)
        drawn = theme.figure(unit, height=200, legend=frame["node"].nunique() > 1)
        for node, rows in frame.groupby("node"):
            drawn.add(
                "scatter",
                x=x[rows.index],
                y=rows[field] * scale,
                name=NAMES[node],
                mode="lines",
                line={"width": 2},
                hovertemplate="%{y:,.1f}",
            )
        if unit == "number":
            drawn.update_layout(yaxis={"tickformat": ",.3~f"})  # 0.5, not 500m
        theme.show(drawn, alt=f"{title} of each server over the last {HOURS} hours", key=f"samples_{metric}")


def _connections(download: Download) -> None:
    with panel("Who is connected", note="To this database, on the primary.", download=download):
        frame = on_node(get_database(), "primary", database_health.connections)
        if frame is None:
            nothing("The primary does not answer.")
            return
        tbl.table(
            frame.assign(
                state=frame["state"].map(fmt.label),
                oldest=[fmt.duration(age) for age in frame["oldest_transaction_seconds"]],
            ),
            {
                "application": tbl.text("Program"),
                "role_name": tbl.text("Role"),
                "state": tbl.text("State"),
                "connections": tbl.number("Connections"),
                "oldest": tbl.text("Oldest transaction"),
            },
            alt="Connections by program, role and state",
            key="connections",
        )


def _slots(download: Download) -> None:
    note = "The primary keeps its log until each slot has read it."
    with panel("Replication slots", note=note, download=download):
        frame = on_node(get_database(), "primary", database_health.slots)
        if frame is None:
            nothing("The primary does not answer.")
            return
        tbl.table(
            frame.assign(
                reading=frame["is_active"].map({True: "Yes", False: "No"}),
                kept=[fmt.size(kept) for kept in frame["kept_bytes"]],
            ),
            {
                "slot_name": tbl.text("Slot"),
                "reading": tbl.text("Being read"),
                "kept": tbl.text("Log kept"),
            },
            alt="Replication slots of the primary",
            key="slots",
            empty="There are no replication slots.",
        )


def _pools(download: Download) -> None:
    with panel("Connection pools", note="Of this web process.", download=download):
        frame = pd.DataFrame([vars(pool) for pool in pools(get_database())])
        tbl.table(
            frame,
            {
                "pool": tbl.text("Pool"),
                "in_use": tbl.number("In use"),
                "ready": tbl.number("Ready"),
                "limit": tbl.number("At most"),
            },
            alt="Connection pools of this process",
            key="pools",
        )
