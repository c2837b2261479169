"""The view Machine keys of the Access screen: who they are for, what they may do, when they were last used.

A new key is shown in the dialog that made it, once: it is kept in no session state, so that closing the dialog, or
anything done in it, takes it away.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import streamlit as st

from aurum_data.actions import api_keys as actions
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.api_keys import list_keys
from aurum_data.queries.platforms import platform_names
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.confirm import confirmed
from pages.parts.guard import guard
from pages.parts.panel import explained

SAID = "keys_said"  # what a dialog did, for the run after it
SCOPES = {
    Permission.LEADS_IMPORT: "Deliver leads",
    Permission.LEADS_READ: "Read leads, without personal data",
    Permission.PLATFORMS_READ: "Read the state of platforms",
    Permission.REVENUE_READ: "Read revenue",
    Permission.PLATFORMS_ANSWER: "Report the answers of its platform",
}
STATES = {
    "live": "Works",
    "ends_soon": "Works, ends within 30 days",
    "replaced": "Works beside its successor",
    "expired": "Expired",
    "revoked": "Revoked",
}
_NO_PLATFORM = "None: one of our own programs"


def keys_view(actor: Actor) -> None:
    """The list of keys; those who may, make, rotate and revoke them."""
    if said := st.session_state.pop(SAID, None):
        st.toast(said, icon=":material/check:")
    may_write = actor.may(Permission.KEYS_WRITE)
    if may_write and st.button("New key", icon=":material/add:", type="primary"):
        _new_key()
    keys = get_database().query(actor, list_keys)
    chosen = tbl.pick_rows(
        keys.assign(
            scopes=[", ".join(SCOPES.get(scope, scope) for scope in scopes) for scopes in keys["scopes"]],
            allowed_addresses=[", ".join(networks) or "Any" for networks in keys["allowed_addresses"]],
            state=[STATES[state] for state in keys["state"]],
        ),
        {
            "key_name": tbl.text("Name"),
            "key_prefix": tbl.text("Begins with"),
            "state": tbl.text("State"),
            "scopes": tbl.text("May"),
            "platform_name": tbl.text("Platform"),
            "allowed_addresses": tbl.text("From"),
            "rate_limit_per_minute": tbl.number("Calls a minute"),
            "expires_at": tbl.instant("Ends (ET)"),
            "last_used_at": tbl.instant("Last used (ET)"),
            "last_used_address": tbl.text("Last address"),
            "created_by": tbl.text("Made by"),
        },
        alt="Keys of machines with what they may do and when they were last used",
        key="keys_list",
        empty="No machine has a key yet.",
    )
    if may_write and chosen:
        _act(keys.iloc[chosen[0]].to_dict())


def _act(key: dict[str, Any]) -> None:
    works = key["state"] not in ("expired", "revoked")
    st.caption(f"{fmt.plain(key['key_name'])} ({key['key_prefix']}): {STATES[key['state']].lower()}.")
    with st.container(horizontal=True, gap="small"):
        if works and key["state"] != "replaced" and st.button("Rotate", icon=":material/autorenew:"):
            _rotate(key["key_id"], key["key_name"])
        if works and st.button("Revoke", icon=":material/block:"):
            _revoke(key["key_id"], key["key_name"])


@st.dialog("New key for a machine", width="medium", on_dismiss="rerun")
def _new_key() -> None:
    actor = guard(Permission.KEYS_WRITE)
    if not confirmed(actor):
        return
    platforms = get_database().query(actor, platform_names)
    box = st.empty()
    with box.form("new_key", border=False):
        name = st.text_input("Name", placeholder="Website", max_chars=actions.LONGEST_NAME)
        scopes = st.multiselect("It may", list(SCOPES), format_func=SCOPES.__getitem__)
        platform = st.selectbox("Key of a platform", [_NO_PLATFORM, *platforms])
        addresses = st.text_area(
            "Addresses it may come from",
            placeholder="203.0.113.7\n203.0.113.0/24",
            help="One address or network on each line; empty: any.",
            height=80,
        )
        per_minute = st.number_input("Calls a minute", 1, actions.MOST_PER_MINUTE, 60)
        days = st.number_input("Days it works", 1, actions.LONGEST_DAYS, actions.USUAL_DAYS)
        made_it = st.form_submit_button("Make the key", type="primary")
    if not made_it:
        return
    with explained("New machine key"):
        with get_database().write(actor) as session:
            made = actions.create_key(
                session,
                actor,
                name=name,
                scopes=scopes,
                addresses=addresses.split(),
                per_minute=int(per_minute),
                days=int(days),
                platform_id=platforms.get(platform),
            )
        box.empty()
        _show_once(made)


@st.dialog("Rotate a key", width="medium", on_dismiss="rerun")
def _rotate(key_id: UUID, name: str) -> None:
    actor = guard(Permission.KEYS_WRITE)
    if not confirmed(actor):
        return
    box = st.empty()
    with box.form("rotate_key", border=False):
        st.write(f"A new key for {fmt.plain(name)} with the same rights. The old one goes on working meanwhile.")
        overlap = st.number_input("Days the old key still works", 0, actions.LONGEST_OVERLAP_DAYS, 7)
        days = st.number_input("Days the new key works", 1, actions.LONGEST_DAYS, actions.USUAL_DAYS)
        made_it = st.form_submit_button("Make the new key", type="primary")
    if not made_it:
        return
    with explained("Rotate a machine key"):
        with get_database().write(actor) as session:
            made = actions.rotate_key(session, actor, key_id=key_id, overlap_days=int(overlap), days=int(days))
        box.empty()
        _show_once(made)


def _show_once(made: actions.NewKey) -> None:
    st.write("Copy the key now: it is shown this once and cannot be shown again.")
    st.code(made.secret, language=None, wrap_lines=True)
    st.caption(f"It works until {fmt.instant(made.expires_at)}. Close this window when you have it.")


@st.dialog("Revoke a key")
def _revoke(key_id: UUID, name: str) -> None:
    actor = guard(Permission.KEYS_WRITE)
    st.write(f"{fmt.plain(name)} cannot use this key any more, from this moment on.")
    with st.form("revoke_key", border=False):
        reason = st.text_input("Reason", max_chars=actions.LONGEST_REASON)
        done = st.form_submit_button("Revoke the key", type="primary")
    if not done:
        return
    with explained("Revoke a machine key"):
        with get_database().write(actor) as session:
            actions.revoke_key(session, actor, key_id=key_id, reason=reason)
        st.session_state[SAID] = f"The key of {name} has ended."
        st.rerun()
