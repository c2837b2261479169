"""Tags of the lead on the screen, and taking it out of the lists and back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from aurum_data.actions import lead_state as actions
from aurum_data.actions.core import Actor
from aurum_data.actions.reveals import LONGEST_REASON
from aurum_data.database import get_database
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.rules.identity import Permission
from aurum_data.rules.lead_changes import LONGEST_TAG
from pages.parts.guard import guard
from pages.parts.panel import explained

Done = Callable[[str], None]  # draws the screen again and says what was saved


def state_popovers(actor: Actor, lead: LeadRecord, done: Done) -> None:
    """Tags and deactivation, for people who may."""
    if actor.may(Permission.LEADS_WRITE):
        with st.popover("Tags", icon=":material/sell:"):
            _add_form(lead, done)
            if lead.tags:
                _remove_form(lead, done)
    if actor.may(Permission.LEADS_DEACTIVATE):
        with st.popover("Deactivate", icon=":material/block:"):
            _deactivate_form(lead, done)


def restore_button(actor: Actor, lead: LeadRecord, done: Done) -> None:
    """The only thing that can be done to a deactivated lead."""
    if not actor.may(Permission.LEADS_DEACTIVATE) or lead.erased_at is not None:
        return
    if st.button("Restore", icon=":material/restore:", type="primary", key=f"restore_{lead.id}"):
        actor = guard(Permission.LEADS_DEACTIVATE)
        with explained("Restore"):
            with get_database().write(actor) as session:
                actions.restore(session, actor, lead_id=lead.id, version=lead.version)
            done("The lead is back in the lists.")


def _add_form(lead: LeadRecord, done: Done) -> None:
    with st.form(f"tag_{lead.id}_{lead.version}", border=False):
        tag = st.text_input("New tag", max_chars=LONGEST_TAG)
        saved = st.form_submit_button("Add tag", type="primary")
    if saved:
        actor = guard(Permission.LEADS_WRITE)
        with explained("Tags"):
            with get_database().write(actor) as session:
                actions.add_tag(session, actor, lead_id=lead.id, version=lead.version, tag=tag)
            done("Tag added.")


def _remove_form(lead: LeadRecord, done: Done) -> None:
    with st.form(f"untag_{lead.id}_{lead.version}", border=False):
        tag = st.selectbox("Tag to take off", lead.tags)
        saved = st.form_submit_button("Take tag off")
    if saved:
        actor = guard(Permission.LEADS_WRITE)
        with explained("Tags"):
            with get_database().write(actor) as session:
                actions.remove_tag(session, actor, lead_id=lead.id, version=lead.version, tag=tag)
            done("Tag taken off.")


def _deactivate_form(lead: LeadRecord, done: Done) -> None:
    st.caption("It leaves lists and figures. Nothing is deleted, and it can be restored.")
    with st.form(f"deactivate_{lead.id}_{lead.version}", border=False):
        reason = st.text_input("Reason", max_chars=LONGEST_REASON)
        saved = st.form_submit_button("Deactivate lead", type="primary")
    if saved:
        actor = guard(Permission.LEADS_DEACTIVATE)
        with explained("Deactivate"):
            with get_database().write(actor) as session:
                actions.deactivate(session, actor, lead_id=lead.id, version=lead.version, reason=reason)
            done("The lead is deactivated.")
