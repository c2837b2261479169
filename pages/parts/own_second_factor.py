"""The second factor on the screen: QR code, first code, recovery codes; and the panel of the account page."""

from __future__ import annotations

from collections.abc import Callable

import segno
import streamlit as st

from aurum_data.actions import second_factor as actions
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.own_account import OwnAccount
from aurum_data.security.recovery_codes import CODES
from aurum_data.security.totp import enrolment_uri, new_secret
from pages.parts import format as fmt
from pages.parts.confirm import confirmed
from pages.parts.guard import guard_person
from pages.parts.panel import explained, panel

FEW_CODES = 3
# Kept in the server's memory of this tab until they were confirmed or noted; no browser can set them.
_SECRET, _CODES = "_new_secret", "_new_codes"


def set_up_steps(username: str, store: Callable[[str, str], list[str]]) -> bool:
    """Show the QR code, take the first code, then show the recovery codes; True once the person noted them.

    `store(secret, code)` stores the factor and gives its recovery codes, or raises Invalid for a wrong code.
    """
    place = st.empty()
    if _CODES not in st.session_state:
        secret = st.session_state.setdefault(_SECRET, new_secret())
        with place.container():
            code = _ask_first_code(secret, username)
            if code is None:
                return False
            st.session_state[_CODES] = store(secret, code)
        st.session_state.pop(_SECRET)
    with place.container():
        return _codes_were_kept()


def begin_anew() -> None:
    """Forget a secret that was shown and never confirmed, and codes that were shown."""
    st.session_state.pop(_SECRET, None)
    st.session_state.pop(_CODES, None)


def _ask_first_code(secret: str, username: str) -> str | None:
    st.markdown("**1.** Scan this with an authenticator app on your phone.")
    drawn = segno.make(enrolment_uri(secret, username), error="m").svg_inline(scale=5, border=4, light="#fff")
    st.image(drawn, width=210, alt="QR code with the secret for an authenticator app")
    with st.expander("No camera? Type the secret", icon=":material/keyboard:"):
        st.code(secret, language=None, wrap_lines=True)
    st.markdown("**2.** Type the six digits that the app shows.")
    with st.form("first_code", border=False):
        code = st.text_input("One-time code", autocomplete="one-time-code", max_chars=8, placeholder="6 digits")
        sent = st.form_submit_button("Confirm", type="primary", width="stretch")
    return code if sent else None


def _codes_were_kept() -> bool:
    """Show the recovery codes, once; True when the person says that they have kept them."""
    st.markdown(f"**Your {CODES} recovery codes**")
    st.caption("Each signs you in once when your phone is lost. They are not shown again: copy or print them now.")
    st.code("\n".join(st.session_state[_CODES]), language=None)
    noted = st.button("I have kept them", type="primary", width="stretch", key="codes_noted")
    if noted:
        st.session_state.pop(_CODES)
    return noted


def second_factor_panel(account: OwnAccount) -> None:
    """What the person has, and what they can do about it."""
    with panel("Second factor", note="A one-time code from an app on your phone, asked for at sign-in."):
        if account.totp_confirmed_at is None:
            st.markdown(":orange[:material/lock_open: Not set up]")
            st.caption("With one, your password alone opens nothing.")
            if st.button("Set up", type="primary", key="factor_set_up"):
                _open(_set_up)
            return
        st.markdown(f":green[:material/verified_user: Set up] on {fmt.day(account.totp_confirmed_at)}")
        left = f"{account.codes_left} of {CODES} recovery codes left"
        st.markdown(f":orange[{left}]" if account.codes_left <= FEW_CODES else left)
        with st.container(horizontal=True):
            if st.button("New phone", key="factor_replace", help="Replace it by one on another phone or app."):
                _open(_set_up)
            if st.button("New recovery codes", key="factor_codes", help="The old ones end."):
                _open(_new_codes)
            if not account.must_have_factor and st.button("Remove", key="factor_remove"):
                _remove()


def _open(dialog: Callable[[], None]) -> None:
    begin_anew()
    dialog()


@st.dialog("Set up a second factor")
def _set_up() -> None:
    actor = guard_person()
    with explained("Set up a second factor"):
        if _CODES not in st.session_state and not confirmed(actor):
            return
        if set_up_steps(actor.username, lambda secret, code: _store(actor, secret, code)):
            st.rerun()


def _store(actor: Actor, secret: str, code: str) -> list[str]:
    with get_database().write(actor) as session:
        return actions.set_up(session, actor, secret=secret, code=code)


@st.dialog("New recovery codes")
def _new_codes() -> None:
    actor = guard_person()
    with explained("New recovery codes"):
        if _CODES not in st.session_state and not confirmed(actor):
            return
        place = st.empty()
        if _CODES not in st.session_state:
            with place.container():
                st.caption("The codes that you have now will end.")
                if not st.button("Make new codes", type="primary"):
                    return
            with get_database().write(actor) as session:
                st.session_state[_CODES] = actions.new_codes(session, actor)
        with place.container():
            kept = _codes_were_kept()
        if kept:
            st.rerun()


@st.dialog("Remove your second factor")
def _remove() -> None:
    actor = guard_person()
    with explained("Remove the second factor"):
        if not confirmed(actor):
            return
        st.caption("From then on your password alone signs you in. Your other sessions and recovery codes end.")
        if st.button("Remove", type="primary", key="remove_now"):
            with get_database().write(actor) as session:
                actions.remove(session, actor)
            st.rerun()
