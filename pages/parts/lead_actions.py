"""What a person may do with the lead on the screen: move it on, give it away, write a note, see contact data.

Each form carries the version of the lead that was on the screen, so that nobody overwrites what they have not
seen.
"""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from aurum_data.actions import leads as actions
from aurum_data.actions.core import Actor
from aurum_data.actions.reveals import ContactField
from aurum_data.database import get_database
from aurum_data.queries.lead_figures import offered
from aurum_data.queries.lead_record import LeadRecord
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import TRANSITIONS, LeadStatus
from pages.parts.guard import guard
from pages.parts.lead_labels import label
from pages.parts.lead_state import restore_button, state_popovers
from pages.parts.panel import explained

DONE = "lead_done"
_REASON = "Reason (optional)"
_NOBODY = "Nobody"


def act(actor: Actor, lead: LeadRecord) -> None:
    """The buttons of the actions that this person may take; a deactivated lead can only be restored."""
    if done := st.session_state.pop(DONE, None):
        st.toast(done, icon=":material/check:")
    if not lead.is_active:
        restore_button(actor, lead, _done)
        return
    with st.container(horizontal=True, gap="small"):
        if actor.may(Permission.LEADS_WRITE) and TRANSITIONS[LeadStatus(lead.status)]:
            with st.popover("Change status", icon=":material/swap_horiz:", type="primary"):
                _status_form(lead)
        if actor.may(Permission.LEADS_ASSIGN):
            with st.popover("Assign", icon=":material/person_add:"):
                _assign_form(lead)
        if actor.may(Permission.LEADS_WRITE):
            with st.popover("Add note", icon=":material/edit_note:"):
                _note_form(lead)
        state_popovers(actor, lead, _done)


def _status_form(lead: LeadRecord) -> None:
    allowed = [status for status in LeadStatus if status in TRANSITIONS[LeadStatus(lead.status)]]
    with st.form(f"status_{lead.id}_{lead.version}", border=False):
        to = st.selectbox("New status", allowed, format_func=label)
        reason = st.text_input(_REASON, max_chars=actions.LONGEST_REASON)
        saved = st.form_submit_button("Save status", type="primary")
    if saved:
        actor = guard(Permission.LEADS_WRITE)
        with explained("Change status"):
            with get_database().write(actor) as session:
                actions.change_status(session, actor, lead_id=lead.id, version=lead.version, to=to, reason=reason)
            _done(f"Status changed to {label(to).lower()}.")


def _assign_form(lead: LeadRecord) -> None:
    people: dict[str, UUID | None] = {_NOBODY: None}
    # Names only, so without the limits of the actor; the action refuses who cannot work on this lead.
    people |= {name: user for user, name in get_database().query(None, offered).people.items()}
    names = list(people)
    with st.form(f"assign_{lead.id}_{lead.version}", border=False):
        name = st.selectbox(
            "Assigned to", names, index=names.index(lead.assigned_name) if lead.assigned_name in names else 0
        )
        saved = st.form_submit_button("Save assignment", type="primary")
    if saved:
        actor = guard(Permission.LEADS_ASSIGN)
        with explained("Assign"):
            with get_database().write(actor) as session:
                actions.assign(session, actor, lead_id=lead.id, version=lead.version, user_id=people[name])
            _done("Nobody has this lead now." if name == _NOBODY else f"Assigned to {name}.")


def _note_form(lead: LeadRecord) -> None:
    with st.form(f"note_{lead.id}", clear_on_submit=True, border=False):
        body = st.text_area("Note", max_chars=actions.LONGEST_NOTE, height=120)
        saved = st.form_submit_button("Save note", type="primary")
    if saved:
        actor = guard(Permission.LEADS_WRITE)
        with explained("Add note"):
            with get_database().write(actor) as session:
                actions.add_note(session, actor, lead_id=lead.id, body=body)
            _done("Note saved.")


def _done(sentence: str) -> None:
    """Draw the screen again with what was saved, and say so."""
    st.session_state[DONE] = sentence
    st.rerun()


def reveal_buttons(actor: Actor, lead: LeadRecord) -> None:
    """A button per piece of contact data, for people who may read it."""
    if not actor.may(Permission.LEADS_READ_PII):
        return
    with st.container(horizontal=True, gap="small"):
        if lead.phone_masked and st.button("Show phone", key="reveal_phone", icon=":material/visibility:"):
            _reveal(lead.id, "phone")
        if lead.email_masked and st.button("Show email", key="reveal_email", icon=":material/visibility:"):
            _reveal(lead.id, "email")


@st.dialog("Show contact data")
def _reveal(lead_id: UUID, field: ContactField) -> None:
    """Ask why, record it, then show the value in this dialog and nowhere else."""
    guard(Permission.LEADS_READ_PII)
    st.write("Who looked, when and why is recorded, and compliance staff can see it.")
    with st.form(f"reveal_{field}", border=False):
        reason = st.text_input("Why do you need it?", max_chars=actions.LONGEST_REASON)
        asked = st.form_submit_button(f"Show {field}", type="primary")
    if asked:
        actor = guard(Permission.LEADS_READ_PII)
        with explained("Show contact data"):
            with get_database().write(actor) as session:
                value = actions.reveal_contact(session, actor, lead_id=lead_id, field=field, reason=reason)
            st.code(value, language=None)
