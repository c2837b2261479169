"""Linking somebody's account to single sign-on, from the list of people."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from aurum_data.actions.access_requests import LONGEST_REASON
from aurum_data.actions.single_sign_on import LONGEST, link_for
from aurum_data.database import get_database
from aurum_data.rules.identity import Permission
from aurum_data.settings import get_settings
from pages.parts import format as fmt
from pages.parts.confirm import confirmed
from pages.parts.guard import guard
from pages.parts.panel import explained


@st.dialog("Link to single sign-on")
def link_identity_dialog(user_id: UUID, full_name: str) -> None:
    """Say who the person is at the provider: issuer and subject, never the email."""
    actor = guard(Permission.USERS_WRITE)
    with explained("Link to single sign-on"):
        st.markdown(f"**{fmt.plain(full_name)}** can link their account themselves, under My account.")
        if not confirmed(actor):
            return
        usual = (get_settings().oidc_metadata_url or "").removesuffix("/.well-known/openid-configuration")
        with st.form("link_identity", border=False):
            issuer = st.text_input("Issuer", usual, max_chars=LONGEST)
            subject = st.text_input("Subject", max_chars=LONGEST, help="The person's fixed id there, not their email.")
            reason = st.text_input("Reason", max_chars=LONGEST_REASON)
            sent = st.form_submit_button("Link", type="primary")
        if sent:
            with get_database().write(actor) as session:
                link_for(session, actor, user_id=user_id, issuer=issuer, subject=subject, reason=reason)
            st.success("Linked. The person was told.", icon=":material/check_circle:")
