"""What a person may do with the lead on the screen: move it on, give it away, write a note, see contact data.

Each form acts on the version of the lead that was on the screen when it was sent, so that nobody overwrites what they
have not seen. Until something was saved a form stays what it is, whatever others do to the lead meanwhile: what was
sent from it arrives, and what was typed into it is not lost.
"""

from __future__ import annotations

from functools import partial
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
from pages.parts.lead_selection import renew_selected
from pages.parts.lead_state import Form, restore_button, state_popovers
from pages.parts.panel import explained

DONE = "lead_done"
SEEN, SAVED = "lead_seen", "lead_saved"  # the lead as the last run showed it; how often something was saved
_REASON = "Reason (optional)"
_NOBODY = "Nobody"


def act(actor: Actor, lead: LeadRecord) -> None:
    """The buttons of the actions that this person may take; a deactivated lead can only be restored."""
    seen: LeadRecord = st.session_state.get(SEEN, lead)
    st.session_state[SEEN] = lead
    seen = seen if seen.id == lead.id else lead
    form = Form(lead, seen.version, f"{lead.id}_{st.session_state.get(SAVED, 0)}", partial(_done, lead.id))
    if done := st.session_state.pop(DONE, None):
        st.toast(done, icon=":material/check:")
    elif closed := _closed_meanwhile(seen, lead):  # the form that was sent is not drawn any more
        st.warning(closed, icon=":material/info:")
    if not lead.is_active:
        restore_button(actor, form)
        return
    with st.container(horizontal=True, gap="small"):
        if actor.may(Permission.LEADS_WRITE) and TRANSITIONS[LeadStatus(lead.status)]:
            with st.popover("Change status", icon=":material/swap_horiz:", type="primary"):
                _status_form(form)
        if actor.may(Permission.LEADS_ASSIGN):
            with st.popover("Assign", icon=":material/person_add:"):
                _assign_form(form)
        if actor.may(Permission.LEADS_WRITE):
            with st.popover("Add note", icon=":material/edit_note:"):
                _note_form(form)
        state_popovers(actor, form)


def _closed_meanwhile(seen: LeadRecord, lead: LeadRecord) -> str:
    """Why what the person saw as open to changes is not so any more."""
    if seen.is_active and not lead.is_active:
        return "This lead was deactivated meanwhile: nothing can be saved on it."
    if TRANSITIONS[LeadStatus(seen.status)] and not TRANSITIONS[LeadStatus(lead.status)]:
        return f"This lead is {label(lead.status).lower()} meanwhile: its status cannot be changed by hand any more."
    return ""


def _status_form(form: Form) -> None:
    lead = form.lead
    allowed = [status for status in LeadStatus if status in TRANSITIONS[LeadStatus(lead.status)]]
    with st.form(f"status_{form.key}", border=False):
        to = st.selectbox("New status", allowed, format_func=label)
        reason = st.text_input(_REASON, max_chars=actions.LONGEST_REASON)
        saved = st.form_submit_button("Save status", type="primary")
    if saved:
        actor = guard(Permission.LEADS_WRITE)
        with explained("Change status"):
            with get_database().write(actor) as session:
                seen = {"lead_id": lead.id, "version": form.version}
                version = actions.change_status(session, actor, **seen, to=to, reason=reason)
            form.done(f"Status changed to {label(to).lower()}.", version)


def _assign_form(form: Form) -> None:
    lead = form.lead
    people: dict[str, UUID | None] = {_NOBODY: None}
    # Names only, so without the limits of the actor; the action refuses who cannot work on this lead.
    people |= {name: user for user, name in get_database().query(None, offered).people.items()}
    names = list(people)
    now_with = next((name for name, user in people.items() if user == lead.assigned_to), _NOBODY)
    with st.form(f"assign_{form.key}", border=False):
        name = st.selectbox("Assigned to", names, index=names.index(now_with))
        saved = st.form_submit_button("Save assignment", type="primary")
    if saved:
        actor = guard(Permission.LEADS_ASSIGN)
        with explained("Assign"):
            with get_database().write(actor) as session:
                seen = {"lead_id": lead.id, "version": form.version}
                version = actions.assign(session, actor, **seen, user_id=people[name])
            form.done("Nobody has this lead now." if name == _NOBODY else f"Assigned to {name}.", version)


def _note_form(form: Form) -> None:
    with st.form(f"note_{form.key}", border=False):
        body = st.text_area("Note", max_chars=actions.LONGEST_NOTE, height=120)
        saved = st.form_submit_button("Save note", type="primary")
    if saved:
        actor = guard(Permission.LEADS_WRITE)
        with explained("Add note"):
            with get_database().write(actor) as session:
                actions.add_note(session, actor, lead_id=form.lead.id, body=body)
            form.done("Note saved.", None)


def _done(lead_id: UUID, sentence: str, version: int | None) -> None:
    """Draw the screen again with what was saved, and say so; its forms are empty again."""
    if version is not None:
        renew_selected(lead_id, version)
    st.session_state[DONE] = sentence
    st.session_state[SAVED] = st.session_state.get(SAVED, 0) + 1
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
