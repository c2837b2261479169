"""My work: a sales person's leads by next step, and the call that is next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.clock import day_start, now, today
from aurum_data.database import get_database
from aurum_data.queries import my_work
from aurum_data.queries.my_work import LIST_ROWS, SPEED_DAYS, Speed
from aurum_data.rules.identity import Permission
from aurum_data.settings import get_settings
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.call_log import call_card, call_hours, sent_call
from pages.parts.figures import Figure, as_of, figure_row
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.panel import explained, nothing

CALLBACKS, NEW, COLD = "Callbacks", "New leads", "Going cold"
LISTS = (CALLBACKS, NEW, COLD)
FOCUS, ORDER, MOVES, DONE = "work_focus", "work_order", "work_moves", "work_done"
_EMPTY = {
    CALLBACKS: "No callbacks until tonight.",
    NEW: "No new leads are assigned to you.",
    COLD: "Every lead of yours has a callback or was worked on lately.",
}
_HEIGHT = 560


def page() -> None:
    """The person's own lists with the lead in focus beside them."""
    actor = guard(Permission.LEADS_WRITE)
    st.title("My work", anchor=False)
    if done := st.session_state.pop(DONE, None):
        st.toast(done, icon=":material/check:")
    with explained("My work"):
        _my_leads(actor)


def _my_leads(actor: Actor) -> None:
    at = now()
    lists = _read(actor, at)
    speed = get_database().query(actor, my_work.contact_speed, user_id=actor.user_id, at=at, target=_target())
    _figures(lists, speed, at)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        first = next((name for name in LISTS if not lists[name].empty), CALLBACKS)
        chosen = st.segmented_control(
            "List", LISTS, default=first, required=True, key="work_list", label_visibility="collapsed"
        )
        call_hours()
    frame = lists[chosen]
    ids = list(frame["id"])
    st.session_state[ORDER] = ids
    if not ids:
        nothing(_EMPTY[chosen])
    focus = st.session_state.get(FOCUS)
    if focus not in ids:
        focus = ids[0] if ids else None
    called = sent_call() or focus  # a call counts also where its lead left the list meanwhile
    if called is None:
        return
    left, right = st.columns([6, 5], gap="medium")
    if focus is not None:
        with left, explained("List"):
            _turning(ids, focus)
            _grid(chosen, frame, focus, at)
    with right, st.container(border=True), explained("Call"):
        call_card(actor, called, lambda said: _logged(ids, called, said))


def _read(actor: Actor, at: datetime) -> dict[str, pd.DataFrame]:
    """The three lists, by name."""
    database, user_id = get_database(), actor.user_id
    tonight = day_start(today() + timedelta(days=1))
    cold = at - timedelta(days=get_settings().cold_days)
    return {
        CALLBACKS: database.query(actor, my_work.callbacks_due, user_id=user_id, until=tonight),
        NEW: database.query(actor, my_work.new_by_score, user_id=user_id),
        COLD: database.query(actor, my_work.going_cold, user_id=user_id, before=cold),
    }


def _target() -> timedelta:
    return timedelta(minutes=get_settings().first_contact_minutes)


def _figures(lists: dict[str, pd.DataFrame], speed: Speed, at: datetime) -> None:
    callbacks = lists[CALLBACKS]
    overdue = int((callbacks["next_callback_at"] <= at).sum()) if len(callbacks) else 0
    cold_days = get_settings().cold_days
    target = fmt.duration(_target())
    figure_row(
        [
            Figure("Callbacks due", _capped(overdue), help="Planned for now or before, on open leads."),
            Figure(
                "Due by tonight",
                _capped(len(callbacks)),
                help="Callbacks that are due, and those still to come today.",
            ),
            Figure(
                "New leads",
                _capped(len(lists[NEW])),
                help="Assigned to you, still new, without a callback. The best score comes first.",
            ),
            Figure(
                "First contact",
                fmt.duration(speed.median_seconds),
                help=f"Median from arrival to the first conversation, of your leads of the last {SPEED_DAYS} days "
                f"that were reached: {fmt.number(speed.contacted)} of {fmt.number(speed.arrived)}.",
            ),
            Figure(
                "Going cold",
                _capped(len(lists[COLD])),
                help=f"Under way, without a callback, and nothing has happened for {cold_days} days.",
            ),
        ],
        narrowest=145,  # all five beside the menu on a screen of 1,280 pixels
    )
    in_time = fmt.percent(speed.in_time / speed.contacted, 0) if speed.contacted else fmt.MISSING
    as_of(at, f"target for first contact {target}: {in_time} in time, {fmt.number(speed.late)} waiting longer")


def _capped(count: int) -> str:
    return f"{count} or more" if count >= LIST_ROWS else fmt.number(count)


def _turning(ids: list[UUID], focus: UUID) -> None:
    place = ids.index(focus)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{place + 1} of {_capped(len(ids))}**")
        st.space("stretch")
        for name, icon, step, keys in (
            ("Previous", ":material/arrow_upward:", -1, "Alt+P"),
            ("Next", ":material/arrow_downward:", 1, "Alt+N"),
        ):
            beyond = not 0 <= place + step < len(ids)
            st.button(name, icon=icon, disabled=beyond, on_click=_move, args=(focus, step), shortcut=keys)


def _move(focus: UUID, step: int) -> None:
    """Put the neighbour of a lead into focus (a callback)."""
    guard(Permission.LEADS_WRITE)
    ids = st.session_state[ORDER]
    place = ids.index(focus) + step if focus in ids else 0
    _focus(ids[place] if 0 <= place < len(ids) else None)


def _focus(lead_id: UUID | None) -> None:
    """Another lead in focus: the table is made anew, to mark its row."""
    st.session_state[FOCUS] = lead_id
    st.session_state[MOVES] = st.session_state.get(MOVES, 0) + 1


def _logged(ids: list[UUID], focus: UUID, said: str) -> None:
    """Say what was put on record and go on to the lead after it."""
    place = ids.index(focus) + 1 if focus in ids else len(ids)
    _focus(ids[place] if place < len(ids) else None)
    st.session_state[DONE] = said
    st.rerun()


def _grid(chosen: str, frame: pd.DataFrame, focus: UUID, at: datetime) -> None:
    """The rows. The key changes with them, so that a selection never stays on another lead's row."""
    ids = list(frame["id"])
    grid = f"work_{hash(tuple(ids)):x}_{st.session_state.get(MOVES, 0)}"
    st.dataframe(
        _cells(chosen, frame, at),
        key=grid,
        hide_index=True,
        height=min(_HEIGHT, 35 * len(ids) + 38),
        column_config={
            "when": tbl.text(_WHEN[chosen][0], width=125),
            "name": tbl.text("Lead", width=150),
            "lead_score": st.column_config.ProgressColumn("Score", min_value=0, max_value=100, format="%d", width=95),
            "last": tbl.text("Last call", width=160),
            "status": tbl.text("Status", width=90),
            "home": tbl.text("Home", width="medium"),
            "monthly_bill_usd": tbl.money("Monthly bill", width=110),
        },
        on_select=lambda: _choose(grid),
        selection_mode=["single-row", "single-cell"],
        selection_default={"selection": {"rows": [ids.index(focus)]}},
        alt=f"{chosen}, one lead per row",
    )


def _choose(grid: str) -> None:
    """Put the lead of the chosen row or cell into focus."""
    guard(Permission.LEADS_WRITE)
    selection = st.session_state[grid]["selection"]
    rows = [cell[0] for cell in selection["cells"]] or selection["rows"]
    ids = st.session_state[ORDER]
    if rows and rows[0] < len(ids):
        st.session_state[FOCUS] = ids[rows[0]]


def _cells(chosen: str, frame: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """What the table shows: words for states and times, nothing but the columns named above."""
    column, said = _WHEN[chosen][1:]
    return pd.DataFrame(
        {
            "when": [said(value, at) for value in frame[column]],
            "name": frame["full_name"].fillna("No name"),
            "lead_score": frame["lead_score"],
            "last": [
                _last(what, when, at)
                for what, when in zip(frame["last_disposition"], frame["last_called_at"], strict=True)
            ],
            "status": [label(status) for status in frame["status"]],
            "home": [
                f"{address}, {borough}" if isinstance(address, str) else borough
                for address, borough in zip(frame["property_address"], frame["borough"], strict=True)
            ],
            "monthly_bill_usd": frame["monthly_bill_usd"].astype("float64"),
        }
    )


def _due(callback: datetime, at: datetime) -> str:
    if callback > at:
        return f"At {fmt.clock_time(callback)}"
    return f"Overdue {fmt.duration(at - callback)}"


def _ago(instant: datetime, at: datetime) -> str:
    return fmt.duration(max(at - instant, timedelta()))


def _last(disposition: Any, called_at: Any, at: datetime) -> str:
    return f"{label(disposition)}, {_ago(called_at, at)} ago" if isinstance(disposition, str) else fmt.MISSING


_WHEN: dict[str, tuple[str, str, Callable[[datetime, datetime], str]]] = {
    CALLBACKS: ("Callback", "next_callback_at", _due),
    NEW: ("Waiting for", "created_at", _ago),
    COLD: ("Silent for", "last_activity_at", _ago),
}
