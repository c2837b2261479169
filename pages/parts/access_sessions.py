"""The view Sessions of the Access screen: who is signed in where, and the button that ends it."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.sessions import end_of_person
from aurum_data.database import get_database
from aurum_data.queries.own_account import all_live_sessions
from aurum_data.rules.identity import Permission
from aurum_data.rules.sessions import device_name
from pages.parts import table as tbl
from pages.parts.own_sessions import METHODS

LIST_KEY = "access_sessions"


def sessions_view(actor: Actor) -> None:
    """The list of live sessions; those that are chosen can be ended."""
    found = get_database().query(actor, all_live_sessions)
    shown = found.assign(device=found["user_agent"].map(device_name), method=found["method"].map(METHODS))
    # A fresh key after something was ended: the selection must not fall on other rows.
    chosen = tbl.pick_rows(
        shown,
        {
            "full_name": tbl.text("Name"),
            "username": tbl.text("User name"),
            "device": tbl.text("Device"),
            "address": tbl.text("Address"),
            "method": tbl.text("Signed in by"),
            "second_factor": tbl.checkbox("Code"),
            "created_at": tbl.instant("Since (ET)"),
            "last_seen_at": tbl.instant("Last used (ET)"),
            "expires_at": tbl.instant("Ends at the latest (ET)"),
        },
        alt="Live sessions of all people, last used first",
        key=f"{LIST_KEY}_{st.session_state.get(LIST_KEY, 0)}",
        many=True,
        empty="Nobody is signed in.",
    )
    if not actor.may(Permission.USERS_WRITE):
        return
    label = f"End {len(chosen)} session{'s' * (len(chosen) > 1)}" if chosen else "End sessions"
    if st.button(label, icon=":material/logout:", disabled=not chosen, key="end_chosen"):
        with get_database().write(actor) as session:
            for row in found.iloc[chosen].itertuples():
                end_of_person(session, actor, user_id=row.user_id, session_id=row.session_id)
        st.session_state[LIST_KEY] = st.session_state.get(LIST_KEY, 0) + 1
        st.rerun()
