"""Who is at this browser, asked of the database. The first line of every page, fragment and callback.

Streamlit runs fragments and callbacks without the page's first line, so each of them asks again: a session that has
ended, or a right that was taken away, acts on the very next click.
"""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.errors import Unavailable
from aurum_data.rules.identity import Permission
from aurum_data.security.sessions import SESSION_COOKIE, find_actor


def current_actor() -> Actor | None:
    """The person whose session cookie this browser sent, with the rights of this moment; None: nobody.

    Reads the primary. While the primary is away it reads the replica, which nobody can have changed meanwhile.
    """
    token = st.context.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    database = get_database()
    address = st.context.ip_address
    try:
        with database.read_primary() as session:
            return find_actor(session, token, address=address, touch=True)
    except Unavailable:
        with database.read() as session:
            return find_actor(session, token, address=address, touch=False)


def guard(permission: Permission) -> Actor:
    """The actor, if the session lives and holds the right; else nothing after this line runs.

    An ended session reruns the whole app, which shows the sign-in screen. A missing right says so.
    """
    actor = current_actor()
    if actor is None:
        st.rerun()
    if not actor.may(permission):
        st.error("You do not have the right to see this.", icon=":material/lock:")
        st.stop()
    return actor
