"""My account: messages, sessions, second factor and password of the person who is signed in. Everybody has it."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.own_account import accept_privacy_notice
from aurum_data.database import get_database
from aurum_data.queries.own_account import OwnAccount, own_account
from aurum_data.rules.own_account import NOTICE, NOTICE_VERSION
from pages.parts import format as fmt
from pages.parts.guard import guard_person
from pages.parts.own_identities import identities_panel
from pages.parts.own_inbox import inbox_panel
from pages.parts.own_password import password_panel
from pages.parts.own_second_factor import second_factor_panel
from pages.parts.own_sessions import sessions_panel
from pages.parts.panel import explained, panel

PATH = "account"


def page() -> None:
    """The screen."""
    actor = guard_person()
    st.title("My account", anchor=False)
    if actor.user_id is None:
        return
    with explained("My account"):
        with get_database().read_primary() as session:
            account = own_account(session, actor.user_id)
        roles = ", ".join(fmt.label(role) for role in sorted(actor.roles)) or "No role"
        facts = [account.full_name, account.username, account.email_masked, roles]
        st.caption(" · ".join(fmt.plain(fact) for fact in facts if fact))
        left, right = st.columns([3, 2])
        with left:
            sessions_panel(actor)
            inbox_panel(actor)
        with right:
            second_factor_panel(account)
            if account.has_password:
                password_panel(actor)
            identities_panel(actor)
            _notice_panel(actor, account)


def _notice_panel(actor: Actor, account: OwnAccount) -> None:
    with panel("Data about you"):
        st.markdown(NOTICE)
        if account.privacy_notice_version == NOTICE_VERSION:
            st.caption(f"You read this on {fmt.day(account.privacy_notice_accepted_at)}.")
        elif st.button("I have read this", key="notice_read"):
            with get_database().write(actor) as session:
                accept_privacy_notice(session, actor)
            st.rerun()
