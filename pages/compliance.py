"""Compliance: requests on their legal clocks, consent, retention, and the audit trail."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import now, today
from aurum_data.database import get_database
from aurum_data.queries import audit as audit_queries
from aurum_data.queries import privacy as queries
from aurum_data.rules.identity import Permission
from aurum_data.rules.privacy import ANSWER_DAYS, OPEN_REQUESTS, ConsentKind, RequestStatus, RequestType
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts import theme
from pages.parts.figures import Figure, as_of, figure_row
from pages.parts.filters import Period, choice, preset
from pages.parts.guard import guard
from pages.parts.panel import explained, nothing, panel
from pages.parts.privacy_request import (
    CHANNEL_NAMES,
    KIND_NAMES,
    LIST_KEY,
    STATUS_NAMES,
    register,
    say_what_was_done,
    show_request,
)

VIEWS = ("Requests", "Consent", "Retention", "Audit trail")
SPANS = ("Last 7 days", "Last 30 days", "Last 90 days", "Last 12 months")
LIST_ROWS = 10  # more of them scroll
TRAIL_KEY = "compliance_trail"
WEEKLY_FROM_DAYS = 92  # bars of days get too thin beyond a quarter
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
            _consent(actor)
        case "Retention":
            _retention(actor)
        case "Audit trail":
            _audit(actor)
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


# Requests


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


# Consent


def _span() -> Period:
    """Choose how far back to look (parameter `span`)."""
    name = st.selectbox("Period", SPANS, index=1, key="span", bind="query-params", width=170)
    chosen = preset(name, today())
    st.caption(chosen.text)
    return chosen


def _consent(actor: Actor) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = ConsentKind(
            st.selectbox(
                "Consent", [str(k) for k in ConsentKind], format_func=lambda k: KIND_NAMES[ConsentKind(k)],
                key="consent", bind="query-params", width=240,
            )
        )  # fmt: skip
        span = _span()
    left, right = st.columns([2, 3])
    with explained("Consent"):
        figures = get_database().query(actor, queries.consent_figures, first=span.first, last=span.last, kind=kind)
    with left, panel("Consent now", note="Leads by the state of this consent. Unproven: claimed, without evidence."):
        _states(figures.states, figures.as_of)
    with right, panel("Withdrawals", note="Consents withdrawn, of every kind, by the way the person said so."):
        _withdrawals(figures.withdrawals, span)


def _states(states: pd.DataFrame, counted: datetime | None) -> None:
    total = int(states["leads"].sum())
    if not total:
        nothing("No lead has a record of this consent yet.")
        return
    names = [
        f"{fmt.label(s)}, {fmt.percent(n / total)}"
        for s, n in zip(states["consent_state"], states["leads"], strict=True)
    ]
    drawn = theme.ranking(names, states["leads"].tolist())
    drawn.update_traces(text=[fmt.number(n) for n in states["leads"]], textposition="auto")
    told = ", ".join(f"{name}: {fmt.number(n)}" for name, n in zip(names, states["leads"], strict=True))
    theme.show(drawn.update_layout(height=theme.HEIGHT), alt=f"Leads by state of consent. {told}.")
    when = f" Counted {fmt.instant(counted)}." if counted else ""
    st.caption(f"{fmt.number(total)} leads have a record of this consent.{when}")


def _withdrawals(rows: pd.DataFrame, span: Period) -> None:
    if rows.empty:
        nothing("No consent was withdrawn in this period.")
        return
    days = pd.date_range(span.first, span.last, name="date")
    wide = rows.assign(date=pd.to_datetime(rows["date"])).pivot_table(
        index="date", columns="channel", values="withdrawals", aggfunc="sum", fill_value=0
    )
    wide = wide.reindex(days, fill_value=0)
    step = "week" if span.days > WEEKLY_FROM_DAYS else "day"
    if step == "week":
        wide = wide.resample("W-MON", label="left", closed="left").sum()
    wide = wide[wide.sum().sort_values(ascending=False).index]
    series = {CHANNEL_NAMES.get(name, fmt.label(name)): wide[name].to_numpy() for name in wide}
    theme.show(
        theme.bars(wide.index.to_numpy(), series, stacked=True),
        alt=f"Withdrawals per {step} by channel, {fmt.number(rows['withdrawals'].sum())} in all.",
    )
    st.caption(f"{fmt.number(rows['withdrawals'].sum())} withdrawals, by {step}.")


# Retention


def _retention(actor: Actor) -> None:
    with panel("Retention", note="How long each kind of data is kept, and what is past its time now."):
        frame = get_database().query(actor, queries.retention_figures, today=today())
        frame["name"] = frame["data_type"].map(lambda name: fmt.label(name).replace("Ai ", "AI "))
        frame["does"] = frame["action"].map(fmt.label)
        frame["past"] = [_capped(count) for count in frame["past_cutoff"]]
        frame["run"] = [_run(row) for row in frame.to_dict("records")]
        tbl.table(
            frame,
            {
                "name": tbl.text("Kind of data"),
                "retention_days": tbl.number("Kept, days"),
                "cutoff": tbl.day("Kept from", help="Rows before this day are past their time."),
                "does": tbl.text("Then"),
                "past": tbl.text("Past their time", help=f"Counted up to {fmt.number(queries.COUNT_CAP)}."),
                "holds": tbl.number("Legal holds", help="In force: what they cover is kept."),
                "run": tbl.text("Last run", width="large"),
                "legal_basis": tbl.text("Kept as"),
            },
            alt="Retention policies with what is past its time and the last run",
            height="content",
        )
    with panel("Legal holds", note="Orders to keep data that would otherwise be erased."):
        holds = get_database().query(actor, queries.legal_holds)
        holds["covers"] = [
            "One lead" if lead is not None else fmt.label(kind)
            for lead, kind in zip(holds["lead_ref"], holds["data_type"], strict=True)
        ]
        tbl.table(
            holds,
            {
                "matter": tbl.text("Matter"),
                "covers": tbl.text("Covers"),
                "reason": tbl.text("Reason", width="large"),
                "placed_at": tbl.instant("Since (ET)"),
                "placed_name": tbl.text("Placed by"),
            },
            alt="Legal holds in force",
            empty="No legal hold is in force.",
        )


def _run(policy: dict[str, Any]) -> str:
    """The last run of a policy in one line."""
    if not isinstance(policy["last_outcome"], str):
        return "Not run yet"
    done = f"{fmt.instant(policy['last_run_at'])}: {policy['last_outcome']}, {fmt.number(policy['rows_affected'])} rows"
    return done + (f", {fmt.number(policy['rows_held'])} held back" if policy["rows_held"] else "")


def _capped(count: float | None) -> str:
    if count is None or count != count:  # noqa: PLR0124 - NaN
        return "Not counted"
    return f"More than {fmt.number(queries.COUNT_CAP - 1)}" if count >= queries.COUNT_CAP else fmt.number(count)


# Audit trail


def _audit(actor: Actor) -> None:
    actor = guard(Permission.AUDIT_READ)
    database = get_database()
    with panel("Audit trail", note="Who did what. Entries are written with the deed and never changed."):
        events = database.query(actor, audit_queries.audit_events)
        people = {str(user): name for user, name in database.query(actor, audit_queries.audit_actors).items()}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            event = choice("Event", {e: _event(e) for e in events}, key="event", everything="All events")
            # Not in the address: there it would stand as the person's name.
            person = st.selectbox("Person", list(people), None, people.__getitem__, placeholder="Everybody")
            thing = st.text_input("About (id)", placeholder="Id of a lead, request, user", width=300).strip() or None
            span = _span()
        asked = (event, person, thing, span)
        if st.session_state.get(TRAIL_KEY, (None, ()))[0] != asked:
            st.session_state[TRAIL_KEY] = (asked, ())
        path: tuple[audit_queries.AuditCursor, ...] = st.session_state[TRAIL_KEY][1]
        found = database.query(
            actor, audit_queries.audit_search, first=span.first, last=span.last, event=event,
            actor_id=UUID(person) if person else None, entity_id=thing, before=path[-1] if path else None,
        )  # fmt: skip
        _entries(found.frame)
        with st.container(horizontal=True):
            if path and st.button("Newer", icon=":material/chevron_left:"):
                st.session_state[TRAIL_KEY] = (asked, path[:-1])
                st.rerun()
            if found.older and st.button("Older", icon=":material/chevron_right:"):
                st.session_state[TRAIL_KEY] = (asked, (*path, found.older))
                st.rerun()


def _entries(frame: pd.DataFrame) -> None:
    frame["deed"] = frame["event"].map(_event)
    frame["about"] = frame["entity_type"].map(fmt.label)
    frame["said"] = [_details(row) for row in frame.to_dict("records")]
    tbl.table(
        frame,
        {
            "occurred_at": tbl.instant("When (ET)"),
            "actor": tbl.text("Who"),
            "deed": tbl.text("What"),
            "about": tbl.text("About"),
            "said": tbl.text("Details", width="large"),
            "entity_id": tbl.text("Id"),
        },
        alt="Entries of the audit trail, latest first",
        height="content",
        empty="Nothing was recorded with these filters.",
    )


def _event(event: str) -> str:
    """An event as people read it: "privacy:request:register" gives "Privacy: request register"."""
    source, _, rest = event.partition(":")
    return f"{fmt.label(source)}: {rest.replace(':', ' ').replace('_', ' ')}"


def _details(entry: dict[str, Any]) -> str:
    """The reason and what else was noted, in one line."""
    noted = {name: entry["details"].get(name) for name in ("before", "after")} | entry["details"]
    noted = {"reason": entry["reason"], **noted}
    told = [f"{fmt.label(name)}: {_plain(value)}" for name, value in noted.items() if value not in (None, "", [])]
    return "; ".join(told) or fmt.MISSING


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or fmt.MISSING
    return fmt.MISSING if value is None else str(value).replace("_", " ")
