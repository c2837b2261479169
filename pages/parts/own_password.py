"""The panel in which people change their own password."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.accounts import change_password
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.rules.passwords import ADVICE, DIFFERENT
from pages.parts.panel import panel

_CHANGED = "_own_password_changed"
WRONG_OLD = "Your present password is not right. After several tries this pauses for a while."


def password_panel(actor: Actor) -> None:
    """Ask for the old and the new password, and change it; other sessions of the person end."""
    with panel("Password"):
        if st.session_state.pop(_CHANGED, False):
            st.success("Your password is changed.", icon=":material/check_circle:")
        with st.form("own_password", border=False, clear_on_submit=False):
            old = st.text_input("Present password", type="password", autocomplete="current-password")
            new = st.text_input("New password", type="password", autocomplete="new-password", help=ADVICE)
            again = st.text_input("The new one again", type="password", autocomplete="new-password")
            stay = st.checkbox("Stay signed in here", value=True, help="Everywhere else you are signed out.")
            submitted = st.form_submit_button("Change password", type="primary")
        if not submitted:
            return
        if new != again:
            st.warning(DIFFERENT, icon=":material/info:")
            return
        with get_database().write(actor) as session:
            changed = change_password(session, actor, old=old, new=new, stay=stay)
        if not changed:
            st.error(WRONG_OLD)
            return
        st.session_state[_CHANGED] = True
        st.rerun()
