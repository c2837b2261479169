"""System, statements: where the servers' time goes."""

from __future__ import annotations

import streamlit as st

from aurum_data.database import get_database
from aurum_data.operations.health import on_node
from aurum_data.queries import database_health
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts import theme
from pages.parts.figure_download import Download
from pages.parts.panel import nothing, panel


def statements_view(download: Download) -> None:
    """The part of the screen."""
    node = st.pills(
        "Server",
        ["primary", "replica"],
        default="primary",
        required=True,
        format_func=fmt.label,
        key="server",
        bind="query-params",
    )
    db = get_database()
    server = on_node(db, node, database_health.server)
    frame = on_node(db, node, database_health.top_statements)
    if frame is None or server is None:
        nothing(f"The {node} does not answer.")
        return
    since = fmt.instant(server.statistics_since or server.started_at)
    note = f"Since {since}. Values are replaced by $1, $2."
    with panel("Statements by total time", note=note, download=download.also(Server=fmt.label(node), Since=since)):
        if frame.empty:
            nothing("No statement has been counted yet.")
            return
        top = frame.head(8)
        theme.show(
            theme.ranking([_short(s) for s in top["statement"]], top["time_share"], "percent").headed(
                "Statement", "Time"
            ),
            alt="Share of the server's time by statement",
            key="statement_shares",
        )
        tbl.table(
            frame,
            {
                "statement": tbl.text("Statement", width="large"),
                "time_share": tbl.percent("Share of time"),
                "calls": tbl.number("Calls"),
                "mean_ms": tbl.number("Mean, ms", decimals=1),
                "slowest_ms": tbl.number("Slowest, ms", decimals=0),
                "total_seconds": tbl.number("Total, s", decimals=1),
                "rows_per_call": tbl.number("Rows a call", decimals=1),
                "cache_hit_share": tbl.percent("Found in memory"),
            },
            alt="Statements by total time",
            key="statements",
            height=560,
        )


def _short(statement: str) -> str:
    return statement if len(statement) <= 60 else statement[:59] + "…"
