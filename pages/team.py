"""Team: who has how many leads, how fast and with what success; new leads by rule."""

from __future__ import annotations

import streamlit as st

from aurum_data.rules.identity import Permission
from pages.parts.bulk_changes import bulk_changes_button
from pages.parts.guard import guard
from pages.parts.panel import explained
from pages.parts.team import team_view


def page() -> None:
    """The screen of a lead of sales."""
    actor = guard(Permission.LEADS_ASSIGN)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title("Team", anchor=False, width="content")
        bulk_changes_button(actor)
    with explained("Team"):
        team_view(actor)
