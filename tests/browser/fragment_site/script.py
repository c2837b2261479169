"""The script of the test's application."""

from __future__ import annotations

import streamlit as st

from aurum_data.rules.identity import Permission
from pages.parts.guard import current_actor, guard
from pages.shell.sign_in import sign_in_page


def counted_by_callback() -> None:
    guard(Permission.LEADS_READ)
    st.session_state["count"] = st.session_state.get("count", 0) + 1


@st.fragment
def counter() -> None:
    guard(Permission.LEADS_READ)
    if st.button("Count in a fragment"):
        st.session_state["count"] = st.session_state.get("count", 0) + 1
    st.button("Count in a callback", on_click=counted_by_callback)
    st.write(f"Counted: {st.session_state.get('count', 0)}")


@st.fragment(run_every=1)
def clock() -> None:
    guard(Permission.LEADS_READ, timer=True)
    st.session_state["ticks"] = st.session_state.get("ticks", 0) + 1
    st.write(f"Ticks: {st.session_state['ticks']}")


def home() -> None:
    guard(Permission.LEADS_READ)
    st.button("Sign out")  # what the test's sign-in waits for
    counter()
    if "ticking" in st.query_params:
        clock()


st.navigation([st.Page(home if current_actor() else sign_in_page, title="Home")]).run()
