"""The sessions of the person on their account page: where they are signed in, and the buttons that end it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from aurum_data.actions import sessions as actions
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.own_account import live_sessions
from aurum_data.rules.sessions import device_name
from pages.parts import format as fmt
from pages.parts.panel import panel

METHODS = {"password": "password", "sso": "single sign-on"}
SHOWN = 20


def sessions_panel(actor: Actor) -> None:
    """One line per session, this one first."""
    with panel("Sessions", note="Browsers in which you are signed in. End those that you do not know."):
        if actor.user_id is None:
            return
        found = get_database().query(actor, live_sessions, actor.user_id)
        found = found.assign(is_this=found["session_id"] == actor.session_id)
        found = found.sort_values("is_this", ascending=False, kind="stable")
        for row in found.head(SHOWN).itertuples():
            if _line(row):
                with get_database().write(actor) as session:
                    actions.end_own(session, actor, session_id=row.session_id)
                st.rerun()
        if len(found) > SHOWN:
            st.caption(f"And {len(found) - SHOWN} more.")
        if len(found) > 1 and st.button("End all others", icon=":material/logout:", key="end_others"):
            with get_database().write(actor) as session:
                actions.end_others(session, actor)
            st.rerun()


def _line(row: Any) -> bool:
    """Device, address, times, and the button to end it; whether that was pressed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        mark = " :green-badge[This one]" if row.is_this else ""
        how = METHODS[row.method] + (" and code" if row.second_factor else "")
        facts = f"{row.address or 'Address not known'} · {how} · since {fmt.instant(row.created_at)}"
        used = f"last used {fmt.instant(row.last_seen_at)}"
        name = fmt.plain(device_name(row.user_agent))
        st.markdown(f"**{name}**{mark}  \n:small[:gray[{fmt.plain(facts)} · {fmt.plain(used)}]]", width="stretch")
        return not row.is_this and st.button("End", key=f"end_{row.session_id}", help=f"End the session on {name}")
