"""Single sign-on on the screen: who the provider says is here, and the panel that links it to the person's account."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pandas as pd
import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.single_sign_on import Identity, link, unlink
from aurum_data.database import get_database
from aurum_data.queries.own_account import identities
from aurum_data.settings import get_settings
from pages.parts import format as fmt
from pages.parts.confirm import confirmed
from pages.parts.guard import guard_person
from pages.parts.hand_over import post
from pages.parts.panel import explained, nothing, panel

FORGET = "/auth/forget-identity"


def identity_here() -> Identity | None:
    """What the provider said of this browser a moment ago, from Streamlit's signed cookie; that alone opens nothing."""
    if not get_settings().single_sign_on or not st.user.is_logged_in:
        return None
    said = st.user.to_dict()
    issuer, subject, issued_at = said.get("iss"), said.get("sub"), said.get("iat")
    if not isinstance(issuer, str) or not isinstance(subject, str) or not isinstance(issued_at, int):
        return None
    identity = Identity(issuer, subject, datetime.fromtimestamp(issued_at, UTC))
    return identity if identity.is_fresh else None


def identities_panel(actor: Actor) -> None:
    """The links there are, and the buttons to add or remove one. Nothing where no provider is set."""
    if not get_settings().single_sign_on or actor.user_id is None:
        return
    name = get_settings().oidc_name
    with panel("Single sign-on", note=f"Sign in with {name} instead of your password."):
        found = get_database().query(actor, identities, actor.user_id)
        arrived = identity_here()
        if arrived and not ((found["issuer"] == arrived.issuer) & (found["subject"] == arrived.subject)).any():
            who = st.user.to_dict().get("email") or arrived.subject
            st.info(f"You are signed in there as {fmt.plain(str(who))}. Link it to your account here?")
            with st.container(horizontal=True):
                if st.button("Link", type="primary", key="link_identity"):
                    _link(arrived)
                if st.button("Not me", key="forget_identity"):
                    post(FORGET, "One moment")
            return
        if found.empty:
            nothing("Not linked.")
        for row in found.itertuples():
            with st.container(horizontal=True, vertical_alignment="center"):
                used = "never used" if pd.isna(row.last_used_at) else f"last used {fmt.instant(row.last_used_at)}"
                about = fmt.plain(f"{row.subject} · {used}")
                st.markdown(f"{fmt.plain(row.issuer)}  \n:small[:gray[{about}]]", width="stretch")
                if st.button("Remove", key=f"unlink_{row.identity_id}"):
                    _unlink(row.identity_id)
        if st.button(f"Link {name}", key="begin_link"):
            st.login()


@st.dialog("Link single sign-on")
def _link(identity: Identity) -> None:
    actor = guard_person()
    with explained("Link single sign-on"):
        if not confirmed(actor):
            return
        with get_database().write(actor) as session:
            link(session, actor, identity)
        post(FORGET, "Linked")


@st.dialog("Remove the link")
def _unlink(identity_id: UUID) -> None:
    actor = guard_person()
    with explained("Remove the link"):
        if not confirmed(actor):
            return
        st.caption("You then sign in with your password alone, and a code if you have a second factor.")
        if st.button("Remove", type="primary", key="unlink_now"):
            with get_database().write(actor) as session:
                unlink(session, actor, identity_id=identity_id)
            st.rerun()
