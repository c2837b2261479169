"""Asking again who is there, before a deed that needs it.

A dialog for such a deed asks before it shows its own form, so that nothing typed is lost:

    actor = guard(Permission.USERS_WRITE)
    if not confirmed(actor):
        return

Where that was not foreseen, or ten minutes went by meanwhile, the action refuses, and `explained` has the screen
drawn again with a dialog that asks; the person then repeats what they wanted to do.
"""

from __future__ import annotations

import streamlit as st

from aurum_data.actions.confirmation import asked_for, confirm
from aurum_data.actions.core import FRESH_MINUTES, Actor, require_self
from aurum_data.actions.identity import begin_password_attempt
from aurum_data.database import get_database
from aurum_data.errors import ConfirmationNeeded
from aurum_data.security.devices import DEVICE_COOKIE
from aurum_data.security.passwords import verify_password
from pages.parts.guard import guard_person
from pages.parts.panel import CONFIRMATION_ASKED, explained

WRONG = "This does not match. After several tries an account pauses for a while."
NO_PROOF = "Sign out and sign in again: that confirms who you are."
DONE = f"Confirmed for {FRESH_MINUTES} minutes. Now do it again."
_SAID = "_confirmation_said"


def confirmed(actor: Actor) -> bool:
    """Whether the person proved who they are within the last minutes; if not, ask for it here."""
    with get_database().read_primary() as session:
        try:
            require_self(session, actor, fresh=True)
        except ConfirmationNeeded:
            password, factor = asked_for(session, actor)
        else:
            return True
    place = st.empty()
    with place.container():
        done = _ask(actor, password=password, factor=factor)
    if done:
        place.empty()
    return done


def _ask(actor: Actor, *, password: bool, factor: bool) -> bool:
    if not password and not factor:
        st.info(NO_PROOF, icon=":material/info:")
        return False
    st.caption(f"First confirm that it is you. This holds for {FRESH_MINUTES} minutes.")
    with st.form("confirm_identity", border=False):
        typed, code = "", ""
        if password:
            typed = st.text_input("Your password", type="password", autocomplete="current-password")
        if factor:
            code = st.text_input(
                "One-time code", autocomplete="one-time-code", max_chars=20, placeholder="6 digits, or a recovery code"
            )
        sent = st.form_submit_button("Confirm", type="primary")
    if not sent:
        return False
    device, database = st.context.cookies.get(DEVICE_COOKIE), get_database()
    attempt, matches = None, False
    if password:
        with database.write(None) as session:
            attempt = begin_password_attempt(session, username=actor.username, device=device, address=actor.address)
        matches = verify_password(attempt.password_hash, typed)  # slow by design: outside any transaction
    with database.write(actor) as session:
        done = confirm(session, actor, attempt, matches=matches, password=typed, code=code, device=device)
    if not done:
        st.error(WRONG)
    return done


def offer_confirmation() -> None:
    """Open the dialog if the last run asked for it, and say when it was answered. Once a run, by the frame."""
    if st.session_state.pop(_SAID, False):
        st.toast(DONE, icon=":material/verified_user:")
    if st.session_state.pop(CONFIRMATION_ASKED, False):
        _dialog()


@st.dialog("Confirm that it is you")
def _dialog() -> None:
    actor = guard_person()
    with explained("Confirm that it is you"):
        if confirmed(actor):
            st.session_state[_SAID] = True
            st.rerun()
