"""Where a one-time link leads: the person chooses a password, and then signs in as always."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.links import NOT_GOOD, choose_password, holder_of
from aurum_data.database import get_database
from aurum_data.rules.passwords import ADVICE, DIFFERENT
from aurum_data.security.devices import DEVICE_COOKIE
from pages.parts import format as fmt
from pages.shell.routes import LINK_COOKIE
from pages.shell.sign_in import wall_card

_CHOSEN = "_password_chosen"


def welcome_page() -> None:
    """Choose a password with the link in this browser's cookie. Needs no session."""
    with wall_card("Choose a password"):
        if _CHOSEN in st.session_state:
            st.success("Your password is set. Sign in with it now.", icon=":material/check_circle:")
            st.link_button("Sign in", "/", type="primary", width="stretch")
            return
        token = st.context.cookies.get(LINK_COOKIE, "")
        with get_database().read_primary() as session:
            holder = holder_of(session, token)
        if holder is None:
            st.warning(NOT_GOOD, icon=":material/link_off:")
            return
        st.caption(f"For {fmt.plain(holder.full_name)}.")
        with st.form("choose_password", border=False):
            st.text_input("User name", holder.username, autocomplete="username", disabled=True)
            password = st.text_input("New password", type="password", autocomplete="new-password", help=ADVICE)
            again = st.text_input("The same again", type="password", autocomplete="new-password")
            submitted = st.form_submit_button("Save password", type="primary", width="stretch")
        if not submitted:
            return
        if password != again:
            st.warning(DIFFERENT, icon=":material/info:")
            return
        with get_database().write(None) as session:
            choose_password(
                session,
                token=token,
                password=password,
                device=st.context.cookies.get(DEVICE_COOKIE),
                address=st.context.ip_address,
                user_agent=st.context.headers.get("User-Agent"),
            )
        st.session_state[_CHOSEN] = True
        st.rerun()
