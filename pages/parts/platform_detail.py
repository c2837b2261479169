"""The part of the Platforms screen about one platform: its days, its refusals and errors, its deliveries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.platforms import LONGEST_REASON, pause, resume
from aurum_data.database import get_database
from aurum_data.queries import platforms
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.platforms import DeliveryKey
from aurum_data.rules.identity import Permission
from aurum_data.rules.platforms import ANSWERED, FAILED, ExportStatus
from pages.parts import format as fmt
from pages.parts import leads_behind, theme
from pages.parts import table as tbl
from pages.parts.figure_download import Download
from pages.parts.filters import Period, choice
from pages.parts.guard import guard
from pages.parts.kept import Counted, kept
from pages.parts.lead_drill import NOTE, show_with_leads
from pages.parts.panel import explained, nothing, panel

PAGE_ROWS = 25
BADGES = {"Down": "red", "Degraded": "orange", "Paused": "yellow", "Healthy": "green"}
OUTCOMES = {
    "accepted": ("Accepted", [ExportStatus.ACCEPTED]),
    "rejected": ("Rejected", [ExportStatus.REJECTED]),
    "failed": ("Errors and timeouts", sorted(FAILED)),
    "returned": ("Returned", [ExportStatus.RETURNED]),
    "waiting": ("Waiting", sorted(set(ExportStatus) - ANSWERED - FAILED)),
}
# How deliveries turned out: name, column, colour, and the states that the rollup counts so.
SEGMENTS = (
    ("Accepted", "accepted", theme.GOOD, {ExportStatus.ACCEPTED, ExportStatus.RETURNED}),
    ("Rejected", "rejected", theme.WARNING, {ExportStatus.REJECTED}),
    ("Error", "failed", theme.BAD, FAILED),
)
ANSWERS_NOTE = "How long the platform takes to answer; 95 of 100 answers came within."
SAID = "platform_changed"


def platform_detail(counted: Counted, platform: dict[str, Any], period: Period, download: Download) -> None:
    """Everything about the platform chosen. `download`: of the screen."""
    actor, key, name = counted.actor, platform["platform_id"], platform["platform_name"]
    _head(actor, platform)
    download = replace(download, filters={"Platform": name, "Days": period.text})
    left, right = st.columns([3, 2])
    with left, panel("Deliveries by day", note=f"By the New York day they were sent. {NOTE}", download=download):
        _days(counted, key, name, period)
    with right, panel("Answer time", note=ANSWERS_NOTE, download=download):
        _answers(counted, key, name, period)
    first, last = platforms.detail_period(period.first, period.last)
    of_platform = {"platform_id": key, "first": first, "last": last}
    span = Period(first, last)
    now = replace(download, as_of=None).also(Days=span.text)
    left, right = st.columns(2)
    with left, panel("Why it rejected", note=f"Reasons that the platform gave, {span.text}. {NOTE}", download=now):
        _reasons(actor, key, span, get_database().query(actor, platforms.rejections_by_reason, **of_platform))
    with right, panel("How deliveries failed", note=f"Errors and timeouts, {span.text}. {NOTE}", download=now):
        _errors(actor, key, span, get_database().query(actor, platforms.errors_by_code, **of_platform))
    _deliveries(key, name)


def _head(actor: Actor, platform: dict[str, Any]) -> None:
    if said := st.session_state.pop(SAID, None):
        st.toast(said, icon=":material/check_circle:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(fmt.plain(platform["platform_name"]), anchor=False, width="content")
        st.badge(platform["state"], color=BADGES.get(platform["state"], "gray"))
        st.space("stretch")
        if actor.may(Permission.PLATFORMS_WRITE):
            _switch(platform)
    facts = [f"since {fmt.instant(platform['status_changed_at'])}"]
    if pd.notna(platform["status_reason"]):
        facts.append(fmt.plain(platform["status_reason"]))
    if platform["consecutive_errors"]:
        facts.append(f"{fmt.number(platform['consecutive_errors'])} errors in a row")
    if platform["waiting"]:
        waiting = f"{fmt.number(platform['waiting'])} leads waiting, worth {fmt.money(platform['waiting_usd'])}"
        facts.append(fmt.plain(waiting))
    st.caption(f"{fmt.label(platform['status'])} " + " · ".join(facts))


def _switch(platform: dict[str, Any]) -> None:
    """The button that pauses or resumes; a stopped platform has none."""
    if platform["status"] == "active" and st.button("Pause", icon=":material/pause:"):
        _pause_form(platform)
    if platform["status"] == "paused" and st.button("Resume", icon=":material/play_arrow:", type="primary"):
        _resume_form(platform)


@st.dialog("Pause this platform")
def _pause_form(platform: dict[str, Any]) -> None:
    guard(Permission.PLATFORMS_WRITE)
    st.markdown("No more leads go to it. Leads already queued wait until it is resumed.")
    _form(platform, pause, "Pause", "paused")


@st.dialog("Resume this platform")
def _resume_form(platform: dict[str, Any]) -> None:
    guard(Permission.PLATFORMS_WRITE)
    st.markdown("Leads go to it again, those that waited first.")
    _form(platform, resume, "Resume", "delivering again")


def _form(platform: dict[str, Any], action: Callable[..., None], verb: str, done: str) -> None:
    actor = guard(Permission.PLATFORMS_WRITE)
    name = platform["platform_name"]
    with st.form("switch", border=False):
        reason = st.text_area("Reason", max_chars=LONGEST_REASON, help="Goes into the record with your name.")
        sent = st.form_submit_button(f"{verb} {fmt.plain(name)}", type="primary")
    if not sent:
        return
    with explained(f"{verb} a platform"):
        with get_database().write(actor) as session:
            action(
                session,
                actor,
                platform_id=platform["platform_id"],
                version=platform["version"],
                reason=reason,
            )
        st.session_state[SAID] = fmt.plain(f"{name} is {done}.")
        st.rerun()


@kept
def _platform_days(counted: Counted, key: UUID, period: Period) -> pd.DataFrame:
    return counted.read(platforms.platform_days, platform_id=key, first=period.first, last=period.last)


def _days(counted: Counted, key: UUID, name: str, period: Period) -> None:
    days = _platform_days(counted, key, period)
    if days["deliveries"].isna().all():
        nothing("No deliveries on these days.")
        return
    drawn = theme.figure()
    for label, column, colour, _ in SEGMENTS:
        drawn.add("bar", x=days["date"], y=days[column], name=label, marker={"color": colour})
    drawn.update_layout(barmode="stack", legend={"traceorder": "normal"})
    dates = list(days["date"])

    def behind(curve: int, point: int) -> LeadFilter:
        return leads_behind.delivered(Period(dates[point], dates[point]), [key], SEGMENTS[curve][3])

    named = {label: leads_behind.delivered(period, [key], statuses) for label, *_, statuses in SEGMENTS}
    alt = f"Deliveries to {name} by day and outcome"
    show_with_leads(counted.actor, drawn, behind, named, alt=alt, key="days")


@kept
def _answers(counted: Counted, key: UUID, name: str, period: Period) -> None:
    days = _platform_days(counted, key, period)
    if days["p95_response_ms"].isna().all():
        nothing("No answers on these days.")
        return
    series = {
        "95 of 100 within": days["p95_response_ms"] / 1000,
        "Mean": days["average_response_ms"] / 1000,
    }
    theme.show(theme.lines(days["date"], series, "seconds"), alt=f"Answer time of {name} by day", key="answers")


def _reasons(actor: Actor, key: UUID, span: Period, reasons: pd.DataFrame) -> None:
    if reasons.empty:
        nothing("It rejected nothing.")
        return
    leads = {
        fmt.label(reason): leads_behind.delivered(span, [key], {ExportStatus.REJECTED}, [reason])
        for reason in reasons["reason"]
    }
    in_order, drawn = list(leads.values()), theme.ranking(list(leads), reasons["rejections"])
    drawn.headed("Reason", "Rejections")
    show_with_leads(actor, drawn, lambda _, point: in_order[point], leads, alt="Rejections by reason", key="reasons")


def _errors(actor: Actor, key: UUID, span: Period, errors: pd.DataFrame) -> None:
    if errors.empty:
        nothing("No delivery failed.")
        return
    leads = {_code(code): leads_behind.delivered(span, [key], FAILED, [code]) for code in errors["error_code"]}
    in_order, drawn = list(leads.values()), theme.ranking(list(leads), errors["failures"])
    drawn.headed("Error", "Failures").update_traces(marker={"color": theme.BAD})
    show_with_leads(
        actor, drawn, lambda _, point: in_order[point], leads, alt="Failed deliveries by kind of error", key="errors"
    )


def _code(error_code: str) -> str:
    """An error's code as a person reads it: "http_503" gives "HTTP 503"."""
    return fmt.label(error_code).replace("Http", "HTTP").replace("Tls", "TLS")


@st.fragment
def _deliveries(platform_id: Any, name: str) -> None:
    """The latest deliveries, page by page: `st.session_state` keeps the keys of the pages turned."""
    actor = guard(Permission.PLATFORMS_READ)
    with panel("Recent deliveries", note="One row per delivery of a lead; no contact data."):
        outcome = choice(
            "Outcome",
            {key: label for key, (label, _) in OUTCOMES.items()},
            key="outcome",
            everything="All outcomes",
        )
        turned: list[DeliveryKey] = st.session_state.setdefault(f"turned_{platform_id}_{outcome}", [])
        statuses = OUTCOMES[outcome][1] if outcome else list(ExportStatus)
        frame = get_database().query(
            actor,
            platforms.recent_deliveries,
            platform_id=platform_id,
            statuses=statuses,
            before=turned[-1] if turned else platforms.NEWEST,
            limit=PAGE_ROWS,
        )
        _delivery_table(frame, name)
        with st.container(horizontal=True):
            if st.button("Newer", icon=":material/chevron_left:", disabled=not turned):
                turned.pop()
                st.rerun(scope="fragment")
            if st.button("Older", icon=":material/chevron_right:", disabled=len(frame) < PAGE_ROWS):
                last = frame.iloc[-1]
                turned.append(DeliveryKey(last["created_at"], last["lead_id"], last["export_id"]))
                st.rerun(scope="fragment")


_SAID_BY = ("error_message", "error_code", "rejection_reason")


def _answer(message: str | None, code: str | None, reason: str | None) -> str:
    """What a platform said: its words, else the code of the error, else why it refused."""
    if isinstance(message, str) or isinstance(code, str):
        return message if isinstance(message, str) else str(code)
    return fmt.label(reason) if isinstance(reason, str) else ""


def _delivery_table(frame: pd.DataFrame, name: str) -> None:
    tbl.table(
        frame.assign(
            status=[fmt.label(status) for status in frame["status"]],
            place=[
                f"{zip_code}, {borough}" for zip_code, borough in zip(frame["zip_code"], frame["borough"], strict=True)
            ],
            answer=[_answer(*said) for said in zip(*(frame[name] for name in _SAID_BY), strict=True)],
            seconds=frame["response_ms"] / 1000,
        ),
        {
            "created_at": tbl.instant("Sent (ET)"),
            "status": tbl.text("Outcome"),
            "place": tbl.text("Lead from"),
            "price_usd": tbl.money("Price"),
            "attempt_count": tbl.number("Attempts"),
            "seconds": tbl.number("Answer, s", decimals=2),
            "http_status": tbl.number("HTTP", help="Status code of the answer."),
            "answer": tbl.text("Reason or error", width="large"),
        },
        alt=f"Latest deliveries to {name}",
        key="deliveries",
        empty="No deliveries of this kind.",
    )
