"""Tags of the lead on the screen, and taking it out of the lists and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Form:
    """What the forms about a lead have in common."""

    lead: LeadRecord
    version: int  # of the lead as the person saw it
    key: str  # ends the key of each form
    done: Callable[[str, int | None], None]  # says what was saved; takes the new version, if there is one


def state_popovers(actor: Actor, form: Form) -> None:
    """Tags and deactivation, for people who may."""
    if actor.may(Permission.LEADS_WRITE):
        with st.popover("Tags", icon=":material/sell:"):
            _add_form(form)
            if form.lead.tags:
                _remove_form(form)
    if actor.may(Permission.LEADS_DEACTIVATE):
        with st.popover("Deactivate", icon=":material/block:"):
            _deactivate_form(form)


def restore_button(actor: Actor, form: Form) -> None:
    """The only thing that can be done to a deactivated lead."""
    if not actor.may(Permission.LEADS_DEACTIVATE) or form.lead.erased_at is not None:
        return
    if st.button("Restore", icon=":material/restore:", type="primary", key=f"restore_{form.lead.id}"):
        actor = guard(Permission.LEADS_DEACTIVATE)
        with explained("Restore"):
            with get_database().write(actor) as session:
                version = actions.restore(session, actor, lead_id=form.lead.id, version=form.version)
            form.done("The lead is back in the lists.", version)


def _add_form(form: Form) -> None:
    with st.form(f"tag_{form.key}", border=False):
        tag = st.text_input("New tag", max_chars=LONGEST_TAG)
        saved = st.form_submit_button("Add tag", type="primary")
    if saved:
        actor = guard(Permission.LEADS_WRITE)
        with explained("Tags"):
            with get_database().write(actor) as session:
                version = actions.add_tag(session, actor, lead_id=form.lead.id, version=form.version, tag=tag)
            form.done("Tag added.", version)


def _remove_form(form: Form) -> None:
    with st.form(f"untag_{form.key}", border=False):
        tag = st.selectbox("Tag to take off", form.lead.tags)
        saved = st.form_submit_button("Take tag off")
    if saved:
        actor = guard(Permission.LEADS_WRITE)
        with explained("Tags"):
            with get_database().write(actor) as session:
                version = actions.remove_tag(session, actor, lead_id=form.lead.id, version=form.version, tag=tag)
            form.done("Tag taken off.", version)


def _deactivate_form(form: Form) -> None:
    st.caption("It leaves lists and figures. Nothing is deleted, and it can be restored.")
    with st.form(f"deactivate_{form.key}", border=False):
        reason = st.text_input("Reason", max_chars=LONGEST_REASON)
        saved = st.form_submit_button("Deactivate lead", type="primary")
    if saved:
        actor = guard(Permission.LEADS_DEACTIVATE)
        with explained("Deactivate"):
            with get_database().write(actor) as session:
                seen = {"lead_id": form.lead.id, "version": form.version}
                version = actions.deactivate(session, actor, **seen, reason=reason)
            form.done("The lead is deactivated.", version)
