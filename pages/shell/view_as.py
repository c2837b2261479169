"""Trying another role's view: where an administrator begins it, and the banner that ends it on every page."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.view_as import leave_view, view_as
from aurum_data.database import get_database
from aurum_data.queries.rights import list_roles
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.guard import current_actor, guard
from pages.parts.panel import explained


def begin(actor: Actor) -> None:
    """The button, in the sidebar of those who give rights."""
    offered = actor.may(Permission.USERS_WRITE) and not actor.viewing_as
    if offered and st.button("View as a role", icon=":material/visibility:", width="stretch"):
        _choose()


@st.dialog("View as a role")
def _choose() -> None:
    actor = guard(Permission.USERS_WRITE)
    st.caption("You see what the role sees, as far as you may see it yourself, and change nothing. It is recorded.")
    with explained("View as a role"):
        roles = {role.name: role for role in get_database().query(actor, list_roles)}
        role = st.selectbox("Role", list(roles), format_func=fmt.label)
        st.caption(roles[role].description)
        if st.button("View", type="primary"):
            with get_database().write(actor) as session:
                view_as(session, actor, role=role)
            st.switch_page(st.session_state[START], query_params={})


# Where a change of view leads: the page that was open may not be among those of the role.
START = "_start_page"


def banner(actor: Actor, start: st.Page) -> None:
    """What is going on, and the way out; nothing in one's own view."""
    st.session_state[START] = start
    if not actor.viewing_as:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/visibility: You see the application as **{fmt.plain(fmt.label(actor.viewing_as))}**. "
            "Nothing can be changed, and personal data stay masked."
        )
        st.space("stretch")
        if st.button("Leave this view", type="primary", key="leave_view"):
            with explained("Leave this view"):
                who = current_actor()
                if who is not None:
                    with get_database().write(who) as session:
                        leave_view(session, who)
                st.switch_page(start, query_params={})
