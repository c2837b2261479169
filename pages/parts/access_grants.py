"""Giving a person roles and permissions, and ending them. The actions check everything again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import streamlit as st

from aurum_data.actions.core import Actor
from aurum_data.actions.roles import LONGEST_REASON, end_role, grant_role
from aurum_data.actions.user_permissions import give_permission, withdraw_permission
from aurum_data.clock import day_range, today
from aurum_data.database import get_database
from aurum_data.queries.platforms import platform_names
from aurum_data.queries.rights import HeldGrant, list_roles
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import ADMIN_ONLY, Permission
from pages.parts import format as fmt
from pages.parts.access_labels import meaning, source
from pages.parts.guard import guard
from pages.parts.panel import explained

DONE = "access_grants_done"


def change_grants(actor: Actor, user_id: UUID, own: list[HeldGrant]) -> None:
    """The forms for one person who is not the actor."""
    if done := st.session_state.pop(DONE, None):
        st.toast(done, icon=":material/check:")
    with st.container(horizontal=True, gap="small"):
        with st.popover("Give a role", icon=":material/person_add:", type="primary"):
            _role_form(actor, user_id)
        with st.popover("Give a permission", icon=":material/key:"):
            _permission_form(user_id)
        if own:
            with st.popover("End", icon=":material/person_remove:"):
                _end_form(user_id, own)


def _role_form(actor: Actor, user_id: UUID) -> None:
    database = get_database()
    roles = {role.name: role for role in database.query(actor, list_roles)}
    platforms = database.query(actor, platform_names)
    with st.form(f"role_{user_id}", border=False):
        role = st.selectbox("Role", list(roles), format_func=fmt.label)
        last = st.date_input("Last day (optional)", None, min_value=today(), format="MM/DD/YYYY")
        boroughs = st.multiselect("Only in these boroughs", list(Borough), placeholder="Everywhere")
        names = st.multiselect("Only for these platforms", list(platforms), placeholder="All platforms")
        reason = st.text_input("Reason", max_chars=LONGEST_REASON)
        st.caption("Limited to boroughs, a role opens leads and the market there; to platforms, their deliveries and "
                   "money. What cannot be limited so is left out.")  # fmt: skip
        saved = st.form_submit_button("Give the role", type="primary")
    if saved:
        actor = guard(Permission.USERS_WRITE)
        with explained("Give a role"):
            with get_database().write(actor) as session:
                outcome = grant_role(
                    session, actor, user_id=user_id, role=role, until=_end_of(last), boroughs=boroughs,
                    platforms=[platforms[name] for name in names], reason=reason,
                )  # fmt: skip
            _done("The role is given." if outcome == "given" else "Another administrator has to agree first.")


def _permission_form(user_id: UUID) -> None:
    with st.form(f"permission_{user_id}", border=False):
        permission = st.selectbox(
            "Permission", [p for p in Permission if p not in ADMIN_ONLY], format_func=meaning, key="give_permission"
        )
        last = st.date_input("Last day (optional)", None, min_value=today(), format="MM/DD/YYYY")
        saved = st.form_submit_button("Give the permission", type="primary")
    if saved:
        actor = guard(Permission.USERS_WRITE)
        with explained("Give a permission"):
            with get_database().write(actor) as session:
                give_permission(session, actor, user_id=user_id, permission=permission, until=_end_of(last))
            _done("The permission is given.")


def _end_form(user_id: UUID, own: list[HeldGrant]) -> None:
    with st.form(f"end_{user_id}", border=False):
        position = st.selectbox("What", range(len(own)), format_func=lambda at: source(own[at]))
        reason = st.text_input("Reason", max_chars=LONGEST_REASON, key="end_reason")
        saved = st.form_submit_button("End it now", type="primary")
    if saved:
        actor = guard(Permission.USERS_WRITE)
        grant = own[position].grant
        with explained("End a grant"):
            with get_database().write(actor) as session:
                if grant.role is not None:
                    end_role(session, actor, user_id=user_id, role=grant.role, reason=reason)
                else:
                    (permission,) = grant.permissions
                    withdraw_permission(session, actor, user_id=user_id, permission=permission)
            _done("It has ended, and so have the person's sessions.")


def _end_of(last: date | None) -> datetime | None:
    """The end of a New York day."""
    return None if last is None else day_range(last, last)[1]


def _done(sentence: str) -> None:
    st.session_state[DONE] = sentence
    st.rerun()
