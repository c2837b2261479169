"""The messages of the person: how many are new (in the sidebar), and the list on their account page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.inbox import mark_read
from aurum_data.database import get_database
from aurum_data.queries.own_account import messages, unread_count
from pages.parts import format as fmt
from pages.parts.guard import guard_person
from pages.parts.panel import explained, nothing, panel

WATCH_SECONDS = 20
SHOWN = 20


@st.fragment(run_every=WATCH_SECONDS)
def account_link(page: st.Page) -> None:
    """The link to the account page with the number of new messages.

    It comes back by itself, so an ended session shows the wall in every open tab, touched or not.
    """
    actor = guard_person(timer=True)
    with explained("Messages"):
        count = 0 if actor.user_id is None else get_database().query(actor, unread_count, actor.user_id)
        label = "My account" + (f" · {count} new" if count else "")
        st.page_link(page, label=label, icon=":material/account_circle:", query_params={})


def inbox_panel(actor: Actor) -> None:
    """The latest messages, newest first, and the buttons that mark them as read."""
    with panel("Messages"):
        if actor.user_id is None:
            return
        found = get_database().query(actor, messages, actor.user_id, limit=SHOWN)
        if found.empty:
            nothing("No messages.")
        unread = found["read_at"].isna()
        if unread.sum() > 1 and st.button("Mark all as read", icon=":material/done_all:", key="read_all"):
            with get_database().write(actor) as session:
                mark_read(session, actor)
            st.rerun()
        for row, is_new in zip(found.itertuples(), unread, strict=True):
            if _message(row, is_new=bool(is_new)):
                with get_database().write(actor) as session:
                    mark_read(session, actor, message_id=row.message_id)
                st.rerun()


def _message(row: Any, *, is_new: bool) -> bool:
    """One message; whether it was marked as read just now."""
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"**{fmt.plain(row.title)}**" if is_new else fmt.plain(row.title)
        body = f"{fmt.plain(row.body)}  \n:small[:gray[{fmt.plain(fmt.instant(row.created_at))}]]"
        st.markdown(f"{title}  \n{body}", width="stretch")
        if row.link and row.link.startswith("/") and not row.link.startswith("//"):
            st.link_button("Open", row.link, key=f"open_{row.message_id}", type="tertiary")
        return is_new and st.button("Read", key=f"read_{row.message_id}", type="tertiary", help="Mark as read")
