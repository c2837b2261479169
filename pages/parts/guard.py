"""Who is at this browser, asked of the database. The first line of every page, fragment and callback.

Streamlit runs fragments and callbacks without the page's first line, so each of them asks again: an ended
session, or a right that was taken away, shows on the very next click.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from threading import Lock
from uuid import UUID

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.security_events import record_denial
from aurum_data.database import get_database
from aurum_data.errors import AurumError, Unavailable
from aurum_data.rules.identity import Permission
from aurum_data.security.sessions import SESSION_COOKIE, find_actor, find_actor_by_session
from aurum_data.security.tokens import digest

LOGGER = logging.getLogger("aurum.pages")
# Sessions seen live by this process, for when the primary is away: the replica's role cannot see tokens.
_SEEN_LIMIT = 10_000
_seen: OrderedDict[bytes, UUID] = OrderedDict()
_seen_lock = Lock()


def current_actor(*, in_use: bool = True) -> Actor | None:
    """The person whose session cookie this browser sent, with the rights of this moment; None: nobody.

    `in_use` False: a timer of the page asks, which does not keep an unattended session alive. Reads the primary.
    While that is away, and nothing can be changed, the replica's copy decides.
    Raises Unavailable when neither can say.
    """
    database = get_database()
    token = st.context.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    address = st.context.ip_address
    try:
        with database.read_primary() as session:
            actor = find_actor(session, token, address=address, in_use=in_use)
    except Unavailable:
        session_id = _seen.get(digest(token))
        if session_id is None:
            raise
        return database.query(None, find_actor_by_session, session_id, address=address)
    _remember(digest(token), actor)
    return actor


def _remember(token_hash: bytes, actor: Actor | None) -> None:
    with _seen_lock:
        _seen.pop(token_hash, None)
        if actor is not None and actor.session_id is not None:
            _seen[token_hash] = actor.session_id
        if len(_seen) > _SEEN_LIMIT:
            _seen.popitem(last=False)


def guard_person(*, timer: bool = False) -> Actor:
    """The actor, if the session lives, for what every signed-in person may see; else nothing after this line runs.

    An ended session reruns the whole app, which shows the sign-in screen. Fragments that rerun by themselves
    say `timer=True`: they must not keep a session alive that nobody uses.
    """
    actor = current_actor(in_use=not timer)
    if actor is None:
        st.rerun()
    return actor


def guard(permission: Permission, *, timer: bool = False) -> Actor:
    """The same, if the actor holds the right too; who lacks it is told so."""
    actor = guard_person(timer=timer)
    if not actor.may(permission):
        note_denied(actor, permission)
        st.error("You do not have the right to see this.", icon=":material/lock:")
        st.stop()
    return actor


def note_denied(actor: Actor | None, thing: str) -> None:
    """Record that somebody was refused something; that it cannot be recorded does not turn the refusal."""
    if actor is None:
        return  # the session ended meanwhile: nobody was refused
    try:
        with get_database().write(None) as session:
            record_denial(session, user_id=actor.user_id, thing=thing, address=actor.address)
    except AurumError:
        LOGGER.warning("a refusal could not be recorded: %s", thing)
