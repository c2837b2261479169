"""The view Freeze of the Access screen: the switches that stop changes, exports or erasures."""

from __future__ import annotations

import streamlit as st

from aurum_data.actions import freeze as actions
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.freeze import switches
from aurum_data.rules.freeze import EFFECTS, TITLES, Freeze
from aurum_data.rules.identity import Permission
from pages.parts import format as fmt
from pages.parts.freeze_banner import forget_switches
from pages.parts.guard import guard
from pages.parts.panel import explained

SAID = "freeze_changed"
# What the button says that sets a switch.
VERBS = {
    Freeze.READ_ONLY: "Make read-only",
    Freeze.STOP_EXPORTS: "Stop exports",
    Freeze.STOP_ERASURES: "Stop erasures",
}


def freeze_view(actor: Actor) -> None:
    """One card per switch: what it does, how it stands, and the button that changes it."""
    if said := st.session_state.pop(SAID, None):
        st.toast(said, icon=":material/check_circle:")
    for one in get_database().query(actor, switches):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                st.markdown(f"**{TITLES[one.switch]}** {':orange-badge[On]' if one.is_on else ':gray-badge[Off]'}")
                st.caption(EFFECTS[one.switch])
                if one.is_on:
                    who = f"By {one.changed_by}, {fmt.instant(one.changed_at)}: {one.reason or ''}"
                    st.caption(fmt.plain(who))
            if one.is_on and st.button("Release", key=f"release_{one.switch}", icon=":material/lock_open:"):
                _release_form(one.switch)
            elif not one.is_on and st.button(VERBS[one.switch], key=f"freeze_{one.switch}", icon=":material/lock:"):
                _freeze_form(one.switch)
    st.caption("Also by command on a server: `python -m aurum_data freeze read_only --reason ...`")


@st.dialog("Freeze")
def _freeze_form(switch: Freeze) -> None:
    actor = guard(Permission.SYSTEM_WRITE)
    st.write(EFFECTS[switch])
    with st.form("freeze", border=False):
        reason = st.text_input("Reason, for everybody to read", max_chars=actions.LONGEST_REASON)
        sent = st.form_submit_button(VERBS[switch], type="primary")
    if sent:
        with explained(VERBS[switch]):
            with get_database().write(actor) as session:
                actions.freeze(session, actor, switch=switch, reason=reason)
            _done(f"{TITLES[switch]}: everybody is told so on every page.")


@st.dialog("Release")
def _release_form(switch: Freeze) -> None:
    actor = guard(Permission.SYSTEM_WRITE)
    st.write(f"{TITLES[switch]} ends at once, for everybody.")
    with st.form("release", border=False):
        reason = st.text_input("Note, for the audit trail", max_chars=actions.LONGEST_REASON)
        sent = st.form_submit_button("Release", type="primary")
    if sent:
        with explained("Release"):
            with get_database().write(actor) as session:
                actions.unfreeze(session, actor, switch=switch, reason=reason)
            _done(f"{TITLES[switch]} is off.")


def _done(sentence: str) -> None:
    forget_switches()
    st.session_state[SAID] = sentence
    st.rerun()
