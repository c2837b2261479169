"""Removing somebody's second factor, from the list of people: at once, or asked of a second administrator."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from aurum_data.actions.access_requests import LONGEST_REASON
from aurum_data.actions.second_factor import reset
from aurum_data.database import get_database
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.confirm import confirmed
from pages.parts.guard import guard
from pages.parts.panel import explained

ASKED = "Another administrator has to approve this within a day. It waits under Requests."
DONE = "The second factor is removed and all sessions have ended. The person sets up a new one at sign-in."


@st.dialog("Remove a second factor")
def reset_second_factor_dialog(user_id: UUID, full_name: str) -> None:
    """For a lost phone. For an administrator it only asks: a second one has to approve."""
    actor = guard(Permission.USERS_WRITE)
    with explained("Remove a second factor"):
        st.markdown(f"**{fmt.plain(full_name)}** signs in without a code once and sets up a new second factor.")
        if not confirmed(actor):
            return
        st.caption("Make sure that it is really this person who asks: by phone or in person, not by mail.")
        with st.form("reset_second_factor", border=False):
            reason = st.text_area("Reason", max_chars=LONGEST_REASON, height=80, help="Goes into the audit trail.")
            sent = st.form_submit_button("Remove", type="primary")
        if sent:
            with get_database().write(actor) as session:
                done = reset(session, actor, user_id=user_id, reason=reason)
            st.success(DONE if done else ASKED, icon=":material/check_circle:")
