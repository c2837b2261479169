"""Steps of a sign-in that concern the second factor: set up the first one, and take note of a spent recovery code."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from aurum_data.actions.second_factor import set_up_at_sign_in
from aurum_data.database import get_database
from aurum_data.security.recovery_codes import CODES
from pages.parts.own_second_factor import begin_anew, set_up_steps

_FOR = "_first_factor_for"


def set_up_first_factor(user_id: UUID, username: str) -> bool:
    """For somebody who typed the right password and must have a factor; True once it is set up and noted."""
    if st.session_state.get(_FOR) != user_id:
        begin_anew()
        st.session_state[_FOR] = user_id
    st.caption("Your role needs a second factor: a code from your phone, asked for at each sign-in.")

    def store(secret: str, code: str) -> list[str]:
        with get_database().write(None) as session:
            return set_up_at_sign_in(session, user_id=user_id, secret=secret, code=code, address=st.context.ip_address)

    done = set_up_steps(username, store)
    if done:
        del st.session_state[_FOR]
    return done


def recovery_code_used(left: int) -> bool:
    """Say how many recovery codes are left; True when the person goes on."""
    advice = "Set up your new phone under My account, or make new codes there."
    st.warning(f"That recovery code is spent. {left} of {CODES} are left. {advice}", icon=":material/key:")
    return st.button("Continue", type="primary", width="stretch")
