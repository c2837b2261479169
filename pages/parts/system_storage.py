"""System, indexes and tables: what is large, what is not used, what needs vacuum; analyze a table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aurum_data.actions import system as actions
from aurum_data.database import get_database
from aurum_data.operations.health import on_node
from aurum_data.queries import database_health
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts import theme
from pages.parts.figure_download import Download
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing, panel

MB = 1024**2
QUEUE = ("procrastinate_", "alembic_")


def storage_view(download: Download) -> None:
    """The part of the screen."""
    db = get_database()
    tables = on_node(db, "primary", database_health.tables)
    primary = on_node(db, "primary", database_health.indexes)
    replica = on_node(db, "replica", database_health.indexes)
    if tables is None or primary is None:
        nothing("The primary does not answer.")
        return
    left, right = st.columns(2)
    with left:
        _sizes(tables, download)
    with right:
        _unused(primary, replica, download)
    _tables(tables, download)
    _indexes(primary, replica, download)


def _sizes(tables: pd.DataFrame, download: Download) -> None:
    note = "On disk, in MB. A partitioned table counts as one."
    with panel("Largest tables", note=note, download=download):
        top = tables.head(10)
        drawn = theme.figure("number", height=max(160, 34 * len(top) + 60)).headed("Table")
        for label, column in (("Rows", "table_bytes"), ("Indexes", "index_bytes")):
            drawn.add(
                "bar",
                x=top[column] / MB,
                y=top["table_name"],
                orientation="h",
                name=label,
                hovertemplate=f"{label} %{{x:,.1f}} MB<extra>%{{y}}</extra>",
            )
        drawn.update_layout(
            barmode="stack",
            hovermode="closest",
            xaxis={"showgrid": True, "ticksuffix": " MB"},
            yaxis={"autorange": "reversed", "ticksuffix": "  ", "tickformat": "", "type": "category"},
        )
        theme.show(drawn, alt="The ten largest tables, rows and indexes, in MB", key="sizes")


def _unused(primary: pd.DataFrame, replica: pd.DataFrame | None, download: Download) -> None:
    note = "Never used on either server since their statistics began, and no rule rests on them."
    with panel("Unused indexes", note=note, download=download):
        found = database_health.unused_indexes(primary, replica)
        if found.empty:
            nothing("Every index of a size that matters is used.")
            return
        st.caption(f"{len(found)} indexes, {fmt.size(found['index_bytes'].sum())} in all")
        tbl.table(
            found.assign(megabytes=found["index_bytes"] / MB),
            {
                "index_name": tbl.text("Index"),
                "table_name": tbl.text("Table"),
                "megabytes": tbl.number("Size, MB", decimals=1),
            },
            alt="Indexes that no statement has used",
            key="unused",
            height=300,
        )


def _tables(tables: pd.DataFrame, download: Download) -> None:
    note = "Choose one to renew the planner's statistics of it."
    with panel("Tables", note=note, download=download):
        shown = tables[~tables["table_name"].str.startswith(QUEUE)].reset_index(drop=True)
        chosen = tbl.pick_rows(
            shown.assign(
                megabytes=shown["total_bytes"] / MB,
                kind=shown["kind"].map(fmt.label),
                analyzed=[fmt.instant(at) for at in shown["analyzed_at"]],
                vacuumed=[fmt.instant(at) for at in shown["vacuumed_at"]],
            ),
            {
                "table_name": tbl.text("Table"),
                "kind": tbl.text("Kind"),
                "estimated_rows": tbl.number("Rows (estimate)"),
                "megabytes": tbl.number("Size, MB", decimals=1),
                "dead_share": tbl.percent("Dead rows"),
                "full_scans": tbl.number("Full scans"),
                "index_scans": tbl.number("Index scans"),
                "changes_since_analyze": tbl.number("Changed since analyzed"),
                "analyzed": tbl.text("Analyzed"),
                "vacuumed": tbl.text("Vacuumed"),
            },
            alt="Tables with rows, size, dead rows, scans and upkeep",
            key="tables",
            height=420,
        )
        if not guard(Permission.SYSTEM_READ).may(Permission.SYSTEM_WRITE):
            return
        table = shown["table_name"].iloc[chosen[0]] if chosen else None
        label = f"Analyze {table}" if table else "Analyze a table"
        if st.button(label, icon=":material/query_stats:", disabled=table is None, key="analyze") and table:
            _confirm(table)


@st.dialog("Analyze a table")
def _confirm(table: str) -> None:
    actor = guard(Permission.SYSTEM_WRITE)
    st.markdown(
        f"The worker reads a sample of `{table}` and renews the statistics by which statements are planned. "
        "Nobody is locked out meanwhile."
    )
    if st.button("Analyze", type="primary", key="analyze_now"):
        with explained("Analyze a table"):
            with get_database().write(actor) as session:
                actions.analyze_table(session, actor, table=table)
            st.session_state["system_done"] = f"Queued: the worker analyzes {table}."
            st.rerun()


def _indexes(primary: pd.DataFrame, replica: pd.DataFrame | None, download: Download) -> None:
    note = "The largest first; uses since the statistics of each server began."
    with panel("Indexes", note=note, download=download):
        scans = dict(zip(replica["index_name"], replica["scans"], strict=True)) if replica is not None else {}
        tbl.table(
            primary.assign(
                megabytes=primary["index_bytes"] / MB,
                on_replica=primary["index_name"].map(scans),
                last_used=[fmt.instant(at) for at in primary["last_used_at"]],
                purpose=primary["is_constraint"].map({True: "Rule", False: "Speed"}),
            ),
            {
                "index_name": tbl.text("Index"),
                "table_name": tbl.text("Table"),
                "purpose": tbl.text("Purpose", help="Rule: a key or a constraint rests on it."),
                "megabytes": tbl.number("Size, MB", decimals=1),
                "scans": tbl.number("Uses, primary"),
                "on_replica": tbl.number("Uses, replica"),
                "last_used": tbl.text("Last used, primary"),
            },
            alt="Indexes with size and use on both servers",
            key="indexes",
            height=420,
        )
