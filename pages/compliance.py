"""Compliance: requests on their legal clocks, consent, retention, and the audit trail."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import now, today
from aurum_data.database import get_database
from aurum_data.queries import privacy as queries
from aurum_data.rules.identity import Permission
from aurum_data.rules.privacy import ANSWER_DAYS, OPEN_REQUESTS, RequestStatus, RequestType
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.audit_trail import audit_view
from pages.parts.consent import consent_view
from pages.parts.figures import Figure, as_of, figure_row
from pages.parts.filters import choice
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing, panel
from pages.parts.privacy_request import (
    LIST_KEY,
    STATUS_NAMES,
    register,
    say_what_was_done,
    show_request,
)
from pages.parts.retention import retention_view
from pages.parts.wordings import wordings_view

VIEWS = ("Requests", "Consent", "Retention", "Audit trail")
LIST_ROWS = 10  # more of them scroll
CLOCKS = {
    "Overdue": "red", "Due soon": "orange", "On time": "green",
    "Acknowledge: late": "red", "To acknowledge": "violet", "Closed": "gray",
}  # fmt: skip


def page() -> None:
    """Lay the screen out: figures on top, one of four views below."""
    actor = guard(Permission.COMPLIANCE_READ)
    say_what_was_done()
    head, tools = st.columns([3, 1], vertical_alignment="bottom")
    head.title("Compliance", anchor=False)
    if actor.may(Permission.COMPLIANCE_WRITE) and tools.button(
        "Register a request", type="primary", icon=":material/add:", width="stretch"
    ):
        register()
    with explained("Compliance figures"):
        _figures(actor)
    views = VIEWS if actor.may(Permission.AUDIT_READ) else VIEWS[:3]
    view = st.segmented_control(
        "View", views, default=VIEWS[0], required=True, key="view", bind="query-params", label_visibility="collapsed"
    )
    match view:
        case "Consent":
            consent_view(actor)
            wordings_view(actor)
        case "Retention":
            retention_view(actor)
        case "Audit trail":
            audit_view()
        case _:
            _requests(actor)


def _figures(actor: Actor) -> None:
    database, day = get_database(), today()
    counts = database.query(actor, queries.request_counts, today=day)
    withdrawn = database.query(actor, queries.withdrawal_count, first=day - timedelta(days=29), last=day)
    barred = database.query(actor, queries.suppression_count)
    figure_row(
        [
            Figure("Open requests", fmt.number(counts.open), help="Not yet answered, denied, canceled or merged."),
            Figure("Due within 7 days", fmt.number(counts.due_soon), help="Open, and due today or in the next 7 days."),
            Figure(
                "Overdue",
                fmt.number(counts.overdue),
                help="Open and past one of the two clocks. Past the day to answer: "
                f"{counts.answer_overdue}; past the day to acknowledge: {counts.acknowledge_overdue}.",
            ),
        ]
    )
    figure_row(
        [
            Figure(
                "Median days to answer",
                fmt.number(counts.median_days, 1).removesuffix(".0"),
                help="From receipt to completion or denial, over requests closed in the last 365 days.",
            ),
            Figure(
                "Withdrawals, last 30 days",
                fmt.number(withdrawn),
                help="Consents withdrawn, of every kind and by every channel.",
            ),
            Figure(
                "Suppressed contacts",
                fmt.number(barred.total),
                help=f"{fmt.number(barred.phones)} phone numbers and {fmt.number(barred.emails)} email addresses "
                "that may not be contacted, sold or taken in again. Kept as keyed hashes only.",
            ),
        ]
    )
    as_of(now(), "counted just now")


def _requests(actor: Actor) -> None:
    with panel("Requests", note="Due first. Each has two clocks: acknowledge in 10 business days, answer in 30 days."):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = choice("Type", {t: fmt.label(t) for t in RequestType}, key="type", everything="All types")
            status = choice(
                "Status",
                {str(status): name for status, name in STATUS_NAMES.items()},
                key="status",
                everything="All open",
            )
            overdue = st.toggle("Overdue only", key="overdue", bind="query-params")
            mine = st.toggle("Assigned to me", key="mine", bind="query-params")
        frame = get_database().query(
            actor,
            queries.open_requests,
            today=today(),
            request_type=RequestType(kind) if kind else None,
            status=RequestStatus(status) if status else None,
            overdue=overdue,
            assigned_to=actor.user_id if mine else None,
        )
        _list(frame, filtered=bool(kind or status or overdue or mine))
    number = st.query_params.get("request")
    if number:
        with st.container(border=True), explained("Privacy request"):
            show_request(actor, number)
    elif not frame.empty:
        nothing("Choose a request to see its clocks, its history and the leads it concerns.")


def _list(frame: pd.DataFrame, *, filtered: bool) -> None:
    """The list; a chosen row's number goes into the address. Other rows make another widget, with none chosen."""
    frame["type"] = frame["request_type"].map(fmt.label)
    frame["state"] = frame["status"].map(STATUS_NAMES)
    frame["subject_name"] = frame["subject_name"].fillna("Not given")
    frame["assigned"] = frame["assigned_name"].fillna("Nobody")
    frame["clock"] = [_chips(row) for row in frame.to_dict("records")]
    frame["left"] = [row.days_to_answer if row.status in OPEN_REQUESTS else None for row in frame.itertuples()]
    rows = zlib.crc32("".join(frame["request_number"]).encode())
    picked = tbl.pick_rows(
        frame,
        {
            "request_number": tbl.text("Request", width=120),
            "type": tbl.text("Type", width=130),
            "subject_name": tbl.text("Person", width=120),
            "clock": st.column_config.MultiselectColumn(
                "Clock",
                options=list(CLOCKS),
                color=list(CLOCKS.values()),
                width=210,
                help="Overdue: past the day to answer. Due soon: within 7 days.",
            ),
            "left": st.column_config.ProgressColumn(
                "Days left",
                min_value=0,
                max_value=ANSWER_DAYS,
                format="%d",
                color="blue",
                width=110,
                help="Days until the answer is due; below zero: days late.",
            ),
            "due_on": tbl.day("Answer due", width=110),
            "state": tbl.text("State", width=130),
            "assigned": tbl.text("Assigned to"),
        },
        alt="Privacy requests with their state, the days left to answer and who works on them",
        key=f"requests_{st.session_state.get(LIST_KEY, 0)}_{rows}",
        height="content" if len(frame) <= LIST_ROWS else 400,
        empty="No request matches these filters." if filtered else "No open requests. New ones are registered above.",
    )  # fmt: skip
    if picked:
        st.query_params["request"] = frame["request_number"].iloc[picked[0]]


def _chips(row: dict[str, Any]) -> list[str]:
    """The state of a request's clocks in words: colour only repeats them."""
    if row["status"] not in OPEN_REQUESTS:
        return ["Closed"]
    days = row["days_to_answer"]
    chips = ["Overdue" if days < 0 else "Due soon" if days <= queries.DUE_SOON_DAYS else "On time"]
    if row["acknowledged_on"] is None:
        chips.append("Acknowledge: late" if row["days_to_acknowledge"] < 0 else "To acknowledge")
    return chips
