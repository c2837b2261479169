"""The view People of the Access screen: who has an account, with which roles; inviting people and closing accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import streamlit as st

from aurum_data.actions.accounts import LONGEST_NAME, LONGEST_REASON, end_employment, invite, resend_invitation
from aurum_data.actions.core import Actor
from aurum_data.database import get_database
from aurum_data.queries.identity import list_people, list_roles
from aurum_data.rules.identity import Permission, UserStatus, may_grant
from aurum_data.settings import get_settings
from pages.parts import format as fmt
from pages.parts import table as tbl
from pages.parts.access_identity import link_identity_dialog
from pages.parts.access_second_factor import reset_second_factor_dialog
from pages.parts.guard import guard
from pages.parts.panel import explained

_SAID = "access_people_said"  # what an action did, for the run after it


def people_view(actor: Actor) -> None:
    """The list of accounts; those who may change them invite people and act on the chosen one."""
    if said := st.session_state.pop(_SAID, None):
        st.toast(said, icon=":material/check_circle:")
    people = get_database().query(actor, list_people)
    buttons = st.container(horizontal=True, gap="small")
    chosen = tbl.pick_rows(
        people.assign(
            roles=[", ".join(map(fmt.label, roles)) for roles in people["roles"]], state=people["status"].map(fmt.label)
        ),
        {
            "full_name": tbl.text("Name"),
            "username": tbl.text("User name"),
            "email_masked": tbl.text("Email"),
            "state": tbl.text("Status"),
            "roles": tbl.text("Roles"),
            "second_factor": tbl.checkbox("Second factor"),
            "last_sign_in_at": tbl.instant("Last sign-in (ET)"),
        },
        alt="Accounts with their roles and last sign-in",
        key="people",
        empty="Nobody has an account yet.",
    )
    if not actor.may(Permission.USERS_WRITE):
        return
    with buttons:
        if st.button("Invite a person", icon=":material/person_add:", type="primary"):
            _invite()
        if chosen:
            _act_on(actor, people.to_dict("records")[chosen[0]])


def _act_on(actor: Actor, person: dict[str, Any]) -> None:
    """The buttons for the chosen account."""
    name, user_id = person["full_name"], person["user_id"]
    if person["status"] == UserStatus.INVITED and st.button("Send the invitation again", icon=":material/mail:"):
        actor = guard(Permission.USERS_WRITE)
        with explained("Send the invitation again"):
            with get_database().write(actor) as session:
                resend_invitation(session, actor, user_id=user_id)
            _done(f"A new invitation goes to {name}. The old link has ended.")
    is_open = person["status"] != UserStatus.DISABLED
    if is_open and user_id != actor.user_id and st.button("End employment", icon=":material/person_off:"):
        _end(user_id, name)
    if person["second_factor"] and st.button("Remove second factor", icon=":material/lock_reset:"):
        reset_second_factor_dialog(user_id, name)
    if is_open and get_settings().single_sign_on and st.button("Link single sign-on", icon=":material/link:"):
        link_identity_dialog(user_id, name)


@st.dialog("Invite a person")
def _invite() -> None:
    """Name, user name, email and role; the person is mailed a link to choose a password."""
    actor = guard(Permission.USERS_WRITE)
    roles = get_database().query(actor, list_roles)
    offered = {name: about for name, about, granted in roles if may_grant(actor.permissions, granted)}
    with st.form("invite", border=False):
        full_name = st.text_input("Name", max_chars=LONGEST_NAME, autocomplete="off")
        username = st.text_input("User name", max_chars=40, autocomplete="off")
        email = st.text_input("Email", max_chars=254, autocomplete="off")
        role = st.selectbox(
            "Role", list(offered), index=None, format_func=lambda name: f"{fmt.label(name)}: {offered[name]}"
        )
        submitted = st.form_submit_button("Send the invitation", type="primary", width="stretch")
    if not submitted:
        return
    with explained("Invite a person"):
        with get_database().write(actor) as session:
            values = {"username": username.strip().lower(), "full_name": full_name, "email": email}
            invite(session, actor, **values, role_name=role or "")
        _done(f"{full_name} is invited: a mail with a link is on its way.")


@st.dialog("End employment")
def _end(user_id: UUID, name: str) -> None:
    """Ask why, then close the account."""
    actor = guard(Permission.USERS_WRITE)
    st.write(
        f"{fmt.plain(name)} is signed out everywhere at once, and loses every role, permission, link and machine key. "
        "What they did stays on record."
    )
    with st.form("end_employment", border=False):
        reason = st.text_input("Reason", max_chars=LONGEST_REASON)
        submitted = st.form_submit_button("End employment", type="primary", width="stretch")
    if submitted:
        with explained("End employment"):
            with get_database().write(actor) as session:
                end_employment(session, actor, user_id=user_id, reason=reason)
            _done(f"The account of {name} is closed.")


def _done(sentence: str) -> None:
    """Draw the screen again as it is now, and say what was done."""
    st.session_state[_SAID] = sentence
    st.rerun()
