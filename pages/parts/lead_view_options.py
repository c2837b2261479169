"""What can be done with a saved view: save as new, rename, share, pin, start with it, default of a role, delete."""

from __future__ import annotations

from typing import Any

import streamlit as st

from aurum_data.actions import saved_views as actions
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.rights import list_roles
from aurum_data.queries.saved_views import SavedView
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.guard import guard
from pages.parts.panel import explained

DONE, VERSION = "lead_view_done", "lead_view_version"  # VERSION: of the view that is shown, as the person saw it
START, STOP_START = "Start with this view", "No longer start with this view"
RENAME, DELETE, DEFAULT = "Rename", "Delete", "Default for a role"
SHARE, STOP_SHARE = "Share with everybody", "Stop sharing"
PIN, UNPIN = "Pin above the list", "Unpin"


def done(sentence: str | None = None) -> None:
    """Draw the screen again and say there what was done; without a sentence: say what the last run did."""
    if sentence is not None:
        st.session_state[DONE] = sentence
        st.rerun()
    if said := st.session_state.pop(DONE, None):
        st.toast(fmt.plain(said), icon=":material/check:")


def changed_view(view: SavedView) -> None:
    """Say that somebody changed the view while the person changed what it shows; offer to see it as it is now."""
    who, at = view.changed_name or "Somebody", fmt.instant(view.changed_at)
    st.caption(f"{fmt.plain(who)} changed this view ({at}). What you changed is not saved.")


def view_options(actor: Actor, view: SavedView, *, starts: bool) -> None:
    """The menu of the view that is shown. `starts`: the person starts with it."""
    options = [STOP_START if starts else START]
    if view.is_mine or actor.may(Permission.USERS_WRITE):
        options += [RENAME, STOP_SHARE if view.is_shared else SHARE, UNPIN if view.is_pinned else PIN]
    if actor.may(Permission.USERS_WRITE):
        options.append(DEFAULT)
    if view.is_mine or actor.may(Permission.USERS_WRITE):
        options.append(DELETE)
    chosen = st.menu_button("View options", options, icon=":material/more_vert:", type="tertiary")
    dialogs = {RENAME: _rename, DEFAULT: _default, DELETE: _delete}
    if chosen in dialogs:
        dialogs[chosen](view, st.session_state[VERSION])
    elif chosen is not None:
        with explained("View options"):
            _do(chosen, view, st.session_state[VERSION])


def _do(chosen: str, view: SavedView, version: int) -> None:
    """The deeds that ask nothing more."""
    actor = guard(Permission.LEADS_READ)
    with get_database().write(actor) as session:
        if chosen in (START, STOP_START):
            actions.start_with(session, actor, view_id=view.view_id if chosen == START else None)
        elif chosen in (SHARE, STOP_SHARE):
            version = actions.share_view(
                session, actor, view_id=view.view_id, version=version, is_shared=chosen == SHARE
            )
        else:
            version = actions.pin_view(session, actor, view_id=view.view_id, version=version, is_pinned=chosen == PIN)
    st.session_state[VERSION] = version
    sentences = {
        START: f"You start with {view.name}.",
        STOP_START: "You start with the view of your role, or with all leads.",
        SHARE: f"Everybody who may read leads sees {view.name}.",
        STOP_SHARE: f"{view.name} is yours alone.",
        PIN: f"{view.name} stands above the list.",
        UNPIN: f"{view.name} stands in the choice of views only.",
    }
    done(sentences[chosen])


@st.dialog("Save as a new view")
def save_as(definition: dict[str, Any], shown: str) -> None:
    """Ask for a name; `shown`: the key under which the screen keeps which view it shows."""
    guard(Permission.LEADS_READ)
    with st.form("save_view", border=False):
        name = st.text_input("Name", max_chars=actions.LONGEST_NAME, placeholder="Premium in Queens")
        shared = st.toggle("Share with everybody who may read leads")
        saved = st.form_submit_button("Save view", type="primary")
    if not saved:
        return
    actor = guard(Permission.LEADS_READ)
    with explained("Save as a new view"):
        with get_database().write(actor) as session:
            st.session_state[shown] = actions.save_view(
                session, actor, name=name, definition=definition, is_shared=shared
            )
        st.session_state[VERSION] = 1
        done(f"{name} was saved.")


@st.dialog("Rename a view")
def _rename(view: SavedView, version: int) -> None:
    guard(Permission.LEADS_READ)
    with st.form("rename_view", border=False):
        name = st.text_input("Name", view.name, max_chars=actions.LONGEST_NAME)
        sent = st.form_submit_button("Rename", type="primary")
    if not sent:
        return
    actor = guard(Permission.LEADS_READ)
    with explained("Rename a view"):
        with get_database().write(actor) as session:
            renamed = actions.rename_view(session, actor, view_id=view.view_id, version=version, name=name)
        st.session_state[VERSION] = renamed
        done(f"{view.name} is called {name} now.")


@st.dialog("Default for a role")
def _default(view: SavedView, version: int) -> None:
    actor = guard(Permission.USERS_WRITE)
    st.caption("People of the role start with this view, unless they chose another. A role has one such view.")
    roles = [role.name for role in get_database().query(actor, list_roles)]
    now = roles.index(view.default_for_role) if view.default_for_role in roles else None
    with st.form("default_for_role", border=False):
        role = st.selectbox("Role", roles, now, fmt.label, placeholder="No role")
        saved = st.form_submit_button("Save", type="primary")
    if not saved:
        return
    with explained("Default for a role"):
        with get_database().write(actor) as session:
            changed = actions.set_role_default(session, actor, view_id=view.view_id, version=version, role=role)
        st.session_state[VERSION] = changed
        done(f"{fmt.label(role)}: starts with {view.name}." if role else f"No role starts with {view.name} any more.")


@st.dialog("Delete a view")
def _delete(view: SavedView, version: int) -> None:
    guard(Permission.LEADS_READ)
    others = " Others see it as well: it will be gone for them too." if view.is_shared else ""
    st.markdown(f"Delete **{fmt.plain(view.name)}**? The leads stay as they are.{others}")
    if st.button("Delete view", type="primary"):
        actor = guard(Permission.LEADS_READ)
        with explained("Delete a view"):
            with get_database().write(actor) as session:
                actions.delete_view(session, actor, view_id=view.view_id, version=version)
            done(f"{view.name} was deleted.")
